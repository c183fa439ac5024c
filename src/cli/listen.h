/* SPDX-License-Identifier: MIT */
#ifndef NATU_LISTEN_H
#define NATU_LISTEN_H

#include "option.h"

/* `natu listen`: its row in the table of commands. */
extern const struct option_row listen_rows[];
extern const char listen_examples[];
int listen_run(int argc, char **argv);

#endif
