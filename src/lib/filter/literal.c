/* SPDX-License-Identifier: MIT */
#include "filter/literal.h"

#include "error.h"
#include "state.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool place(struct natu_error *error, size_t position, size_t extent,
		  const char *format, va_list arguments)
{
	char text[sizeof(error->text)];

	vsnprintf(text, sizeof(text), format, arguments);
	natu_fail(error, NATU_EUSAGE, 0, "%s", text);
	error->position = (unsigned int)position;
	error->length = (unsigned int)extent;
	return false;
}

bool natu_mistake(struct natu_error *error, size_t position, size_t extent,
		  const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	place(error, position, extent, format, arguments);
	va_end(arguments);
	return false;
}

bool natu_mistake_in(struct natu_error *error, const struct natu_item *item,
		     const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	place(error, item->position, item->extent, format, arguments);
	va_end(arguments);
	return false;
}

bool natu_no_memory(struct natu_error *error)
{
	natu_fail(error, NATU_ENOMEM, ENOMEM, "reading the filter");
	return false;
}

struct natu_hint natu_hint(const struct natu_nearest *nearest)
{
	struct natu_hint hint = { "" };

	if (nearest->word[0])
		snprintf(hint.text, sizeof(hint.text), "; did you mean %s?",
			 nearest->word);
	return hint;
}

bool natu_read_state(struct natu_reading *reading, const struct natu_item *item,
		     uint32_t *states)
{
	struct natu_nearest nearest;

	*states = natu_state_mask(item->text, item->length);
	if (*states)
		return true;
	natu_nearest_start(&nearest, item->text, item->length);
	for (size_t i = 0; natu_state_word_at(i); i++)
		natu_nearest_consider(&nearest, natu_state_word_at(i));
	for (unsigned int number = 0; number < STATE_NUMBERS; number++)
		for (size_t i = 0; natu_state_alias_at(number, i); i++)
			natu_nearest_consider(&nearest, natu_state_alias_at(number, i));
	return natu_mistake_in(
		reading->error, item,
		"unknown state %s: expected one such as established, listen or "
		"time_wait, or a group such as connected%s",
		item->text, natu_hint(&nearest).text);
}

bool natu_split_range(const struct natu_item *item, struct natu_item *low,
		      struct natu_item *high)
{
	const char *hyphen = item->length > 1 && !item->is_quoted
				     ? strchr(item->text + 1, '-')
				     : NULL;
	size_t before = hyphen ? (size_t)(hyphen - item->text) : 0;

	if (!hyphen)
		return false;
	*low = *high = *item;
	low->length = low->extent = before;
	high->text += before + 1;
	high->length -= before + 1;
	high->position += before + 1;
	high->extent = high->length;
	return true;
}

/* A number as it was written: digits x numerator / denominator. */
struct written {
	uint64_t digits, numerator, denominator;
};

enum scale { SCALE_NONE, SCALE_SIZE, SCALE_TIME, SCALE_PERCENT };

/* Times are counted in nanoseconds here. */
static const struct suffix {
	const char *word;
	enum scale scale;
	uint64_t factor;
} suffixes[] = {
	{ "B", SCALE_SIZE, 1 },
	{ "K", SCALE_SIZE, UINT64_C(1) << 10 },
	{ "KB", SCALE_SIZE, UINT64_C(1) << 10 },
	{ "KiB", SCALE_SIZE, UINT64_C(1) << 10 },
	{ "M", SCALE_SIZE, UINT64_C(1) << 20 },
	{ "MB", SCALE_SIZE, UINT64_C(1) << 20 },
	{ "MiB", SCALE_SIZE, UINT64_C(1) << 20 },
	{ "G", SCALE_SIZE, UINT64_C(1) << 30 },
	{ "GB", SCALE_SIZE, UINT64_C(1) << 30 },
	{ "GiB", SCALE_SIZE, UINT64_C(1) << 30 },
	{ "T", SCALE_SIZE, UINT64_C(1) << 40 },
	{ "TB", SCALE_SIZE, UINT64_C(1) << 40 },
	{ "TiB", SCALE_SIZE, UINT64_C(1) << 40 },
	{ "ns", SCALE_TIME, 1 },
	{ "us", SCALE_TIME, 1000 },
	{ "ms", SCALE_TIME, 1000000 },
	{ "s", SCALE_TIME, 1000000000 },
	{ "m", SCALE_TIME, UINT64_C(60) * 1000000000 },
	{ "min", SCALE_TIME, UINT64_C(60) * 1000000000 },
	{ "h", SCALE_TIME, UINT64_C(3600) * 1000000000 },
	{ "d", SCALE_TIME, UINT64_C(86400) * 1000000000 },
	{ "%", SCALE_PERCENT, 1 },
};

bool natu_is_unit(const char *word)
{
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (!strcasecmp(suffixes[i].word, word))
			return true;
	return false;
}

const char *natu_unit_at(size_t index, const char **of)
{
	static const char *const titles[] = {
		[SCALE_SIZE] = "sizes, by powers of 1024",
		[SCALE_TIME] = "times",
		[SCALE_PERCENT] = "percentages",
	};

	if (index >= sizeof(suffixes) / sizeof(suffixes[0]))
		return NULL;
	*of = titles[suffixes[index].scale];
	return suffixes[index].word;
}

/* How a column's values scale, and one of its units in the scale's own. */
static const struct {
	enum scale scale;
	uint64_t unit;
	const char *expected;
} scales[] = {
	[NATU_PLAIN] = { SCALE_SIZE, 1, "a number" },
	[NATU_BYTES] = { SCALE_SIZE, 1, "a number of bytes such as 64K" },
	[NATU_US] = { SCALE_TIME, 1000, "microseconds, or a time such as 50ms" },
	[NATU_MS] = { SCALE_TIME, 1000000, "milliseconds, or a time such as 2h" },
	[NATU_PACKETS] = { SCALE_SIZE, 1, "a number of packets" },
	[NATU_SEGMENTS] = { SCALE_SIZE, 1, "a number of segments" },
	[NATU_BYTES_PER_S] = { SCALE_SIZE, 1, "bytes per second such as 10M" },
	[NATU_PERCENT] = { SCALE_PERCENT, 1, "a percentage" },
	[NATU_PORT] = { SCALE_NONE, 1, "a port" },
};

static const char *expected_number(const struct natu_column *column)
{
	return column->type == NATU_BOOL ? "yes or no" : scales[column->unit].expected;
}

static bool read_suffix(const char *text, const struct natu_column *column,
			struct written *number)
{
	size_t unit = scales[column->unit].unit;

	if (!*text)
		return true;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		const struct suffix *suffix = &suffixes[i];

		if (suffix->scale != scales[column->unit].scale ||
		    strcasecmp(suffix->word, text))
			continue;
		if (suffix->factor >= unit)
			number->numerator = suffix->factor / unit;
		else if (__builtin_mul_overflow(number->denominator,
						unit / suffix->factor,
						&number->denominator))
			return false;
		return true;
	}
	return false;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* Reads digits of a base; false if they are more than 64 bits. */
static bool read_digits(const char **text, unsigned int base, uint64_t *number,
			size_t *count)
{
	const char *start = *text;

	for (; digit_of(**text) < (int)base; (*text)++)
		if (__builtin_mul_overflow(*number, (uint64_t)base, number) ||
		    __builtin_add_overflow(*number, (uint64_t)digit_of(**text), number))
			return false;
	*count = (size_t)(*text - start);
	return true;
}

enum verdict { GOOD, MALFORMED, TOO_BIG };

static enum verdict read_fraction(const char **text, struct written *number)
{
	size_t count;

	(*text)++;
	if (!read_digits(text, 10, &number->digits, &count))
		return TOO_BIG;
	if (!count)
		return MALFORMED;
	for (; count; count--)
		if (__builtin_mul_overflow(number->denominator, UINT64_C(10),
					   &number->denominator))
			return TOO_BIG;
	return GOOD;
}

/* Digits, with a fraction or in base 16, and a unit. */
static enum verdict read_written(const char *text, const struct natu_column *column,
				 struct written *number)
{
	bool is_hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	enum verdict verdict = GOOD;
	size_t count;

	*number = (struct written){ .numerator = 1, .denominator = 1 };
	if (is_hex)
		text += 2;
	if (!read_digits(&text, is_hex ? 16 : 10, &number->digits, &count))
		return TOO_BIG;
	if (!count)
		return MALFORMED;
	if (*text == '.' && !is_hex)
		verdict = read_fraction(&text, number);
	if (verdict == GOOD && !read_suffix(text, column, number))
		verdict = MALFORMED;
	return verdict;
}

uint64_t natu_number_limit(const struct natu_column *column)
{
	return column->type == NATU_BOOL ? 1 : UINT64_MAX;
}

/* The keys around a magnitude, on its side of zero. */
static void bound_integer(const struct written *number, uint64_t scaled, bool negative,
			  bool is_signed, struct natu_bounds *bounds)
{
	const uint64_t zero = is_signed ? UINT64_C(1) << 63 : 0;
	uint64_t whole = scaled / number->denominator;
	uint64_t rest = scaled % number->denominator != 0;

	bounds->below = negative ? zero - whole - rest : zero + whole;
	bounds->above = negative ? zero - whole : zero + whole + rest;
}

static void bound_real(const struct written *number, bool negative,
		       struct natu_bounds *bounds)
{
	double real = (double)number->digits * (double)number->numerator /
		      (double)number->denominator;
	const struct natu_value value = { .type = NATU_REAL,
					  .real = negative ? -real : real };

	bounds->above = bounds->below = natu_number_key(&value);
}

static bool read_truth(struct natu_reading *reading, const struct natu_item *item,
		       struct natu_bounds *bounds)
{
	static const char *const words[] = { "no", "yes", "false", "true",
					     "0",  "1",	  "off",   "on" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcasecmp(item->text, words[i])) {
			bounds->above = bounds->below = i % 2;
			return true;
		}
	return natu_mistake_in(reading->error, item, "%s: expected yes or no",
			       item->text);
}

bool natu_read_number(struct natu_reading *reading, const struct natu_item *item,
		      const struct natu_column *column, struct natu_bounds *bounds)
{
	bool is_signed = column->type == NATU_INT;
	bool negative = item->text[0] == '-' && column->type != NATU_UINT;
	char text[64];
	struct written number;
	enum verdict verdict = MALFORMED;
	uint64_t scaled = 0;

	if (column->type == NATU_BOOL)
		return read_truth(reading, item, bounds);
	snprintf(text, sizeof(text), "%.*s", (int)item->length, item->text);
	if (item->length < sizeof(text))
		verdict = read_written(text + negative, column, &number);
	if (verdict == GOOD && column->type != NATU_REAL &&
	    (__builtin_mul_overflow(number.digits, number.numerator, &scaled) ||
	     (is_signed && scaled / number.denominator >= INT64_MAX)))
		verdict = TOO_BIG;
	if (verdict == TOO_BIG)
		return natu_mistake_in(reading->error, item, "%s is too big a number",
				       text);
	if (verdict == MALFORMED)
		return natu_mistake_in(reading->error, item, "%s: %s expects %s", text,
				       column->name, expected_number(column));
	if (column->type == NATU_REAL)
		bound_real(&number, negative, bounds);
	else
		bound_integer(&number, scaled, negative, is_signed, bounds);
	return true;
}
