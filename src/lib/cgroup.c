/* SPDX-License-Identifier: MIT */
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directory.h"
#include "mountinfo.h"
#include "report.h"
#include "unit.h"

/* Those with longer paths are not looked at. */
enum { PATH_SIZE = 4096 };

struct natu_cgroups {
	int directory;
	bool walked;  /* in this listing */
	bool missed;  /* an id in this listing has no row */
	bool is_full; /* there are more than the most */
	int error;    /* why others have no row: the first errno, or 0 */
	struct natu_cgroup *rows;
	size_t count, size, most;
	struct natu_cgroup *old; /* rows of before, which sockets may still point to */
	size_t old_count;
	struct natu_directory reading;
};

/* --- where it is mounted --- */

int natu_cgroup_open(int proc)
{
	struct natu_mounts mounts;
	struct natu_mount mount;
	int directory = -1;

	if (!natu_mounts_open(&mounts, proc, "self"))
		return -1;
	/* Version 2, and the top of its hierarchy. */
	while (directory < 0 && natu_mounts_next(&mounts, &mount))
		if (!strcmp(mount.type, "cgroup2") && !strcmp(mount.root, "/"))
			directory = open(mount.place, O_PATH | O_DIRECTORY | O_CLOEXEC);
	natu_mounts_close(&mounts);
	return directory;
}

/* --- the table --- */

struct natu_cgroups *natu_cgroups_new(int directory, size_t most)
{
	struct natu_cgroups *cgroups = calloc(1, sizeof(*cgroups));

	if (!cgroups)
		return NULL;
	cgroups->directory = directory;
	cgroups->most = most;
	return cgroups;
}

static void free_rows(struct natu_cgroup *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free((char *)rows[i].path);
		free((char *)rows[i].unit);
	}
	free(rows);
}

void natu_cgroups_free(struct natu_cgroups *cgroups)
{
	if (!cgroups)
		return;
	free_rows(cgroups->rows, cgroups->count);
	free_rows(cgroups->old, cgroups->old_count);
	free(cgroups);
}

void natu_cgroups_refresh(struct natu_cgroups *cgroups)
{
	if (!cgroups)
		return;
	cgroups->walked = false;
	cgroups->missed = false;
	free_rows(cgroups->old, cgroups->old_count);
	cgroups->old = NULL;
	cgroups->old_count = 0;
}

/* Keeps why the table lacks some that there are. */
static void note_error(struct natu_cgroups *cgroups, int error)
{
	/* What has just been removed is not missing. */
	if (!cgroups->error && error != ENOENT && error != ENODEV)
		cgroups->error = error;
}

/* False: there is no room or no memory. */
static bool add(struct natu_cgroups *cgroups, uint64_t id, const char *above,
		const char *name)
{
	struct natu_cgroup *row;
	char *path;
	int length;

	cgroups->is_full = cgroups->count == cgroups->most;
	if (cgroups->is_full)
		return false;
	if (cgroups->count == cgroups->size) {
		size_t size = cgroups->size ? cgroups->size * 2 : 64;
		struct natu_cgroup *rows = realloc(cgroups->rows, size * sizeof(*rows));

		if (!rows) {
			note_error(cgroups, ENOMEM);
			return false;
		}
		cgroups->rows = rows;
		cgroups->size = size;
	}
	length = asprintf(&path, "%s/%s", strcmp(above, "/") != 0 ? above : "", name);
	if (length < 0) {
		note_error(cgroups, ENOMEM);
		return false;
	}
	row = &cgroups->rows[cgroups->count++];
	*row = (struct natu_cgroup){ .id = id,
				     .path = path,
				     .path_length = (size_t)length };
	return true;
}

static bool is_cgroup(const struct dirent64 *entry)
{
	return entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 &&
	       strcmp(entry->d_name, "..") != 0;
}

/* Adds the cgroups directly below one. */
static bool add_below(struct natu_cgroups *cgroups, const char *path)
{
	struct natu_directory *reading = &cgroups->reading;
	const bool has_short_path = strlen(path) < PATH_SIZE - NAME_MAX;
	const struct dirent64 *entry;
	bool has_room = true;

	if (natu_directory_open(reading, cgroups->directory, path[1] ? path + 1 : ".") <
	    0) {
		note_error(cgroups, errno);
		return true;
	}
	while (has_room && (entry = natu_directory_next(reading))) {
		if (!is_cgroup(entry))
			continue;
		if (has_short_path)
			has_room = add(cgroups, entry->d_ino, path, entry->d_name);
		else
			note_error(cgroups, ENAMETOOLONG);
	}
	note_error(cgroups, reading->error);
	natu_directory_close(reading);
	return has_room;
}

static int compare_ids(const void *left, const void *right)
{
	const struct natu_cgroup *a = left, *b = right;

	return (a->id > b->id) - (a->id < b->id);
}

/* From the top down: the rows that are there are the queue of what is still to be
 * read. */
static void walk(struct natu_cgroups *cgroups)
{
	struct stat status;
	bool has_room = true;

	cgroups->walked = true;
	cgroups->old = cgroups->rows;
	cgroups->old_count = cgroups->count;
	cgroups->rows = NULL;
	cgroups->count = cgroups->size = 0;
	cgroups->is_full = false;
	cgroups->error = 0;
	if (cgroups->directory < 0 || fstat(cgroups->directory, &status) < 0 ||
	    !add(cgroups, status.st_ino, "/", ""))
		return;
	for (size_t i = 0; has_room && i < cgroups->count; i++)
		has_room = add_below(cgroups, cgroups->rows[i].path);
	qsort(cgroups->rows, cgroups->count, sizeof(*cgroups->rows), compare_ids);
}

static void name_unit(struct natu_cgroup *cgroup)
{
	char unit[NATU_UNIT_MAX];

	cgroup->unit_length = natu_unit_of_path(cgroup->path, cgroup->path_length, unit);
	cgroup->unit = strdup(unit);
	if (!cgroup->unit)
		cgroup->unit_length = 0;
}

static struct natu_cgroup *look_up(const struct natu_cgroups *cgroups, uint64_t id)
{
	const struct natu_cgroup wanted = { .id = id };

	if (!cgroups->count)
		return NULL;
	return bsearch(&wanted, cgroups->rows, cgroups->count, sizeof(wanted),
		       compare_ids);
}

const struct natu_cgroup *natu_cgroups_find(struct natu_cgroups *cgroups, uint64_t id)
{
	struct natu_cgroup *found = look_up(cgroups, id);

	if (!found && !cgroups->walked) {
		walk(cgroups);
		found = look_up(cgroups, id);
	}
	if (found && !found->unit)
		name_unit(found);
	cgroups->missed |= !found;
	return found;
}

void natu_cgroups_note(const struct natu_cgroups *cgroups, struct natu_report *report)
{
	static const char may_lack[] = "cgroups of sockets may lack their paths";

	if (!cgroups || !cgroups->missed)
		return;
	if (cgroups->is_full)
		natu_notice(report, NATU_LOST_COLUMNS,
			    "%s: there are more than %zu cgroups, and the others were "
			    "not looked at",
			    may_lack, cgroups->most);
	if (cgroups->error)
		natu_notice(report, NATU_LOST_COLUMNS,
			    "%s: reading the hierarchy of cgroups: %s", may_lack,
			    strerror(cgroups->error));
}
