/* SPDX-License-Identifier: MIT */
#include "family.h"
#include "kernel.h"
#include "packet.h"
#include "test.h"

#include "column.h"

#include <stdlib.h>
#include <string.h>

#define ALL_FACTS UINT64_MAX

/* The columns of a socket that has these attributes. The numbers of the attributes are
 * those of include/uapi/linux/inet_diag.h. */
static struct packets packets;

static void begin(const char *local, const char *peer, unsigned int state)
{
	struct inet_diag_msg body = packet_socket(local, 1, peer, 2);

	packets_free(&packets);
	body.idiag_state = (uint8_t)state;
	packets_add(&packets, SOCK_DIAG_BY_FAMILY, &body, sizeof(body));
}

#define ATTRIBUTE(type, ...)                                                \
	packets_attribute(&packets, type, (const uint8_t[]){ __VA_ARGS__ }, \
			  sizeof((const uint8_t[]){ __VA_ARGS__ }))

/* Decodes a copy that ends where the message is cut. */
static bool decode_part(size_t length, struct natu_socket *socket)
{
	const struct natu_family *tcp = natu_family_of_protocol(IPPROTO_TCP);
	static unsigned char *copy;

	free(copy);
	copy = malloc(length ? length : 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
	memcpy(copy, packets.bytes + NLMSG_HDRLEN, length);
	memset(socket, 0xa5, sizeof(*socket));
	if (tcp->decode(tcp, copy, length, ALL_FACTS, socket)) {
		socket->asked = ALL_FACTS;
		socket->denied = 0;
		/* What the loop adds. */
		socket->holder_count = 0;
		return true;
	}
	free(copy);
	copy = NULL;
	return false;
}

static struct natu_socket decode(void)
{
	struct natu_socket socket;

	CU_ASSERT_FATAL(decode_part(packets.length - NLMSG_HDRLEN, &socket));
	return socket;
}

/* What a column prints, or "" if it is absent. */
static const char *shown(const struct natu_socket *socket, const char *name)
{
	static struct natu_buffer text;
	const struct natu_column *column = natu_column_find(name);
	const struct natu_cell cell = { .column = column, .absent = "" };
	struct natu_plan *plan = natu_plan_new(NATU_STYLE_TEXT);
	struct natu_error error;

	CU_ASSERT_PTR_NOT_NULL_FATAL(column);
	natu_plan_cell(plan, &cell);
	CU_ASSERT(natu_plan_ready(plan, &error) == 0);
	text.used = 0;
	natu_plan_row(plan, socket, &text);
	natu_buffer_add(&text, "", 1);
	natu_plan_free(plan);
	return text.data;
}

#define SHOWS(socket, name, text) CU_ASSERT_STRING_EQUAL(shown(socket, name), text)

TEST(congestion_bbr)
{
	struct natu_socket socket;

	begin("127.0.0.1", "127.0.0.1", 1);
	ATTRIBUTE(4, 'b', 'b', 'r', 0);
	/* 1 MiB/s and 2^32; 250 us; 739/256 and 512/256 */
	ATTRIBUTE(16, 0, 0, 16, 0, 1, 0, 0, 0, 250, 0, 0, 0, 227, 2, 0, 0, 0, 2, 0, 0);
	socket = decode();
	SHOWS(&socket, "congestion.algorithm", "bbr");
	SHOWS(&socket, "congestion.bbr_bandwidth", "4296015872");
	SHOWS(&socket, "congestion.bbr_min_rtt_us", "250");
	SHOWS(&socket, "congestion.bbr_pacing_gain", "2.88672");
	SHOWS(&socket, "congestion.bbr_cwnd_gain", "2");
	SHOWS(&socket, "congestion.dctcp_alpha", "");
	SHOWS(&socket, "congestion.vegas_rtt_us", "");
}

TEST(congestion_dctcp_and_vegas)
{
	struct natu_socket socket;

	begin("127.0.0.1", "127.0.0.1", 1);
	ATTRIBUTE(4, 'd', 'c', 't', 'c', 'p');
	ATTRIBUTE(9, 1, 0, 1, 0, 0, 4, 0, 0, 10, 0, 0, 0, 20, 0, 0, 0);
	socket = decode();
	SHOWS(&socket, "congestion.algorithm", "dctcp");
	SHOWS(&socket, "congestion.dctcp_enabled", "true");
	SHOWS(&socket, "congestion.dctcp_ce", "true");
	SHOWS(&socket, "congestion.dctcp_alpha", "1");
	SHOWS(&socket, "congestion.dctcp_marked", "10");
	SHOWS(&socket, "congestion.dctcp_acked", "20");
	begin("127.0.0.1", "127.0.0.1", 1);
	ATTRIBUTE(3, 0, 0, 0, 0, 3, 0, 0, 0, 100, 0, 0, 0, 255, 255, 255, 127);
	socket = decode();
	SHOWS(&socket, "congestion.algorithm", "");
	SHOWS(&socket, "congestion.vegas_enabled", "false");
	SHOWS(&socket, "congestion.vegas_rtt_count", "3");
	SHOWS(&socket, "congestion.vegas_rtt_us", "100");
	/* Without a sample the kernel has 2^31 - 1. */
	SHOWS(&socket, "congestion.vegas_min_rtt_us", "");
}

/* An algorithm tells less than natu knows: what is not there is absent. */
TEST(congestion_of_every_length)
{
	static const uint8_t bytes[20] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
					   1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };

	for (size_t length = 0; length <= sizeof(bytes); length++) {
		struct natu_socket socket;

		begin("127.0.0.1", "127.0.0.1", 1);
		packets_attribute(&packets, 16, bytes, length);
		socket = decode();
		SHOWS(&socket, "congestion.bbr_bandwidth",
		      length < 8 ? "" : "72340172838076673");
		SHOWS(&socket, "congestion.bbr_min_rtt_us",
		      length < 12 ? "" : "16843009");
		SHOWS(&socket, "congestion.bbr_pacing_gain", length < 16 ? "" : "65793");
		SHOWS(&socket, "congestion.bbr_cwnd_gain", length < 20 ? "" : "65793");
	}
}

/* A name that nothing ends, and one that is not there. */
TEST(names)
{
	struct natu_socket socket;

	begin("127.0.0.1", "127.0.0.1", 1);
	ATTRIBUTE(4, 'a', '\n', 0x1b, '\\');
	socket = decode();
	SHOWS(&socket, "congestion.algorithm", "a\\n\\x1b\\\\");
	begin("127.0.0.1", "127.0.0.1", 1);
	ATTRIBUTE(4, 0);
	packets_attribute(&packets, 19, "", 0);
	socket = decode();
	SHOWS(&socket, "congestion.algorithm", "");
	SHOWS(&socket, "ulp.name", "");
}

TEST(quality_of_service)
{
	struct natu_socket socket;

	begin("127.0.0.1", "127.0.0.1", 1);
	ATTRIBUTE(5, 0x2e << 2 | 2);
	ATTRIBUTE(17, 6, 0, 0, 0);
	socket = decode();
	SHOWS(&socket, "qos.tos", "0xba");
	SHOWS(&socket, "qos.traffic_class", "");
	SHOWS(&socket, "qos.dscp", "46");
	SHOWS(&socket, "qos.dscp_name", "ef");
	SHOWS(&socket, "qos.class_id", "0x6");
	/* IPv6 packets carry the traffic class, IPv4 ones of an IPv6 socket do not. */
	begin("2001:db8::1", "2001:db8::2", 1);
	ATTRIBUTE(5, 0x10);
	ATTRIBUTE(6, 0x12 << 2);
	socket = decode();
	SHOWS(&socket, "qos.dscp_name", "af21");
	begin("::ffff:127.0.0.1", "::ffff:127.0.0.1", 1);
	ATTRIBUTE(5, 3 << 2);
	ATTRIBUTE(6, 0x12 << 2);
	socket = decode();
	SHOWS(&socket, "qos.dscp", "3");
	SHOWS(&socket, "qos.dscp_name", "");
	begin("2001:db8::1", "2001:db8::2", 1);
	ATTRIBUTE(5, 0x10);
	socket = decode();
	SHOWS(&socket, "qos.dscp", "");
}

/* The bits are the kernel's bit-fields: on a little-endian machine the first is the
 * lowest. */
TEST(options)
{
	static const char *const names[] = {
		"recverr",	   "is_icsk",	    "freebind",
		"hdrincl",	   "mc_loop",	    "transparent",
		"mc_all",	   "nodefrag",	    "bind_address_no_port",
		"recverr_rfc4884", "defer_connect",
	};
	const union {
		uint16_t number;
		uint8_t bytes[2];
	} one = { .number = 1 };

	for (unsigned int bit = 0; bit < 11; bit++) {
		uint8_t bytes[2] = { 0 };
		struct natu_socket socket;

		bytes[bit / 8] = (uint8_t)(one.bytes[0] ? 1U << bit % 8
							: 0x80U >> bit % 8);
		begin("127.0.0.1", "127.0.0.1", 1);
		packets_attribute(&packets, 22, bytes, sizeof(bytes));
		socket = decode();
		for (unsigned int i = 0; i < 11; i++) {
			char name[64];

			snprintf(name, sizeof(name), "options.%s", names[i]);
			SHOWS(&socket, name, i == bit ? "true" : "false");
		}
	}
}

TEST(shutdown_and_v6only)
{
	for (unsigned int bits = 0; bits < 4; bits++) {
		struct natu_socket socket;

		begin("::", "::", 10);
		ATTRIBUTE(8, (uint8_t)bits);
		ATTRIBUTE(11, (uint8_t)(bits & 1));
		socket = decode();
		SHOWS(&socket, "shutdown.read", bits & 1 ? "true" : "false");
		SHOWS(&socket, "shutdown.write", bits & 2 ? "true" : "false");
		SHOWS(&socket, "v6only", bits & 1 ? "true" : "false");
	}
}

TEST(upper_layers)
{
	struct natu_socket socket;

	begin("127.0.0.1", "127.0.0.1", 1);
	/* Nested attributes may say that they are (0x8000). */
	ATTRIBUTE(19, 8, 0, 1, 0, 't', 'l', 's', 0, 36, 0, 2, 0x80, 6, 0, 1, 0, 3, 3, 0,
		  0, 6, 0, 2, 0, 51, 0, 0, 0, 6, 0, 3, 0, 4, 0, 0, 0, 6, 0, 4, 0, 1, 0, 0,
		  0);
	socket = decode();
	SHOWS(&socket, "ulp.name", "tls");
	SHOWS(&socket, "ulp.tls_version", "1.2");
	SHOWS(&socket, "ulp.tls_cipher", "aes-gcm-128");
	SHOWS(&socket, "ulp.tls_send", "device_records");
	SHOWS(&socket, "ulp.tls_receive", "program");
	SHOWS(&socket, "ulp.mptcp_token", "");
	begin("127.0.0.1", "127.0.0.1", 1);
	/* A version and a cipher that are not known; what is too short. */
	ATTRIBUTE(19, 8, 0, 1, 0, 't', 'l', 's', 0, 27, 0, 2, 0, 6, 0, 1, 0, 5, 3, 0, 0,
		  6, 0, 2, 0, 99, 0, 0, 0, 5, 0, 3, 0, 1, 0, 0, 0);
	socket = decode();
	SHOWS(&socket, "ulp.name", "tls");
	SHOWS(&socket, "ulp.tls_version", "");
	SHOWS(&socket, "ulp.tls_cipher", "");
	SHOWS(&socket, "ulp.tls_send", "");
}

/* INET_DIAG_MD5SIG holds keys: no column has its bytes, whatever is asked. */
TEST(keys_are_never_shown)
{
	static const char key[] = "a-very-secret-key";
	uint8_t signature[2 + 2 + 16 + 80] = { AF_INET, 32, sizeof(key) - 1 };
	struct natu_socket socket;

	memcpy(signature + 20, key, sizeof(key));
	begin("127.0.0.1", "127.0.0.1", 1);
	packets_attribute(&packets, 18, signature, sizeof(signature));
	socket = decode();
	for (size_t i = 0; natu_column_at(i); i++) {
		const struct natu_column *column = natu_column_at(i);

		if (socket.facts & column->fact)
			CU_ASSERT_PTR_NULL(
				strstr(shown(&socket, column->name), "secret"));
	}
}

static void build_all(void)
{
	uint8_t info[280];

	for (size_t i = 0; i < sizeof(info); i++)
		info[i] = (uint8_t)(i * 5 + 1);
	begin("127.0.0.1", "127.0.0.1", 1);
	packets_attribute(&packets, 2, info, sizeof(info));
	packets_attribute(&packets, 7, info, 36);
	packets_attribute(&packets, 4, "bbr", 4);
	packets_attribute(&packets, 16, info, 20);
	packets_attribute(&packets, 9, info, 16);
	packets_attribute(&packets, 3, info, 16);
	for (unsigned int type = 5; type < 23; type++)
		if (type != 7 && type != 9 && type != 16 && type != 19)
			packets_attribute(&packets, type, info, 8);
	ATTRIBUTE(19, 8, 0, 1, 0, 't', 'l', 's', 0, 12, 0, 3, 0, 8, 0, 2, 0, 1, 2, 3, 4);
}

/* What the loop finds out, and no message tells. */
static bool is_of_the_message(const struct natu_column *column)
{
	return !(column->fact & (FACT_PROCESS | FACT_OWNER | FACT_USER |
				 FACT_CGROUP_PATH | FACT_INTERFACE | FACT_NETNS));
}

/* Every column of every prefix has the value that the whole message gives it, or none;
 * and nothing is read beyond the end. Only algorithms of congestion control, of which
 * this message has three, take the place of each other. */
TEST(every_prefix)
{
	struct natu_socket socket;
	size_t count = natu_column_count(), length, prefixes = 0;
	char **wholes = calloc(count, sizeof(*wholes));
	bool agree = true;

	build_all();
	length = packets.length - NLMSG_HDRLEN;
	CU_ASSERT_FATAL(decode_part(length, &socket));
	for (size_t i = 0; i < count; i++)
		if (is_of_the_message(natu_column_at(i)))
			wholes[i] = strdup(shown(&socket, natu_column_at(i)->name));
	SHOWS(&socket, "ulp.mptcp_token", "0x4030201");
	SHOWS(&socket, "congestion.algorithm", "bbr");
	for (size_t cut = 0; cut < length; cut++) {
		if (!decode_part(cut, &socket))
			continue;
		prefixes++;
		for (size_t i = 0; i < count; i++) {
			const char *text;

			if (!wholes[i] ||
			    !strncmp(natu_column_at(i)->name, "congestion.", 11))
				continue;
			text = shown(&socket, natu_column_at(i)->name);
			agree &= !*text || !strcmp(text, wholes[i]);
		}
	}
	/* A message may end behind each attribute, before or after its padding. */
	CU_ASSERT(agree && prefixes > 20 && prefixes < length / 4);
	for (size_t i = 0; i < count; i++)
		free(wholes[i]);
	free(wholes);
}
