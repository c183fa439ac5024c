/* SPDX-License-Identifier: MIT */
#include "kind.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 64, LINE_SIZE = 256, INFO_MAX = 8 * 1024 * 1024 };

/* Reads /proc/PID/fdinfo/FD line by line; of a longer line only the start. */
struct info {
	int fd;
	size_t at, end, total;
	bool is_cut; /* there is more that was not read */
	char bytes[16 * 1024];
	char line[LINE_SIZE];
};

static int open_info(struct info *info, int proc, const struct natu_trace *trace)
{
	char path[PATH_SIZE];

	info->at = info->end = info->total = 0;
	info->is_cut = false;
	snprintf(path, sizeof(path), "%u/fdinfo/%u", trace->pid, trace->fd);
	info->fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	return info->fd;
}

static int next_byte(struct info *info)
{
	ssize_t length;

	if (info->at < info->end)
		return (unsigned char)info->bytes[info->at++];
	length = info->total < INFO_MAX ? read(info->fd, info->bytes, sizeof(info->bytes))
					: -1;
	info->is_cut = length < 0;
	if (length <= 0)
		return EOF;
	info->total += (size_t)length;
	info->end = (size_t)length;
	info->at = 1;
	return (unsigned char)info->bytes[0];
}

static const char *next_line(struct info *info)
{
	size_t used = 0;
	int byte = next_byte(info);

	if (byte == EOF)
		return NULL;
	for (; byte != EOF && byte != '\n'; byte = next_byte(info))
		if (used < sizeof(info->line) - 1)
			info->line[used++] = (char)byte;
	info->line[used] = '\0';
	return info->line;
}

/* The number that a text starts with, and where it ends; 0 and the text itself if there
 * is none. */
static uint32_t number_at(const char *text, const char **end)
{
	uint64_t number = 0;

	for (; *text >= '0' && *text <= '9' && number <= UINT32_MAX; text++)
		number = number * 10 + (uint64_t)(*text - '0');
	*end = text;
	return number <= UINT32_MAX ? (uint32_t)number : 0;
}

/* The name in "    0: socket:[1]", a line of a ring's files; NULL if it is none. */
static const char *file_in(const char *line)
{
	const char *end;

	number_at(line + strspn(line, " "), &end);
	return strncmp(end, ": ", 2) == 0 ? end + 2 : NULL;
}

/* The inode of a file "socket:[1]"; 0 if it is something else. */
static uint32_t socket_in(const char *file)
{
	static const char start[] = "socket:[";
	const char *end;
	uint32_t inode;

	if (strncmp(file, start, strlen(start)) != 0)
		return 0;
	inode = number_at(file + strlen(start), &end);
	return strcmp(end, "]") == 0 ? inode : 0;
}

/* Up to Linux 6.12 at least a file has only the end of its path there, and a socket the
 * name of its protocol. */
static bool may_be_socket(const char *file)
{
	return strcmp(file, "<none>") != 0 && !strpbrk(file, "/[");
}

/* Takes the sockets that a ring lists among its files. */
static void read_ring(struct natu_elsewhere *elsewhere, const struct natu_inodes *missing,
		      const struct natu_trace *ring, struct info *info)
{
	const char *line;
	bool in_files = false;

	while ((line = next_line(info))) {
		const char *file = in_files ? file_in(line) : NULL;
		uint32_t inode = file ? socket_in(file) : 0;

		if (inode && natu_inodes_has(missing, inode))
			elsewhere->rings_unsure |= !natu_findings_add(
				&elsewhere->rings, inode, ring->pid, ring->fd);
		else if (file && may_be_socket(file))
			elsewhere->rings_unsure = true;
		if (!strncmp(line, "UserFiles:", 10))
			in_files = true;
		else if (in_files && *line != ' ' && !(*line >= '0' && *line <= '9'))
			return;
	}
	elsewhere->rings_unsure |= info->is_cut;
}

static void read_rings(struct natu_elsewhere *elsewhere, int proc,
		       const struct natu_look *look, const struct natu_inodes *missing,
		       struct info *info)
{
	static const char ring[] = "anon_inode:[io_uring]";
	char path[PATH_SIZE], link[PATH_SIZE];

	elsewhere->rings_unsure = look->rings.cut;
	for (size_t i = 0; i < look->rings.count; i++) {
		const struct natu_trace *trace = &look->rings.rows[i];
		ssize_t length;

		snprintf(path, sizeof(path), "%u/fd/%u", trace->pid, trace->fd);
		length = readlinkat(proc, path, link, sizeof(link));
		if (length != (ssize_t)strlen(ring) ||
		    memcmp(link, ring, (size_t)length) != 0)
			continue;
		if (open_info(info, proc, trace) < 0) {
			elsewhere->rings_unsure = true;
			continue;
		}
		read_ring(elsewhere, missing, trace, info);
		close(info->fd);
	}
	if (!natu_findings_index(&elsewhere->rings))
		elsewhere->rings_unsure = true;
}

/* How many descriptors wait in a UNIX socket to be received; -1: it is none, or does not
 * tell. */
static int64_t waiting_in(int proc, const struct natu_trace *trace, struct info *info)
{
	static const char start[] = "scm_fds: ";
	const char *line, *end;
	int64_t waiting = -1;

	if (open_info(info, proc, trace) < 0)
		return -1;
	while (waiting < 0 && (line = next_line(info)))
		if (!strncmp(line, start, strlen(start)))
			waiting = number_at(line + strlen(start), &end);
	close(info->fd);
	return waiting;
}

/* True unless all UNIX sockets tell that nothing is on its way over them (Linux 5.6). */
static bool may_be_in_flight(int proc, const struct natu_look *look, struct info *info)
{
	bool some_told = false;

	if (look->others.cut || !look->wanted ||
	    (look->wants_unix && look->findings.count > NATU_TRACES_MAX))
		return true;
	for (size_t i = 0; i < look->others.count; i++) {
		int64_t waiting = waiting_in(proc, &look->others.rows[i], info);

		if (waiting > 0)
			return true;
		some_told |= waiting == 0;
	}
	for (size_t i = 0; look->wants_unix && i < look->findings.count; i++) {
		const struct natu_finding *row = &look->findings.rows[i];
		struct natu_trace trace = { .pid = row->pid, .fd = row->fd };

		if (waiting_in(proc, &trace, info) > 0)
			return true;
	}
	return !some_told;
}

/* Those of the inodes noted that were not found. False without memory. */
static bool add_missing(struct natu_inodes *missing, const struct natu_inodes *noted,
			const struct natu_look *look)
{
	for (size_t i = 0; i < noted->size; i++)
		if (noted->slots[i] &&
		    !natu_findings_first(&look->findings, noted->slots[i]) &&
		    !natu_inodes_add(missing, noted->slots[i]))
			return false;
	return true;
}

void natu_elsewhere_look(struct natu_elsewhere *elsewhere, int proc,
			 const struct natu_look *look, const struct natu_inodes *noted)
{
	struct natu_inodes missing = { 0 };
	struct info *info = malloc(sizeof(*info));

	elsewhere->in_flight = true;
	/* Processes outside of a pid namespace are not in its /proc. */
	elsewhere->other_namespace = !natu_is_first_pid_namespace(proc);
	elsewhere->rings_unsure = true;
	if (info && add_missing(&missing, noted, look) && missing.used) {
		read_rings(elsewhere, proc, look, &missing, info);
		elsewhere->in_flight = may_be_in_flight(proc, look, info);
	}
	natu_inodes_free(&missing);
	free(info);
}

void natu_elsewhere_free(struct natu_elsewhere *elsewhere)
{
	natu_findings_free(&elsewhere->rings);
}

/* A socket of the kernel's own and one that was closed during the look can never be ruled
 * out. */
const char *natu_elsewhere_candidates(const struct natu_elsewhere *elsewhere)
{
	static const char *const candidates[2][2][2] = {
		{ { "closed,kernel", "closed,kernel,other_namespace" },
		  { "closed,kernel,in_flight",
		    "closed,kernel,in_flight,other_namespace" } },
		{ { "closed,kernel,io_uring", "closed,kernel,io_uring,other_namespace" },
		  { "closed,kernel,io_uring,in_flight",
		    "closed,kernel,io_uring,in_flight,other_namespace" } },
	};

	return candidates[elsewhere->rings_unsure][elsewhere->in_flight]
			 [elsewhere->other_namespace];
}
