/* SPDX-License-Identifier: MIT */
#ifndef NATU_VALUE_H
#define NATU_VALUE_H

#include <natu/column.h>
#include <natu/plan.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most bytes that a value of a bounded type takes, with quotes: an IPv6 address, a
 * 64-bit number, a word. */
#define NATU_VALUE_MAX 48

/* Prints; no NUL is added. Each returns the end of what it wrote, at most NATU_VALUE_MAX
 * bytes on. */
char *natu_print_uint(char *out, uint64_t number);
char *natu_print_u32(char *out, uint32_t number);
/* How many digits natu_print_uint() writes. */
unsigned int natu_uint_digits(uint64_t number);
char *natu_print_int(char *out, int64_t number);
char *natu_print_hex(char *out, uint64_t number);
/* real.c: six digits that count */
char *natu_print_real(char *out, double number);
/* readable.c: 1.5K, 12ms, 5m10s; at most 24 bytes. NULL, and nothing written, for what is
 * as readable as it is. */
char *natu_print_readable(char *out, const struct natu_value *value, enum natu_unit unit);
/* As inet_ntop() does; an IPv4 address mapped into IPv6 is printed as IPv4. */
char *natu_print_address(char *out, const struct natu_address *address);
/* A value of any type but NATU_TEXT: in JSON some are quoted. */
char *natu_print_bounded(char *out, enum natu_style style,
			 const struct natu_value *value);

/* The length of the UTF-8 sequence that starts at bytes (1 to 4) with its code point, or
 * 0 if it is not one (RFC 3629: no surrogates, no long forms). */
size_t natu_utf8_decode(const unsigned char *bytes, size_t length, uint32_t *code_point);

/* A text that is one of several in a field, where semicolons separate them. */
void natu_print_item(struct natu_buffer *buffer, const struct natu_value *value);

/* Quotes what the buffer holds from `start` on, if it is a CSV field that needs it. */
void natu_quote_csv(struct natu_buffer *buffer, size_t start);

/* A JSON text that is not UTF-8 had to be mended: adds the member `<key>_base64` with the
 * exact bytes, a comma before it; `name` is the column's. Adds nothing for valid UTF-8.
 */
void natu_print_exact_bytes(struct natu_buffer *buffer, const char *name,
			    const struct natu_value *value);

#endif
