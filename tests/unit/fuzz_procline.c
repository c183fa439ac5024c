/* SPDX-License-Identifier: MIT */
#include "context.h"
#include "family.h"
#include "fuzz.h"
#include "source.h"
#include "state.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A line as the C library reads it. */
struct reading {
	char local[33], peer[33];
	unsigned int local_port, peer_port, state, tx, rx, timer, when, retransmits, uid,
		timeout;
	unsigned long inode;
};

#define END " %32[0-9A-Fa-f]:%x"
#define PAIR " %x:%x"

static bool read_line(const char *line, struct reading *as)
{
	/* It cannot tell of an overflow, but a line with one is not taken.
	 * NOLINTNEXTLINE(cert-err34-c) */
	int count = sscanf(line, " %*[0-9]:" END END " %x" PAIR PAIR " %x %u %u %lu",
			   as->local, &as->local_port, as->peer, &as->peer_port,
			   &as->state, &as->tx, &as->rx, &as->timer, &as->when,
			   &as->retransmits, &as->uid, &as->timeout, &as->inode);

	return count == 13;
}

static bool address_is(const struct natu_address *address, const char *digits)
{
	size_t size = address->family == AF_INET ? 4 : 16;

	if (strlen(digits) != 2 * size)
		return false;
	for (size_t i = 0; i < size; i += 4) {
		char word[9] = { 0 };
		uint32_t number;

		memcpy(word, digits + 2 * i, 8);
		number = (uint32_t)strtoul(word, NULL, 16);
		if (memcmp(address->bytes + i, &number, 4) != 0)
			return false;
	}
	return true;
}

static void expect_same(const struct natu_socket *socket, const struct reading *as)
{
	fuzz_expect(socket->local_port == as->local_port &&
			    socket->peer_port == as->peer_port,
		    "ports are as sscanf reads them");
	fuzz_expect(address_is(&socket->local, as->local) &&
			    address_is(&socket->peer, as->peer),
		    "addresses are as sscanf reads them");
	fuzz_expect(socket->state_number == as->state, "the state is");
	if (socket->facts & FACT_QUEUES)
		fuzz_expect(socket->recv_q == as->rx && socket->send_q == as->tx,
			    "queues are");
	if (socket->facts & FACT_LISTENER)
		fuzz_expect(socket->accept_queue == as->rx, "the accept queue is");
	if (socket->facts & FACT_TIMER)
		fuzz_expect(socket->timer == as->timer &&
				    socket->expires_ms ==
					    (as->timer ? as->when * 10ULL : 0) &&
				    socket->retransmits == as->retransmits &&
				    socket->probes == as->timeout,
			    "the timer is");
	if (socket->facts & FACT_UID)
		fuzz_expect(socket->uid == as->uid, "the uid is");
	fuzz_expect(as->inode == (socket->facts & FACT_INODE ? socket->inode : 0),
		    "the inode is");
}

/* A line alone, in memory that ends where it ends. */
static bool try_line(const struct natu_family *family, unsigned int which,
		     const struct natu_proc_columns *columns, const uint8_t *data,
		     size_t size)
{
	static struct natu_buffer text;
	char *line = malloc(size + 1);
	struct natu_socket socket;
	struct reading as;
	bool parsed;

	fuzz_expect(line, "there is memory");
	memset(&socket, 0xa5, sizeof(socket));
	socket.proc_columns = columns;
	memcpy(line + 1, data, size);
	parsed = family->parse_line(family, which, line + 1, size, &socket);
	if (parsed) {
		fuzz_print(&socket, ~(natu_facts)0, &text);
		memmove(line, line + 1, size);
		line[size] = '\0';
		fuzz_expect(!(socket.facts & ~family->proc_facts),
			    "it has what /proc has");
		if (natu_family_is_inet(family) && !family->has_associations) {
			fuzz_expect(read_line(line, &as), "sscanf takes it too");
			expect_same(&socket, &as);
		}
	}
	free(line);
	return parsed;
}

static bool is_heading(const struct natu_family *family, unsigned int which,
		       const uint8_t *line, size_t length)
{
	const char *text = family->heading[which && family->heading[1]];
	size_t heading = strlen(text);

	for (; length > heading && *line == ' '; line++)
		length--;
	return length >= heading && !memcmp(line, text, heading);
}

static size_t count_lines(const struct natu_family *family, unsigned int which,
			  const uint8_t *data, size_t size)
{
	struct natu_proc_columns columns = { .count = 0 };
	bool is_first = true;
	size_t rows = 0;

	while (size > 0) {
		const uint8_t *newline = memchr(data, '\n', size);
		size_t length = newline ? (size_t)(newline - data) : size;

		if (!is_first || !is_heading(family, which, data, length))
			rows += try_line(family, which, &columns, data, length);
		else if (family->take_heading)
			family->take_heading((const char *)data, length, &columns);
		is_first = false;
		data += length + (newline != NULL);
		size -= length + (newline != NULL);
	}
	return rows;
}

/* A directory in which net/tcp and all others lead to one file. */
static int make_proc(const char *file)
{
	char path[] = "/tmp/natu-fuzz-XXXXXX";
	int directory;

	fuzz_expect(mkdtemp(path), "there is a temporary directory");
	directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	fuzz_expect(directory >= 0 && mkdirat(directory, "net", 0700) == 0 &&
			    mkdirat(directory, "net/sctp", 0700) == 0,
		    "it can be used");
	for (size_t i = 0; i < 2 * natu_family_count; i++) {
		const char *procfile = natu_families[i / 2].procfile[i % 2];

		fuzz_expect(!procfile || symlinkat(file, directory, procfile) == 0,
			    "it can have links");
	}
	return directory;
}

static void remove_proc(int directory)
{
	char path[64], link[32];
	ssize_t length;

	for (size_t i = 0; i < 2 * natu_family_count; i++)
		if (natu_families[i / 2].procfile[i % 2])
			unlinkat(directory, natu_families[i / 2].procfile[i % 2], 0);
	unlinkat(directory, "net/sctp", AT_REMOVEDIR);
	unlinkat(directory, "net", AT_REMOVEDIR);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", directory);
	length = readlink(link, path, sizeof(path) - 1);
	if (length > 0) {
		path[length] = '\0';
		rmdir(path);
	}
	close(directory);
}

static int fixture = -1;

static void remove_fixture(void)
{
	remove_proc(fixture);
}

/* The same lines as a file. */
static size_t list_file(const struct natu_family *family, uint32_t families,
			const char *file)
{
	struct natu natu = { .setup.proc_root = "fuzz" };
	struct natu_request request = {
		.family = family,
		.families = families,
		.states = ~0U,
	};
	struct natu_error error;
	struct natu_reader *reader;
	struct natu_socket socket;
	size_t rows = 0;

	if (fixture < 0) {
		fixture = make_proc(file);
		atexit(remove_fixture);
	}
	natu.proc = fixture;
	reader = natu_procfs.open(&natu, &request, &error);
	fuzz_expect(reader, "a file can be opened");
	while (natu_procfs.next(reader, &socket, &error) > 0)
		rows++;
	natu_procfs.close(reader);
	return rows;
}

int fuzz_procline(const uint8_t *data, size_t size)
{
	const struct natu_family *family;
	unsigned int which;
	size_t rows;

	if (!size)
		return 0;
	family = fuzz_family(&data, &size);
	if (!size)
		return 0;
	which = data[0] & 1;
	if (!family->procfile[which])
		return 0;
	rows = count_lines(family, which, data + 1, size - 1);
	/* Its two files are both read, whatever the family. */
	if (family->has_associations)
		rows += count_lines(family, !which, data + 1, size - 1);
	fuzz_expect(list_file(family, 1U << which, fuzz_file(data + 1, size - 1)) == rows,
		    "a file gives what its lines give");
	return 0;
}
