/* SPDX-License-Identifier: MIT */
#include "netstat/statistics.h"

#include "netstat/counters.h"
#include "netstat/kinds.h"
#include "netstat/netstat.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <natu/plan.h>

/* The files have some kilobytes. */
enum { FILE_MAX = 1024 * 1024 };

/* A part of the text of a file. */
struct piece {
	const char *text;
	size_t length;
};

/* A section that is being written. */
struct printer {
	const struct netstat_request *request;
	struct piece title;
	/* INPUT or OUTPUT: below that heading, which netstat leaves with the next counter
	 * or section that it knows */
	enum counter_kind place;
};

/* The whole of a file, with a NUL behind it. False with errno set. */
static bool read_file(const char *path, struct natu_buffer *buffer)
{
	FILE *file = fopen(path, "re");
	char block[4096];
	size_t length;

	*buffer = (struct natu_buffer){ 0 };
	if (!file)
		return false;
	while (buffer->used < FILE_MAX &&
	       (length = fread(block, 1, sizeof(block), file)) > 0)
		natu_buffer_add(buffer, block, length);
	natu_buffer_add(buffer, "", 1);
	fclose(file);
	errno = ENOMEM;
	return !buffer->failed;
}

/* Takes a line; false at the end of the text. */
static bool take_line(const char **at, struct piece *line)
{
	*line = (struct piece){ *at, strcspn(*at, "\n") };
	if (!**at)
		return false;
	*at += line->length + ((*at)[line->length] == '\n');
	return true;
}

/* Takes a word; false if the line has no more. */
static bool take_word(struct piece *line, struct piece *word)
{
	size_t blanks = 0, length = 0;

	while (blanks < line->length && strchr(" \t", line->text[blanks]))
		blanks++;
	while (blanks + length < line->length &&
	       !strchr(" \t", line->text[blanks + length]))
		length++;
	*word = (struct piece){ line->text + blanks, length };
	line->text += blanks + length;
	line->length -= blanks + length;
	return length > 0;
}

static bool same(struct piece a, struct piece b)
{
	return a.length == b.length && !memcmp(a.text, b.text, a.length);
}

static bool is_asked(const struct netstat_request *request, const char *protocol)
{
	return !protocol || !request->protocols ||
	       (request->protocols & netstat_protocol_named(protocol));
}

static bool is_shown(const struct printer *printer)
{
	return is_asked(printer->request,
			counters_protocol(printer->title.text, printer->title.length));
}

static void begin_section(struct printer *printer, struct piece title)
{
	printer->title = title;
	if (counters_protocol(title.text, title.length))
		printer->place = ALWAYS;
	if (is_shown(printer))
		printf("%.*s:\n", (int)title.length, title.text);
}

static const char *indent(const struct printer *printer)
{
	return printer->place == ALWAYS ? "    " : "        ";
}

static void move_to(struct printer *printer, enum counter_kind kind)
{
	static const char *const headings[] = {
		[INPUT] = "ICMP input histogram:",
		[OUTPUT] = "ICMP output histogram:",
	};

	if (printer->place != kind)
		printf("%s%s\n", indent(printer), headings[kind]);
	printer->place = kind;
}

static void print_counter(struct printer *printer, struct piece name,
			  unsigned long long value)
{
	const struct counter *counter = counter_named(
		printer->title.text, printer->title.length, name.text, name.length);
	size_t before;

	if (!counter) {
		if (value)
			printf("%s%.*s: %llu\n", indent(printer), (int)name.length,
			       name.text, value);
		return;
	}
	if (counter->kind == INPUT || counter->kind == OUTPUT)
		move_to(printer, counter->kind);
	else if (counter->kind != HIDDEN)
		printer->place = ALWAYS;
	if (counter->kind == HIDDEN || (counter->kind != ALWAYS && !value))
		return;
	before = strcspn(counter->sentence, "#");
	printf("%s%.*s%llu%s\n", indent(printer), (int)before, counter->sentence, value,
	       counter->sentence + before + 1);
}

/* strtoull() stops at what is no digit: at the blank or at the end of the line. */
static unsigned long long number(struct piece word)
{
	return word.length ? strtoull(word.text, NULL, 10) : 0;
}

/* Two lines for each section: the names, and the values. With `only`, just that one. */
static void print_pairs(struct printer *printer, const char *path, const char *at,
			const char *only)
{
	struct piece names, values, title, name, value;

	while (take_line(&at, &names) && take_line(&at, &values)) {
		const char *colon = memchr(names.text, ':', names.length);

		if (!colon && (only || !names.length))
			return;
		if (!colon) {
			fprintf(stderr, "Problem while parsing %s\n", path);
			return;
		}
		title = (struct piece){ names.text, (size_t)(colon - names.text) };
		names.length -= title.length + 1;
		names.text = colon + 1;
		take_word(&values, &value);
		if (only && !same(title, (struct piece){ only, strlen(only) }))
			continue;
		begin_section(printer, title);
		while (is_shown(printer) && take_word(&names, &name)) {
			take_word(&values, &value);
			print_counter(printer, name, number(value));
		}
	}
}

/* Lines of a name and a value. What comes before the 6 is the section's title, which
 * holds for as long as a name has it in it. */
static void print_names(struct printer *printer, const char *at)
{
	struct piece line, name, value;

	while (take_line(&at, &line)) {
		const char *six;

		take_word(&line, &name);
		take_word(&line, &value);
		six = memchr(name.text, '6', name.length);
		if (!printer->title.text ||
		    !memmem(name.text, name.length, printer->title.text,
			    printer->title.length))
			begin_section(printer,
				      (struct piece){ name.text,
						      six ? (size_t)(six + 1 - name.text)
							  : name.length });
		if (is_shown(printer))
			print_counter(printer, name, number(value));
	}
}

/* The same for SCTP, which is a section as a whole. */
static void print_sctp(struct printer *printer, const char *at)
{
	struct piece line, name, value;

	begin_section(printer, (struct piece){ "Sctp", strlen("Sctp") });
	while (take_line(&at, &line))
		if (take_word(&line, &name) && take_word(&line, &value))
			print_counter(printer, name, number(value));
}

/* False: the file is not there, which only some of them may be. */
static bool open_file(const char *path, bool must, struct natu_buffer *text)
{
	if (read_file(path, text))
		return true;
	if (must)
		fprintf(stderr, "cannot open %s: %s\n", path, strerror(errno));
	natu_buffer_free(text);
	return false;
}

static void print_ipv4(const struct netstat_request *request)
{
	struct printer printer = { .request = request };
	struct natu_buffer text;

	if (!open_file("/proc/net/snmp", true, &text))
		return;
	print_pairs(&printer, "/proc/net/snmp", text.data, NULL);
	natu_buffer_free(&text);
	if (open_file("/proc/net/netstat", false, &text))
		print_pairs(&printer, "/proc/net/netstat", text.data, NULL);
	natu_buffer_free(&text);
	if (is_asked(request, "sctp") && open_file("/proc/net/sctp/snmp", false, &text))
		print_sctp(&printer, text.data);
	natu_buffer_free(&text);
}

/* TCP has no counters of its own for IPv6. */
static void print_ipv6(const struct netstat_request *request)
{
	struct printer printer = { .request = request };
	struct natu_buffer text;

	if (!open_file("/proc/net/snmp6", true, &text))
		return;
	print_names(&printer, text.data);
	natu_buffer_free(&text);
	if (open_file("/proc/net/snmp", true, &text))
		print_pairs(&printer, "/proc/net/snmp", text.data, "Tcp");
	natu_buffer_free(&text);
}

int netstat_statistics(const struct netstat_request *request)
{
	const char *names = request->family_names;

	if (!*names || !strcmp(names, "inet")) {
		print_ipv4(request);
	} else if (!strcmp(names, "inet6")) {
		print_ipv6(request);
	} else {
		printf("netstat: No statistics support for specified address family: %s\n",
		       names);
		return NETSTAT_NO_SUPPORT;
	}
	return NETSTAT_OK;
}
