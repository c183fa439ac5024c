/* SPDX-License-Identifier: MIT */
#ifndef NATU_RELEASE_H
#define NATU_RELEASE_H

#include <stdbool.h>

/* Whether a kernel that calls itself that ("6.1.0-50-amd64") is older than a version.
 * What is no number is of no version and not older. */
bool natu_release_is_before(const char *release, unsigned int major, unsigned int minor);

#endif
