/* SPDX-License-Identifier: MIT */
#ifndef NATU_LIST_H
#define NATU_LIST_H

#include "option.h"

/* The options of `natu` itself, and its run: lists sockets. Gives an exit status. */
extern const struct option_table list_options;
int list_run(int argc, char **argv);

#endif
