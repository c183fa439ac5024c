/* SPDX-License-Identifier: MIT */
#include "destroy.h"

#include "error.h"
#include "family.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <natu/natu.h>

bool natu_target_is_not_found(const struct natu_target *target)
{
	return target->fate == NATU_REFUSED &&
	       (target->error == ENOENT || target->error == ESTALE);
}

/* --- what was not found --- */

static int compare_cookies(const void *left, const void *right)
{
	const struct natu_target *a = *(struct natu_target *const *)left;
	const struct natu_target *b = *(struct natu_target *const *)right;

	return (a->cookie > b->cookie) - (a->cookie < b->cookie);
}

/* Those that were not found, in the order of their cookies. */
struct missing {
	struct natu_target **targets;
	size_t count;
};

static int is_still_there(void *context, const struct natu_socket *socket)
{
	struct missing *missing = context;
	struct natu_target wanted = { .cookie = socket->cookie }, *key = &wanted;
	struct natu_target **found = NULL;

	if (socket->facts & FACT_COOKIE)
		found = bsearch(&key, missing->targets, missing->count,
				sizeof(struct natu_target *), compare_cookies);
	if (found)
		(*found)->fate = NATU_REFUSED;
	return 0;
}

/* Sets what was not found aside, with the protocols that it is of. True if a list has
 * those that are only bound when it is asked for them. */
static bool take_missing(struct missing *missing, struct natu_target *targets,
			 size_t count, uint32_t *protocols)
{
	bool any_bound = false;

	for (size_t i = 0; i < count; i++) {
		if (!natu_target_is_not_found(&targets[i]))
			continue;
		targets[i].fate = NATU_VANISHED;
		any_bound |= targets[i].is_bound;
		*protocols |= 1U << targets[i].protocol;
		missing->targets[missing->count++] = &targets[i];
	}
	qsort(missing->targets, missing->count, sizeof(struct natu_target *),
	      compare_cookies);
	return any_bound;
}

/* What is listed without being asked for, and sockets that are only bound. */
static struct natu_filter *with_bound(struct natu_error *error)
{
	struct natu_filter *filter = natu_filter_new();

	if (filter && natu_filter_add(filter, "state", "all,bound", error) == 0)
		return filter;
	natu_filter_free(filter);
	natu_fail(error, NATU_ENOMEM, ENOMEM, "closing sockets");
	return NULL;
}

int natu_targets_tell_apart(struct natu *natu, struct natu_target *targets, size_t count,
			    struct natu_error *error)
{
	struct natu_query query = { .facts = natu_target_facts() };
	struct missing missing = { calloc(count + 1, sizeof(struct natu_target *)), 0 };
	const struct natu_sink sink = { .row = is_still_there, .context = &missing };
	struct natu_report report = { 0 };
	struct natu_filter *filter = NULL;
	int result = 0;

	if (!missing.targets)
		return natu_fail(error, NATU_ENOMEM, ENOMEM, "closing sockets");
	if (take_missing(&missing, targets, count, &query.protocols)) {
		filter = with_bound(error);
		result = filter ? 0 : -1;
	}
	query.filter = filter;
	if (!result && missing.count)
		result = natu_list(natu, &query, &sink, &report, error);
	natu_filter_free(filter);
	free(missing.targets);
	return result;
}

/* --- words --- */

const char *natu_fate_name(enum natu_fate fate)
{
	static const char *const names[] = {
		[NATU_UNTOUCHED] = "untouched",
		[NATU_CLOSED] = "closed",
		[NATU_VANISHED] = "vanished",
		[NATU_REFUSED] = "refused",
	};

	return names[fate];
}

const char *natu_target_reason(const struct natu_target *target)
{
	static const struct {
		int error;
		const char *reason;
	} reasons[] = {
		{ EPERM, "closing it takes CAP_NET_ADMIN in its network namespace" },
		{ EACCES, "a security policy forbids it" },
		{ EOPNOTSUPP, "this kernel cannot close such a socket from outside: it "
			      "needs CONFIG_INET_DIAG_DESTROY" },
		{ EBADF, "sock_diag does not list it, so that nothing names it: for RAW "
			 "sockets it needs CONFIG_INET_RAW_DIAG" },
		{ ENOENT, "the kernel finds another socket, or none, by its addresses" },
		{ ESTALE, "the kernel finds another socket, or none, by its addresses" },
	};

	const char *never = natu_families[target->protocol].not_closed;

	if (target->fate != NATU_REFUSED)
		return NULL;
	if (never && (target->error == EOPNOTSUPP || target->error == EBADF))
		return never;
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].error == target->error)
			return reasons[i].reason;
	return strerror(target->error);
}
