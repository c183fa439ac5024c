/* SPDX-License-Identifier: MIT */
#include "net/settings.h"

#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A year: nothing is meant to wait for longer, and no sum of two overflows. */
#define MS_MAX (366ULL * 24 * 3600 * 1000)

static void *member(void *target, const struct option_row *row)
{
	return (char *)target + row->value;
}

int setting_flag(void *target, const struct option_row *row, const char *value)
{
	(void)value;
	*(bool *)member(target, row) = true;
	return EXIT_OK;
}

int setting_text(void *target, const struct option_row *row, const char *value)
{
	*(const char **)member(target, row) = value;
	return EXIT_OK;
}

static bool parse_number(const char *text, uint64_t *number)
{
	if (!*text || text[strspn(text, "0123456789")])
		return false;
	errno = 0;
	*number = strtoull(text, NULL, 10);
	return !errno;
}

int setting_number(void *target, const struct option_row *row, const char *value)
{
	if (parse_number(value, member(target, row)))
		return EXIT_OK;
	complain("--%s %s: expected a number", row->name, value);
	return EXIT_USAGE;
}

int setting_count(void *target, const struct option_row *row, const char *value)
{
	uint64_t number;

	if (!parse_number(value, &number) || !number) {
		complain("--%s %s: expected a number from 1", row->name, value);
		return EXIT_USAGE;
	}
	*(uint64_t *)member(target, row) = number;
	return EXIT_OK;
}

int setting_ms(void *target, const struct option_row *row, const char *value)
{
	uint64_t number;

	if (!parse_number(value, &number) || number > MS_MAX) {
		complain("--%s %s: expected a number of milliseconds, up to %llu",
			 row->name, value, MS_MAX);
		return EXIT_USAGE;
	}
	*(uint64_t *)member(target, row) = number;
	return EXIT_OK;
}

int setting_seconds(void *target, const struct option_row *row, const char *value)
{
	size_t whole = strspn(value, "0123456789");
	size_t rest = value[whole] == '.' ? 1 + strspn(value + whole + 1, "0123456789")
					  : 0;
	double seconds = strtod(value, NULL);

	if (value[whole + rest] || whole + rest < 1 + (rest > 0) || seconds < 0.001 ||
	    seconds > (double)MS_MAX / 1000) {
		complain("--%s %s: expected a number of seconds from 0.001 to %llu",
			 row->name, value, MS_MAX / 1000);
		return EXIT_USAGE;
	}
	*(uint64_t *)member(target, row) = (uint64_t)(seconds * 1000);
	return EXIT_OK;
}

int setting_descriptor(void *target, const struct option_row *row, const char *value)
{
	uint64_t number;

	if (!parse_number(value, &number) || !number || number > INT32_MAX) {
		complain("--%s %s: expected a descriptor's number", row->name, value);
		return EXIT_USAGE;
	}
	if (fcntl((int)number, F_GETFD) < 0) {
		complain("--%s %s: no such descriptor is open", row->name, value);
		return EXIT_USAGE;
	}
	if ((fcntl((int)number, F_GETFL) & O_ACCMODE) == O_RDONLY) {
		complain("--%s %s: that descriptor is open for reading only", row->name,
			 value);
		return EXIT_USAGE;
	}
	*(int *)member(target, row) = (int)number;
	return EXIT_OK;
}

static int set_family(struct place *place, int family)
{
	if (place->family && place->family != family) {
		complain(
			"--ipv4 and --ipv6 exclude each other: a socket has one of them");
		return EXIT_USAGE;
	}
	place->family = family;
	return EXIT_OK;
}

int setting_ipv4(void *target, const struct option_row *row, const char *value)
{
	(void)value;
	return set_family(member(target, row), AF_INET);
}

int setting_ipv6(void *target, const struct option_row *row, const char *value)
{
	(void)value;
	return set_family(member(target, row), AF_INET6);
}

static const struct {
	const char *word;
	int type;
} types[] = {
	{ "stream", SOCK_STREAM },
	{ "datagram", SOCK_DGRAM },
	{ "seqpacket", SOCK_SEQPACKET },
};

const char *type_word_at(size_t index)
{
	return index < sizeof(types) / sizeof(types[0]) ? types[index].word : NULL;
}

int setting_type(void *target, const struct option_row *row, const char *value)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].word, value))
			continue;
		((struct place *)member(target, row))->type = types[i].type;
		return EXIT_OK;
	}
	complain("--%s %s: expected stream, datagram or seqpacket", row->name, value);
	return EXIT_USAGE;
}

static int usage(const char *message)
{
	complain("%s", message);
	return EXIT_USAGE;
}

static int place_local(const struct place *place, const char *argument,
		       struct endpoint *endpoint)
{
	struct reason reason;

	if (argument)
		return usage("--unix has its path, and no address or port beside it");
	if (place->udp || place->family)
		return usage("--unix does not go together with --udp, --ipv4 or --ipv6");
	endpoint->type = place->type ? place->type : SOCK_STREAM;
	if (!endpoint_local(endpoint, place->path, &reason))
		return usage(reason.text);
	return EXIT_OK;
}

int place_endpoint(const struct place *place, const char *argument,
		   struct endpoint *endpoint)
{
	struct reason reason;

	*endpoint = (struct endpoint){ 0 };
	if (place->path)
		return place_local(place, argument, endpoint);
	if (place->type)
		return usage("--type is for UNIX sockets; --udp chooses UDP");
	if (!argument)
		return usage("a port is missing: [ADDRESS:]PORT, or --unix PATH");
	endpoint->type = place->udp ? SOCK_DGRAM : SOCK_STREAM;
	if (!endpoint_internet(endpoint, argument, place->family, &reason))
		return usage(reason.text);
	return EXIT_OK;
}

bool size_parse(const char *text, uint64_t *size)
{
	static const char letters[] = "kmgt";
	size_t digits = strspn(text, "0123456789");
	int next = tolower((unsigned char)text[digits]);
	const char *letter = next ? strchr(letters, next) : NULL;
	const char *rest = text + digits + (letter != NULL);
	unsigned int shift = letter ? 10 * (unsigned int)(letter - letters + 1) : 0;

	if (!digits || (*rest && strcasecmp(rest, "B") != 0 &&
			(!letter || strcasecmp(rest, "iB") != 0)))
		return false;
	errno = 0;
	*size = strtoull(text, NULL, 10);
	if (errno || *size > UINT64_MAX >> (shift + 1))
		*size = SIZE_TOO_LARGE;
	else
		*size <<= shift;
	return true;
}
