/* SPDX-License-Identifier: MIT */
#ifndef NATU_TERMINAL_H
#define NATU_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* What natu knows of the terminals that it writes to. */

enum color_when { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* The words for --color by index, in the order of enum color_when; NULL beyond the end.
 */
const char *color_word_at(size_t index);

/* What --color says, for every stream from now on. */
void color_choose(enum color_when when);

/*
 * Whether text on this descriptor has colour. The first of these that says something
 * counts: --color, NO_COLOR, CLICOLOR_FORCE, and then the descriptor itself, which has to
 * be a terminal that is not dumb.
 */
bool color_wanted(int descriptor);

/* How many columns a line has; 0 if it is no terminal, or does not tell. */
size_t terminal_width(int descriptor);

/* How many bytes of an ASCII text stand on a line with room for so many columns, up to a
 * blank: all of them where it fits, has no blank, or the room is 0. */
size_t text_line(const char *text, size_t room);

/* From the user's locale (LC_CTYPE), how wide characters are. The numbers, words and
 * messages of a program stay as they are. */
void text_width_begin(void);

/* How many columns of a terminal a valid UTF-8 text takes, which has no controls but for
 * colours (SGR). In a locale
 * that knows nothing of it, each code point takes one. */
size_t text_width(const char *text, size_t length);

#endif
