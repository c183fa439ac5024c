/* SPDX-License-Identifier: MIT */
#include "family.h"

#include "kernel.h"
#include "state.h"

#include <stddef.h>
#include <string.h>

#include <libmnl/libmnl.h>

/* The facts for which an attribute has to be asked for, by its bit of idiag_ext or by
 * that of another. The other attributes are always sent. */
static const struct {
	natu_facts facts;
	uint8_t attribute;
} needs[] = {
	{ FACT_TCPINFO | FACT_RETRIES | FACT_MPTCP, KERNEL_DIAG_INFO },
	{ FACT_ULP | FACT_TLS | FACT_MPTCP_SUBFLOW | FACT_MPTCP_TOKEN, KERNEL_DIAG_INFO },
	{ FACT_SCTP | FACT_SCTP_STREAMS | FACT_ADDRESSES, KERNEL_DIAG_INFO },
	{ FACT_VEGAS | FACT_DCTCP | FACT_BBR, KERNEL_DIAG_VEGASINFO },
	{ FACT_CONGESTION, KERNEL_DIAG_CONG },
	{ FACT_TOS, KERNEL_DIAG_TOS },
	/* The DSCP of a socket is in the one or in the other. */
	{ FACT_TOS | FACT_TRAFFIC_CLASS | FACT_CLASS_ID, KERNEL_DIAG_TCLASS },
	{ FACT_MEMORY | FACT_DROPS | FACT_LISTENER_DROPS, KERNEL_DIAG_SKMEMINFO },
};

uint8_t natu_inet_extensions(natu_facts facts)
{
	uint8_t extensions = 0;

	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (facts & needs[i].facts)
			extensions |= (uint8_t)KERNEL_DIAG_EXT(needs[i].attribute);
	return extensions;
}

/* 0 is no token: of one that fell back to plain TCP. */
static void take_token(const void *bytes, struct natu_socket *socket)
{
	memcpy(&socket->mptcp_token, bytes, sizeof(socket->mptcp_token));
	if (socket->mptcp_token)
		socket->facts |= FACT_MPTCP_TOKEN;
}

static void take_mptcp_info(struct natu_socket *socket)
{
	const size_t token = offsetof(struct kernel_mptcp_info, token);

	socket->facts |= FACT_MPTCP;
	if (socket->tcp_info_length >= token + sizeof(socket->mptcp_token))
		take_token(socket->tcp_info + token, socket);
}

static void take_tcp_info(struct natu_socket *socket)
{
	natu_facts told = socket->family->diag_facts;

	/* The two counters of /proc/net/tcp that the message itself lacks. */
	if ((told & FACT_RETRIES) &&
	    socket->tcp_info_length > offsetof(struct kernel_tcp_info, probes)) {
		socket->retransmits =
			socket->tcp_info[offsetof(struct kernel_tcp_info, retransmits)];
		socket->probes =
			socket->tcp_info[offsetof(struct kernel_tcp_info, probes)];
		socket->facts |= FACT_RETRIES;
	}
	/* Of DCCP the rest is nearly empty. */
	if (told & FACT_TCPINFO)
		socket->facts |= FACT_TCPINFO;
	else
		socket->tcp_info_length = 0;
}

/* One attribute, in which each protocol has a structure of its own. */
static void take_info(const struct nlattr *attribute, struct natu_socket *socket)
{
	natu_facts told = socket->family->diag_facts;

	/* A listener's tcp_info holds its backlog, not its rtt. */
	if (socket->state_number == STATE_LISTEN && !(told & FACT_SCTP))
		return;
	socket->tcp_info = mnl_attr_get_payload(attribute);
	socket->tcp_info_length = mnl_attr_get_payload_len(attribute);
	if (told & FACT_SCTP)
		socket->facts |= FACT_SCTP;
	else if (told & FACT_MPTCP)
		take_mptcp_info(socket);
	else
		take_tcp_info(socket);
}

static void take_memory(const struct nlattr *attribute, struct natu_socket *socket)
{
	socket->memory = mnl_attr_get_payload(attribute);
	socket->memory_length = mnl_attr_get_payload_len(attribute);
	socket->facts |= FACT_MEMORY;
	if (socket->memory_length < (KERNEL_SK_DROPS + 1) * sizeof(socket->drops))
		return;
	memcpy(&socket->drops, socket->memory + KERNEL_SK_DROPS * sizeof(socket->drops),
	       sizeof(socket->drops));
	socket->facts |= FACT_DROPS;
	if (socket->facts & FACT_LISTENER)
		socket->facts |= FACT_LISTENER_DROPS;
}

/* Attributes that are one number, each a fact of its own. */
static const struct number {
	natu_facts fact;
	uint16_t attribute, size;
	size_t offset;
} numbers[] = {
#define NUMBER(attribute, fact, member)                                         \
	{                                                                       \
		(fact), (attribute), sizeof(((struct natu_socket *)0)->member), \
			offsetof(struct natu_socket, member)                    \
	}
	NUMBER(KERNEL_DIAG_TOS, FACT_TOS, tos),
	NUMBER(KERNEL_DIAG_TCLASS, FACT_TRAFFIC_CLASS, traffic_class),
	NUMBER(KERNEL_DIAG_SHUTDOWN, FACT_SHUTDOWN, shutdown),
	NUMBER(KERNEL_DIAG_SKV6ONLY, FACT_V6ONLY, v6only),
	NUMBER(KERNEL_DIAG_MARK, FACT_MARK, mark),
	NUMBER(KERNEL_DIAG_CLASS_ID, FACT_CLASS_ID, class_id),
	NUMBER(KERNEL_DIAG_CGROUP_ID, FACT_CGROUP, cgroup),
};

static void take_number(const struct nlattr *attribute, struct natu_socket *socket)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct number *number = &numbers[i];

		if (mnl_attr_get_type(attribute) != number->attribute ||
		    mnl_attr_get_payload_len(attribute) < number->size)
			continue;
		memcpy((unsigned char *)socket + number->offset,
		       mnl_attr_get_payload(attribute), number->size);
		socket->facts |= number->fact;
	}
}

/* A name, which a NUL ends if it is shorter than its attribute. */
static void take_name(const struct nlattr *attribute, const char **name, uint16_t *length,
		      natu_facts fact, struct natu_socket *socket)
{
	*name = mnl_attr_get_payload(attribute);
	*length = (uint16_t)strnlen(*name, mnl_attr_get_payload_len(attribute));
	if (*length)
		socket->facts |= fact;
}

static void take_congestion_info(const struct nlattr *attribute, natu_facts fact,
				 struct natu_socket *socket)
{
	socket->congestion_info = mnl_attr_get_payload(attribute);
	socket->congestion_info_length = mnl_attr_get_payload_len(attribute);
	/* One algorithm serves a socket. */
	socket->facts &= ~(FACT_VEGAS | FACT_DCTCP | FACT_BBR);
	socket->facts |= fact;
}

/* As much as the kernel knows of it and natu does. */
static void take_options(const struct nlattr *attribute, struct natu_socket *socket)
{
	size_t length = mnl_attr_get_payload_len(attribute);

	if (length > sizeof(socket->option_bits))
		length = sizeof(socket->option_bits);
	if (!length)
		return;
	memcpy(socket->option_bits, mnl_attr_get_payload(attribute), length);
	socket->option_bytes = (uint8_t)length;
	socket->facts |= FACT_OPTIONS;
}

static void take_ulp_details(const struct nlattr *attribute, natu_facts fact,
			     struct natu_socket *socket)
{
	socket->ulp_details = mnl_attr_get_payload(attribute);
	socket->ulp_details_length = mnl_attr_get_payload_len(attribute);
	socket->facts &= ~(FACT_TLS | FACT_MPTCP_SUBFLOW);
	socket->facts |= fact;
}

/* A subflow has the token of the connection that it belongs to. */
static void take_subflow(const struct nlattr *attribute, struct natu_socket *socket)
{
	const struct nlattr *nested = mnl_attr_get_payload(attribute);
	int left = mnl_attr_get_payload_len(attribute);

	take_ulp_details(attribute, FACT_MPTCP_SUBFLOW, socket);
	for (; mnl_attr_ok(nested, left); nested = mnl_attr_next(nested)) {
		if (mnl_attr_get_type(nested) == KERNEL_MPTCP_TOKEN_LOCAL &&
		    mnl_attr_get_payload_len(nested) >= sizeof(socket->mptcp_token))
			take_token(mnl_attr_get_payload(nested), socket);
		left -= (int)MNL_ALIGN(nested->nla_len);
	}
}

static void take_ulp(const struct nlattr *attribute, struct natu_socket *socket)
{
	const struct nlattr *nested = mnl_attr_get_payload(attribute);
	int left = mnl_attr_get_payload_len(attribute);

	while (mnl_attr_ok(nested, left)) {
		switch (mnl_attr_get_type(nested)) {
		case KERNEL_ULP_NAME:
			take_name(nested, &socket->ulp, &socket->ulp_length, FACT_ULP,
				  socket);
			break;
		case KERNEL_ULP_TLS:
			take_ulp_details(nested, FACT_TLS, socket);
			break;
		case KERNEL_ULP_MPTCP:
			take_subflow(nested, socket);
			break;
		}
		left -= (int)MNL_ALIGN(nested->nla_len);
		nested = mnl_attr_next(nested);
	}
}

static void take_addresses(const struct nlattr *attribute, bool is_peer,
			   struct natu_socket *socket)
{
	if (!(socket->family->diag_facts & FACT_ADDRESSES))
		return;
	socket->addresses[is_peer] = (struct natu_address_list){
		.bytes = mnl_attr_get_payload(attribute),
		.bytes_length = mnl_attr_get_payload_len(attribute),
	};
	socket->facts |= FACT_ADDRESSES;
}

/* Keys, which INET_DIAG_MD5SIG holds, are not even looked at. */
static void take_attribute(const struct nlattr *attribute, struct natu_socket *socket)
{
	switch (mnl_attr_get_type(attribute)) {
	case KERNEL_DIAG_INFO:
		take_info(attribute, socket);
		break;
	case KERNEL_DIAG_VEGASINFO:
		take_congestion_info(attribute, FACT_VEGAS, socket);
		break;
	case KERNEL_DIAG_DCTCPINFO:
		take_congestion_info(attribute, FACT_DCTCP, socket);
		break;
	case KERNEL_DIAG_BBRINFO:
		take_congestion_info(attribute, FACT_BBR, socket);
		break;
	case KERNEL_DIAG_CONG:
		take_name(attribute, &socket->congestion, &socket->congestion_length,
			  FACT_CONGESTION, socket);
		break;
	case KERNEL_DIAG_SKMEMINFO:
		take_memory(attribute, socket);
		break;
	case KERNEL_DIAG_LOCALS:
	case KERNEL_DIAG_PEERS:
		take_addresses(attribute,
			       mnl_attr_get_type(attribute) == KERNEL_DIAG_PEERS, socket);
		break;
	case KERNEL_DIAG_ULP_INFO:
		take_ulp(attribute, socket);
		break;
	case KERNEL_DIAG_SOCKOPT:
		take_options(attribute, socket);
		break;
	default:
		take_number(attribute, socket);
	}
}

bool natu_inet_take_attributes(const unsigned char *bytes, size_t length,
			       struct natu_socket *socket)
{
	const struct nlattr *attribute = (const struct nlattr *)bytes;
	int left = (int)length;

	while (mnl_attr_ok(attribute, left)) {
		take_attribute(attribute, socket);
		left -= (int)MNL_ALIGN(attribute->nla_len);
		attribute = mnl_attr_next(attribute);
	}
	return left <= 0;
}
