/* SPDX-License-Identifier: MIT */
#include "test.h"
#include "value.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Numbers are printed as printf() does, addresses as inet_ntop() does. */

enum { GUARD = 0x5a };

static char out[NATU_VALUE_MAX + 16];

/* Compares what was printed with what should have been, and finds a byte written too far
 * on. */
static bool is_printed(const char *end, const char *expected)
{
	size_t length = (size_t)(end - out);
	bool same = length == strlen(expected) && !memcmp(out, expected, length);

	for (size_t i = NATU_VALUE_MAX; i < sizeof(out); i++)
		same &= out[i] == GUARD;
	if (!same)
		printf("printed \"%.*s\", not \"%s\"\n", (int)length, out, expected);
	memset(out, GUARD, sizeof(out));
	return same;
}

/* Every length of a number, at both of its ends, and every bit. */
static size_t edges(uint64_t numbers[static 400])
{
	size_t count = 0;

	for (uint64_t power = 1;; power *= 10) {
		numbers[count++] = power - 1;
		numbers[count++] = power;
		numbers[count++] = power + power / 3;
		if (power > UINT64_MAX / 10)
			break;
	}
	for (unsigned int bit = 0; bit < 64; bit++) {
		numbers[count++] = UINT64_C(1) << bit;
		numbers[count++] = (UINT64_C(1) << bit) - 1;
	}
	numbers[count++] = UINT64_MAX;
	return count;
}

static bool all_forms_agree(uint64_t number)
{
	char expected[64];
	bool agree;

	snprintf(expected, sizeof(expected), "%" PRIu64, number);
	agree = is_printed(natu_print_uint(out, number), expected);
	agree &= natu_uint_digits(number) == strlen(expected);
	snprintf(expected, sizeof(expected), "%" PRId64, (int64_t)number);
	agree &= is_printed(natu_print_int(out, (int64_t)number), expected);
	snprintf(expected, sizeof(expected), "0x%" PRIx64, number);
	return agree & is_printed(natu_print_hex(out, number), expected);
}

TEST(numbers)
{
	uint64_t numbers[400];
	size_t count = edges(numbers);
	bool agree = true;

	memset(out, GUARD, sizeof(out));
	for (size_t i = 0; i < count; i++) {
		agree &= all_forms_agree(numbers[i]);
		agree &= all_forms_agree(-numbers[i]);
	}
	for (uint64_t number = 0; number < 200000; number++)
		agree &= all_forms_agree(number);
	srandom(1);
	for (unsigned int i = 0; i < 200000; i++)
		agree &= all_forms_agree((uint64_t)random() << 33 ^
					 (uint64_t)random() << 11 ^
					 (uint64_t)random() >> (i % 31));
	CU_ASSERT(agree);
}

TEST(reals)
{
	memset(out, GUARD, sizeof(out));
	CU_ASSERT(is_printed(natu_print_real(out, 0), "0"));
	CU_ASSERT(is_printed(natu_print_real(out, -1.5), "-1.5"));
	CU_ASSERT(is_printed(natu_print_real(out, 1e300), "1e+300"));
	CU_ASSERT(is_printed(natu_print_real(out, 2.5e-12), "2.5e-12"));
	CU_ASSERT(is_printed(natu_print_real(out, 100), "100"));
	CU_ASSERT(is_printed(natu_print_real(out, 0.1 + 0.2), "0.3"));
	CU_ASSERT(is_printed(natu_print_real(out, 1234567), "1234567"));
	CU_ASSERT(is_printed(natu_print_real(out, 123456789.25), "123456789"));
	CU_ASSERT(is_printed(natu_print_real(out, -1e9), "-1000000000"));
	/* JSON has no word for these but one. */
	CU_ASSERT(is_printed(natu_print_real(out, 0.0 / 0.0), "null"));
	CU_ASSERT(is_printed(natu_print_real(out, -1 / 0.0), "null"));
}

/* A locale's comma would be two values in CSV and none in JSON. */
TEST(reals_in_every_locale)
{
	static const char *const locales[] = { "C", "de_DE.UTF-8", "fr_FR.UTF-8" };

	for (size_t i = 0; i < sizeof(locales) / sizeof(locales[0]); i++) {
		setlocale(LC_ALL, locales[i]);
		CU_ASSERT(is_printed(natu_print_real(out, 0.5), "0.5"));
	}
	setlocale(LC_ALL, "C");
}

/* Six digits: libc reads the same number back, but for half of the seventh. */
TEST(reals_read_back)
{
	bool agree = true;

	srandom(2);
	for (unsigned int i = 0; i < 200000; i++) {
		double number = (double)random() / (double)(1 + random() % 1000000);
		double read;

		for (long power = random() % 40; i % 2 && power; power--)
			number *= i % 4 == 1 ? 10 : 0.1;
		*natu_print_real(out, i % 8 < 4 ? number : -number) = '\0';
		read = fabs(strtod(out, NULL));
		agree &= fabs(read - number) <= number * 5.1e-6 && strlen(out) < 32;
	}
	CU_ASSERT(agree);
}

static bool address_agrees(const struct natu_address *address)
{
	char expected[INET6_ADDRSTRLEN];
	const char *text = inet_ntop(address->family, address->bytes, expected,
				     sizeof(expected));

	/* An IPv4 address in IPv6 is shown as IPv4, as netstat does. */
	if (text && !strncmp(text, "::ffff:", 7) && strchr(text, '.'))
		text += 7;
	return text && is_printed(natu_print_address(out, address), text);
}

/* Each of the eight groups takes each of these values: all patterns of zeros and of
 * widths. */
TEST(ipv6_of_every_shape)
{
	static const uint16_t groups[] = { 0, 1, 0xffff, 0x0a00 };
	struct natu_address address = { .family = AF_INET6 };
	bool agree = true;

	memset(out, GUARD, sizeof(out));
	for (unsigned int shape = 0; shape < 1U << 16; shape++) {
		for (unsigned int i = 0; i < 8; i++) {
			uint16_t group = groups[shape >> 2 * i & 3];

			address.bytes[2 * i] = (uint8_t)(group >> 8);
			address.bytes[2 * i + 1] = (uint8_t)group;
		}
		agree &= address_agrees(&address);
	}
	CU_ASSERT(agree);
}

TEST(random_addresses)
{
	struct natu_address address;
	bool agree = true;

	memset(out, GUARD, sizeof(out));
	srandom(2);
	for (unsigned int i = 0; i < 300000; i++) {
		for (unsigned int byte = 0; byte < 16; byte++)
			address.bytes[byte] = (uint8_t)(random() >> 7) &
					      (uint8_t)(random() & 8 ? 0xff : 0);
		address.family = i % 4 ? AF_INET6 : AF_INET;
		agree &= address_agrees(&address);
	}
	CU_ASSERT(agree);
}

TEST(every_octet)
{
	struct natu_address address = { .family = AF_INET };
	bool agree = true;

	memset(out, GUARD, sizeof(out));
	for (unsigned int i = 0; i < 4; i++)
		for (unsigned int octet = 0; octet < 256; octet++) {
			address.bytes[i] = (uint8_t)octet;
			agree &= address_agrees(&address);
		}
	CU_ASSERT(agree);
}

TEST(address_texts)
{
	static const char *const texts[] = {
		"::",	       "::1",	     "::2",	    "::1:0",
		"::192.0.2.1", "::0.1.0.0",  "fe80::1",	    "2001:db8::1:0",
		"1:0:0:2::3",  "1::2:0:0:3", "::1.0.0.255",
	};
	struct natu_address address = { .family = AF_INET6 };

	memset(out, GUARD, sizeof(out));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		CU_ASSERT_FATAL(inet_pton(AF_INET6, texts[i], address.bytes) == 1);
		CU_ASSERT(address_agrees(&address));
	}
}

static struct natu_address address_of(const char *text)
{
	struct natu_address address = { .family = strchr(text, ':') ? AF_INET6
								    : AF_INET };

	CU_ASSERT_FATAL(inet_pton(address.family, text, address.bytes) == 1);
	return address;
}

TEST(mapped)
{
	static const struct {
		const char *text;
		bool mapped;
	} rows[] = {
		{ "::ffff:192.0.2.1", true }, { "::ffff:0.0.0.0", true },
		{ "::192.0.2.1", false },     { "192.0.2.1", false },
		{ "::fffe:1.2.3.4", false },  { "64:ff9b::1", false },
		{ "::1:ffff:1:1", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct natu_address address = address_of(rows[i].text);

		CU_ASSERT(natu_address_is_mapped(&address) == rows[i].mapped);
	}
}

static struct natu_value number_value(enum natu_type type, uint64_t number)
{
	return (struct natu_value){ .type = type, .number = number };
}

static struct natu_value text_value(const char *text)
{
	return (struct natu_value){ .type = NATU_TEXT,
				    .text = { .bytes = text, .length = strlen(text) } };
}

/* In either order: smaller first gives -1, and the same value 0. */
static bool is_less(struct natu_value less, struct natu_value more)
{
	return natu_value_compare(&less, &more) == -1 &&
	       natu_value_compare(&more, &less) == 1 &&
	       natu_value_compare(&less, &less) == 0 &&
	       natu_value_compare(&more, &more) == 0;
}

TEST(compare_numbers)
{
	struct natu_value small = { .type = NATU_INT, .integer = INT64_MIN };
	struct natu_value big = { .type = NATU_INT, .integer = INT64_MAX };
	struct natu_value half = { .type = NATU_REAL, .real = 0.5 };
	struct natu_value third = { .type = NATU_REAL, .real = 1.0 / 3 };
	struct natu_value no = { .type = NATU_BOOL, .truth = false };
	struct natu_value yes = { .type = NATU_BOOL, .truth = true };

	/* A difference of these would not fit. */
	CU_ASSERT(
		is_less(number_value(NATU_UINT, 0), number_value(NATU_UINT, UINT64_MAX)));
	CU_ASSERT(is_less(number_value(NATU_HEX, 1),
			  number_value(NATU_HEX, UINT64_C(1) << 63)));
	CU_ASSERT(is_less(small, big));
	CU_ASSERT(is_less(third, half));
	CU_ASSERT(is_less(no, yes));
}

TEST(compare_texts)
{
	static const struct natu_word close = { "CLOSE", 5 },
				      close_wait = { "CLOSE_WAIT", 10 };
	struct natu_value word = { .type = NATU_WORD, .word = &close };
	struct natu_value longer = { .type = NATU_WORD, .word = &close_wait };

	CU_ASSERT(is_less(word, longer));
	CU_ASSERT(is_less(text_value(""), text_value("a")));
	CU_ASSERT(is_less(text_value("a"), text_value("ab")));
	CU_ASSERT(is_less(text_value("ab"), text_value("b")));
	CU_ASSERT(is_less(text_value("z"), text_value("\xc3\xa4")));
}

/* IPv4 before IPv6, by their bytes; mapped is IPv4. */
TEST(compare_addresses)
{
	static const char *const order[] = {
		"0.0.0.0", "9.255.255.255", "::ffff:10.0.0.1", "10.0.0.2", "255.1.1.1",
		"::",	   "::1",	    "::fffe:1:1",      "fe80::1"
	};
	const size_t count = sizeof(order) / sizeof(order[0]);
	struct natu_value same = { .type = NATU_ADDRESS,
				   .address = address_of("10.0.0.1") };

	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1; j < count; j++) {
			struct natu_value a = { .type = NATU_ADDRESS,
						.address = address_of(order[i]) };
			struct natu_value b = { .type = NATU_ADDRESS,
						.address = address_of(order[j]) };

			CU_ASSERT(is_less(a, b));
			if (i == 2)
				CU_ASSERT(natu_value_compare(&a, &same) == 0);
		}
}
