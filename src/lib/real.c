/* SPDX-License-Identifier: MIT */
#include "value.h"

#include <math.h>
#include <string.h>

/* A real number has six digits that count, as few after the point as these need, and
 * never a locale's comma. */
enum { DIGITS = 6, DECIMALS_MAX = 15 };

static uint64_t power_of_ten(unsigned int exponent)
{
	uint64_t power = 1;

	while (exponent--)
		power *= 10;
	return power;
}

/* How many decimals show six digits. */
static unsigned int decimals_of(double magnitude)
{
	unsigned int decimals = 0;
	double limit = (double)power_of_ten(DIGITS - 1);

	while (magnitude < limit && decimals < DECIMALS_MAX) {
		magnitude *= 10;
		decimals++;
	}
	return decimals;
}

/* What is too big for a number of 64 bits, or too small to be seen. */
static char *print_scientific(char *out, double number)
{
	double magnitude = number < 0 ? -number : number;
	int exponent = 0;

	for (; magnitude >= 10; exponent++)
		magnitude /= 10;
	for (; magnitude < 1; exponent--)
		magnitude *= 10;
	out = natu_print_real(out, number < 0 ? -magnitude : magnitude);
	*out++ = 'e';
	*out++ = exponent < 0 ? '-' : '+';
	return natu_print_uint(out, (uint64_t)(exponent < 0 ? -exponent : exponent));
}

char *natu_print_real(char *out, double number)
{
	double magnitude = number < 0 ? -number : number;
	unsigned int decimals;
	uint64_t power, digits;

	/* No column has such a value; were it to, this is what JSON can hold. */
	if (!isfinite(number))
		return stpcpy(out, "null");
	if (magnitude >= 1e18 || (magnitude > 0 && magnitude < 1e-9))
		return print_scientific(out, number);
	decimals = decimals_of(magnitude);
	power = power_of_ten(decimals);
	digits = (uint64_t)(magnitude * (double)power + 0.5);
	while (decimals && digits % 10 == 0) {
		digits /= 10;
		power /= 10;
		decimals--;
	}
	if (number < 0 && digits)
		*out++ = '-';
	out = natu_print_uint(out, digits / power);
	if (!decimals)
		return out;
	*out++ = '.';
	for (digits %= power; decimals--; digits %= power) {
		power /= 10;
		*out++ = (char)('0' + digits / power);
	}
	return out;
}
