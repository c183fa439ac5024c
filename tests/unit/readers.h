/* SPDX-License-Identifier: MIT */
#ifndef NATU_TEST_READERS_H
#define NATU_TEST_READERS_H

#include <natu/plan.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Readers of what natu writes, which know nothing of natu: of UTF-8 after the Unicode
 * Standard's table of well-formed sequences, of JSON's strings after RFC 8259, of CSV
 * after RFC 4180, of base64 after RFC 4648, and of natu's own escapes after its manual.
 */

/* A text that was read back; what is longer is cut off. */
struct text {
	unsigned char bytes[8192];
	size_t length;
};

void text_add(struct text *text, unsigned int byte);
void text_add_code_point(struct text *text, unsigned int point);
bool text_same(const struct text *a, const struct text *b);

/* The length of the well-formed sequence of UTF-8 that the bytes begin with, or 0. */
size_t read_sequence(const unsigned char *bytes, size_t length);

/* A string from its first quote; returns what follows its last, or NULL if it is none. */
const char *read_json(const char *at, struct text *text);

/* natu's own escapes: \\ \; \t \n \r, \xNN is a byte, \uNNNN a code point. False: there
 * is another. */
bool read_escaped(const unsigned char *bytes, size_t length, struct text *text);

/* A field, which ends at a comma and with the text; false if it is none. */
bool read_csv(const char *at, struct text *text);

void read_base64(const char *at, struct text *text);

/* No controls, and nothing that turns the direction of writing or ends a line (UAX #9).
 */
bool is_harmless(const struct natu_buffer *buffer);

/* True if the text, written as foreign bytes in every style, is harmless and can be read
 * back: exactly, but for JSON, where U+FFFD stands for each byte that is not UTF-8. */
bool survives(const struct text *text);

#endif
