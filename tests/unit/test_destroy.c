/* SPDX-License-Identifier: MIT */
#include "family.h"
#include "test.h"

#include <errno.h>
#include <natu/destroy.h>
#include <natu/natu.h>
#include <string.h>

/* What closing takes is in tests/live/kill; here is what is refused without asking the
 * kernel. */

static struct natu *opened(const struct natu_setup *setup)
{
	struct natu_error error;
	struct natu *natu = natu_open(setup, &error);

	CU_ASSERT_PTR_NOT_NULL(natu);
	return natu;
}

TEST(destroy_nothing)
{
	struct natu *natu = opened(&(struct natu_setup){ 0 });
	struct natu_error error;

	CU_ASSERT_EQUAL(natu_destroy(natu, NULL, 0, &error), 0);
	natu_close(natu);
}

TEST(destroy_what_has_no_name)
{
	struct natu *natu = opened(&(struct natu_setup){ 0 });
	struct natu_socket socket = { .family = &natu_families[0], .facts = FACT_BASE };
	struct natu_target targets[2];
	struct natu_error error;

	targets[0] = natu_target_of(&socket);
	CU_ASSERT_EQUAL(targets[0].fate, NATU_UNTOUCHED);
	CU_ASSERT_PTR_NULL(natu_target_reason(&targets[0]));
	/* An internet socket that /proc told of. */
	socket.facts |= FACT_INET;
	socket.local_port = 22;
	targets[1] = natu_target_of(&socket);
	CU_ASSERT_EQUAL(targets[1].local_port, 22);
	CU_ASSERT_EQUAL(natu_destroy(natu, targets, 2, &error), 0);
	for (size_t i = 0; i < 2; i++)
		CU_ASSERT_EQUAL(targets[i].fate, NATU_REFUSED);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(natu_target_reason(&targets[0]), "cannot close such a socket"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(natu_target_reason(&targets[1]), "does not list it"));
	natu_close(natu);
}

TEST(target_holds_what_the_row_has)
{
	struct natu_socket socket = {
		.family = &natu_families[0],
		.facts = FACT_BASE | FACT_INET | FACT_COOKIE,
		.cookie = 77,
		.interface = 3, /* without its fact it means nothing */
		.local_port = 1,
		.peer_port = 2,
	};
	struct natu_target target = natu_target_of(&socket);

	CU_ASSERT_EQUAL(target.cookie, 77);
	CU_ASSERT_EQUAL(target.interface, 0);
	CU_ASSERT_EQUAL(target.peer_port, 2);
	socket.facts |= FACT_INTERFACE;
	CU_ASSERT_EQUAL(natu_target_of(&socket).interface, 3);
	CU_ASSERT_EQUAL(natu_target_facts() & FACT_COOKIE, FACT_COOKIE);
}

TEST(destroy_elsewhere)
{
	struct natu *natu = opened(&(struct natu_setup){ .proc_root = "/proc" });
	struct natu_target target = { 0 };
	struct natu_error error;

	CU_ASSERT_EQUAL(natu_destroy(natu, &target, 1, &error), -1);
	CU_ASSERT_EQUAL(error.code, NATU_EUSAGE);
	CU_ASSERT_EQUAL(target.fate, NATU_UNTOUCHED);
	natu_close(natu);
}

TEST(fates_have_names)
{
	struct natu_target target = { .fate = NATU_REFUSED, .error = ENOBUFS };

	CU_ASSERT_STRING_EQUAL(natu_fate_name(NATU_CLOSED), "closed");
	CU_ASSERT_STRING_EQUAL(natu_fate_name(NATU_VANISHED), "vanished");
	CU_ASSERT_STRING_EQUAL(natu_fate_name(NATU_REFUSED), "refused");
	CU_ASSERT_STRING_EQUAL(natu_target_reason(&target), strerror(ENOBUFS));
}
