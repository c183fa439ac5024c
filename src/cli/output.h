/* SPDX-License-Identifier: MIT */
#ifndef NATU_OUTPUT_H
#define NATU_OUTPUT_H

#include <natu/plan.h>

/* Where the list goes: a text that is written out whenever it is long enough. */
struct output {
	int fd;
	int error; /* the first write that failed, as a negative errno, or 0 */
	struct natu_buffer text;
};

void output_open(struct output *output, int fd);

/* Writes what has gathered, if it is enough to be worth it; output_flush() writes in any
 * case. 0 or a negative errno. */
int output_settle(struct output *output);
int output_flush(struct output *output);

/* Flushes, releases, and gives 0 or a negative errno: of close too, where a full disk may
 * show. */
int output_close(struct output *output);

/* Prints a text that is no list, and releases it. Gives an exit status: memory may have
 * run out; a full disk shows at the end, in main(). */
int print_text(struct natu_buffer *text);

#endif
