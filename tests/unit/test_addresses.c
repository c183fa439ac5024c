/* SPDX-License-Identifier: MIT */
#include "addresses.h"

#include "test.h"
#include "tree.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool address_is(const struct natu_address *address, const char *text)
{
	static const uint8_t zeros[16];
	uint8_t bytes[16];
	int wanted = strchr(text, ':') ? AF_INET6 : AF_INET;
	size_t size = wanted == AF_INET ? 4 : 16;

	return address->family == wanted && inet_pton(wanted, text, bytes) == 1 &&
	       !memcmp(address->bytes, bytes, size) &&
	       !memcmp(address->bytes + size, zeros, 16 - size);
}

/* A list in memory that ends where it ends, and stays until the next one. */
static bool count(const void *bytes, size_t length, bool is_text, bool is_peer,
		  struct natu_socket *socket)
{
	static unsigned char *copy;

	free(copy);
	copy = test_allocate(length ? length : 1);
	memcpy(copy, bytes, length);
	memset(socket, 0, sizeof(*socket));
	socket->facts = FACT_ADDRESSES;
	socket->addresses[is_peer] = (struct natu_address_list){
		.bytes = copy,
		.bytes_length = (uint16_t)length,
		.count = 4711,
		.is_text = is_text,
	};
	return natu_addresses_count(socket, is_peer);
}

static bool count_text(const char *text, bool is_peer, struct natu_socket *socket)
{
	return count(text, strlen(text), true, is_peer, socket);
}

TEST(structures_of_every_family)
{
	for (unsigned int family = 0; family < 65536; family++) {
		unsigned char bytes[NATU_SOCKADDR_SIZE + 1];
		sa_family_t stored = (sa_family_t)family;
		struct natu_address address;

		memset(bytes, 0xa5, sizeof(bytes));
		/* unaligned */
		memcpy(bytes + 1, &stored, sizeof(stored));
		CU_ASSERT_EQUAL(natu_address_load(bytes + 1, &address),
				family == AF_INET || family == AF_INET6);
		if (family == AF_INET)
			CU_ASSERT(address_is(&address, "165.165.165.165"));
		if (family == AF_INET6)
			CU_ASSERT(address_is(&address,
					     "a5a5:a5a5:a5a5:a5a5:a5a5:a5a5:a5a5:a5a5"));
	}
	CU_ASSERT_EQUAL(NATU_SOCKADDR_SIZE, sizeof(struct sockaddr_storage));
}

TEST(an_array)
{
	struct sockaddr_storage list[3] = { 0 };
	struct sockaddr_in *first = (struct sockaddr_in *)&list[0];
	struct sockaddr_in6 *second = (struct sockaddr_in6 *)&list[1];
	struct natu_socket socket;
	struct natu_address address;

	first->sin_family = list[2].ss_family = AF_INET;
	second->sin6_family = AF_INET6;
	inet_pton(AF_INET, "192.0.2.7", &first->sin_addr);
	inet_pton(AF_INET6, "2001:db8::7", &second->sin6_addr);
	for (size_t length = 0; length <= sizeof(list); length++) {
		size_t whole = length / sizeof(list[0]);

		CU_ASSERT(count(list, length, false, false, &socket) ==
			  (length % sizeof(list[0]) == 0));
		if (length % sizeof(list[0]) == 0)
			CU_ASSERT_EQUAL(socket.addresses[0].count, whole);
	}
	CU_ASSERT(natu_address_at(&socket, false, 0, &address) &&
		  address_is(&address, "192.0.2.7"));
	CU_ASSERT(natu_address_at(&socket, false, 1, &address) &&
		  address_is(&address, "2001:db8::7"));
	CU_ASSERT(natu_address_at(&socket, false, 2, &address) &&
		  address_is(&address, "0.0.0.0"));
	CU_ASSERT(!natu_address_at(&socket, false, 3, &address));
	CU_ASSERT(!natu_address_at(&socket, false, SIZE_MAX, &address));
	/* The other end has none, and nothing has a star. */
	CU_ASSERT(!natu_address_at(&socket, true, 0, &address));
	CU_ASSERT(!natu_address_starred(&socket, &(size_t){ 0 }));
	socket.facts = 0;
	CU_ASSERT(!natu_address_at(&socket, false, 0, &address));
}

/* As the kernel writes them: %pI4, %pI6, and a blank behind each. */
TEST(words)
{
	const char *const text = "10.0.0.1 2001:0db8:0000:0000:0000:0000:0000:0001 "
				 "*0000:0000:0000:0000:0000:ffff:7f00:0001 10.0.0.2 ";
	static const char *const expected[] = { "10.0.0.1", "2001:db8::1",
						"::ffff:127.0.0.1", "10.0.0.2" };
	struct natu_socket socket;
	struct natu_address address;
	size_t index = 4711;

	CU_ASSERT_FATAL(count_text(text, true, &socket));
	CU_ASSERT_EQUAL(socket.addresses[1].count, COUNT(expected));
	for (size_t i = 0; i < COUNT(expected); i++)
		CU_ASSERT(natu_address_at(&socket, true, i, &address) &&
			  address_is(&address, expected[i]));
	CU_ASSERT(!natu_address_at(&socket, true, COUNT(expected), &address));
	CU_ASSERT(natu_address_starred(&socket, &index) && index == 2);
	/* Only a remote end has a primary path. */
	CU_ASSERT(!count_text(text, false, &socket));
}

TEST(where_the_star_is)
{
	static const struct {
		const char *text;
		bool found;
		size_t index;
	} lists[] = {
		{ "*10.0.0.1", true, 0 },
		{ "10.0.0.1 *10.0.0.2 *10.0.0.3", true, 1 },
		{ "\t 10.0.0.1 \t\t *::1\t", true, 1 },
		{ "10.0.0.1 ::1 ", false, 0 },
		{ "", false, 0 },
		{ "  \t ", false, 0 },
	};

	for (size_t i = 0; i < COUNT(lists); i++) {
		struct natu_socket socket;
		size_t index;

		CU_ASSERT_FATAL(count_text(lists[i].text, true, &socket));
		CU_ASSERT_EQUAL(natu_address_starred(&socket, &index), lists[i].found);
		if (lists[i].found)
			CU_ASSERT_EQUAL(index, lists[i].index);
	}
}

TEST(words_that_are_no_addresses)
{
	static const char *const texts[] = {
		"10.0.0",
		"10.0.0.256",
		"10.0.0.1.",
		"10.0.0.1x",
		"010.0.0.1x",
		"1",
		"*",
		"**10.0.0.1",
		"10.0.0.1*",
		":",
		"1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9",
		"::1%lo",
		"[::1]",
		"12345::",
		"<->",
		"10.0.0.1,10.0.0.2",
		"10.0.0.1\n10.0.0.2",
		"10.0.0.1 10.0.0.2 nothing 10.0.0.3",
		"0000:0000:0000:0000:0000:0000:255.255.255.2555",
		"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000",
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		struct natu_socket socket;

		CU_ASSERT(!count_text(texts[i], true, &socket));
		/* Nothing is known of it. */
		CU_ASSERT_EQUAL(socket.addresses[1].count, 4711);
	}
}

/* The longest that there is has 45 characters. */
TEST(the_longest_word)
{
	const char *const text = "*0000:0000:0000:0000:0000:ffff:255.255.255.255";
	struct natu_socket socket;
	struct natu_address address;

	CU_ASSERT_FATAL(count_text(text, true, &socket));
	CU_ASSERT(natu_address_at(&socket, true, 0, &address) &&
		  address_is(&address, "::ffff:255.255.255.255"));
}

TEST(bytes_that_end_no_text)
{
	struct natu_socket socket;

	for (unsigned int byte = 0; byte < 256; byte++) {
		char text[] = "10.0.0.1?10.0.0.2";
		bool is_blank = byte == ' ' || byte == '\t' || byte == '\r';

		text[8] = (char)byte;
		CU_ASSERT(count(text, sizeof(text) - 1, true, true, &socket) == is_blank);
		text[8] = ' ';
		text[sizeof(text) - 1] = (char)byte;
		/* A digit behind it makes it another one. */
		CU_ASSERT(count(text, sizeof(text), true, true, &socket) ==
			  (is_blank || (byte >= '0' && byte <= '9')));
	}
}

/* A list that is cut is as long as what is left of it, or none. */
TEST(words_of_every_length)
{
	const char text[] = "10.0.0.1 *2001:db8::1 ";
	struct natu_socket socket;

	for (size_t length = 0; length < sizeof(text); length++) {
		struct natu_address address;
		bool counted = count(text, length, true, true, &socket);
		size_t most = length > 9 ? 2 : length > 0;

		CU_ASSERT(!counted || socket.addresses[1].count <= most);
		for (size_t i = 0; counted && i < socket.addresses[1].count; i++)
			CU_ASSERT(natu_address_at(&socket, true, i, &address));
		if (length == 8 || length == 9)
			CU_ASSERT(counted && socket.addresses[1].count == 1);
	}
	CU_ASSERT_EQUAL(socket.addresses[1].count, 2);
}

/* As many as the length of a list can tell. */
TEST(very_many_words)
{
	enum { MOST = UINT16_MAX / 8 };
	char *text = test_allocate(MOST * 8 + 1);
	struct natu_socket socket;
	struct natu_address address;

	for (size_t i = 0; i < MOST; i++)
		memcpy(text + i * 8, i == MOST - 1 ? "*1.2.3.4" : "1.2.3.4 ", 8);
	CU_ASSERT_FATAL(count(text, (size_t)MOST * 8, true, true, &socket));
	CU_ASSERT_EQUAL(socket.addresses[1].count, MOST);
	CU_ASSERT(natu_address_at(&socket, true, MOST - 1, &address) &&
		  address_is(&address, "1.2.3.4"));
	free(text);
}
