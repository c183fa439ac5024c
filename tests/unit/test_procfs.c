/* SPDX-License-Identifier: MIT */
#include "context.h"
#include "source.h"
#include "state.h"
#include "test.h"
#include "tree.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER                                                                         \
	"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt " \
	"  uid  timeout inode\n"
/* A connection on 127.0.0.1 whose inode is named. */
#define ROW(inode)                                                                     \
	"   0: 0100007F:A053 0100007F:9DE6 01 00000000:00000000 00:00000000 00000000 " \
	"0 0 " inode " 1 00000000b2110cb0 20 4 30 10 -1"
#define ROW6(inode)                                                               \
	"   0: 00000000000000000000000001000000:C2CD "                            \
	"00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 " \
	"00000000 0 0 " inode " 1 00000000b2110cb0 100 0 0 10 0"

#define LINE_9 ROW("9") "\n"
#define LINE_9_LENGTH (sizeof(LINE_9) - 1)

enum { ROWS_MAX = 16 };

/* What a listing gave. */
struct listing {
	bool opened;
	int end; /* what next() returned last */
	uint64_t malformed;
	size_t count;
	uint64_t inodes[ROWS_MAX];
	natu_facts facts[ROWS_MAX];
	struct natu_error error;
};

static struct natu_request request_for(const char *protocol)
{
	return (struct natu_request){
		.family = &natu_families[ffs((int)natu_protocol_named(protocol)) - 1],
		.families = NATU_IPV4 | NATU_IPV6,
		.states = STATES_LISTED,
	};
}

static void list(struct natu *natu, const struct natu_request *request,
		 struct listing *listing)
{
	struct natu_reader *reader = natu_procfs.open(natu, request, &listing->error);
	struct natu_socket socket;

	listing->opened = reader;
	listing->count = 0;
	if (!reader)
		return;
	memset(&socket, 0xa5, sizeof(socket));
	while ((listing->end = natu_procfs.next(reader, &socket, &listing->error)) > 0) {
		if (listing->count < ROWS_MAX) {
			listing->inodes[listing->count] = socket.inode;
			listing->facts[listing->count] = socket.facts;
		}
		listing->count++;
	}
	listing->malformed = reader->malformed;
	natu_procfs.close(reader);
}

static void list_tree(const struct tree *tree, const struct natu_request *request,
		      struct listing *listing)
{
	struct natu natu = { .proc = tree->descriptor, .setup.proc_root = tree->path };

	memset(listing, 0, sizeof(*listing));
	list(&natu, request, listing);
}

/* Lists TCP from a tree whose net/tcp holds these bytes. */
static void list_bytes(const void *bytes, size_t length, struct listing *listing)
{
	struct natu_request request = request_for("tcp");
	struct tree tree;

	tree_make(&tree);
	tree_write(&tree, "net/tcp", bytes, length);
	list_tree(&tree, &request, listing);
	tree_remove(&tree);
	CU_ASSERT_FATAL(listing->opened);
	CU_ASSERT(listing->end == 0);
}

static void list_text(const char *text, struct listing *listing)
{
	list_bytes(text, strlen(text), listing);
}

TEST(ipv4_comes_before_ipv6)
{
	struct natu_request request = request_for("tcp");
	struct listing listing;
	struct tree tree;

	tree_make(&tree);
	tree_write_text(&tree, "net/tcp", HEADER ROW("11") "\n" ROW("12") "\n");
	tree_write_text(&tree, "net/tcp6", HEADER ROW6("61") "\n");
	list_tree(&tree, &request, &listing);
	CU_ASSERT(listing.count == 3 && listing.end == 0 && listing.malformed == 0);
	CU_ASSERT(listing.inodes[0] == 11 && listing.inodes[1] == 12 &&
		  listing.inodes[2] == 61);

	request.families = NATU_IPV6;
	list_tree(&tree, &request, &listing);
	CU_ASSERT(listing.count == 1 && listing.inodes[0] == 61);

	request.families = NATU_IPV4;
	list_tree(&tree, &request, &listing);
	CU_ASSERT(listing.count == 2 && listing.inodes[0] == 11);

	request.families = NATU_IPV4 | NATU_IPV6;
	request.states = STATE_BIT(STATE_LISTEN);
	list_tree(&tree, &request, &listing);
	CU_ASSERT(listing.count == 1 && listing.inodes[0] == 61 &&
		  listing.malformed == 0);
	tree_remove(&tree);
}

/* The only file is that of IPv4 (1) or of IPv6 (2). */
static void list_one_file(const char *file, const char *row, uint32_t there)
{
	struct natu_request request = request_for("tcp");
	struct listing listing;
	struct tree tree;

	tree_make(&tree);
	tree_write_text(&tree, file, row);
	for (uint32_t families = 1; families <= 3; families++) {
		request.families = families;
		list_tree(&tree, &request, &listing);
		CU_ASSERT_FATAL(listing.opened);
		CU_ASSERT(listing.end == 0 && listing.malformed == 0);
		CU_ASSERT(listing.count == (families & there ? 1 : 0));
	}
	tree_remove(&tree);
}

TEST(one_file_may_be_missing)
{
	list_one_file("net/tcp", ROW("5") "\n", NATU_IPV4);
	list_one_file("net/tcp6", ROW6("5") "\n", NATU_IPV6);
}

TEST(both_files_missing)
{
	struct natu_request request = request_for("udplite");
	struct listing listing;
	struct tree tree;

	tree_make(&tree);
	for (request.families = 1; request.families <= 3; request.families++) {
		list_tree(&tree, &request, &listing);
		CU_ASSERT(!listing.opened);
		CU_ASSERT(listing.error.code == NATU_ENOSUP &&
			  listing.error.error == ENOENT);
		CU_ASSERT_PTR_NOT_NULL(strstr(listing.error.text, tree.path));
		CU_ASSERT_PTR_NOT_NULL(strstr(listing.error.text, "/net/udplite"));
	}
	tree_remove(&tree);
}

TEST(without_proc)
{
	struct natu_request request = request_for("tcp");
	struct natu natu = { .proc = -1 };
	struct listing listing;

	list(&natu, &request, &listing);
	CU_ASSERT(!listing.opened && listing.error.code == NATU_ENOSUP);
	CU_ASSERT_STRING_EQUAL(listing.error.text,
			       "reading /proc/net/tcp: No such file or directory");
}

/* What would block or never end is refused, what cannot be read is an error: never a
 * hang. */
TEST(what_is_no_file)
{
	struct natu_request request = request_for("tcp");
	struct listing listing;
	struct tree tree;
	char path[128];

	tree_make(&tree);
	snprintf(path, sizeof(path), "%s/net/tcp", tree.path);

	CU_ASSERT(mkfifo(path, 0600) == 0);
	list_tree(&tree, &request, &listing);
	CU_ASSERT(!listing.opened && listing.error.code == NATU_ESYS);

	CU_ASSERT(remove(path) == 0 && mkdir(path, 0700) == 0);
	list_tree(&tree, &request, &listing);
	CU_ASSERT(!listing.opened && listing.error.error == EISDIR);

	CU_ASSERT(remove(path) == 0 && symlink("/dev/zero", path) == 0);
	list_tree(&tree, &request, &listing);
	CU_ASSERT(!listing.opened && listing.error.code == NATU_ESYS);

	CU_ASSERT(remove(path) == 0 && symlink("tcp", path) == 0);
	list_tree(&tree, &request, &listing);
	CU_ASSERT(!listing.opened && listing.error.error == ELOOP);
	tree_remove(&tree);
}

/* The memory of a process can be opened, but not be read at address 0: a read that
 * fails. */
TEST(read_errors_are_told)
{
	struct natu_request request = request_for("tcp");
	struct listing listing;
	struct tree tree;
	char path[128];

	tree_make(&tree);
	snprintf(path, sizeof(path), "%s/net/tcp", tree.path);
	CU_ASSERT(symlink("/proc/self/mem", path) == 0);
	list_tree(&tree, &request, &listing);
	CU_ASSERT(listing.opened && listing.end == -1);
	CU_ASSERT(listing.error.code == NATU_ESYS && listing.error.error == EIO);
	tree_remove(&tree);
}

TEST(without_a_header)
{
	struct listing listing;

	list_text(ROW("1") "\n" ROW("2") "\n", &listing);
	CU_ASSERT(listing.count == 2 && listing.malformed == 0);
	list_text("", &listing);
	CU_ASSERT(listing.count == 0 && listing.malformed == 0);
	list_text(HEADER, &listing);
	CU_ASSERT(listing.count == 0 && listing.malformed == 0);
	/* Only the first line can be one. */
	list_text(HEADER HEADER ROW("1") "\n", &listing);
	CU_ASSERT(listing.count == 1 && listing.malformed == 1);
}

TEST(malformed_lines_are_counted)
{
	static const char with_nul[] =
		HEADER ROW("1\0") "\n" ROW("2") "\n\0\0\n" ROW("3") "\n";
	struct listing listing;

	list_text(HEADER "nonsense\n" ROW("4") "\n\n" ROW("x") "\n" ROW("5") "\r\n",
		  &listing);
	CU_ASSERT(listing.malformed == 2);
	CU_ASSERT(listing.count == 2 && listing.inodes[0] == 4 && listing.inodes[1] == 5);

	list_bytes(with_nul, sizeof(with_nul) - 1, &listing);
	CU_ASSERT(listing.malformed == 2);
	CU_ASSERT(listing.count == 2 && listing.inodes[0] == 2 && listing.inodes[1] == 3);
}

/* Cut anywhere: the rows that are whole, and at most one that is counted. */
TEST(every_cut)
{
	static const char text[] = HEADER ROW("101") "\n" ROW("102") "\n";
	const size_t row = strlen(ROW("101"));
	const size_t inode_end = (size_t)(strstr(ROW("101"), " 101 ") - ROW("101")) + 5;

	for (size_t length = strlen(HEADER) + 1; length < strlen(text); length++) {
		size_t rest = (length - strlen(HEADER)) % (row + 1);
		size_t expected = (length - strlen(HEADER)) / (row + 1) +
				  (rest >= inode_end);
		struct listing listing;

		list_bytes(text, length, &listing);
		CU_ASSERT(listing.count == expected);
		CU_ASSERT(listing.malformed == (rest > 0 && rest < inode_end));
		CU_ASSERT(!expected || listing.inodes[expected - 1] == 100 + expected);
	}
}

/* The drops end a line of UDP: without its newline they may be cut. */
TEST(last_column_of_a_cut_line)
{
	static const char row[] =
		"1: 0100007F:A053 00000000:0000 07 0:0 00:0 0 0 0 77 2 0 123";
	struct natu_request request = request_for("udp");
	struct listing listing;
	struct tree tree;
	char text[200];

	tree_make(&tree);
	snprintf(text, sizeof(text), "%s\n%s", row, row);
	tree_write_text(&tree, "net/udp", text);
	list_tree(&tree, &request, &listing);
	tree_remove(&tree);
	CU_ASSERT(listing.count == 2 && listing.malformed == 0);
	CU_ASSERT((listing.facts[0] & FACT_DROPS) && !(listing.facts[1] & FACT_DROPS));
}

/* A good row, a line of that many x, and so on: three good ones and two others. */
static char *rows_around(size_t length, size_t *size)
{
	static const char row[] = LINE_9;
	char *text, *end;

	*size = 3 * LINE_9_LENGTH + 2 * (length + 1);
	text = test_allocate(*size);
	end = text;
	for (int i = 0; i < 2; i++) {
		memcpy(end, row, LINE_9_LENGTH);
		memset(end + LINE_9_LENGTH, 'x', length);
		end += LINE_9_LENGTH + length;
		*end++ = '\n';
	}
	memcpy(end, row, LINE_9_LENGTH);
	return text;
}

/* Lines of all lengths around the buffer's, before, between and after good ones. */
TEST(lines_of_any_length)
{
	static const size_t lengths[] = { 200,	 4096,	16000, 16382,  16383,  16384,
					  16385, 16386, 32768, 100000, 1000000 };

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct listing listing;
		size_t size;
		char *text = rows_around(lengths[i], &size);

		list_bytes(text, size, &listing);
		CU_ASSERT(listing.count == 3 && listing.malformed == 2);
		/* The long one ends the file, with and without its newline. */
		list_bytes(text, size - LINE_9_LENGTH, &listing);
		CU_ASSERT(listing.count == 2 && listing.malformed == 2);
		list_bytes(text, size - LINE_9_LENGTH - 1, &listing);
		CU_ASSERT(listing.count == 2 && listing.malformed == 2);
		free(text);
	}
}

/* A good row may be padded to any width that fits. */
TEST(padded_rows)
{
	static const size_t widths[] = { 149, 4096, 8192, 16000, 16383 };

	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		char *text = test_allocate(2 * widths[i] + 3);
		struct listing listing;

		snprintf(text, 2 * widths[i] + 3, "%-*s\n%-*s\n", (int)widths[i],
			 ROW("1"), (int)widths[i], ROW("2"));
		list_text(text, &listing);
		CU_ASSERT(listing.count == 2 && listing.malformed == 0);
		CU_ASSERT(listing.inodes[0] == 1 && listing.inodes[1] == 2);
		free(text);
	}
}

union name {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static const void *address_of(const union name *name)
{
	return name->any.sa_family == AF_INET ? (const void *)&name->v4.sin_addr
					      : (const void *)&name->v6.sin6_addr;
}

/* A listener on the loopback address of a family; -1 if there is no such family here. */
static int listen_on_loopback(int family, union name *name)
{
	socklen_t length = sizeof(*name);
	int own = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memset(name, 0, sizeof(*name));
	name->any.sa_family = (sa_family_t)family;
	name->v6.sin6_addr = in6addr_loopback;
	if (family == AF_INET)
		name->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (own >= 0 && bind(own, &name->any, length) == 0 && listen(own, 3) == 0 &&
	    getsockname(own, &name->any, &length) == 0)
		return own;
	if (own >= 0)
		close(own);
	return -1;
}

static void expect_listener(const struct natu_socket *seen, const union name *name)
{
	size_t size = name->any.sa_family == AF_INET ? 4 : 16;

	CU_ASSERT(seen->state_number == STATE_LISTEN && seen->accept_queue == 0);
	CU_ASSERT(seen->uid == getuid());
	/* The port lies in the same place for both families. */
	CU_ASSERT(seen->local_port == ntohs(name->v4.sin_port));
	CU_ASSERT(seen->local.family == name->any.sa_family);
	CU_ASSERT(!memcmp(seen->local.bytes, address_of(name), size));
}

/* A real socket, in the real /proc, against what it says of itself. */
static void find_own(int family)
{
	struct natu_request request = request_for("tcp");
	struct natu natu = { .proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC) };
	union name name;
	struct natu_socket seen;
	struct natu_reader *reader;
	struct natu_error error;
	struct stat status;
	size_t found = 0;
	int own = listen_on_loopback(family, &name);

	if (own < 0)
		return test_skip("no such address family here");
	CU_ASSERT(fstat(own, &status) == 0);
	reader = natu_procfs.open(&natu, &request, &error);
	CU_ASSERT_PTR_NOT_NULL(reader);
	while (reader && natu_procfs.next(reader, &seen, &error) > 0) {
		if (!(seen.facts & FACT_INODE) || seen.inode != status.st_ino)
			continue;
		expect_listener(&seen, &name);
		found++;
	}
	CU_ASSERT(found == 1);
	if (reader)
		natu_procfs.close(reader);
	close(own);
	close(natu.proc);
}

TEST(own_socket_ipv4)
{
	find_own(AF_INET);
}

TEST(own_socket_ipv6)
{
	find_own(AF_INET6);
}

TEST(what_the_files_have)
{
	natu_facts tcp = natu_family_of_protocol(IPPROTO_TCP)->proc_facts;
	natu_facts udp = natu_family_of_protocol(IPPROTO_UDP)->proc_facts;

	CU_ASSERT((tcp & FACT_LISTENER) &&
		  !(tcp & (FACT_BACKLOG | FACT_COOKIE | FACT_TCPINFO)));
	CU_ASSERT((udp & FACT_DROPS) && !(udp & FACT_LISTENER));
}
