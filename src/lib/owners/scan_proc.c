/* SPDX-License-Identifier: MIT */
#include "scan.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "directory.h"
#include "error.h"

enum {
	THREADS_MAX = 64,
	FDS_PER_THREAD = 1024, /* fewer do not pay for another thread */
	FDS_PER_JOB = 4096,    /* so that one large process keeps all threads busy */
	JOBS_PER_PROCESS = 64,
	FDS_MAX = 1 << 30, /* more than the kernel lets anybody have */
	PATH_SIZE = 64,	   /* of "PID/task/TID/fd" */
	TRIED_MIN = 64,	   /* fewer are listed at once */
	GAPS_MAX = 32,	   /* so many numbers that are none may be tried */
};

/* A part of a process's descriptors: parts but the last have FDS_PER_JOB numbers. */
struct job {
	uint32_t pid;
	uint32_t fds; /* that the process has; 0: not known, or none */
	uint16_t part, parts;
	bool is_empty; /* it is known to have none */
};

struct scan {
	int proc;
	bool is_ours; /* the pids are those of our own pid namespace */
	bool is_real; /* no copy: directories tell how much is in them */
	bool counts;  /* those of descriptors too */
	struct job *jobs;
	size_t count, size;
	uint64_t fds;
	atomic_size_t next;
	atomic_bool stop;
};

struct worker {
	struct scan *scan;
	struct natu_look look;
	pthread_t thread;
	bool is_running;
	struct natu_directory tasks, table;
};

/* Descriptors of one table, from number `first` to before `end`; those up to `likely` are
 * probably all there. */
struct range {
	const char *path;   /* of the table, below /proc */
	uint32_t pid, task; /* whose it is: of a process, or of one of its threads */
	uint32_t first, end, likely;
};

/* The inode of "socket:[1]", or of "[0000]:1" as old kernels have it; 0 for what is no
 * socket. */
static uint32_t socket_inode(const char *link, size_t length)
{
	const char *digits = link + strlen("socket:["), *end = link + length - 1;
	uint64_t inode = 0;

	if (length > 8 && !memcmp(link, "[0000]:", 7)) {
		digits = link + 7;
		end = link + length;
	} else if (length < 10 || memcmp(link, "socket:[", 8) != 0 || *end != ']') {
		return 0;
	}
	for (; digits < end && inode <= UINT32_MAX; digits++) {
		if (*digits < '0' || *digits > '9')
			return 0;
		inode = inode * 10 + (uint64_t)(*digits - '0');
	}
	return inode <= UINT32_MAX ? (uint32_t)inode : 0;
}

/* What could not be read: gone is gone, and the rest is told. */
static void note_failure(struct worker *worker, int error)
{
	if (error == ENOENT || error == ESRCH)
		return;
	if (error == EACCES || error == EPERM)
		worker->look.denied++;
	else if (!worker->look.error)
		worker->look.error = error;
}

enum seen { SEEN, NOT_THERE, NO_MORE };

/* Looks at one descriptor. NO_MORE: the others of this table need not be tried. */
static enum seen look_at(struct worker *worker, const struct range *range,
			 const char *name, uint32_t fd)
{
	static const char ring[] = "anon_inode:[io_uring]", netns[] = "net:[";
	char link[PATH_SIZE];
	ssize_t length = readlinkat(worker->table.fd, name, link, sizeof(link));
	uint32_t inode;

	if (length < 0) {
		if (errno == ENOENT)
			return NOT_THERE;
		note_failure(worker, errno);
		return NO_MORE;
	}
	inode = socket_inode(link, (size_t)length);
	if (inode && !natu_look_socket(&worker->look, inode, range->pid, fd)) {
		atomic_store(&worker->scan->stop, true);
		return NO_MORE;
	}
	if (worker->look.explain && (size_t)length == strlen(ring) &&
	    !memcmp(link, ring, strlen(ring)))
		natu_traces_add(&worker->look.rings, range->pid, fd);
	if (worker->look.wants_netns && (size_t)length > strlen(netns) &&
	    !memcmp(link, netns, strlen(netns)))
		natu_traces_add(&worker->look.namespaces, range->task, fd);
	return SEEN;
}

/*
 * Looks at the descriptors whose numbers are likely to be taken, without asking which
 * there are: listing the table would be a quarter of the work. Gives the number from
 * which on it has to be listed, or `end`.
 */
static uint32_t try_numbers(struct worker *worker, const struct range *range,
			    uint32_t end)
{
	unsigned int gaps = 0;
	uint32_t fd = range->first;

	for (; fd < end && gaps < GAPS_MAX; fd++) {
		char digits[12], *name = digits + sizeof(digits) - 1;
		enum seen seen;

		*name = '\0';
		for (uint32_t rest = fd; rest || !*name; rest /= 10)
			*--name = (char)('0' + rest % 10);
		seen = look_at(worker, range, name, fd);
		if (seen == NO_MORE)
			return UINT32_MAX;
		gaps += seen == NOT_THERE;
	}
	return fd;
}

static void list_numbers(struct worker *worker, const struct range *range, uint32_t first)
{
	struct natu_directory *table = &worker->table;
	const struct dirent64 *entry;

	/* Where a descriptor is in this directory follows from its number
	 * (fs/proc/fd.c). */
	if (first && lseek(table->fd, (off_t)first + 2, SEEK_SET) < 0)
		note_failure(worker, errno);
	while ((entry = natu_directory_next(table))) {
		int32_t fd = natu_directory_number(entry->d_name);

		if (fd < 0 || (uint32_t)fd < first)
			continue;
		if ((uint32_t)fd >= range->end ||
		    look_at(worker, range, entry->d_name, (uint32_t)fd) == NO_MORE)
			break;
	}
	if (table->error)
		note_failure(worker, table->error);
}

static void scan_table(struct worker *worker, const struct range *range)
{
	uint32_t first = range->first;
	uint32_t likely = range->likely < range->end ? range->likely : range->end;

	if (natu_directory_open(&worker->table, worker->scan->proc, range->path) < 0) {
		/* A process that is denied is so once, not in each of its parts. */
		if (!first || (errno != EACCES && errno != EPERM))
			note_failure(worker, errno);
		return;
	}
	if (first < likely && range->likely >= TRIED_MIN)
		first = try_numbers(worker, range, likely);
	if (first < range->end)
		list_numbers(worker, range, first);
	natu_directory_close(&worker->table);
}

/* Linux 6.2 tells how many descriptors there are; before, it says 0. -1: nobody says. */
static int64_t count_fds(int proc, const char *path)
{
	struct stat status;

	return fstatat(proc, path, &status, 0) < 0 ? -1 : (int64_t)status.st_size;
}

/* Two links, and one for each thread (fs/proc/base.c:proc_task_getattr). */
static bool has_threads(const struct scan *scan, uint32_t pid)
{
	char path[PATH_SIZE];
	struct stat status;

	snprintf(path, sizeof(path), "%u/task", pid);
	return fstatat(scan->proc, path, &status, 0) == 0 && status.st_nlink > 3;
}

/* True if a thread has another table of descriptors than its process (or than another
 * thread). Where the kernel may not be asked, another number of descriptors tells of
 * most. */
static bool has_other_table(const struct scan *scan, uint32_t pid, uint32_t other,
			    uint32_t tid)
{
	char ours[PATH_SIZE], theirs[PATH_SIZE];
	long order = -1;

	if (scan->is_ours)
		order = syscall(SYS_kcmp, other, tid, KCMP_FILES, 0, 0);
	if (order >= 0)
		return order != 0;
	snprintf(ours, sizeof(ours), "%u/task/%u/fd", pid, other);
	snprintf(theirs, sizeof(theirs), "%u/task/%u/fd", pid, tid);
	return count_fds(scan->proc, ours) != count_fds(scan->proc, theirs);
}

/* The threads that have descriptors of their own, of which /proc/PID/fd says nothing. */
static void scan_threads(struct worker *worker, uint32_t pid)
{
	struct scan *scan = worker->scan;
	uint32_t previous = pid;
	const struct dirent64 *entry;
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%u/task", pid);
	if (!has_threads(scan, pid))
		return;
	if (natu_directory_open(&worker->tasks, scan->proc, path) < 0) {
		note_failure(worker, errno);
		return;
	}
	while ((entry = natu_directory_next(&worker->tasks)) &&
	       !atomic_load(&scan->stop)) {
		int32_t tid = natu_directory_number(entry->d_name);

		if (tid < 0 || (uint32_t)tid == pid ||
		    !has_other_table(scan, pid, pid, (uint32_t)tid) ||
		    (previous != pid &&
		     !has_other_table(scan, pid, previous, (uint32_t)tid)))
			continue;
		previous = (uint32_t)tid;
		snprintf(path, sizeof(path), "%u/task/%d/fd", pid, tid);
		scan_table(worker,
			   &(struct range){ path, pid, (uint32_t)tid, 0, UINT32_MAX, 0 });
	}
	if (worker->tasks.error)
		note_failure(worker, worker->tasks.error);
	natu_directory_close(&worker->tasks);
}

static void do_job(struct worker *worker, const struct job *job)
{
	uint32_t first = (uint32_t)job->part * FDS_PER_JOB;
	bool is_last = job->part + 1 == job->parts;
	uint64_t denied = worker->look.denied;
	char path[PATH_SIZE];

	/* The kernel's own, mostly: more than half of all where little runs. */
	if (job->is_empty && !has_threads(worker->scan, job->pid))
		return;
	snprintf(path, sizeof(path), "%u/fd", job->pid);
	scan_table(worker, &(struct range){ path, job->pid, job->pid, first,
					    is_last ? UINT32_MAX : first + FDS_PER_JOB,
					    job->fds });
	if (!job->part && denied == worker->look.denied)
		scan_threads(worker, job->pid);
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	struct scan *scan = worker->scan;
	size_t index;

	while (!atomic_load(&scan->stop) &&
	       (index = atomic_fetch_add(&scan->next, 1)) < scan->count)
		do_job(worker, &scan->jobs[index]);
	return NULL;
}

/* Divides the descriptors of a process into jobs. False without memory. */
static bool add_process(struct scan *scan, uint32_t pid)
{
	char path[PATH_SIZE];
	int64_t told = -1;
	uint64_t fds, parts;

	snprintf(path, sizeof(path), "%u/fd", pid);
	if (scan->is_real)
		told = count_fds(scan->proc, path);
	fds = told < 0 ? 0 : told > FDS_MAX ? FDS_MAX : (uint64_t)told;
	parts = fds / FDS_PER_JOB + 1;
	if (parts > JOBS_PER_PROCESS)
		parts = JOBS_PER_PROCESS;
	if (scan->count + parts > scan->size) {
		size_t size = scan->size * 2 + JOBS_PER_PROCESS;
		struct job *jobs = realloc(scan->jobs, size * sizeof(*jobs));

		if (!jobs)
			return false;
		scan->jobs = jobs;
		scan->size = size;
	}
	for (uint64_t part = 0; part < parts; part++)
		scan->jobs[scan->count++] = (struct job){ pid, (uint32_t)fds,
							  (uint16_t)part, (uint16_t)parts,
							  scan->counts && !told };
	scan->fds += fds ? fds : FDS_PER_THREAD / 16;
	return true;
}

static int add_all_processes(struct scan *scan, struct natu_directory *processes,
			     struct natu_error *error)
{
	const struct dirent64 *entry;

	if (natu_directory_open(processes, scan->proc, ".") < 0)
		return natu_fail(error, NATU_ESYS, errno,
				 "reading the processes in /proc");
	while ((entry = natu_directory_next(processes))) {
		int32_t pid = natu_directory_number(entry->d_name);

		if (pid > 0 && !add_process(scan, (uint32_t)pid)) {
			natu_directory_close(processes);
			return natu_fail(error, NATU_ENOMEM, ENOMEM,
					 "listing the processes");
		}
	}
	natu_directory_close(processes);
	if (processes->error)
		return natu_fail(error, NATU_ESYS, processes->error,
				 "reading the processes in /proc");
	return 0;
}

static int add_processes(struct scan *scan, const struct natu_look *look,
			 struct worker *worker, struct natu_error *error)
{
	if (!look->pid_count)
		return add_all_processes(scan, &worker->tasks, error);
	for (size_t i = 0; i < look->pid_count; i++)
		if (!add_process(scan, look->pids[i]))
			return natu_fail(error, NATU_ENOMEM, ENOMEM,
					 "listing the processes");
	return 0;
}

/* True if /proc is of our own pid namespace, so that its pids mean the same to system
 * calls. */
static bool shows_ourselves(int proc)
{
	char link[16] = "";
	ssize_t length = readlinkat(proc, "self", link, sizeof(link) - 1);

	return length > 0 && natu_directory_number(link) == getpid();
}

static size_t useful_threads(const struct scan *scan)
{
	uint64_t useful = 1 + scan->fds / FDS_PER_THREAD;
	size_t processors = 1;
	cpu_set_t allowed;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0)
		processors = (size_t)CPU_COUNT(&allowed);
	if (useful > processors)
		useful = processors;
	return useful < THREADS_MAX ? (size_t)useful : THREADS_MAX;
}

/* The first worker is this thread; without others it does all the work. The program's
 * signals are its own: they never interrupt the others. */
static void run(struct worker **workers, size_t count)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (size_t i = 1; i < count; i++)
		workers[i]->is_running = !pthread_create(&workers[i]->thread, NULL, work,
							 workers[i]);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	work(workers[0]);
	for (size_t i = 1; i < count; i++)
		if (workers[i]->is_running)
			pthread_join(workers[i]->thread, NULL);
}

static struct worker *new_worker(struct scan *scan, const struct natu_look *look)
{
	struct worker *worker = malloc(sizeof(*worker));

	if (!worker)
		return NULL;
	worker->scan = scan;
	worker->is_running = false;
	worker->look = (struct natu_look){
		.wanted = look->wanted,
		.explain = look->explain,
		.wants_netns = look->wants_netns,
		.own_pid = look->own_pid,
	};
	return worker;
}

int natu_scan_proc(int proc, struct natu_look *look, struct natu_error *error)
{
	struct scan scan = { .proc = proc,
			     .is_ours = shows_ourselves(proc),
			     .is_real = natu_is_proc(proc) };
	struct worker *workers[THREADS_MAX] = { new_worker(&scan, look) };
	size_t useful, count = 1;
	int result;

	if (!workers[0])
		return natu_fail(error, NATU_ENOMEM, ENOMEM, "listing the processes");
	/* Whoever has /proc open has a descriptor. */
	scan.counts = scan.is_real && count_fds(proc, "self/fd") > 0;
	result = add_processes(&scan, look, workers[0], error);
	if (!result) {
		useful = useful_threads(&scan);
		while (count < useful && (workers[count] = new_worker(&scan, look)))
			count++;
		run(workers, count);
	}
	for (size_t i = 0; i < count; i++) {
		natu_look_take(look, &workers[i]->look);
		free(workers[i]);
	}
	free(scan.jobs);
	return result;
}
