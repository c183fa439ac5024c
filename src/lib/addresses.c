/* SPDX-License-Identifier: MIT */
#include "addresses.h"

#include "scan.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

bool natu_address_load(const unsigned char *bytes, struct natu_address *address)
{
	sa_family_t family;

	memcpy(&family, bytes, sizeof(family));
	memset(address, 0, sizeof(*address));
	if (family == AF_INET)
		memcpy(address->bytes, bytes + offsetof(struct sockaddr_in, sin_addr), 4);
	else if (family == AF_INET6)
		memcpy(address->bytes, bytes + offsetof(struct sockaddr_in6, sin6_addr),
		       16);
	else
		return false;
	address->family = (uint8_t)family;
	return true;
}

/* "127.0.0.1", "*fd00:0000:...:0001" */
static bool read_word(const char *word, size_t length, bool is_peer,
		      struct natu_address *address)
{
	char text[INET6_ADDRSTRLEN];

	if (is_peer && length && *word == '*') {
		word++;
		length--;
	}
	if (length >= sizeof(text) || memchr(word, '\0', length))
		return false;
	memcpy(text, word, length);
	text[length] = '\0';
	memset(address, 0, sizeof(*address));
	address->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	return inet_pton(address->family, text, address->bytes) == 1;
}

static struct natu_scan words_of(const struct natu_socket *socket, bool is_peer)
{
	const struct natu_address_list *list = &socket->addresses[is_peer];

	const char *text = (const char *)list->bytes;

	return (struct natu_scan){ text, text + list->bytes_length };
}

static bool word_at(const struct natu_socket *socket, bool is_peer, size_t index,
		    struct natu_address *address)
{
	struct natu_scan words = words_of(socket, is_peer);
	const char *word;
	size_t length;

	do
		length = natu_next_word(&words, &word);
	while (length && index--);
	return length && read_word(word, length, is_peer, address);
}

bool natu_address_at(const struct natu_socket *socket, bool is_peer, size_t index,
		     struct natu_address *address)
{
	const struct natu_address_list *list = &socket->addresses[is_peer];

	if (!(socket->facts & FACT_ADDRESSES) || index >= list->count)
		return false;
	if (list->is_text)
		return word_at(socket, is_peer, index, address);
	return natu_address_load(list->bytes + index * NATU_SOCKADDR_SIZE, address);
}

bool natu_address_starred(const struct natu_socket *socket, size_t *index)
{
	struct natu_scan words = words_of(socket, true);
	const char *word;

	if (!socket->addresses[1].is_text)
		return false;
	for (*index = 0; natu_next_word(&words, &word); (*index)++)
		if (*word == '*')
			return true;
	return false;
}

static bool count_words(const struct natu_socket *socket, bool is_peer, size_t *count)
{
	struct natu_scan words = words_of(socket, is_peer);
	struct natu_address address;
	const char *word;
	size_t length;

	for (*count = 0; (length = natu_next_word(&words, &word)) != 0; (*count)++)
		if (!read_word(word, length, is_peer, &address))
			return false;
	return true;
}

static bool count_structures(const struct natu_address_list *list, size_t *count)
{
	struct natu_address address;

	*count = list->bytes_length / NATU_SOCKADDR_SIZE;
	for (size_t i = 0; i < *count; i++)
		if (!natu_address_load(list->bytes + i * NATU_SOCKADDR_SIZE, &address))
			return false;
	return list->bytes_length % NATU_SOCKADDR_SIZE == 0;
}

bool natu_addresses_count(struct natu_socket *socket, bool is_peer)
{
	struct natu_address_list *list = &socket->addresses[is_peer];
	size_t count;

	if (!(list->is_text ? count_words(socket, is_peer, &count)
			    : count_structures(list, &count)))
		return false;
	/* There are fewer of them than bytes. */
	list->count = (uint16_t)count;
	return true;
}
