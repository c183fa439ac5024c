/* SPDX-License-Identifier: MIT */
#ifndef NATU_REPLACE_H
#define NATU_REPLACE_H

#include <stdbool.h>

/*
 * A file that is written anew: whoever opens it finds the old contents or the new ones,
 * whole. Until replace_commit() the new ones have no name, so that nothing is left behind
 * whatever ends the process.
 */
struct replacement {
	const char *path; /* the caller's; NULL: nothing is begun */
	int folder;	  /* that the file is in */
	char name[256];	  /* of the file in it */
	int fd;		  /* to write to */
	bool is_beside;	  /* the contents are on the file's own disk already */
};

/* Begins. 0, or -1 after a complaint. */
int replace_begin(struct replacement *replacement, const char *path);

/* Makes the contents last, and gives them the name. Their mode is as the umask says. 0 or
 * a negative errno, and then the file is as it was. Ends what was begun in any case. */
int replace_commit(struct replacement *replacement);

/* Ends what was begun, if anything was, and leaves the file as it is. */
void replace_drop(struct replacement *replacement);

#endif
