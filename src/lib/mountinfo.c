/* SPDX-License-Identifier: MIT */
#include "mountinfo.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Undoes the \040 of mountinfo, in place. */
static void unescape(char *text)
{
	char *out = text;

	for (; *text; text++) {
		if (text[0] == '\\' && text[1] >= '0' && text[1] <= '3' &&
		    text[2] >= '0' && text[2] <= '7' && text[3] >= '0' &&
		    text[3] <= '7') {
			*out++ = (char)((text[1] - '0') << 6 | (text[2] - '0') << 3 |
					(text[3] - '0'));
			text += 3;
		} else {
			*out++ = *text;
		}
	}
	*out = '\0';
}

/* The fourth and the fifth word of a line, and the one after " - ". */
static bool parse(char *line, struct natu_mount *mount)
{
	char *type = strstr(line, " - "), *words[5], *rest = NULL;

	if (!type)
		return false;
	*type = '\0';
	type += strlen(" - ");
	type[strcspn(type, " \n")] = '\0';
	for (int i = 0; i < 5; i++) {
		words[i] = strtok_r(i ? NULL : line, " ", &rest);
		if (!words[i])
			return false;
	}
	unescape(words[3]);
	unescape(words[4]);
	*mount = (struct natu_mount){ words[3], words[4], type };
	return true;
}

bool natu_mounts_open(struct natu_mounts *mounts, int proc, const char *process)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/mountinfo", process);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	*mounts = (struct natu_mounts){ 0 };
	mounts->file = fd < 0 ? NULL : fdopen(fd, "r");
	if (!mounts->file && fd >= 0)
		close(fd);
	return mounts->file;
}

bool natu_mounts_next(struct natu_mounts *mounts, struct natu_mount *mount)
{
	while (getline(&mounts->line, &mounts->size, mounts->file) >= 0)
		if (parse(mounts->line, mount))
			return true;
	return false;
}

void natu_mounts_close(struct natu_mounts *mounts)
{
	free(mounts->line);
	if (mounts->file)
		fclose(mounts->file);
}
