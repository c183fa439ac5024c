/* SPDX-License-Identifier: MIT */
#include "column/row.h"

#include <string.h>

#include <libmnl/libmnl.h>

#include "kernel.h"

/* A number among the details of what runs on top of TCP: 1 to 4 bytes. */
static bool get_detail(const struct natu_socket *socket, unsigned int type, size_t size,
		       uint32_t *number)
{
	const struct nlattr *attribute = (const struct nlattr *)socket->ulp_details;
	int left = socket->ulp_details_length;

	for (; mnl_attr_ok(attribute, left); attribute = mnl_attr_next(attribute)) {
		const void *payload = mnl_attr_get_payload(attribute);
		uint16_t u16;

		left -= (int)MNL_ALIGN(attribute->nla_len);
		if (mnl_attr_get_type(attribute) != type ||
		    mnl_attr_get_payload_len(attribute) < size)
			continue;
		if (size == sizeof(u16))
			memcpy(&u16, payload, sizeof(u16));
		else
			memcpy(number, payload, sizeof(*number));
		if (size == sizeof(u16))
			*number = u16;
		return true;
	}
	return false;
}

static enum natu_presence get_name(const struct natu_socket *socket, size_t index,
				   struct natu_value *value)
{
	(void)index;
	value->text.bytes = socket->ulp;
	value->text.length = socket->ulp_length;
	return NATU_HAS;
}

/* A word by one of TLS's numbers; absent for one that is not known. */
static enum natu_presence tls_word(const struct natu_socket *socket, unsigned int type,
				   const struct natu_word *words, size_t count,
				   struct natu_value *value)
{
	uint32_t number;

	if (!get_detail(socket, type, sizeof(uint16_t), &number) || number >= count ||
	    !words[number].length)
		return NATU_NONE;
	value->word = &words[number];
	return NATU_HAS;
}

static enum natu_presence get_tls_version(const struct natu_socket *socket, size_t index,
					  struct natu_value *value)
{
	/* include/uapi/linux/tls.h: TLS_VERSION_NUMBER */
	static const struct natu_word versions[] = { { "1.2", 3 }, { "1.3", 3 } };
	uint32_t number;

	(void)index;
	if (!get_detail(socket, KERNEL_TLS_VERSION, sizeof(uint16_t), &number) ||
	    (number != 0x303 && number != 0x304))
		return NATU_NONE;
	value->word = &versions[number - 0x303];
	return NATU_HAS;
}

static enum natu_presence get_tls_cipher(const struct natu_socket *socket, size_t index,
					 struct natu_value *value)
{
	/* include/uapi/linux/tls.h: TLS_CIPHER_* */
	static const struct natu_word ciphers[] = {
		[51] = { "aes-gcm-128", 11 },  [52] = { "aes-gcm-256", 11 },
		[53] = { "aes-ccm-128", 11 },  [54] = { "chacha20", 8 },
		[55] = { "sm4-gcm", 7 },       [56] = { "sm4-ccm", 7 },
		[57] = { "aria-gcm-128", 12 }, [58] = { "aria-gcm-256", 12 },
	};

	(void)index;
	return tls_word(socket, KERNEL_TLS_CIPHER, ciphers,
			sizeof(ciphers) / sizeof(ciphers[0]), value);
}

/* net/tls/tls.h: TLS_BASE, TLS_SW, TLS_HW, TLS_HW_RECORD, by the numbers of
 * include/uapi/linux/tls.h */
static const struct natu_word tls_ways[] = {
	[1] = { "program", 7 },
	[2] = { "kernel", 6 },
	[3] = { "device", 6 },
	[4] = { "device_records", 14 },
};

static enum natu_presence get_tls_send(const struct natu_socket *socket, size_t index,
				       struct natu_value *value)
{
	(void)index;
	return tls_word(socket, KERNEL_TLS_SEND, tls_ways,
			sizeof(tls_ways) / sizeof(tls_ways[0]), value);
}

static enum natu_presence get_tls_receive(const struct natu_socket *socket, size_t index,
					  struct natu_value *value)
{
	(void)index;
	return tls_word(socket, KERNEL_TLS_RECEIVE, tls_ways,
			sizeof(tls_ways) / sizeof(tls_ways[0]), value);
}

static enum natu_presence mptcp_number(const struct natu_socket *socket,
				       unsigned int type, struct natu_value *value)
{
	uint32_t number;

	if (!get_detail(socket, type, sizeof(number), &number))
		return NATU_NONE;
	value->number = number;
	return NATU_HAS;
}

/* 0 is no token: a subflow knows the other end's only if it joined. */
static enum natu_presence mptcp_token(const struct natu_socket *socket, unsigned int type,
				      struct natu_value *value)
{
	return mptcp_number(socket, type, value) == NATU_HAS && value->number ? NATU_HAS
									      : NATU_NONE;
}

static enum natu_presence get_mptcp_token(const struct natu_socket *socket, size_t index,
					  struct natu_value *value)
{
	(void)index;
	return mptcp_token(socket, KERNEL_MPTCP_TOKEN_LOCAL, value);
}

static enum natu_presence get_mptcp_peer_token(const struct natu_socket *socket,
					       size_t index, struct natu_value *value)
{
	(void)index;
	return mptcp_token(socket, KERNEL_MPTCP_TOKEN_REMOTE, value);
}

static enum natu_presence get_mptcp_flags(const struct natu_socket *socket, size_t index,
					  struct natu_value *value)
{
	(void)index;
	return mptcp_number(socket, KERNEL_MPTCP_FLAGS, value);
}

static const struct natu_column rows[] = {
	{ "ulp.name", "ULP", FACT_ULP, GET(NATU_TEXT, get_name), .sets = NATU_SET_INFO,
	  .help = "What runs on top of TCP in the kernel (TCP_ULP): tls, mptcp, ...; root's before 6.15." },
	{ "ulp.tls_version", "TLS", FACT_TLS, GET(NATU_WORD, get_tls_version),
	  .sets = NATU_SET_INFO,
	  .help = "Version of the kernel's TLS: 1.2 or 1.3; root's before 6.15." },
	{ "ulp.tls_cipher", "TLS Cipher", FACT_TLS, GET(NATU_WORD, get_tls_cipher),
	  .sets = NATU_SET_INFO,
	  .help = "Cipher of the kernel's TLS: aes-gcm-128, chacha20, ...; root's before 6.15." },
	{ "ulp.tls_send", "TLS Snd", FACT_TLS, GET(NATU_WORD, get_tls_send),
	  .sets = NATU_SET_INFO,
	  .help = "Who encrypts: program, kernel, device or device_records; root's before 6.15." },
	{ "ulp.tls_receive", "TLS Rcv", FACT_TLS, GET(NATU_WORD, get_tls_receive),
	  .sets = NATU_SET_INFO,
	  .help = "Who decrypts: program, kernel, device or device_records; root's before 6.15." },
	{ "ulp.mptcp_token", "Token", FACT_MPTCP_SUBFLOW, GET(NATU_HEX, get_mptcp_token),
	  .sets = NATU_SET_INFO,
	  .help = "Token by which this end knows the subflow's MPTCP connection; "
		  "root's before 6.15." },
	{ "ulp.mptcp_peer_token", "Peer Token", FACT_MPTCP_SUBFLOW,
	  GET(NATU_HEX, get_mptcp_peer_token), .sets = NATU_SET_INFO,
	  .help = "Token by which the remote end knows it; root's before 6.15." },
	{ "ulp.mptcp_flags", "MPTCP Flags", FACT_MPTCP_SUBFLOW,
	  GET(NATU_HEX, get_mptcp_flags), .sets = NATU_SET_INFO,
	  .help = "The subflow's flags: MPTCP_SUBFLOW_FLAG_* of linux/mptcp.h; "
		  "root's before 6.15." },
};

NATU_COLUMN_PART(natu_columns_ulp, rows);
