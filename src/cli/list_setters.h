/* SPDX-License-Identifier: MIT */
#ifndef NATU_LIST_SETTERS_H
#define NATU_LIST_SETTERS_H

#include "option.h"

#include <stddef.h>

/* The setters of a listing's options, whose target is a struct list_request. */

/* list_choose.c: which sockets */
option_setter list_set_protocol, list_set_family, list_add_families, list_set_selection,
	list_add_filter, list_add_pids, list_add_users, list_read_filter,
	list_all_namespaces;
/* The names of address families, by index. */
const char *list_family_at(size_t index);

/* list_output.c: what is shown of them, and how */
option_setter list_add_set, list_no_header, list_set_format, list_choose_columns,
	list_choose_order, list_choose_top, list_choose_groups, list_summarise,
	list_choose_color, list_set_pager, list_choose_patience, list_set_output,
	list_repeat;

struct list_request;

/* What can be judged only when all options are known. Gives an exit status. */
int list_settle(struct list_request *request);

#endif
