/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <natu/filter.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What an option and its list are understood as; NULL with *error filled. */
static char *understood(const char *field, const char *list, struct natu_error *error)
{
	struct natu_filter *filter = natu_filter_new();
	struct natu_buffer buffer = { 0 };

	if (!natu_filter_add(filter, field, list, error)) {
		natu_filter_explain(filter, &buffer);
		natu_buffer_add(&buffer, "", 1);
	}
	natu_filter_free(filter);
	return buffer.data;
}

TEST(lists)
{
	static const struct {
		const char *field, *list, *meaning;
	} cases[] = {
		{ "sport", "22", "local.port = 22" },
		{ "sport", "22,80,8000-8999", "local.port = 22,80,8000-8999" },
		{ "sport", " 22 , 80 ", "local.port = 22,80" },
		{ "sport", "ssh,http", "local.port = 22,80" },
		{ "sport", "*", "local.port = *" },
		{ "port", ":22", "local.port = 22 or peer.port = 22" },
		{ "state", "established,close_wait", "state = ESTABLISHED,CLOSE_WAIT" },
		{ "state", "LISTEN,estab", "state = ESTABLISHED,LISTEN" },
		{ "state", "bound", "state = BOUND" },
		{ "src", "10.0.0.0/8,::1", "local.address = 10.0.0.0/8,::1" },
		{ "dst", "[::1]:22", "peer.address = ::1 and peer.port = 22" },
		{ "interface", "'a b', lo ", "interface = \"a b\",\"lo\"" },
		{ "interface", "'a,b'", "interface = \"a,b\"" },
		{ "process.name", "and", "process.name = \"and\"" },
		{ "uid", "0-999", "uid <= 999" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct natu_error error = { 0 };
		char *is = understood(cases[i].field, cases[i].list, &error);

		CU_ASSERT_PTR_NOT_NULL(is);
		CU_ASSERT_STRING_EQUAL(is ? is : error.text, cases[i].meaning);
		free(is);
	}
}

TEST(mistakes)
{
	static const struct {
		const char *field, *list;
		unsigned int position, length;
		const char *says;
	} cases[] = {
		{ "port", "70000", 0, 5, "70000 is not a port" },
		{ "port", "22,70000", 3, 5, "70000 is not a port" },
		{ "port", "", 0, 0, "the list is empty" },
		{ "port", "  ", 0, 2, "the list is empty" },
		{ "port", ",", 0, 1, "empty place" },
		{ "port", "22,", 3, 1, "empty place" },
		{ "port", "22,,23", 3, 1, "empty place" },
		{ "port", "9-8", 0, 3, "upside down" },
		{ "port", "9-", 1, 1, "a range has two numbers" },
		{ "port", "22-ssh", 2, 4, "a range has two numbers" },
		{ "port", "-9", 0, 2, "unknown service" },
		{ "port", "1-2-3", 1, 4, "a range has two numbers" },
		{ "port", "htpt", 0, 4, "did you mean http?" },
		{ "port", "0", 0, 1, "0 is no port" },
		{ "port", "+5", 0, 2, "unknown service" },
		{ "port", "0x16", 0, 4, "unknown service" },
		{ "state", "nope", 0, 4, "unknown state nope" },
		{ "state", "lsten", 0, 5, "did you mean LISTEN?" },
		{ "state", "-", 0, 1, "unknown state" },
		{ "src", "10.0.0.0/33", 9, 2, "has /0 to /32" },
		{ "nofield", "1", 0, 0, "unknown column nofield" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct natu_error error = { 0 };
		char *is = understood(cases[i].field, cases[i].list, &error);

		if (!is && !strstr(error.text, cases[i].says))
			printf("%s %s: %s\n", cases[i].field, cases[i].list, error.text);
		CU_ASSERT_PTR_NULL(is);
		CU_ASSERT_EQUAL(error.code, NATU_EUSAGE);
		CU_ASSERT_EQUAL(error.position, cases[i].position);
		CU_ASSERT_EQUAL(error.length, cases[i].length);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.text, cases[i].says));
		free(is);
	}
}

static struct service {
	char name[64], protocol[16];
} services[2000];

static size_t read_services(void)
{
	const struct servent *entry;
	size_t count = 0;

	setservent(1);
	while (count < COUNT(services) && (entry = getservent())) {
		snprintf(services[count].name, sizeof(services->name), "%s",
			 entry->s_name);
		snprintf(services[count].protocol, sizeof(services->protocol), "%s",
			 entry->s_proto);
		count += !strcmp(entry->s_proto, "tcp") || !strcmp(entry->s_proto, "udp");
	}
	endservent();
	return count;
}

/* Every service of this machine by its name, with or without a hyphen: the ports are
 * libc's. */
TEST(services)
{
	size_t count = read_services(), hyphens = 0;

	if (!count)
		return test_skip("no /etc/services here");
	for (size_t i = 0; i < count; i++) {
		const struct servent *entry = getservbyname(services[i].name,
							    services[i].protocol);
		struct natu_error error = { 0 };
		char number[16], *is = understood("sport", services[i].name, &error);

		CU_ASSERT_PTR_NOT_NULL_FATAL(entry);
		snprintf(number, sizeof(number), "%u",
			 (unsigned int)ntohs((uint16_t)entry->s_port));
		if (!is || !strstr(is, number))
			printf("%s: %s\n", services[i].name, is ? is : error.text);
		CU_ASSERT_PTR_NOT_NULL_FATAL(is);
		CU_ASSERT_PTR_NOT_NULL(strstr(is, number));
		free(is);
		hyphens += strchr(services[i].name, '-') != NULL;
	}
	CU_ASSERT_TRUE(hyphens > 0);
}

TEST(lists_are_bounded)
{
	char *list = calloc(1, 3 * 5000 + 1);
	struct natu_error error;

	CU_ASSERT_PTR_NOT_NULL_FATAL(list);
	for (unsigned int i = 0; i < 5000; i++)
		memcpy(list + 3 * i, "22,", 4);
	CU_ASSERT_PTR_NULL(understood("port", list, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "more than 4096"));
	list[3 * 4096 - 1] = '\0';
	free(understood("port", list, &error));
	CU_ASSERT_STRING_EQUAL(understood("nothing", list, &error) ? "" : error.text,
			       "unknown column nothing");
	free(list);
}
