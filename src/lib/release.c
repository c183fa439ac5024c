/* SPDX-License-Identifier: MIT */
#include "release.h"

#include <stdlib.h>

bool natu_release_is_before(const char *release, unsigned int major, unsigned int minor)
{
	unsigned long has_major, has_minor;
	char *dot, *end;

	has_major = strtoul(release, &dot, 10);
	if (dot == release || *dot != '.')
		return false;
	has_minor = strtoul(dot + 1, &end, 10);
	if (end == dot + 1)
		return false;
	return has_major < major || (has_major == major && has_minor < minor);
}
