/* SPDX-License-Identifier: MIT */
#ifndef NATU_OWNERS_NAMES_H
#define NATU_OWNERS_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* How a process is called, from what /proc says of it. No system calls in here. */

/* A part of somebody else's bytes. */
struct natu_piece {
	const char *bytes;
	size_t length;
};

/* The base name of what /proc/PID/exe leads to, also when that file was deleted. Empty if
 * it has none. */
struct natu_piece natu_name_of_executable(const char *path, size_t length);

/* netstat's "PID/NAME" with the NAME that the command line starts with. Returns its
 * length, at most NATU_PROGRAM_WIDTH. */
#define NATU_PROGRAM_WIDTH 19
size_t natu_name_of_program(uint32_t pid, const char *command, size_t length,
			    char program[NATU_PROGRAM_WIDTH]);

/* The base name of the script or the name of the module that an interpreter runs. `name`
 * is the interpreter's own. Empty if it is no interpreter or runs no script. */
struct natu_piece natu_name_of_script(const char *name, size_t name_length,
				      const char *command, size_t length);

#endif
