/* SPDX-License-Identifier: MIT */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "names.h"
#include "scan.h"
#include "user.h"

enum { FIRST_SLOTS = 64, COMMAND_MAX = 32 * 1024, STAT_MAX = 4096 };

struct text {
	char *bytes;
	size_t length;
};

struct natu_process {
	struct natu_processes *all;
	uint32_t pid;
	uint32_t fd, inode; /* where it was seen */
	bool is_read, has_uid;
	uint32_t uid;
	struct text texts[PROCESS_TEXTS];
};

struct natu_processes {
	int proc;
	bool is_real; /* no copy: processes can end and their pids be used again */
	struct natu_users *users;
	uint64_t begun; /* the first look, in clock ticks since boot */
	struct natu_process **slots;
	size_t used, size; /* size is a power of 2 */
	char bytes[COMMAND_MAX];
};

struct natu_processes *natu_processes_new(int proc, struct natu_users *users)
{
	struct natu_processes *processes = calloc(1, sizeof(*processes));

	if (!processes)
		return NULL;
	processes->proc = proc;
	processes->users = users;
	processes->is_real = natu_is_proc(proc);
	processes->size = FIRST_SLOTS;
	processes->slots = calloc(processes->size, sizeof(struct natu_process *));
	if (!processes->slots) {
		free(processes);
		return NULL;
	}
	return processes;
}

void natu_processes_free(struct natu_processes *processes)
{
	if (!processes)
		return;
	for (size_t i = 0; i < processes->size; i++) {
		for (size_t j = 0; processes->slots[i] && j < PROCESS_TEXTS; j++)
			free(processes->slots[i]->texts[j].bytes);
		free(processes->slots[i]);
	}
	free(processes->slots);
	free(processes);
}

void natu_processes_begin(struct natu_processes *processes)
{
	uint64_t ticks = (uint64_t)sysconf(_SC_CLK_TCK);
	struct timespec now;

	if (processes->begun || clock_gettime(CLOCK_BOOTTIME, &now) < 0)
		return;
	processes->begun = (uint64_t)now.tv_sec * ticks +
			   (uint64_t)now.tv_nsec / (1000000000 / ticks);
}

static struct natu_process **find_slot(const struct natu_processes *processes,
				       uint32_t pid)
{
	size_t at = (pid * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (processes->size - 1);

	while (processes->slots[at] && processes->slots[at]->pid != pid)
		at = (at + 1) & (processes->size - 1);
	return &processes->slots[at];
}

static bool grow(struct natu_processes *processes)
{
	size_t old_size = processes->size;
	struct natu_process **old = processes->slots;

	processes->slots = calloc(old_size * 2, sizeof(struct natu_process *));
	if (!processes->slots) {
		processes->slots = old;
		return false;
	}
	processes->size = old_size * 2;
	for (size_t i = 0; i < old_size; i++)
		if (old[i])
			*find_slot(processes, old[i]->pid) = old[i];
	free(old);
	return true;
}

struct natu_process *natu_processes_get(struct natu_processes *processes, uint32_t pid,
					uint32_t fd, uint32_t inode)
{
	struct natu_process **slot = find_slot(processes, pid), *process = *slot;

	if (process)
		return process;
	if (processes->used * 2 >= processes->size) {
		if (!grow(processes))
			return NULL;
		slot = find_slot(processes, pid);
	}
	process = calloc(1, sizeof(*process));
	if (!process)
		return NULL;
	process->all = processes;
	process->pid = pid;
	process->fd = fd;
	process->inode = inode;
	processes->used++;
	*slot = process;
	return process;
}

uint32_t natu_process_pid(const struct natu_process *process)
{
	return process->pid;
}

/* --- reading --- */

/* Reads a small file below `directory`. Returns its length, or -1. */
static ssize_t read_file(int directory, const char *name, char *bytes, size_t size)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t more = 0;

	if (fd < 0)
		return -1;
	while (used < size && (more = read(fd, bytes + used, size - used)) > 0)
		used += (size_t)more;
	close(fd);
	return more < 0 && !used ? -1 : (ssize_t)used;
}

static bool still_has_socket(const struct natu_process *process, int directory)
{
	char path[32], expected[32], link[32];
	ssize_t length;
	int wanted;

	snprintf(path, sizeof(path), "fd/%u", process->fd);
	wanted = snprintf(expected, sizeof(expected), "socket:[%u]", process->inode);
	length = readlinkat(directory, path, link, sizeof(link));
	return length == wanted && !memcmp(link, expected, (size_t)length);
}

/* When a process started, in clock ticks since boot: the 22nd word of its stat. The
 * second is its title in parentheses, which may hold any byte. */
static uint64_t start_of(int directory)
{
	char stat[STAT_MAX + 1], *word;
	ssize_t length = read_file(directory, "stat", stat, STAT_MAX);

	stat[length > 0 ? length : 0] = '\0';
	word = strrchr(stat, ')');
	for (int i = 2; word && i < 22; i++)
		word = strchr(word + 1, ' ');
	return word ? strtoull(word, NULL, 10) : UINT64_MAX;
}

/* True if what has the pid now is what had it when sockets were looked for. */
static bool is_the_same(const struct natu_process *process, int directory)
{
	return !process->all->is_real || still_has_socket(process, directory) ||
	       start_of(directory) < process->all->begun;
}

static void keep(struct natu_process *process, enum natu_process_text which,
		 const char *bytes, size_t length)
{
	struct text *text = &process->texts[which];

	/* One byte more, so that an empty text is not NULL. */
	text->bytes = malloc(length + 1);
	if (!text->bytes)
		return;
	memcpy(text->bytes, bytes, length);
	text->length = length;
}

static void read_title(struct natu_process *process, int directory)
{
	char *bytes = process->all->bytes;
	ssize_t length = read_file(directory, "comm", bytes, COMMAND_MAX);

	if (length < 0)
		return;
	/* The kernel adds one newline; others belong to the title. */
	if (length > 0 && bytes[length - 1] == '\n')
		length--;
	keep(process, PROCESS_TITLE, bytes, (size_t)length);
}

static void read_name(struct natu_process *process, int directory)
{
	char path[4096];
	ssize_t length = readlinkat(directory, "exe", path, sizeof(path));
	const struct text *title = &process->texts[PROCESS_TITLE];
	struct natu_piece name = { NULL, 0 };

	if (length > 0)
		name = natu_name_of_executable(path, (size_t)length);
	if (name.length)
		keep(process, PROCESS_NAME, name.bytes, name.length);
	else if (title->bytes)
		keep(process, PROCESS_NAME, title->bytes, title->length);
}

static void read_command(struct natu_process *process, int directory)
{
	char *bytes = process->all->bytes, program[NATU_PROGRAM_WIDTH];
	ssize_t read = read_file(directory, "cmdline", bytes, COMMAND_MAX);
	const struct text *name = &process->texts[PROCESS_NAME];
	struct natu_piece script;
	size_t length;

	if (read < 0)
		return;
	length = (size_t)read;
	keep(process, PROCESS_PROGRAM, program,
	     natu_name_of_program(process->pid, bytes, length, program));
	script = natu_name_of_script(name->bytes, name->length, bytes, length);
	if (script.length)
		keep(process, PROCESS_SCRIPT, script.bytes, script.length);
	while (length && !bytes[length - 1])
		length--;
	for (size_t i = 0; i < length; i++)
		if (!bytes[i])
			bytes[i] = ' ';
	keep(process, PROCESS_COMMAND, bytes, length);
}

/* All at once and through one descriptor, so that all of it is of one process. */
static void read_process(struct natu_process *process)
{
	struct stat status;
	char path[16];
	int directory;

	process->is_read = true;
	snprintf(path, sizeof(path), "%u", process->pid);
	directory = openat(process->all->proc, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return;
	if (is_the_same(process, directory)) {
		read_title(process, directory);
		read_name(process, directory);
		read_command(process, directory);
		process->has_uid = fstat(directory, &status) == 0;
		process->uid = process->has_uid ? status.st_uid : 0;
	}
	close(directory);
}

const char *natu_process_text(struct natu_process *process, enum natu_process_text which,
			      size_t *length)
{
	if (!process->is_read)
		read_process(process);
	*length = process->texts[which].length;
	return process->texts[which].bytes;
}

const char *natu_process_user(struct natu_process *process)
{
	if (!process->is_read)
		read_process(process);
	if (!process->has_uid || !process->all->users)
		return NULL;
	return natu_users_name(process->all->users, process->uid);
}
