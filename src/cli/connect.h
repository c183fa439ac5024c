/* SPDX-License-Identifier: MIT */
#ifndef NATU_CONNECT_H
#define NATU_CONNECT_H

#include "option.h"

/* `natu connect`: its row in the table of commands. */
extern const struct option_row connect_rows[];
extern const char connect_examples[];
int connect_run(int argc, char **argv);

#endif
