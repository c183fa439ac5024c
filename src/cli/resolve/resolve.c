/* SPDX-License-Identifier: MIT */
#include "resolve/resolve.h"

#include "resolve/dns.h"
#include "resolve/hosts.h"
#include "resolve/services.h"

#include <stdio.h>
#include <stdlib.h>

struct resolve {
	struct natu_resolver resolver;
	double seconds;
	int64_t deadline_ms; /* 0: nothing has been asked for in this listing */
	struct hosts hosts;
	bool has_hosts; /* /etc/hosts has been read */
	struct dns *dns;
	const char *why_not; /* there is no dns, and this is why; NULL: not tried */
	struct services *services;
};

static void want(void *context, const struct natu_address *address)
{
	struct resolve *resolve = context;

	if (!resolve->has_hosts)
		hosts_read(&resolve->hosts, "/etc/hosts");
	resolve->has_hosts = true;
	hosts_want(&resolve->hosts, address);
}

static bool has_questions(const struct hosts *hosts)
{
	for (size_t i = 0; i < hosts->count; i++)
		if (hosts->list[i]->state == HOST_NEW)
			return true;
	return false;
}

static void wait(void *context)
{
	struct resolve *resolve = context;

	if (!has_questions(&resolve->hosts))
		return;
	if (!resolve->deadline_ms)
		resolve->deadline_ms = monotonic_ms() +
				       (int64_t)(resolve->seconds * 1000);
	if (!resolve->dns && !resolve->why_not)
		resolve->dns = dns_open(resolve->seconds, &resolve->why_not);
	if (resolve->dns)
		dns_ask(resolve->dns, &resolve->hosts, resolve->deadline_ms);
}

static const char *host(void *context, const struct natu_address *address)
{
	const struct resolve *resolve = context;
	const struct host *host = hosts_find(&resolve->hosts, address);

	return host ? host->name : NULL;
}

static const char *service(void *context, const char *protocol, uint16_t port)
{
	struct resolve *resolve = context;

	if (!resolve->services)
		resolve->services = services_new();
	return resolve->services ? services_name(resolve->services, protocol, port)
				 : NULL;
}

struct resolve *resolve_new(double seconds)
{
	struct resolve *resolve = calloc(1, sizeof(*resolve));

	if (!resolve)
		return NULL;
	resolve->resolver = (struct natu_resolver){ want, wait, host, service, resolve };
	resolve->seconds = seconds;
	return resolve;
}

void resolve_free(struct resolve *resolve)
{
	if (!resolve)
		return;
	dns_close(resolve->dns);
	hosts_free(&resolve->hosts);
	services_free(resolve->services);
	free(resolve);
}

/* What was lost in the last listing is asked for again. */
const struct natu_resolver *resolve_begin(struct resolve *resolve)
{
	for (size_t i = 0; i < resolve->hosts.count; i++)
		if (resolve->hosts.list[i]->state == HOST_LOST)
			resolve->hosts.list[i]->state = HOST_NEW;
	dns_restart(resolve->dns);
	resolve->deadline_ms = 0;
	return &resolve->resolver;
}

void resolve_report(const struct resolve *resolve, struct natu_report *report)
{
	struct natu_notice notice = { .kind = NATU_LOST_COLUMNS };
	size_t lost = 0;

	for (size_t i = 0; i < resolve->hosts.count; i++)
		lost += resolve->hosts.list[i]->state == HOST_LOST ||
			resolve->hosts.list[i]->state == HOST_NEW;
	if (!lost ||
	    report->count == sizeof(report->notices) / sizeof(report->notices[0]))
		return;
	if (resolve->dns)
		snprintf(notice.text, sizeof(notice.text),
			 "%zu address%s without a name: no answer from DNS in %g s", lost,
			 lost == 1 ? "" : "es", resolve->seconds);
	else
		snprintf(notice.text, sizeof(notice.text),
			 "%zu address%s without a name: they were looked for in "
			 "/etc/hosts only, as %s",
			 lost, lost == 1 ? "" : "es", resolve->why_not);
	report->notices[report->count++] = notice;
}

natu_facts resolve_facts(void)
{
	natu_facts facts = 0;

	for (size_t i = 0; natu_column_at(i); i++)
		if (natu_column_sets(natu_column_at(i)) & NATU_SET_NAMES)
			facts |= natu_column_facts(natu_column_at(i));
	return facts;
}
