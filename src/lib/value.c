/* SPDX-License-Identifier: MIT */
#include "value.h"

#include "digits.h"

#include <endian.h>
#include <string.h>
#include <sys/socket.h>

const char natu_digit_pairs[200] = "00010203040506070809101112131415161718192021222324"
				   "25262728293031323334353637383940414243444546474849"
				   "50515253545556575859606162636465666768697071727374"
				   "75767778798081828384858687888990919293949596979899";

unsigned int natu_uint_digits(uint64_t number)
{
	unsigned int digits = 1;

	for (; number >= 10000; number /= 10000)
		digits += 4;
	return digits + (number >= 10) + (number >= 100) + (number >= 1000);
}

char *natu_print_u32(char *out, uint32_t number)
{
	return natu_add_u32(out, number);
}

char *natu_print_uint(char *out, uint64_t number)
{
	const uint64_t most = 100000000;
	uint32_t low;

	if (number <= UINT32_MAX)
		return natu_print_u32(out, (uint32_t)number);
	out = natu_print_uint(out, number / most);
	low = (uint32_t)(number % most);
	out = natu_add_pair(natu_add_pair(out, low / 1000000), low / 10000 % 100);
	return natu_add_pair(natu_add_pair(out, low / 100 % 100), low % 100);
}

char *natu_print_int(char *out, int64_t number)
{
	uint64_t magnitude = number < 0 ? -(uint64_t)number : (uint64_t)number;

	if (number < 0)
		*out++ = '-';
	return natu_print_uint(out, magnitude);
}

/* Eight digits at once: each moves into a byte of its own, and those above 9 are lifted
 * to the letters. The first `skipped` of them are left out. */
static char *print_hex_digits(char *out, uint32_t number, unsigned int skipped)
{
	uint64_t digits = number;

	digits = (digits | digits << 16) & 0x0000ffff0000ffff;
	digits = (digits | digits << 8) & 0x00ff00ff00ff00ff;
	digits = (digits | digits << 4) & 0x0f0f0f0f0f0f0f0f;
	digits += 0x3030303030303030 +
		  ((digits + 0x0606060606060606) >> 4 & 0x0101010101010101) *
			  ('a' - '9' - 1);
	digits = htobe64(digits << skipped * 8);
	memcpy(out, &digits, sizeof(digits));
	return out + sizeof(digits) - skipped;
}

char *natu_print_hex(char *out, uint64_t number)
{
	uint32_t high = (uint32_t)(number >> 32), low = (uint32_t)number;
	uint32_t first = high ? high : low;

	*out++ = '0';
	*out++ = 'x';
	out = print_hex_digits(out, first, (unsigned int)__builtin_clz(first | 1) / 4);
	return high ? print_hex_digits(out, low, 0) : out;
}

#define DIGIT(n) (char)('0' + (n) % 10)
#define OCTET(n)                                      \
	{                                             \
		{ (n) >= 100  ? DIGIT((n) / 100)      \
		  : (n) >= 10 ? DIGIT((n) / 10)       \
			      : DIGIT(n),             \
		  (n) >= 100  ? DIGIT((n) / 10)       \
		  : (n) >= 10 ? DIGIT(n)              \
			      : '.',                  \
		  (n) >= 100 ? DIGIT(n) : '.', '.' }, \
			(n) >= 100  ? 4               \
			: (n) >= 10 ? 3               \
				    : 2               \
	}
#define OCTETS4(n) OCTET(n), OCTET((n) + 1), OCTET((n) + 2), OCTET((n) + 3)
#define OCTETS16(n) OCTETS4(n), OCTETS4((n) + 4), OCTETS4((n) + 8), OCTETS4((n) + 12)
#define OCTETS64(n) \
	OCTETS16(n), OCTETS16((n) + 16), OCTETS16((n) + 32), OCTETS16((n) + 48)

const struct natu_octet natu_octets[256] = { OCTETS64(0), OCTETS64(64), OCTETS64(128),
					     OCTETS64(192) };

/* The digits without zeros before them. */
#define SMALL(n)                                                       \
	{                                                              \
		{ (n) >= 100  ? DIGIT((n) / 100)                       \
		  : (n) >= 10 ? DIGIT((n) / 10)                        \
			      : DIGIT(n),                              \
		  (n) >= 100 ? DIGIT((n) / 10) : DIGIT(n), DIGIT(n) }, \
			(n) >= 100  ? 3                                \
			: (n) >= 10 ? 2                                \
				    : 1                                \
	}
#define SMALLS5(n) \
	SMALL(n), SMALL((n) + 1), SMALL((n) + 2), SMALL((n) + 3), SMALL((n) + 4)
#define SMALLS25(n)                                                         \
	SMALLS5(n), SMALLS5((n) + 5), SMALLS5((n) + 10), SMALLS5((n) + 15), \
		SMALLS5((n) + 20)
#define SMALLS100(n) \
	SMALLS25(n), SMALLS25((n) + 25), SMALLS25((n) + 50), SMALLS25((n) + 75)

const struct natu_small natu_smalls[1000] = {
	SMALLS100(0),	SMALLS100(100), SMALLS100(200), SMALLS100(300), SMALLS100(400),
	SMALLS100(500), SMALLS100(600), SMALLS100(700), SMALLS100(800), SMALLS100(900),
};

#define HEX(n) (char)((n) < 10 ? '0' + (n) : 'a' + (n)-10)
#define HEX_OCTET(n)                                                           \
	{                                                                      \
		{ HEX((n) / 16), HEX((n) % 16) },                              \
			{ (n) >= 16 ? HEX((n) / 16) : HEX(n), HEX((n) % 16) }, \
			(n) >= 16 ? 2 : 1                                      \
	}
#define HEX_OCTETS4(n) \
	HEX_OCTET(n), HEX_OCTET((n) + 1), HEX_OCTET((n) + 2), HEX_OCTET((n) + 3)
#define HEX_OCTETS16(n) \
	HEX_OCTETS4(n), HEX_OCTETS4((n) + 4), HEX_OCTETS4((n) + 8), HEX_OCTETS4((n) + 12)
#define HEX_OCTETS64(n)                                                  \
	HEX_OCTETS16(n), HEX_OCTETS16((n) + 16), HEX_OCTETS16((n) + 32), \
		HEX_OCTETS16((n) + 48)

/* An octet in hexadecimal digits, with two of them and with as many as it needs. */
static const struct {
	char pair[2], text[2];
	uint8_t length;
} hex_octets[256] = { HEX_OCTETS64(0), HEX_OCTETS64(64), HEX_OCTETS64(128),
		      HEX_OCTETS64(192) };

static inline char *add_hex_octet(char *out, uint8_t octet)
{
	memcpy(out, hex_octets[octet].text, sizeof(hex_octets[0].text));
	return out + hex_octets[octet].length;
}

/* Groups of an IPv6 address, a colon behind each. */
static inline char *add_groups(char *out, const uint8_t *bytes, unsigned int first,
			       unsigned int end)
{
	for (bytes += first * 2; first < end; first++, bytes += 2) {
		if (bytes[0]) {
			out = add_hex_octet(out, bytes[0]);
			memcpy(out, hex_octets[bytes[1]].pair, 2);
			out += 2;
		} else {
			out = add_hex_octet(out, bytes[1]);
		}
		*out++ = ':';
	}
	return out;
}

/* A bit for each group that is 0, the lowest for the first. */
static unsigned int zero_groups(const uint8_t *bytes)
{
	unsigned int zeros = 0;
	uint16_t groups[8];

	memcpy(groups, bytes, sizeof(groups));
	for (unsigned int i = 0; i < 8; i++)
		zeros |= (unsigned int)!groups[i] << i;
	return zeros;
}

/* The first of the longest runs of bits; a run loses one of them in each turn. */
static unsigned int longest_run(unsigned int bits, unsigned int *length)
{
	unsigned int left = bits;

	for (*length = 0; left; ++*length) {
		bits = left;
		left &= left >> 1;
	}
	return *length ? (unsigned int)__builtin_ctz(bits) : 0;
}

/* RFC 5952. Out of the way of IPv4, which it would slow down. */
__attribute__((noinline)) static char *print_ipv6(char *out,
						  const struct natu_address *address)
{
	const uint8_t *bytes = address->bytes;
	unsigned int length, run = longest_run(zero_groups(bytes), &length);

	/* Asked only where five groups of zeros lead: this runs for every address. */
	if (!run && length == 5 && natu_address_is_mapped(address))
		return natu_add_ipv4(out, bytes + 12);
	if (length < 2)
		return add_groups(out, bytes, 0, 8) - 1;
	out = add_groups(out, bytes, 0, run);
	if (!run)
		*out++ = ':';
	*out++ = ':';
	/* The old IPv4-compatible addresses keep their dots, as inet_ntop() has it. */
	if (!run && length == 6)
		return natu_add_ipv4(out, bytes + 12);
	if (run + length == 8)
		return out;
	return add_groups(out, bytes, run + length, 8) - 1;
}

char *natu_print_address(char *out, const struct natu_address *address)
{
	if (address->family == AF_INET)
		return natu_add_ipv4(out, address->bytes);
	return print_ipv6(out, address);
}

/* Values of the bounded types, as they are in every style. */
static char *print_plain(char *out, const struct natu_value *value)
{
	switch (value->type) {
	case NATU_BOOL:
		return stpcpy(out, value->truth ? "true" : "false");
	case NATU_UINT:
		return natu_print_uint(out, value->number);
	case NATU_INT:
		return natu_print_int(out, value->integer);
	case NATU_REAL:
		return natu_print_real(out, value->real);
	case NATU_HEX:
		return natu_print_hex(out, value->number);
	case NATU_ADDRESS:
		return natu_print_address(out, &value->address);
	case NATU_WORD:
		memcpy(out, value->word->text, sizeof(value->word->text));
		return out + value->word->length;
	case NATU_TEXT:
		break;
	}
	return out;
}

char *natu_print_bounded(char *out, enum natu_style style, const struct natu_value *value)
{
	bool quotes = style == NATU_STYLE_JSON &&
		      (value->type == NATU_HEX || value->type == NATU_ADDRESS ||
		       value->type == NATU_WORD);

	if (!quotes)
		return print_plain(out, value);
	*out++ = '"';
	out = print_plain(out, value);
	*out++ = '"';
	return out;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_bytes(const char *a, size_t a_length, const char *b, size_t b_length)
{
	int order = memcmp(a, b, a_length < b_length ? a_length : b_length);

	return order ? (order > 0) - (order < 0) : compare_numbers(a_length, b_length);
}

static int compare_addresses(const struct natu_address *a, const struct natu_address *b)
{
	bool a_is_v4 = a->family == AF_INET || natu_address_is_mapped(a);
	bool b_is_v4 = b->family == AF_INET || natu_address_is_mapped(b);
	int order;

	if (a_is_v4 != b_is_v4)
		return a_is_v4 ? -1 : 1;
	if (a_is_v4)
		order = memcmp(a->bytes + (a->family == AF_INET ? 0 : 12),
			       b->bytes + (b->family == AF_INET ? 0 : 12), 4);
	else
		order = memcmp(a->bytes, b->bytes, 16);
	return (order > 0) - (order < 0);
}

int natu_value_compare(const struct natu_value *a, const struct natu_value *b)
{
	switch (a->type) {
	case NATU_BOOL:
		return a->truth - b->truth;
	case NATU_UINT:
	case NATU_HEX:
		return compare_numbers(a->number, b->number);
	case NATU_INT:
		return (a->integer > b->integer) - (a->integer < b->integer);
	case NATU_REAL:
		return (a->real > b->real) - (a->real < b->real);
	case NATU_WORD:
		return compare_bytes(a->word->text, a->word->length, b->word->text,
				     b->word->length);
	case NATU_TEXT:
		return compare_bytes(a->text.bytes, a->text.length, b->text.bytes,
				     b->text.length);
	case NATU_ADDRESS:
		return compare_addresses(&a->address, &b->address);
	}
	return 0;
}
