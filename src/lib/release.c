/* SPDX-License-Identifier: MIT */
#include "release.h"

#include <stdio.h>

bool natu_release_is_before(const char *release, unsigned int major, unsigned int minor)
{
	unsigned int has_major, has_minor;

	if (sscanf(release, "%4u.%4u", &has_major, &has_minor) != 2)
		return false;
	return has_major < major || (has_major == major && has_minor < minor);
}
