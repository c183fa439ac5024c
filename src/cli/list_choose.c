/* SPDX-License-Identifier: MIT */
#include "list_setters.h"

#include "cli.h"
#include "list_options.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int list_set_protocol(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	(void)value;
	request->query.protocols |= natu_protocol_named(row->name);
	return EXIT_OK;
}

int list_set_family(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	(void)value;
	request->query.families |= (uint32_t)row->value;
	return EXIT_OK;
}

/* Address families as netstat and ss name them. What is not here is a protocol's name. */
static const struct {
	const char *name;
	uint32_t family;
	const char *protocol;
} families[] = {
	{ "inet", NATU_IPV4, NULL },
	{ "inet6", NATU_IPV6, NULL },
	{ "link", 0, "packet" },
};

enum { FAMILY_COUNT = sizeof(families) / sizeof(families[0]) };

const char *list_family_at(size_t index)
{
	return index < FAMILY_COUNT ? families[index].name
				    : natu_protocol_name(index - FAMILY_COUNT);
}

static int add_family(struct list_request *request, const char *name)
{
	uint32_t protocol = natu_protocol_named(name);
	const char *nearest;

	for (size_t i = 0; i < FAMILY_COUNT && !protocol; i++) {
		if (strcmp(families[i].name, name) != 0)
			continue;
		request->query.families |= families[i].family;
		if (families[i].family)
			return EXIT_OK;
		protocol = natu_protocol_named(families[i].protocol);
	}
	if (protocol) {
		request->query.protocols |= protocol;
		return EXIT_OK;
	}
	nearest = nearest_word(name, list_family_at);
	if (nearest)
		complain("-A %s: unknown address family; did you mean %s?", name,
			 nearest);
	else
		complain("-A %s: unknown address family: expected one such as %s, or a "
			 "protocol such as %s",
			 name, list_family_at(0), natu_protocol_name(0));
	return EXIT_USAGE;
}

int list_add_families(void *target, const struct option_row *row, const char *value)
{
	char name[32];

	int status = EXIT_OK;

	for (const char *list = value; status == EXIT_OK && list;) {
		size_t length;
		const char *item = take_item(&list, &length);

		if (!length || length >= sizeof(name)) {
			complain("--%s %s: expected names of address families, by commas",
				 row->name, value);
			return EXIT_USAGE;
		}
		memcpy(name, item, length);
		name[length] = '\0';
		status = add_family(target, name);
	}
	return status;
}

int list_set_selection(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	(void)value;
	request->query.selection = (enum natu_selection)row->value;
	return EXIT_OK;
}

/* Sockets chosen by a column: the row's word is the field, or else its name is. */
int list_add_filter(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;
	struct natu_error error;

	if (!natu_filter_add(request->filter, row->word ? row->word : row->name, value,
			     &error))
		return EXIT_OK;
	complain("--%s%s%s: %s", row->name, *value ? " " : "", value, error.text);
	return error.code == NATU_EUSAGE ? EXIT_USAGE : EXIT_TROUBLE;
}

/* The processes named one by one, so that only they are looked into. */
int list_add_pids(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;
	struct natu_query *query = &request->query;
	int status = list_add_filter(target, row, value);
	const char *at = value;
	bool first = !query->pids;

	/* A second --pid only narrows the first. */
	while (status == EXIT_OK && first && query->pid_count < PIDS_MAX) {
		char *end;
		unsigned long pid = strtoul(at, &end, 10);

		/* A range is looked for among all. */
		if (end == at || (*end && *end != ',') || pid > UINT32_MAX)
			break;
		request->pids[query->pid_count++] = (uint32_t)pid;
		if (!*end) {
			query->pids = request->pids;
			return EXIT_OK;
		}
		at = end + 1;
	}
	if (first)
		query->pid_count = 0;
	return status;
}

/* Users by name or number; a socket has its user's number. */
int list_add_users(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;
	struct natu_buffer uids = { 0 };
	struct natu_error error;
	int status = EXIT_OK;

	for (const char *list = value; status == EXIT_OK && list;) {
		size_t length;
		const char *item = take_item(&list, &length);
		char name[64], number[16];
		const struct passwd *user = NULL;

		snprintf(name, sizeof(name), "%.*s", (int)length, item);
		if (length && length < sizeof(name) && !strchr("0123456789", name[0]))
			user = getpwnam(name);
		if (user) {
			snprintf(number, sizeof(number), "%lu",
				 (unsigned long)user->pw_uid);
			natu_buffer_add_text(&uids, number);
		} else if (length && strchr("0123456789", name[0])) {
			natu_buffer_add_text(&uids, name);
		} else if (!length) {
			complain("--%s %s: expected names or numbers of users, by commas",
				 row->name, value);
			status = EXIT_USAGE;
		} else {
			complain("--%s %s: there is no user %s", row->name, value, name);
			status = EXIT_USAGE;
		}
		natu_buffer_add(&uids, list ? "," : "", 1);
	}
	if (status == EXIT_OK && uids.failed) {
		complain("out of memory");
		status = EXIT_TROUBLE;
	}
	if (status == EXIT_OK &&
	    natu_filter_add(request->filter, "uid", uids.data, &error) < 0) {
		complain("--%s %s: %s", row->name, value, error.text);
		status = error.code == NATU_EUSAGE ? EXIT_USAGE : EXIT_TROUBLE;
	}
	natu_buffer_free(&uids);
	return status;
}

int list_all_namespaces(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;

	request->setup.all_netns = true;
	return list_add_set(target, row, value);
}

int list_read_filter(void *target, const struct option_row *row, const char *value)
{
	struct list_request *request = target;
	struct natu_error error;

	(void)row;
	if (!natu_filter_read(request->filter, value, &error))
		return EXIT_OK;
	complain("%s", error.text);
	return error.code == NATU_EUSAGE ? EXIT_USAGE : EXIT_TROUBLE;
}
