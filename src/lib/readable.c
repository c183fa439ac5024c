/* SPDX-License-Identifier: MIT */
#include "value.h"

#include <string.h>

/* Numbers as people read them: in the unit that suits their size, with two digits or
 * more. Nothing is rounded up to what it has not reached. */

/* One decimal below ten, none from there on: 1.5, 15, 150. */
static char *print_scaled(char *out, uint64_t number, uint64_t unit)
{
	uint64_t whole = number / unit;

	out = natu_print_uint(out, whole);
	if (whole >= 10)
		return out;
	*out++ = '.';
	*out++ = (char)('0' + number % unit * 10 / unit);
	return out;
}

/* 1024 bytes are a K, as in the filter. Four digits are read as easily, and a segment's
 * size is told apart from another's. */
static char *print_size(char *out, uint64_t bytes)
{
	static const char letters[] = "KMGTPE";
	unsigned int scale = 0;

	if (bytes < 10000)
		return natu_print_uint(out, bytes);
	while (bytes >> 10 * scale >= 1024)
		scale++;
	out = print_scaled(out, bytes, UINT64_C(1) << 10 * scale);
	*out++ = letters[scale - 1];
	return out;
}

/* The larger of two units whole, and what is left of it in the smaller: 5m10s. */
static char *print_two(char *out, uint64_t seconds, uint64_t unit, const char *letters)
{
	uint64_t smaller = unit == 86400 ? 3600 : unit / 60;
	uint64_t rest = seconds % unit / smaller;

	out = natu_print_uint(out, seconds / unit);
	*out++ = letters[0];
	*out++ = (char)('0' + rest / 10);
	*out++ = (char)('0' + rest % 10);
	*out++ = letters[1];
	return out;
}

static char *print_duration(char *out, uint64_t us)
{
	uint64_t seconds = us / 1000000;

	if (us < 1000)
		return stpcpy(natu_print_uint(out, us), "us");
	if (us < 1000000)
		return stpcpy(print_scaled(out, us, 1000), "ms");
	if (seconds < 60)
		return stpcpy(print_scaled(out, us, 1000000), "s");
	if (seconds < 3600)
		return print_two(out, seconds, 60, "ms");
	if (seconds < 86400)
		return print_two(out, seconds, 3600, "hm");
	return print_two(out, seconds, 86400, "dh");
}

/* Two decimals; what is there, but too little for that, is not nothing. */
static char *print_percent(char *out, double percent)
{
	if (percent > 0 && percent < 0.01)
		return stpcpy(out, "<0.01");
	return natu_print_real(out, (double)(uint64_t)(percent * 100 + 0.5) / 100);
}

char *natu_print_readable(char *out, const struct natu_value *value, enum natu_unit unit)
{
	if (unit == NATU_PERCENT && value->type == NATU_REAL && value->real >= 0 &&
	    value->real < 1e9)
		return print_percent(out, value->real);
	if (value->type != NATU_UINT)
		return NULL;
	switch (unit) {
	case NATU_BYTES:
		return print_size(out, value->number);
	case NATU_BYTES_PER_S:
		return stpcpy(print_size(out, value->number), "/s");
	case NATU_US:
		return print_duration(out, value->number);
	case NATU_MS:
		if (value->number > UINT64_MAX / 1000)
			return NULL;
		/* Below a second the thousandths are all there is. */
		if (value->number < 1000)
			return stpcpy(natu_print_uint(out, value->number), "ms");
		return print_duration(out, value->number * 1000);
	default:
		return NULL;
	}
}
