/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { ID_DIGITS = 64, ID_SHOWN = 12, POD_MAX = 64 };

/* One directory of a path. */
struct part {
	const char *bytes;
	size_t length;
};

/* What has been understood of a path, from its top down. */
struct place {
	const char *engine; /* "docker", "podman", "kubernetes", "lxc"; NULL: none */
	struct part parent; /* the directory above, for engines that use plain ids */
	char pod[POD_MAX];
	char unit[NATU_UNIT_MAX];
};

static bool starts_with(struct part part, const char *text)
{
	size_t length = strlen(text);

	return part.length >= length && !memcmp(part.bytes, text, length);
}

static bool ends_with(struct part part, const char *text)
{
	size_t length = strlen(text);

	return part.length > length &&
	       !memcmp(part.bytes + part.length - length, text, length);
}

static struct part without_start(struct part part, const char *text)
{
	size_t length = strlen(text);

	return (struct part){ part.bytes + length, part.length - length };
}

static struct part without_end(struct part part, const char *text)
{
	return (struct part){ part.bytes, part.length - strlen(text) };
}

static bool is_hex(char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
}

static bool is_id(struct part part)
{
	for (size_t i = 0; i < part.length; i++)
		if (!is_hex(part.bytes[i]))
			return false;
	return part.length == ID_DIGITS;
}

static void set_unit(struct place *place, const char *engine, struct part id,
		     size_t shown)
{
	int length = (int)(id.length < shown ? id.length : shown);

	if (*place->pod)
		snprintf(place->unit, sizeof(place->unit), "kubernetes:%s/%.*s",
			 place->pod, length, id.bytes);
	else
		snprintf(place->unit, sizeof(place->unit), "%s:%.*s", engine, length,
			 id.bytes);
	place->engine = engine;
}

/* "pod0123...": a pod's own id, with dashes; systemd's names have underscores for
 * them. */
static void set_pod(struct place *place, struct part id)
{
	size_t length = id.length < POD_MAX ? id.length : POD_MAX - 1;

	for (size_t i = 0; i < length; i++)
		place->pod[i] = (char)(id.bytes[i] == '_' ? '-' : id.bytes[i]);
	place->pod[length] = '\0';
	snprintf(place->unit, sizeof(place->unit), "kubernetes:%s", place->pod);
	place->engine = "kubernetes";
}

/* kubepods-burstable-pod0123_4567.slice (systemd), pod0123-4567 below kubepods
 * (cgroupfs) */
static bool take_pod(struct place *place, struct part part)
{
	const char *mark;

	if (starts_with(part, "kubepods") && ends_with(part, ".slice")) {
		part = without_end(part, ".slice");
		mark = memmem(part.bytes, part.length, "-pod", 4);
		if (!mark)
			return false;
		part.length -= (size_t)(mark + 4 - part.bytes);
		part.bytes = mark + 4;
	} else if (starts_with(part, "pod") && part.length >= 3 + 32) {
		part = without_start(part, "pod");
	} else {
		return false;
	}
	set_pod(place, part);
	return true;
}

/* docker-ID.scope and its like, as systemd has them. */
static bool take_scope(struct place *place, struct part part)
{
	static const struct {
		const char *start, *engine;
	} scopes[] = {
		{ "docker-", "docker" },
		{ "libpod-", "podman" },
		{ "cri-containerd-", "containerd" },
		{ "nerdctl-", "containerd" },
		{ "crio-", "crio" },
	};

	if (!ends_with(part, ".scope"))
		return false;
	part = without_end(part, ".scope");
	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		if (!starts_with(part, scopes[i].start) ||
		    !is_id(without_start(part, scopes[i].start)))
			continue;
		set_unit(place, scopes[i].engine, without_start(part, scopes[i].start),
			 ID_SHOWN);
		return true;
	}
	return false;
}

/* docker/ID, libpod_parent/libpod-ID, kubepods/.../podUID/ID, lxc/NAME,
 * lxc.payload.NAME */
static bool take_directory(struct place *place, struct part part)
{
	bool is_podman = starts_with(part, "libpod-") &&
			 is_id(without_start(part, "libpod-"));

	if (is_podman)
		set_unit(place, "podman", without_start(part, "libpod-"), ID_SHOWN);
	else if (is_id(part) && *place->pod)
		set_unit(place, "kubernetes", part, ID_SHOWN);
	else if (is_id(part))
		set_unit(place,
			 starts_with(place->parent, "docker") ? "docker" : "container",
			 part, ID_SHOWN);
	else if (starts_with(part, "lxc.payload.") && part.length > 12)
		set_unit(place, "lxc", without_start(part, "lxc.payload."), 128);
	else if (place->parent.length == 3 && starts_with(place->parent, "lxc"))
		set_unit(place, "lxc", part, 128);
	else
		return false;
	return true;
}

/* What systemd calls it: a slice only holds units, so anything else goes before it. */
static void take_unit(struct place *place, struct part part)
{
	static const char *const ends[] = { ".service", ".scope", ".socket", ".mount",
					    ".swap" };
	bool is_slice = ends_with(part, ".slice");
	size_t length = strlen(place->unit);
	bool has_unit = length > 6 && strcmp(place->unit + length - 6, ".slice") != 0;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (ends_with(part, ends[i]))
			snprintf(place->unit, sizeof(place->unit), "%.*s",
				 (int)part.length, part.bytes);
	if (is_slice && !has_unit)
		snprintf(place->unit, sizeof(place->unit), "%.*s", (int)part.length,
			 part.bytes);
}

/* Units inside of a container are its own business: the container is what the host
 * knows. */
static void take(struct place *place, struct part part)
{
	if (!take_pod(place, part) && !take_scope(place, part) &&
	    !take_directory(place, part) && !place->engine)
		take_unit(place, part);
	place->parent = part;
}

size_t natu_unit_of_path(const char *path, size_t length, char unit[NATU_UNIT_MAX])
{
	struct place place = { .unit = "" };
	const char *end = path + length;

	while (path < end) {
		const char *slash = memchr(path, '/', (size_t)(end - path));
		struct part part = { path, (size_t)((slash ? slash : end) - path) };

		if (part.length)
			take(&place, part);
		path += part.length + 1;
	}
	memcpy(unit, place.unit, sizeof(place.unit));
	return strlen(unit);
}
