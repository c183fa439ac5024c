/* SPDX-License-Identifier: MIT */
#ifndef NATU_LIST_H
#define NATU_LIST_H

#include "option.h"

#include <natu/natu.h>
#include <stdbool.h>

struct list_request;
struct natu;
struct renderer;

/* The options of `natu` itself, and its run: lists sockets. Gives an exit status. */
extern const struct option_table list_options;
int list_run(int argc, char **argv);

/* Adds the arguments, which together are one expression, to the filter. Gives an exit
 * status. */
int list_add_expression(struct list_request *request, int argc, char **argv);

/* Looks at what the filter names and may not be there. Gives an exit status. */
int list_check_filter(const struct list_request *request, const struct natu *natu);

/* Prints the columns, in the format in which sockets would be listed. Gives an exit
 * status. */
int list_describe_columns(const struct list_request *request);

/* Once all options are known: what follows from them for the look of the list, and the
 * format that it has. */
int list_request_settle(struct list_request *request);
const struct renderer *list_format(const struct list_request *request);

/* Says on stderr what the report has to say, and the error (or NULL) if the report does
 * not have it. True if something that was asked for is missing. */
bool list_tell(const struct list_request *request, const struct natu_report *report,
	       const struct natu_error *error);

#endif
