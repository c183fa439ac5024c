/* SPDX-License-Identifier: MIT */
#include "measure.h"

#include "context.h"
#include "error.h"
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The longest of these files is a list of reserved ports, at six bytes a port; the kernel
 * gives it to the first read, and nothing to the second. Other settings are short. */
enum { FILE_MAX = 256 * 1024, SETTING_MOSTLY = 1024 };

size_t natu_measure_count(void)
{
	return natu_measure_rows_count;
}

const struct natu_measure *natu_measure_at(size_t index)
{
	return index < natu_measure_rows_count ? &natu_measure_rows[index] : NULL;
}

const struct natu_measure *natu_measure_find(const char *name)
{
	for (size_t i = 0; i < natu_measure_rows_count; i++)
		if (!strcmp(natu_measure_rows[i].name, name))
			return &natu_measure_rows[i];
	return NULL;
}

const char *natu_measure_name(const struct natu_measure *measure)
{
	return measure->name;
}

const char *natu_measure_help(const struct natu_measure *measure)
{
	return measure->help;
}

enum natu_measure_kind natu_measure_kind(const struct natu_measure *measure)
{
	return measure->kind;
}

enum natu_unit natu_measure_unit(const struct natu_measure *measure)
{
	return measure->unit;
}

/* A copy of /proc can hold anything by these names: what could block or never end is
 * refused. Returns the file, or -1 with errno set. */
static int open_file(const struct natu *natu, const char *path)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	struct stat status;
	int file = natu_netns_open(natu, path, flags);

	if (file >= 0 && (fstat(file, &status) < 0 || !S_ISREG(status.st_mode))) {
		close(file);
		errno = EINVAL;
		file = -1;
	}
	return file;
}

/* All of the file, as far as it fits. Returns its length, or -1 with errno set. */
static ssize_t read_all(int file, char *buffer, size_t size)
{
	size_t length = 0;
	ssize_t more;

	do {
		more = read(file, buffer + length, size - length);
		if (more < 0)
			return -1;
		length += (size_t)more;
	} while (more > 0 && length < size);
	return (ssize_t)length;
}

/* The kernel clears as much memory for a setting as a read has room for
 * (fs/proc/proc_sysctl.c): much is offered only where little is full. */
static ssize_t read_setting(int file, char *buffer)
{
	ssize_t length = read(file, buffer, SETTING_MOSTLY);

	if (length < SETTING_MOSTLY)
		return length;
	return lseek(file, 0, SEEK_SET) < 0 ? -1 : read_all(file, buffer, FILE_MAX);
}

static void read_file(const struct natu *natu, const struct measure_file *of,
		      char *buffer, struct measure_text *text)
{
	int file = open_file(natu, of->path);
	ssize_t length = file < 0		      ? -1
			 : of->layout == MEASURE_LIST ? read_setting(file, buffer)
						      : read_all(file, buffer, FILE_MAX);

	if (length < 0) {
		text->error = errno;
	} else {
		text->text = malloc((size_t)length + 1);
		text->error = text->text ? 0 : ENOMEM;
		if (text->text)
			memcpy(text->text, buffer, (size_t)length);
		text->length = text->text ? (size_t)length : 0;
	}
	if (file >= 0)
		close(file);
}

/* The names of the files that could not be read for that reason, without folders; how
 * many they are. */
static size_t name_files(const struct natu_measures *measures, int error, char *names,
			 size_t size)
{
	size_t used = 0, count = 0;

	*names = '\0';
	for (size_t i = 0; i < MEASURE_FILES; i++) {
		const struct measure_file *file = &natu_measure_files[i];

		if (measures->files[i].error != error ||
		    (file->is_of_ipv6 && error == ENOENT))
			continue;
		if (used < size)
			used += (size_t)snprintf(names + used, size - used, "%s%s",
						 count ? ", " : "",
						 strrchr(file->path, '/') + 1);
		count++;
	}
	return count;
}

/* Whether this is another network namespace than the machine's first: it has the settings
 * of a namespace, and not those of the machine. */
static bool lacks_machine(const struct natu *natu, const struct natu_measures *measures)
{
	for (size_t i = 0; i < MEASURE_FILES; i++) {
		const struct measure_file *file = &natu_measure_files[i];
		int wanted = file->is_of_machine ? ENOENT : 0;

		if (!file->is_of_ipv6 && measures->files[i].error != wanted)
			return false;
	}
	return !natu->setup.proc_root;
}

static void tell_missing(const struct natu *natu, const struct natu_measures *measures,
			 struct natu_report *report)
{
	const char *root = natu->setup.proc_root ? natu->setup.proc_root : "/proc";
	char names[220];

	if (natu->setup.replay) {
		natu_notice(report, NATU_LOST_COLUMNS,
			    "a recording does not hold what the kernel counts, nor its "
			    "limits");
		return;
	}
	if (natu->setup.all_netns)
		natu_notice(report, NATU_LOST_COLUMNS,
			    "of all network namespaces the sockets are counted; what the "
			    "kernel counts itself is of this one alone");
	if (lacks_machine(natu, measures)) {
		name_files(measures, ENOENT, names, sizeof(names));
		natu_notice(
			report, NATU_HIDDEN,
			"%s: only the machine's first network namespace shows these limits",
			names);
		return;
	}
	for (size_t i = 0; i < MEASURE_FILES; i++) {
		int reason = measures->files[i].error;

		if (reason && name_files(measures, reason, names, sizeof(names)))
			natu_notice(report,
				    reason == EACCES ? NATU_HIDDEN : NATU_LOST_COLUMNS,
				    reason == ENOENT ? "%s has no %s: %s"
						     : "%s does not tell %s: %s",
				    root, names, strerror(reason));
	}
}

static void read_ports(struct natu_measures *measures)
{
	const struct measure_text *range = &measures->files[MEASURE_PORT_RANGE];
	const struct measure_text *reserved = &measures->files[MEASURE_RESERVED_PORTS];

	natu_measure_read_range(range->text, range->length, &measures->first_port,
				&measures->last_port);
	natu_measure_read_ports(reserved->text, reserved->length, measures->reserved);
}

struct natu_measures *natu_measures_read(const struct natu *natu,
					 struct natu_report *report,
					 struct natu_error *error)
{
	struct natu_measures *measures = calloc(1, sizeof(*measures));
	char *buffer = malloc(FILE_MAX);
	bool failed = !measures || !buffer;

	for (size_t i = 0; i < MEASURE_FILES && !failed; i++) {
		struct measure_text *text = &measures->files[i];

		read_file(natu, &natu_measure_files[i], buffer, text);
		failed = text->error == ENOMEM;
	}
	free(buffer);
	if (failed) {
		natu_fail(error, NATU_ENOMEM, ENOMEM, "reading what the kernel counts");
		natu_measures_free(measures);
		return NULL;
	}
	read_ports(measures);
	tell_missing(natu, measures, report);
	return measures;
}

void natu_measures_free(struct natu_measures *measures)
{
	if (!measures)
		return;
	for (size_t i = 0; i < MEASURE_FILES; i++)
		free(measures->files[i].text);
	free(measures);
}

enum natu_presence natu_measures_get(const struct natu_measures *measures,
				     const struct natu_measure *measure, uint64_t *number)
{
	const struct measure_text *text = &measures->files[measure->file];
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	if (text->error)
		return text->error == EACCES || text->error == EPERM ? NATU_DENIED
								     : NATU_NONE;
	if (measure->get)
		return measure->get(measures, number);
	if (!natu_measure_search(text->text, text->length, measure, number))
		return NATU_NONE;
	if (!measure->is_pages)
		return NATU_HAS;
	if (*number > UINT64_MAX / page)
		return NATU_NONE;
	*number *= page;
	return NATU_HAS;
}

bool natu_measures_is_ephemeral(const struct natu_measures *measures, uint16_t port)
{
	return measures->first_port && port >= measures->first_port &&
	       port <= measures->last_port &&
	       !(measures->reserved[port / 8] >> port % 8 & 1);
}
