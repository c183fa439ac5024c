/* SPDX-License-Identifier: MIT */
#include "resolve/dns.h"

#include <stdlib.h>
#include <time.h>

int64_t monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#ifdef NATU_CARES

#define CARES_NO_DEPRECATED
#include <ares.h>
#include <dlfcn.h>
#include <netdb.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

/*
 * By c-ares, which is loaded only now: no other list has to pay for it. It is asked for
 * DNS alone, since /etc/hosts has been read already.
 */

/* Questions on their way at a time: more would overrun the buffers of servers. */
enum { ASKED_MOST = 256, TRIES = 3, PATIENCE_LEAST_MS = 50 };

#define LIBRARY "libcares.so.2"

struct cares {
	__typeof__(ares_library_init) *library_init;
	__typeof__(ares_library_cleanup) *library_cleanup;
	__typeof__(ares_init_options) *init_options;
	__typeof__(ares_query) *query;
	__typeof__(ares_parse_ptr_reply) *parse_ptr_reply;
	__typeof__(ares_free_hostent) *free_hostent;
	__typeof__(ares_getsock) *getsock;
	__typeof__(ares_timeout) *timeout;
	__typeof__(ares_process_fd) *process_fd;
	__typeof__(ares_cancel) *cancel;
	__typeof__(ares_destroy) *destroy;
};

struct dns {
	void *library;
	struct cares cares;
	ares_channel channel;
	size_t next;  /* the first host that was not looked at */
	size_t asked; /* whose answers are awaited */
};

static bool find_functions(struct dns *dns)
{
	static const struct {
		const char *name;
		size_t offset;
	} functions[] = {
		{ "ares_library_init", offsetof(struct cares, library_init) },
		{ "ares_library_cleanup", offsetof(struct cares, library_cleanup) },
		{ "ares_init_options", offsetof(struct cares, init_options) },
		{ "ares_query", offsetof(struct cares, query) },
		{ "ares_parse_ptr_reply", offsetof(struct cares, parse_ptr_reply) },
		{ "ares_free_hostent", offsetof(struct cares, free_hostent) },
		{ "ares_getsock", offsetof(struct cares, getsock) },
		{ "ares_timeout", offsetof(struct cares, timeout) },
		{ "ares_process_fd", offsetof(struct cares, process_fd) },
		{ "ares_cancel", offsetof(struct cares, cancel) },
		{ "ares_destroy", offsetof(struct cares, destroy) },
	};

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		void *function = dlsym(dns->library, functions[i].name);

		if (!function)
			return false;
		memcpy((char *)&dns->cares + functions[i].offset, &function,
		       sizeof(function));
	}
	return true;
}

static bool open_channel(struct dns *dns, double seconds)
{
	char lookups[] = "b";
	double patience = seconds * 1000 / TRIES;
	struct ares_options options = {
		.timeout = patience > PATIENCE_LEAST_MS ? (int)patience
							: PATIENCE_LEAST_MS,
		.tries = TRIES,
		.lookups = lookups,
	};

	if (dns->cares.library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
		return false;
	if (dns->cares.init_options(&dns->channel, &options,
				    ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
					    ARES_OPT_LOOKUPS) == ARES_SUCCESS)
		return true;
	dns->cares.library_cleanup();
	return false;
}

struct dns *dns_open(double seconds, const char **why)
{
	struct dns *dns = calloc(1, sizeof(*dns));

	*why = "there is no memory for it";
	if (!dns)
		return NULL;
	*why = "the library " LIBRARY " (c-ares) is not here";
	dns->library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (dns->library) {
		*why = "c-ares cannot be started";
		if (find_functions(dns) && open_channel(dns, seconds))
			return dns;
		dlclose(dns->library);
	}
	free(dns);
	return NULL;
}

void dns_close(struct dns *dns)
{
	if (!dns)
		return;
	dns->cares.destroy(dns->channel);
	dns->cares.library_cleanup();
	dlclose(dns->library);
	free(dns);
}

void dns_restart(struct dns *dns)
{
	if (dns)
		dns->next = 0;
}

/* What one question needs to know of when its answer comes. */
struct question {
	struct dns *dns;
	struct host *host;
};

static size_t address_length(const struct host *host)
{
	return host->address.family == AF_INET ? 4 : 16;
}

static void take_name(const struct dns *dns, struct host *host,
		      const unsigned char *answer, int length)
{
	struct hostent *entry = NULL;
	int status = dns->cares.parse_ptr_reply(answer, length, host->address.bytes,
						(int)address_length(host),
						host->address.family, &entry);

	/* An answer without a name, or one that is none, is an answer. */
	host_name(host, status == ARES_SUCCESS && entry->h_name ? entry->h_name : "");
	if (entry)
		dns->cares.free_hostent(entry);
}

/* An answer, that there is no such name, or that it was given up. */
static void take_answer(void *argument, int status, int timeouts, unsigned char *answer,
			int length)
{
	struct question *question = argument;

	(void)timeouts;
	question->dns->asked--;
	if (status == ARES_SUCCESS)
		take_name(question->dns, question->host, answer, length);
	else if (status == ARES_ENOTFOUND || status == ARES_ENODATA)
		host_name(question->host, "");
	else
		question->host->state = HOST_LOST;
	free(question);
}

/* "1.0.0.10.in-addr.arpa", RFC 1035 and RFC 3596. */
static void reverse_name(const struct host *host, char name[80])
{
	static const char hex[16] = "0123456789abcdef";
	const uint8_t *bytes = host->address.bytes;
	char *at = name;

	if (host->address.family == AF_INET) {
		snprintf(name, 80, "%u.%u.%u.%u.in-addr.arpa", bytes[3], bytes[2],
			 bytes[1], bytes[0]);
		return;
	}
	for (size_t i = 16; i-- > 0;) {
		*at++ = hex[bytes[i] & 15];
		*at++ = '.';
		*at++ = hex[bytes[i] >> 4];
		*at++ = '.';
	}
	strcpy(at, "ip6.arpa");
}

static void ask(struct dns *dns, struct host *host)
{
	enum { CLASS_IN = 1, TYPE_PTR = 12 };
	struct question *question = malloc(sizeof(*question));
	char name[80];

	if (!question) {
		host->state = HOST_LOST;
		return;
	}
	*question = (struct question){ dns, host };
	host->state = HOST_ASKED;
	dns->asked++;
	reverse_name(host, name);
	dns->cares.query(dns->channel, name, CLASS_IN, TYPE_PTR, take_answer, question);
}

static void ask_more(struct dns *dns, const struct hosts *hosts)
{
	while (dns->asked < ASKED_MOST && dns->next < hosts->count) {
		struct host *host = hosts->list[dns->next++];

		if (host->state == HOST_NEW)
			ask(dns, host);
	}
}

/* Until an answer is there to be read, a question has to be asked again, or the time has
 * come. */
static int wait_for_answers(struct dns *dns, struct pollfd *polled, int64_t left)
{
	ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
	unsigned int mask = (unsigned int)dns->cares.getsock(dns->channel, sockets,
							     ARES_GETSOCK_MAXNUM);
	struct timeval most = { left / 1000, left % 1000 * 1000 }, again, *wait;
	int count = 0;

	for (int i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
		/* As ARES_GETSOCK_READABLE() and _WRITABLE(), which overflow. */
		bool reads = mask >> i & 1,
		     writes = mask >> (ARES_GETSOCK_MAXNUM + i) & 1;
		short events = (short)((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));

		if (events)
			polled[count++] = (struct pollfd){ .fd = sockets[i],
							   .events = events };
	}
	wait = dns->cares.timeout(dns->channel, &most, &again);
	poll(polled, (nfds_t)count,
	     (int)(wait->tv_sec * 1000 + (wait->tv_usec + 999) / 1000));
	return count;
}

static void read_answers(struct dns *dns, const struct pollfd *polled, int count)
{
	const short readable = POLLIN | POLLERR | POLLHUP;

	/* With nothing to read it asks again what was not answered. */
	dns->cares.process_fd(dns->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	for (int i = 0; i < count; i++)
		if (polled[i].revents)
			dns->cares.process_fd(
				dns->channel,
				polled[i].revents & readable ? polled[i].fd
							     : ARES_SOCKET_BAD,
				polled[i].revents & POLLOUT ? polled[i].fd
							    : ARES_SOCKET_BAD);
}

void dns_ask(struct dns *dns, struct hosts *hosts, int64_t deadline_ms)
{
	struct pollfd polled[ARES_GETSOCK_MAXNUM];
	int64_t left = deadline_ms - monotonic_ms();

	for (; left > 0; left = deadline_ms - monotonic_ms()) {
		int count;

		ask_more(dns, hosts);
		if (!dns->asked)
			break;
		count = wait_for_answers(dns, polled, left);
		read_answers(dns, polled, count);
	}
	dns->cares.cancel(dns->channel);
	for (; dns->next < hosts->count; dns->next++)
		if (hosts->list[dns->next]->state == HOST_NEW)
			hosts->list[dns->next]->state = HOST_LOST;
}

#else

struct dns *dns_open(double seconds, const char **why)
{
	(void)seconds;
	*why = "this natu was built without c-ares";
	return NULL;
}

void dns_close(struct dns *dns)
{
	(void)dns;
}

void dns_restart(struct dns *dns)
{
	(void)dns;
}

void dns_ask(struct dns *dns, struct hosts *hosts, int64_t deadline_ms)
{
	(void)dns;
	(void)hosts;
	(void)deadline_ms;
}

#endif
