/* SPDX-License-Identifier: MIT */
#include "expression.h"
#include "filter/lower.h"
#include "filter/print.h"
#include "filter/tree.h"
#include "machine.h"
#include "state.h"
#include "test.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EXPRESSIONS = 4000, SAMPLES = 60 };

static struct nlmsghdr some_message;

static struct natu_request request_of_all(void)
{
	return (struct natu_request){
		.family = &natu_families[0],
		.families = NATU_IPV4 | NATU_IPV6,
		.states = STATES_LISTED,
		.facts = FACT_BASE | FACT_INET,
	};
}

static struct natu_filter *filter_of(const char *text)
{
	struct natu_filter *filter = natu_filter_new();
	struct natu_error error;

	if (natu_filter_parse(filter, text, &error) < 0) {
		printf("%s: %s\n", text, error.text);
		natu_filter_free(filter);
		return NULL;
	}
	return filter;
}

/* One expression over many sockets: the library alone, the library behind the kernel, and
 * the model must say the same. Returns false at the first that does not. */
static bool agrees(struct dice *dice, const struct expression *expression,
		   const char *text)
{
	struct natu_filter *filter = filter_of(text);
	struct natu_request request = request_of_all();
	bool agreed = filter != NULL;

	if (!filter)
		return false;
	natu_filter_narrow(filter, &request);
	if (request.bytecode_length &&
	    machine_audit(request.bytecode, request.bytecode_length)) {
		printf("%s: %s\n", text,
		       machine_audit(request.bytecode, request.bytecode_length));
		agreed = false;
	}
	for (unsigned int i = 0; agreed && i < SAMPLES; i++) {
		struct natu_socket socket;
		struct sample sample;
		int wanted;

		sample_roll(&sample, dice);
		sample.message = &some_message;
		sample_fill(&sample, &socket);
		wanted = expression_value(expression, &sample);
		agreed = (int)natu_filter_test(filter, &socket) == wanted &&
			 (wanted != 2 || sample_is_sent(&sample, &request));
		if (!agreed)
			printf("%s: state %u ports %u %u device %u: %d, not %d%s\n", text,
			       sample.state, sample.ports[0], sample.ports[1],
			       sample.device, natu_filter_test(filter, &socket), wanted,
			       sample_is_sent(&sample, &request) ? "" : " (not sent)");
	}
	natu_filter_free(filter);
	return agreed;
}

TEST(the_same_rows_as_the_model)
{
	struct dice dice = { 0x6e617475 };
	struct expression pool[EXPRESSIONS_MAX];
	char text[EXPRESSION_TEXT];

	for (unsigned int i = 0; i < EXPRESSIONS; i++) {
		struct expression *expression;
		size_t used = 0;

		expression = expression_roll(pool, &used, &dice, 5);
		text[0] = '\0';
		expression_write(expression, &dice, text);
		CU_ASSERT_TRUE_FATAL(agrees(&dice, expression, text));
	}
}

/* What is printed of a tree is the same tree when it is read again. */
TEST(printing_and_reading)
{
	struct dice dice = { 0x1234567 };
	struct expression pool[EXPRESSIONS_MAX];
	char text[EXPRESSION_TEXT];

	for (unsigned int i = 0; i < EXPRESSIONS; i++) {
		struct natu_buffer first = { 0 }, second = { 0 };
		struct natu_filter *filter, *again;
		size_t used = 0;

		text[0] = '\0';
		expression_write(expression_roll(pool, &used, &dice, 4), &dice, text);
		filter = filter_of(text);
		CU_ASSERT_PTR_NOT_NULL_FATAL(filter);
		natu_node_print(&filter->root, &first);
		natu_buffer_add(&first, "", 1);
		again = filter_of(first.data);
		CU_ASSERT_PTR_NOT_NULL_FATAL(again);
		natu_node_print(&again->root, &second);
		natu_buffer_add(&second, "", 1);
		CU_ASSERT_STRING_EQUAL_FATAL(first.data, second.data);
		natu_buffer_free(&first);
		natu_buffer_free(&second);
		natu_filter_free(filter);
		natu_filter_free(again);
	}
}

/* What is decided before all is known stays decided: an early look drops no row that a
 * later one would keep, and keeps none that it would drop. */
TEST(early_and_final)
{
	static const natu_facts some[] = { FACT_UID, FACT_QUEUES, FACT_MARK };
	struct dice dice = { 0xea51e5 };
	struct expression pool[EXPRESSIONS_MAX];
	char text[EXPRESSION_TEXT];
	unsigned int decided = 0, undecided = 0;

	for (unsigned int i = 0; i < EXPRESSIONS / 4; i++) {
		struct natu_filter *filter;
		size_t used = 0;

		text[0] = '\0';
		expression_write(expression_roll(pool, &used, &dice, 4), &dice, text);
		filter = filter_of(text);
		CU_ASSERT_PTR_NOT_NULL_FATAL(filter);
		for (unsigned int s = 0; s < SAMPLES; s++) {
			struct natu_socket socket;
			struct sample sample;
			enum natu_truth final, early;

			sample_roll(&sample, &dice);
			sample_fill(&sample, &socket);
			final = natu_filter_test(filter, &socket);
			for (unsigned int f = 0; f < 3; f++)
				if (roll(&dice, 2)) {
					socket.facts &= ~some[f];
					socket.asked &= ~some[f];
				}
			early = natu_filter_test(filter, &socket);
			CU_ASSERT_TRUE_FATAL(early == final || early == NATU_UNKNOWN);
			decided += early == final;
			undecided += early != final;
		}
		natu_filter_free(filter);
	}
	CU_ASSERT_TRUE(decided > 1000 && undecided > 1000);
}

/* Kleene's logic keeps De Morgan's laws. */
TEST(de_morgan)
{
	struct dice dice = { 0xde4042 };
	struct expression pool[EXPRESSIONS_MAX];

	for (unsigned int i = 0; i < EXPRESSIONS / 4; i++) {
		char a[EXPRESSION_TEXT] = "", b[EXPRESSION_TEXT] = "";
		char text[4][2 * EXPRESSION_TEXT + 32];
		struct natu_filter *filters[4];
		size_t used = 0;

		expression_write(expression_roll(pool, &used, &dice, 2), &dice, a);
		expression_write(expression_roll(pool, &used, &dice, 2), &dice, b);
		snprintf(text[0], sizeof(text[0]), "not ((%s) and (%s))", a, b);
		snprintf(text[1], sizeof(text[1]), "not (%s) or not (%s)", a, b);
		snprintf(text[2], sizeof(text[2]), "not ((%s) or (%s))", a, b);
		snprintf(text[3], sizeof(text[3]), "not (%s) and not (%s)", a, b);
		for (unsigned int f = 0; f < 4; f++) {
			filters[f] = filter_of(text[f]);
			CU_ASSERT_PTR_NOT_NULL_FATAL(filters[f]);
		}
		for (unsigned int s = 0; s < SAMPLES; s++) {
			struct natu_socket socket;
			struct sample sample;

			sample_roll(&sample, &dice);
			sample_fill(&sample, &socket);
			CU_ASSERT_EQUAL(natu_filter_test(filters[0], &socket),
					natu_filter_test(filters[1], &socket));
			CU_ASSERT_EQUAL(natu_filter_test(filters[2], &socket),
					natu_filter_test(filters[3], &socket));
		}
		for (unsigned int f = 0; f < 4; f++)
			natu_filter_free(filters[f]);
	}
}

/* ---- the kernel itself ---- */

/* Asks for the listeners with this program. Returns the errno of the answer, 0 when it is
 * taken. */
static int kernel_says(int netlink, const void *program, size_t length)
{
	struct {
		struct nlmsghdr header;
		struct inet_diag_req_v2 body;
		struct nlattr attribute;
		unsigned char program[NATU_BYTECODE_MAX];
	} message = {
		.header = { .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.body = { .sdiag_family = AF_INET,
			  .sdiag_protocol = IPPROTO_TCP,
			  .idiag_states = 1 << STATE_LISTEN },
		.attribute = { .nla_type = INET_DIAG_REQ_BYTECODE },
	};
	int refused = -1;

	memcpy(message.program, program, length);
	message.attribute.nla_len = (uint16_t)(sizeof(message.attribute) + length);
	message.header.nlmsg_len =
		(uint32_t)(offsetof(__typeof__(message), program) + length);
	if (send(netlink, &message, message.header.nlmsg_len, 0) < 0)
		return errno;
	while (refused < 0) {
		_Alignas(8) unsigned char answer[65536];
		ssize_t received = recv(netlink, answer, sizeof(answer), 0);
		int left = (int)received;

		if (received <= 0)
			return EIO;
		for (struct nlmsghdr *one = (void *)answer; mnl_nlmsg_ok(one, left);
		     one = mnl_nlmsg_next(one, &left)) {
			if (one->nlmsg_type == NLMSG_DONE ||
			    one->nlmsg_type == NLMSG_ERROR)
				refused = -*(int *)mnl_nlmsg_get_payload(one);
		}
	}
	return refused;
}

TEST(the_kernel_takes_every_program)
{
	int netlink = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	struct dice dice = { 0x4b45524e };
	struct expression pool[EXPRESSIONS_MAX];
	/* Port 1 or more: what every kernel since 2.6 can be asked. */
	static const unsigned char good[] = { 2, 8, 12, 0, 0, 0, 1, 0 };
	static const unsigned char bad[] = { 200, 4, 8, 0 };
	unsigned int taken = 0;
	char text[EXPRESSION_TEXT];

	if (netlink < 0 || kernel_says(netlink, good, sizeof(good))) {
		if (netlink >= 0)
			close(netlink);
		return test_skip("no sock_diag here");
	}
	/* The question is one that can be answered with no. */
	CU_ASSERT_EQUAL(kernel_says(netlink, bad, sizeof(bad)), EINVAL);
	CU_ASSERT_STRING_EQUAL(machine_audit(bad, sizeof(bad)),
			       "unknown operation or bad host");
	CU_ASSERT_PTR_NULL(machine_audit(good, sizeof(good)));
	for (unsigned int i = 0; i < EXPRESSIONS / 4; i++) {
		struct natu_request request = request_of_all();
		struct natu_filter *filter;
		size_t used = 0;
		int refused;

		text[0] = '\0';
		expression_write(expression_roll(pool, &used, &dice, 5), &dice, text);
		filter = filter_of(text);
		CU_ASSERT_PTR_NOT_NULL_FATAL(filter);
		natu_filter_narrow(filter, &request);
		natu_filter_free(filter);
		if (!request.bytecode_length)
			continue;
		refused = kernel_says(netlink, request.bytecode, request.bytecode_length);
		/* Only who may see marks may ask for them. */
		if (refused == EPERM && strstr(text, "mark"))
			continue;
		taken++;
		CU_ASSERT_EQUAL_FATAL(refused, 0);
	}
	CU_ASSERT_TRUE(taken > 100);
	close(netlink);
}

/* What is left of earlier calls must not be in a program: leaves `byte` all over the part
 * of the stack that is next. */
static __attribute__((noinline)) void litter(int byte)
{
	unsigned char bytes[16384];

	memset(bytes, byte, sizeof(bytes));
	__asm__ volatile("" : : "r"(bytes) : "memory");
}

TEST(a_program_is_the_same_each_time)
{
	struct natu_request first, again;
	struct natu_filter *filter = filter_of(
		"src 10.0.0.0/8 or dst [2001:db8::1]:443 or sport = 22 and not dev = 1");

	CU_ASSERT_PTR_NOT_NULL_FATAL(filter);
	first = again = request_of_all();
	litter(0x5a);
	natu_filter_narrow(filter, &first);
	litter(0xa5);
	natu_filter_narrow(filter, &again);
	CU_ASSERT_TRUE(first.bytecode_length > 0);
	CU_ASSERT_EQUAL_FATAL(first.bytecode_length, again.bytecode_length);
	CU_ASSERT_TRUE(!memcmp(first.bytecode, again.bytecode, first.bytecode_length));
	natu_filter_free(filter);
}

/* Programs with one byte changed: what the audit here takes the kernel takes, and what it
 * refuses is refused. */
TEST(the_audit_is_the_kernels)
{
	int netlink = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	struct natu_request request = request_of_all();
	struct natu_filter *filter =
		filter_of("sport = 22,80-90 or dst 10.0.0.0/8,[::1]:443 or not dev = 1");
	struct dice dice = { 0x617564 };
	static const unsigned char good[] = { 2, 8, 12, 0, 0, 0, 1, 0 };
	unsigned int taken = 0, refused = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(filter);
	natu_filter_narrow(filter, &request);
	natu_filter_free(filter);
	CU_ASSERT_TRUE_FATAL(request.bytecode_length > 0);
	if (netlink < 0 || kernel_says(netlink, good, sizeof(good))) {
		if (netlink >= 0)
			close(netlink);
		return test_skip("no sock_diag here");
	}
	for (unsigned int i = 0; i < 3000; i++) {
		unsigned char program[NATU_BYTECODE_MAX];
		size_t length = request.bytecode_length;
		size_t at = roll(&dice, (unsigned int)length);
		bool here, there;

		memcpy(program, request.bytecode, length);
		program[at] = (unsigned char)roll(&dice, roll(&dice, 2) ? 256 : 40);
		here = !machine_audit(program, length);
		/* A mark needs a privilege, which is another question. */
		if (program[at] == 10)
			continue;
		there = !kernel_says(netlink, program, length);
		taken += there;
		refused += !there;
		CU_ASSERT_EQUAL(here, there);
	}
	CU_ASSERT_TRUE(taken > 100 && refused > 100);
	close(netlink);
}

/* ---- what is asked for ---- */

static struct natu_request narrowed(const char *text)
{
	struct natu_request request = request_of_all();
	struct natu_filter *filter = filter_of(text);

	CU_ASSERT_PTR_NOT_NULL_FATAL(filter);
	natu_filter_narrow(filter, &request);
	natu_filter_free(filter);
	return request;
}

TEST(fields_of_the_request)
{
	struct natu_request request = narrowed("state listen and sport = 22");

	CU_ASSERT_EQUAL(request.states, 1U << STATE_LISTEN);
	CU_ASSERT_EQUAL(request.local_port, 22);
	CU_ASSERT_EQUAL(request.peer_port, 0);
	/* What the request says is not said again. */
	CU_ASSERT_EQUAL(request.bytecode_length, 0);

	request = narrowed("dport = 443 and dst 10.0.0.0/8");
	CU_ASSERT_EQUAL(request.peer_port, 443);
	CU_ASSERT_TRUE(request.bytecode_length > 0);
	CU_ASSERT_EQUAL(request.families, NATU_IPV4 | NATU_IPV6);

	request = narrowed("dst 2001:db8::/32");
	CU_ASSERT_EQUAL(request.families, NATU_IPV6);
	request = narrowed("family = ipv4 and recv_q > 5");
	CU_ASSERT_EQUAL(request.families, NATU_IPV4);
	CU_ASSERT_EQUAL(request.bytecode_length, 0);
	request = narrowed("proto = udp");
	CU_ASSERT_EQUAL(request.states, 0);
	request = narrowed("sport = 22 and sport = 23");
	CU_ASSERT_EQUAL(request.states, 0);
	request = narrowed("not state established");
	CU_ASSERT_EQUAL(request.states, STATES_LISTED & ~(1U << STATE_ESTABLISHED) & ~1U);
}

/* Bound sockets are listed only when they are named. */
TEST(bound_only_by_name)
{
	CU_ASSERT_EQUAL(narrowed("state = all").states & 1U << STATE_BOUND, 0);
	CU_ASSERT_EQUAL(narrowed("not state listen").states & 1U << STATE_BOUND, 0);
	CU_ASSERT_EQUAL(narrowed("sport = 80").states & 1U << STATE_BOUND, 0);
	CU_ASSERT_EQUAL(narrowed("state bound").states, 1U << STATE_BOUND);
	CU_ASSERT_EQUAL(narrowed("state = bound,listen").states,
			1U << STATE_BOUND | 1U << STATE_LISTEN);
	CU_ASSERT_EQUAL(narrowed("not state bound").states & 1U << STATE_BOUND, 0);
}

/* An OR is lowered when all its arms are, and an arm that cannot be takes the others with
 * it. */
TEST(what_can_be_lowered)
{
	CU_ASSERT_TRUE(narrowed("sport = 22 or dport = 22").bytecode_length > 0);
	CU_ASSERT_TRUE(
		narrowed("(sport = 22 or dport = 22) and uid = 0").bytecode_length > 0);
	CU_ASSERT_EQUAL(narrowed("sport = 22 or uid = 0").bytecode_length, 0);
	CU_ASSERT_TRUE(narrowed("not (sport = 22 or uid = 0)").bytecode_length > 0);
	CU_ASSERT_EQUAL(narrowed("not (sport = 22 and uid = 0)").bytecode_length, 0);
	CU_ASSERT_TRUE(narrowed("dev = 1").bytecode_length > 0);
	CU_ASSERT_EQUAL(narrowed("dev = 'there is no such device'").bytecode_length, 0);
	CU_ASSERT_EQUAL(narrowed("dev = e*").bytecode_length, 0);
}

/* A program never grows beyond its room: what does not fit is left to natu. */
TEST(programs_are_bounded)
{
	char text[65536] = "";
	struct natu_request request;

	for (unsigned int i = 0; i < 1000; i++)
		snprintf(text + strlen(text), 60, "%sdst != 2001:db8:%x::/48",
			 i ? " and " : "", i);
	request = narrowed(text);
	CU_ASSERT_TRUE(request.bytecode_length > 0);
	CU_ASSERT_TRUE(request.bytecode_length <= NATU_BYTECODE_MAX);
	CU_ASSERT_PTR_NULL(machine_audit(request.bytecode, request.bytecode_length));
	CU_ASSERT_EQUAL(
		narrowed("sport = 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31,33,35")
			.bytecode_length,
		16);
}

TEST(one_connection)
{
	static const struct {
		const char *text;
		bool is_one;
	} cases[] = {
		{ "src 10.0.0.1:22 and dst 10.0.0.2:40000", true },
		{ "src [::1]:22 dst [::1]:40000", true },
		{ "src 10.0.0.1 and sport = 22 and dport = 40000 and dst 10.0.0.2 and uid = 0",
		  true },
		{ "src 10.0.0.1:22 and dst 10.0.0.2", false },
		{ "src 10.0.0.1:22 and dst 10.0.0.0/8:40000", false },
		{ "src 10.0.0.1:22-23 and dst 10.0.0.2:40000", false },
		{ "src 10.0.0.1:22 or dst 10.0.0.2:40000", false },
		{ "not (src 10.0.0.1:22 and dst 10.0.0.2:40000)", false },
		{ "src 10.0.0.1:22 and dst [::1]:40000", false },
		{ "", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct natu_request request = narrowed(cases[i].text);

		CU_ASSERT_EQUAL(request.has_tuple, cases[i].is_one);
		if (!cases[i].is_one)
			continue;
		CU_ASSERT_EQUAL(request.tuple.local_port, 22);
		CU_ASSERT_EQUAL(request.tuple.peer_port, 40000);
	}
}
