/* SPDX-License-Identifier: MIT */
/*
 * mkmessages: turns a description of netlink messages on stdin into the messages, as a
 * recording has them, right or wrong. Each line is one of
 *
 *	request PROTOCOL STATES		asks for both families, as natu does
 *	request2 FAMILY PROTOCOL STATES	... for one
 *	request_family FAMILY PROTOCOL SIZE	a request of so many bytes, the rest of
 *them 0 message TYPE FLAGS		a message of any type, with what follows socket
 *FAMILY STATE ADDRESS PORT ADDRESS PORT [NAME=VALUE...] done ERRNO
 *the end of a dump error ERRNO			... or its failure
 *
 * which begins a message, or, for the message before it,
 *
 *	attribute TYPE HEX...
 *	attribute_length LENGTH TYPE HEX...	one that lies
 *	attribute_text TYPE TEXT	to the end of the line, with \0 and \n in it
 *	attribute_u32 TYPE NUMBER...	in the machine's order
 *	bytes HEX...
 *	u8 NUMBER...
 *	u16 NUMBER...
 *	u32 NUMBER...
 *	zeros COUNT
 *	length LENGTH			the message's, if it lies
 *
 * or, as the last line,
 *
 *	cut COUNT			leaves out so many bytes at the end
 *
 * Numbers are as in C; # starts a comment.
 */
#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static unsigned char output[1 << 20];
static size_t used, start; /* start: of the current message */
static unsigned int line_number;
static char *rest; /* of the line */

static void fail(const char *what)
{
	fprintf(stderr, "mkmessages: line %u: %s\n", line_number, what);
	exit(1);
}

static char *next_word(void)
{
	char *word = strtok_r(NULL, " \t\n", &rest);

	return word && word[0] == '#' ? NULL : word;
}

static unsigned long parse_number(const char *word)
{
	char *end;
	unsigned long value = strtoul(word, &end, 0);

	if (end == word || *end)
		fail("no number");
	return value;
}

static unsigned long number(void)
{
	const char *word = next_word();

	if (!word)
		fail("a number is missing");
	return parse_number(word);
}

static void *put(size_t length)
{
	void *place = output + used;

	if (length > sizeof(output) - used - NLMSG_ALIGNTO)
		fail("too long");
	used += length;
	return place;
}

static void add(const void *bytes, size_t length)
{
	memcpy(put(length), bytes, length);
}

static void align(void)
{
	while (used % NLMSG_ALIGNTO)
		output[used++] = 0;
}

static void set_length(size_t length)
{
	uint32_t value = (uint32_t)length;

	memcpy(output + start + offsetof(struct nlmsghdr, nlmsg_len), &value,
	       sizeof(value));
}

static void begin(unsigned long type, unsigned long flags)
{
	struct nlmsghdr header = { .nlmsg_type = (uint16_t)type,
				   .nlmsg_flags = (uint16_t)flags };

	align();
	start = used;
	add(&header, sizeof(header));
	set_length(sizeof(header));
}

static void add_hex(void)
{
	const char *word;

	while ((word = next_word())) {
		for (; word[0] && word[1]; word += 2) {
			char digits[3] = { word[0], word[1] };
			char *end;

			*(unsigned char *)put(1) = (unsigned char)strtoul(digits, &end,
									  16);
			if (*end)
				fail("no hexadecimal number");
		}
		if (word[0])
			fail("half a byte");
	}
}

/* --- the commands --------------------------------------------------------------- */

static void do_request(void)
{
	struct inet_diag_req request = { .idiag_family = AF_INET };
	uint32_t protocol = (uint32_t)number();
	struct nlattr attribute = { .nla_len = sizeof(attribute) + sizeof(protocol),
				    .nla_type = INET_DIAG_REQ_PROTOCOL };

	request.idiag_states = (uint32_t)number();
	begin(TCPDIAG_GETSOCK, NLM_F_REQUEST | NLM_F_DUMP);
	add(&request, sizeof(request));
	if (protocol != IPPROTO_TCP) {
		add(&attribute, sizeof(attribute));
		add(&protocol, sizeof(protocol));
	}
	set_length(used - start);
}

static void do_request2(void)
{
	struct inet_diag_req_v2 request = { .sdiag_family = (uint8_t)number() };

	request.sdiag_protocol = (uint8_t)number();
	request.idiag_states = (uint32_t)number();
	begin(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP);
	add(&request, sizeof(request));
	set_length(used - start);
}

static void do_request_family(void)
{
	uint8_t families[2] = { (uint8_t)number(), (uint8_t)number() };
	size_t size = number();

	begin(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP);
	add(families, sizeof(families));
	if (size > sizeof(families))
		memset(put(size - sizeof(families)), 0, size - sizeof(families));
	set_length(used - start);
}

static void do_message(void)
{
	unsigned long type = number();

	begin(type, number());
}

static void take_end(__be32 *address, __be16 *port, int family)
{
	const char *word = next_word();
	struct in6_addr bytes;

	if (!word || inet_pton(family, word, &bytes) != 1)
		fail("no address");
	memcpy(address, &bytes, family == AF_INET ? 4 : 16);
	*port = htons((uint16_t)number());
}

/* The members that a line can set by name. */
static const struct {
	const char *name;
	size_t offset, size;
} members[] = {
#define MEMBER(name, member)                                        \
	{                                                           \
		name, offsetof(struct inet_diag_msg, member),       \
			sizeof(((struct inet_diag_msg *)0)->member) \
	}
	MEMBER("family", idiag_family),
	MEMBER("timer", idiag_timer),
	MEMBER("retransmits", idiag_retrans),
	MEMBER("expires", idiag_expires),
	MEMBER("rqueue", idiag_rqueue),
	MEMBER("wqueue", idiag_wqueue),
	MEMBER("uid", idiag_uid),
	MEMBER("inode", idiag_inode),
	MEMBER("interface", id.idiag_if),
	MEMBER("cookie", id.idiag_cookie[0]),
	MEMBER("cookie_high", id.idiag_cookie[1]),
};

static void set_member(struct inet_diag_msg *message, const char *name,
		       unsigned long value)
{
	uint8_t byte = (uint8_t)value;
	uint32_t word = (uint32_t)value;

	for (size_t i = 0; i < COUNT(members); i++) {
		if (strcmp(members[i].name, name) != 0)
			continue;
		memcpy((char *)message + members[i].offset,
		       members[i].size == 1 ? (void *)&byte : (void *)&word,
		       members[i].size);
		return;
	}
	fail("no such member");
}

/* A socket is told from the others by its cookie: the line's number, if it sets none. */
static void do_socket(void)
{
	struct inet_diag_msg message = { .idiag_family = (uint8_t)number() };
	char *word, *value;

	message.id.idiag_cookie[0] = line_number;
	message.idiag_state = (uint8_t)number();
	take_end(message.id.idiag_src, &message.id.idiag_sport, message.idiag_family);
	take_end(message.id.idiag_dst, &message.id.idiag_dport, message.idiag_family);
	while ((word = next_word())) {
		value = strchr(word, '=');
		if (!value)
			fail("no NAME=VALUE");
		*value++ = '\0';
		set_member(&message, word, parse_number(value));
	}
	begin(TCPDIAG_GETSOCK, NLM_F_MULTI);
	add(&message, sizeof(message));
	set_length(used - start);
}

static void add_attribute(size_t claimed)
{
	struct nlattr attribute = { .nla_type = (uint16_t)number() };
	size_t place;

	align();
	place = used;
	add(&attribute, sizeof(attribute));
	add_hex();
	attribute.nla_len = (uint16_t)(claimed ? claimed : used - place);
	memcpy(output + place, &attribute, sizeof(attribute));
	set_length(used - start);
}

static void do_attribute(void)
{
	add_attribute(0);
}

static void do_attribute_length(void)
{
	add_attribute(number());
}

/* An attribute's type, to be followed by what fills it. */
static size_t begin_attribute(void)
{
	struct nlattr attribute = { .nla_type = (uint16_t)number() };
	size_t place;

	align();
	place = used;
	add(&attribute, sizeof(attribute));
	return place;
}

static void end_attribute(size_t place)
{
	uint16_t length = (uint16_t)(used - place);

	memcpy(output + place + offsetof(struct nlattr, nla_len), &length,
	       sizeof(length));
	set_length(used - start);
}

static void do_attribute_text(void)
{
	size_t place = begin_attribute();

	for (const char *at = rest; *at && *at != '\n'; at++) {
		char c = *at;

		if (c == '\\' && at[1]) {
			at++;
			c = (char)(*at == '0' ? '\0' : *at == 'n' ? '\n' : *at);
		}
		add(&c, 1);
	}
	end_attribute(place);
}

static void add_numbers(size_t size)
{
	const char *word;

	while ((word = next_word())) {
		uint32_t value = (uint32_t)parse_number(word);
		uint16_t half = (uint16_t)value;
		uint8_t byte = (uint8_t)value;

		add(size == 1	? (void *)&byte
		    : size == 2 ? (void *)&half
				: (void *)&value,
		    size);
	}
}

static void do_attribute_u32(void)
{
	size_t place = begin_attribute();

	add_numbers(sizeof(uint32_t));
	end_attribute(place);
}

static void do_u8(void)
{
	add_numbers(sizeof(uint8_t));
	set_length(used - start);
}

static void do_u16(void)
{
	add_numbers(sizeof(uint16_t));
	set_length(used - start);
}

static void do_u32(void)
{
	add_numbers(sizeof(uint32_t));
	set_length(used - start);
}

static void do_bytes(void)
{
	add_hex();
	set_length(used - start);
}

static void do_zeros(void)
{
	size_t count = number();

	memset(put(count), 0, count);
	set_length(used - start);
}

static void do_length(void)
{
	set_length(number());
}

static void do_done(void)
{
	int32_t error = -(int32_t)number();

	begin(NLMSG_DONE, NLM_F_MULTI);
	add(&error, sizeof(error));
	set_length(used - start);
}

static void do_error(void)
{
	struct nlmsgerr error = { .error = -(int)number() };

	begin(NLMSG_ERROR, 0);
	add(&error, sizeof(error));
	set_length(used - start);
}

static void do_cut(void)
{
	size_t count = number();

	if (count > used)
		fail("there is not so much");
	used -= count;
}

static const struct {
	const char *name;
	void (*run)(void);
} commands[] = {
	{ "request", do_request },
	{ "request2", do_request2 },
	{ "message", do_message },
	{ "socket", do_socket },
	{ "attribute", do_attribute },
	{ "attribute_length", do_attribute_length },
	{ "bytes", do_bytes },
	{ "zeros", do_zeros },
	{ "length", do_length },
	{ "done", do_done },
	{ "error", do_error },
	{ "cut", do_cut },
	{ "u8", do_u8 },
	{ "u16", do_u16 },
	{ "u32", do_u32 },
	{ "attribute_text", do_attribute_text },
	{ "attribute_u32", do_attribute_u32 },
	{ "request_family", do_request_family },
};

static void run(const char *name)
{
	for (size_t i = 0; i < COUNT(commands); i++) {
		if (!strcmp(commands[i].name, name)) {
			commands[i].run();
			return;
		}
	}
	fail("no such command");
}

int main(void)
{
	char line[4096];
	const char *name;

	while (fgets(line, sizeof(line), stdin)) {
		line_number++;
		name = strtok_r(line, " \t\n", &rest);
		if (name && name[0] != '#')
			run(name);
	}
	return fwrite(output, 1, used, stdout) == used && fflush(stdout) == 0 ? 0 : 1;
}
