/* SPDX-License-Identifier: MIT */
#include "scan.h"

#include "rights.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

/* include/uapi/linux/magic.h: PROC_SUPER_MAGIC */
#define PROC_FS_MAGIC 0x9fa0

static bool make_room(struct natu_traces *traces, size_t count)
{
	size_t size = traces->size ? traces->size : 64;
	struct natu_trace *rows;

	if (count <= traces->size)
		return true;
	if (count > NATU_TRACES_MAX)
		return false;
	while (size < count)
		size *= 2;
	rows = realloc(traces->rows, size * sizeof(*rows));
	if (!rows)
		return false;
	traces->rows = rows;
	traces->size = size;
	return true;
}

void natu_traces_add(struct natu_traces *traces, uint32_t pid, uint32_t fd)
{
	if (make_room(traces, traces->count + 1))
		traces->rows[traces->count++] = (struct natu_trace){ .pid = pid,
								     .fd = fd };
	else
		traces->cut = true;
}

void natu_traces_take(struct natu_traces *traces, struct natu_traces *more)
{
	if (more->count && make_room(traces, traces->count + more->count)) {
		memcpy(traces->rows + traces->count, more->rows,
		       more->count * sizeof(*more->rows));
		traces->count += more->count;
	} else if (more->count) {
		traces->cut = true;
	}
	traces->cut |= more->cut;
	natu_traces_free(more);
}

void natu_traces_free(struct natu_traces *traces)
{
	free(traces->rows);
	*traces = (struct natu_traces){ 0 };
}

bool natu_look_socket(struct natu_look *look, uint32_t inode, uint32_t pid, uint32_t fd)
{
	look->sockets += pid != look->own_pid;
	if (look->wanted && !natu_inodes_has(look->wanted, inode)) {
		if (look->explain)
			natu_traces_add(&look->others, pid, fd);
		return true;
	}
	if (natu_findings_add(&look->findings, inode, pid, fd))
		return true;
	look->cut = true;
	return false;
}

static int compare_pids(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

void natu_look_sort(uint32_t *pids, size_t count)
{
	qsort(pids, count, sizeof(*pids), compare_pids);
}

bool natu_look_includes(const struct natu_look *look, uint32_t pid)
{
	return !look->pid_count ||
	       bsearch(&pid, look->pids, look->pid_count, sizeof(pid), compare_pids);
}

bool natu_is_proc(int proc)
{
	struct statfs status;

	return fstatfs(proc, &status) == 0 && status.f_type == PROC_FS_MAGIC;
}

bool natu_is_first_pid_namespace(int proc)
{
	/* include/linux/proc_ns.h: PROC_PID_INIT_INO */
	static const char first[] = "pid:[4026531836]";
	char link[32];
	ssize_t length = readlinkat(proc, "self/ns/pid", link, sizeof(link));

	return length == (ssize_t)strlen(first) && !memcmp(link, first, (size_t)length);
}

void natu_look_take(struct natu_look *look, struct natu_look *part)
{
	if (!natu_findings_take(&look->findings, &part->findings))
		look->cut = true;
	natu_traces_take(&look->rings, &part->rings);
	natu_traces_take(&look->others, &part->others);
	natu_traces_take(&look->namespaces, &part->namespaces);
	look->sockets += part->sockets;
	look->denied += part->denied;
	if (!look->error)
		look->error = part->error;
	look->cut |= part->cut;
}

void natu_look_free(struct natu_look *look)
{
	natu_findings_free(&look->findings);
	natu_traces_free(&look->rings);
	natu_traces_free(&look->others);
	natu_traces_free(&look->namespaces);
}

/* --- which way --- */

/* With fewer open files in the whole system, loading a program takes longer than it
 * saves. */
enum { FILES_FOR_BPF = 1500 };

/* How many files are open in the whole system; many where that is not told. */
static unsigned long open_files(int proc)
{
	char text[64] = "";
	int fd = openat(proc, "sys/fs/file-nr", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	return length > 0 ? strtoul(text, NULL, 10) : ULONG_MAX;
}

bool natu_bpf_pays(int proc, enum natu_lookup lookup)
{
	return lookup == NATU_LOOKUP_BPF ||
	       (lookup == NATU_LOOKUP_AUTO && open_files(proc) > FILES_FOR_BPF);
}

/* What was found is left only if it is all there is to be found by it. */
static bool scan_by_bpf(int proc, struct natu_look *look, struct natu_error *error)
{
	const struct natu_look empty = *look;
	struct natu_bpf bpf;
	int result;

	if (natu_bpf_open(&bpf, proc, error) < 0)
		return false;
	result = natu_bpf_scan(&bpf, look, error);
	natu_bpf_close(&bpf);
	if (!result)
		return true;
	natu_look_free(look);
	*look = empty;
	return false;
}

int natu_scan_well(int proc, enum natu_lookup lookup, struct natu_look *look,
		   struct natu_error *error)
{
	struct natu_look again = *look;
	struct natu_error ignored;

	if (natu_bpf_pays(proc, lookup) && scan_by_bpf(proc, look, error))
		return 0;
	if (natu_scan_proc(proc, look, error) < 0)
		return -1;
	/* Who refuses to be looked into is in the kernel's own list. */
	if (look->denied && lookup == NATU_LOOKUP_AUTO && natu_may_load_bpf() &&
	    scan_by_bpf(proc, &again, &ignored)) {
		natu_look_free(look);
		*look = again;
	}
	return 0;
}
