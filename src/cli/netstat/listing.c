/* SPDX-License-Identifier: MIT */
#include "netstat/listing.h"

#include "cli.h"
#include "netstat/kinds.h"
#include "netstat/netstat.h"
#include "netstat/rows.h"
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One listing on its way out. */
struct listing {
	const struct netstat_request *request;
	struct natu *natu;
	struct output output;
	struct netstat_rows *rows;
	struct natu_report report;
	bool warned, wants_unix;
	int status;
	/* What is missing, in netstat's words, in the order in which it is told. */
	const char *missing[16];
	size_t missing_count;
};

/* --- what there is --- */

static bool names_nothing(const struct netstat_request *request)
{
	return !request->protocols && !request->families;
}

static uint32_t internet_families(const struct netstat_request *request)
{
	uint32_t families = request->families & (NETSTAT_IPV4 | NETSTAT_IPV6);

	return families ? families : NETSTAT_IPV4 | NETSTAT_IPV6;
}

static bool lists_internet(const struct netstat_request *request)
{
	return names_nothing(request) || request->protocols ||
	       (request->families & (NETSTAT_IPV4 | NETSTAT_IPV6));
}

static bool lists_family(const struct netstat_request *request,
			 const struct netstat_family *family)
{
	return names_nothing(request) || (request->families & netstat_family_bit(family));
}

static int stop_at_first(void *context, const struct natu_socket *socket)
{
	(void)context;
	(void)socket;
	return -ECANCELED;
}

/* The family that a query is narrowed to; 0: it is not. */
static uint32_t natu_families(const struct netstat_request *request)
{
	switch (internet_families(request)) {
	case NETSTAT_IPV4:
		return NATU_IPV4;
	case NETSTAT_IPV6:
		return NATU_IPV6;
	default:
		return 0;
	}
}

static bool is_from_diag(const struct natu *natu, const char *protocol)
{
	for (size_t i = 0; natu_protocol_name(i); i++) {
		const char *source = natu_source_of(natu, i);

		if (!strcmp(natu_protocol_name(i), protocol))
			return source && !strcmp(source, "diag");
	}
	return false;
}

/* Without its file a protocol may be there all the same, where /proc is not. Otherwise
 * the files are believed: to ask the kernel for a protocol can make it load one. */
static bool can_list(struct listing *listing, const char *protocol)
{
	const struct natu_query query = {
		.protocols = natu_protocol_named(protocol),
		.families = natu_families(listing->request),
	};
	const struct natu_sink sink = { .row = stop_at_first };
	struct natu_report report = { 0 };
	struct natu_error error;

	return access("/proc/net", F_OK) < 0 && query.protocols &&
	       (natu_list(listing->natu, &query, &sink, &report, &error) == 0 ||
		error.error == ECANCELED) &&
	       is_from_diag(listing->natu, protocol);
}

static bool has_ipv6(const struct listing *listing,
		     const struct netstat_protocol *protocol)
{
	char file[64];

	snprintf(file, sizeof(file), "%s6", protocol->file);
	return (internet_families(listing->request) & NETSTAT_IPV6) &&
	       access(file, F_OK) == 0;
}

/* What lacks IPv6 is there; what has nothing else is listed, and missed all the same. */
static bool is_there(const struct listing *listing,
		     const struct netstat_protocol *protocol)
{
	const struct netstat_request *request = listing->request;
	bool wants_listeners = request->all || request->listening;

	if (!(internet_families(request) & NETSTAT_IPV4))
		return has_ipv6(listing, protocol);
	if (protocol->connections && !wants_listeners)
		return access(protocol->connections, F_OK) == 0;
	return access(protocol->file, F_OK) == 0;
}

static void miss(struct listing *listing, const char *feature)
{
	if (listing->missing_count <
	    sizeof(listing->missing) / sizeof(listing->missing[0]))
		listing->missing[listing->missing_count++] = feature;
}

/* A feature that is not there: what was asked for by name ends the listing. True if it
 * goes on. */
static bool goes_on_without(struct listing *listing, const char *feature, bool by_name)
{
	if (by_name || (listing->request->verbose && names_nothing(listing->request)))
		miss(listing, feature);
	if (by_name)
		listing->status = NETSTAT_NO_SUPPORT;
	return !by_name;
}

/* What the kernel has, and natu does not. */
static void tell_not_listed(struct listing *listing, const char *feature,
			    const char *file, bool by_name)
{
	complain("%s: these sockets are not listed: see %s", feature, file);
	if (by_name)
		listing->status = NETSTAT_NO_SUPPORT;
}

/* A protocol without its IPv6 half is no less there. */
static bool goes_on_without_protocol(struct listing *listing,
				     const struct netstat_protocol *protocol,
				     bool by_name)
{
	if (!(internet_families(listing->request) & NETSTAT_IPV4))
		return true;
	/* netstat looks for listeners and for connections, and misses both. */
	if (protocol->connections && listing->request->all && !by_name)
		goes_on_without(listing, protocol->feature, by_name);
	return goes_on_without(listing, protocol->feature, by_name);
}

/* The internet's protocols that are to be listed, up to one that is missed. */
static uint32_t choose_protocols(struct listing *listing)
{
	const struct netstat_request *request = listing->request;
	uint32_t chosen = 0;

	for (size_t i = 0; netstat_protocols[i].name; i++) {
		const struct netstat_protocol *protocol = &netstat_protocols[i];
		bool by_name = request->protocols >> i & 1;

		if (request->protocols && !by_name)
			continue;
		if (is_there(listing, protocol) || can_list(listing, protocol->name)) {
			chosen |= natu_protocol_named(protocol->name);
			continue;
		}
		if (has_ipv6(listing, protocol))
			chosen |= natu_protocol_named(protocol->name);
		if (!goes_on_without_protocol(listing, protocol, by_name))
			break;
	}
	return chosen;
}

/* The same for UNIX sockets; the title of their section is printed in any case. Beside
 * the internet's families, theirs does not count as named, unless protocols are. */
static uint32_t choose_unix(struct listing *listing)
{
	const struct netstat_family *family = netstat_family_named("unix");
	const struct netstat_request *request = listing->request;
	bool by_name = (request->families & NETSTAT_UNIX) &&
		       (request->protocols ||
			!(request->families & (NETSTAT_IPV4 | NETSTAT_IPV6)));

	listing->wants_unix = lists_family(request, family);
	if (!listing->wants_unix)
		return 0;
	if (access(family->file, F_OK) == 0 || can_list(listing, family->name))
		return natu_protocol_named(family->name);
	goes_on_without(listing, family->feature, by_name);
	return 0;
}

/* The families of which natu has no sockets: netstat's messages where they are not there,
 * and one of natu's own where they are. */
static void tell_other_families(struct listing *listing)
{
	const struct netstat_request *request = listing->request;

	for (const struct netstat_family *family = netstat_families; family->name;
	     family++) {
		bool by_name = request->families & netstat_family_bit(family);

		if (!family->feature || netstat_family_bit(family) == NETSTAT_UNIX ||
		    !lists_family(request, family) || (!by_name && family->tool))
			continue;
		if (family->tool) {
			fprintf(stderr,
				"netstat: feature `%s' not supported.\n"
				"natu does not list these sockets: use %s.\n",
				family->feature, family->tool);
			listing->status = NETSTAT_NO_SUPPORT;
			return;
		}
		if (access(family->file, F_OK) < 0) {
			if (!goes_on_without(listing, family->feature, by_name))
				return;
		} else {
			tell_not_listed(listing, family->feature, family->file, by_name);
		}
	}
}

/* --- rows --- */

/* As netstat does, before the first line. */
static void warn_of_hidden_processes(struct listing *listing)
{
	const struct natu_report *report = &listing->report;

	if (listing->warned || !listing->request->programs || !report->processes_denied)
		return;
	listing->warned = true;
	if (report->descriptors)
		fputs("(Not all processes could be identified, non-owned process info\n"
		      " will not be shown, you would have to be root to see it all.)\n",
		      stderr);
	else
		fprintf(stderr,
			"(No info could be read for \"-p\": geteuid()=%ld but you should be root.)\n",
			(long)geteuid());
}

/* The second section begins with its first row, or when all is listed. */
static void begin_unix(struct listing *listing)
{
	if (listing->wants_unix)
		netstat_rows_head(listing->rows, listing->rows->unix_protocol,
				  &listing->output.text);
	listing->wants_unix = false;
}

static int row(void *context, const struct natu_socket *socket)
{
	struct listing *listing = context;

	warn_of_hidden_processes(listing);
	if (natu_socket_protocol(socket) == listing->rows->unix_protocol)
		begin_unix(listing);
	netstat_rows_add(listing->rows, socket, &listing->output.text);
	return output_settle(&listing->output);
}

/* What was lost, in natu's words, since netstat has none for it. What /proc lacks netstat
 * never had. */
static void tell_losses(struct listing *listing, const struct natu_error *error)
{
	const struct natu_report *report = &listing->report;
	bool told = !error || listing->output.error;

	for (size_t i = 0; i < report->count; i++) {
		if (report->notices[i].kind != NATU_LOST_SOCKETS)
			continue;
		complain("%s", report->notices[i].text);
		told = true;
	}
	if (!told)
		complain("%s", error->text);
	if (error)
		listing->status = NETSTAT_BROKEN;
}

static void list_rows(struct listing *listing, uint32_t protocols, uint32_t families)
{
	const struct netstat_request *request = listing->request;
	const struct natu_query query = {
		.protocols = protocols,
		.families = families,
		/* Their order is not that of sock_diag. */
		.from_proc = 1U << listing->rows->sctp_protocol,
		.facts = netstat_rows_facts(listing->rows, listing->wants_unix),
		.selection = listing->rows->look.selection,
		.in_order = true,
		.look_anyway = request->programs,
	};
	const struct natu_sink sink = { .row = row, .context = listing };
	struct natu_error error;
	int result;

	if (!query.protocols)
		return;
	result = natu_list(listing->natu, &query, &sink, &listing->report, &error);
	warn_of_hidden_processes(listing);
	tell_losses(listing, result < 0 ? &error : NULL);
}

/* Where a choice of the family is none for SCTP, it takes three listings: netstat's order
 * is that of the table of protocols. To narrow what is not there would ask for it. */
static void list_all_rows(struct listing *listing, uint32_t internet, uint32_t others)
{
	const uint32_t sctp = internet & (1U << listing->rows->sctp_protocol);
	const uint32_t families = internet ? natu_families(listing->request) : 0;

	if (!sctp || !families) {
		list_rows(listing, internet | others, families);
		return;
	}
	list_rows(listing, internet & (sctp - 1), families);
	list_rows(listing, sctp, 0);
	internet &= ~(sctp | (sctp - 1));
	list_rows(listing, internet | others, internet ? families : 0);
}

static void tell_missing(struct listing *listing)
{
	output_flush(&listing->output);
	for (size_t i = 0; i < listing->missing_count; i++)
		fprintf(stderr, "netstat: no support for `%s' on this system.\n",
			listing->missing[i]);
}

static void list_sections(struct listing *listing)
{
	const struct netstat_request *request = listing->request;
	uint32_t internet = 0, others = 0;

	if (lists_internet(request)) {
		internet = choose_protocols(listing);
		netstat_rows_head(listing->rows, listing->rows->raw_protocol,
				  &listing->output.text);
	}
	if (listing->status == NETSTAT_OK)
		others = choose_unix(listing);
	list_all_rows(listing, internet, others);
	begin_unix(listing);
	if (listing->status == NETSTAT_OK)
		tell_other_families(listing);
	tell_missing(listing);
}

int netstat_list(struct natu *natu, struct netstat_rows *rows)
{
	struct listing listing = { .request = rows->request, .natu = natu, .rows = rows };
	int written;

	output_open(&listing.output, STDOUT_FILENO);
	list_sections(&listing);
	written = output_close(&listing.output);
	if (written < 0) {
		complain("writing the list: %s", strerror(-written));
		return EXIT_TROUBLE;
	}
	return listing.status;
}
