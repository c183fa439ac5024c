/* SPDX-License-Identifier: MIT */
#include "test.h"
#include "value.h"

#include <string.h>

static char out[NATU_VALUE_MAX + 16];

static const char *readable(uint64_t number, enum natu_unit unit)
{
	const struct natu_value value = { .type = NATU_UINT, .number = number };
	char *end = natu_print_readable(out, &value, unit);

	if (!end)
		return "as it is";
	*end = '\0';
	return out;
}

static const char *percent(double real)
{
	const struct natu_value value = { .type = NATU_REAL, .real = real };
	char *end = natu_print_readable(out, &value, NATU_PERCENT);

	if (!end)
		return "as it is";
	*end = '\0';
	return out;
}

TEST(sizes)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} sizes[] = {
		{ 0, "0" },
		{ 1448, "1448" },
		{ 9999, "9999" },
		{ 10000, "9.7K" },
		{ 10239, "9.9K" },
		{ 10240, "10K" },
		{ 131072, "128K" },
		{ (1 << 20) - 1, "1023K" },
		{ 1 << 20, "1.0M" },
		{ (1 << 20) * 3 / 2, "1.5M" },
		{ UINT64_C(1) << 30, "1.0G" },
		{ UINT64_MAX, "15E" },
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		CU_ASSERT_STRING_EQUAL(readable(sizes[i].bytes, NATU_BYTES),
				       sizes[i].text);
	}
	CU_ASSERT_STRING_EQUAL(readable(0, NATU_BYTES_PER_S), "0/s");
	CU_ASSERT_STRING_EQUAL(readable(1 << 30, NATU_BYTES_PER_S), "1.0G/s");
}

TEST(times)
{
	static const struct {
		uint64_t us;
		const char *text;
	} times[] = {
		{ 0, "0us" },
		{ 999, "999us" },
		{ 1000, "1.0ms" },
		{ 9999, "9.9ms" },
		{ 12345, "12ms" },
		{ 999999, "999ms" },
		{ 1000000, "1.0s" },
		{ 59999999, "59s" },
		{ 60000000, "1m00s" },
		{ 310000000, "5m10s" },
		{ UINT64_C(3599999999), "59m59s" },
		{ UINT64_C(3600000000), "1h00m" },
		{ UINT64_C(86399999999), "23h59m" },
		{ UINT64_C(86400000000), "1d00h" },
		{ UINT64_C(86400000000) * 400 + UINT64_C(7200000000), "400d02h" },
	};

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		CU_ASSERT_STRING_EQUAL(readable(times[i].us, NATU_US), times[i].text);
	}
	CU_ASSERT_STRING_EQUAL(readable(5, NATU_MS), "5ms");
	CU_ASSERT_STRING_EQUAL(readable(1500, NATU_MS), "1.5s");
	CU_ASSERT_STRING_EQUAL(readable(UINT64_MAX, NATU_MS), "as it is");
}

TEST(percentages)
{
	CU_ASSERT_STRING_EQUAL(percent(0), "0");
	CU_ASSERT_STRING_EQUAL(percent(0.001), "<0.01");
	CU_ASSERT_STRING_EQUAL(percent(0.01), "0.01");
	CU_ASSERT_STRING_EQUAL(percent(12.3456), "12.35");
	CU_ASSERT_STRING_EQUAL(percent(100), "100");
	CU_ASSERT_STRING_EQUAL(percent(-1), "as it is");
	CU_ASSERT_STRING_EQUAL(percent(1e300), "as it is");
}

/* Never more than what is promised, for any number. */
TEST(lengths)
{
	bool short_enough = true;

	for (unsigned int bit = 0; bit < 64; bit++)
		for (uint64_t off = 0; off < 3; off++)
			for (int unit = NATU_PLAIN; unit <= NATU_PORT; unit++)
				short_enough &=
					strlen(readable((UINT64_C(1) << bit) + off - 1,
							(enum natu_unit)unit)) <= 24;
	CU_ASSERT(short_enough);
	CU_ASSERT_STRING_EQUAL(readable(7, NATU_SEGMENTS), "as it is");
}
