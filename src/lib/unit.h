/* SPDX-License-Identifier: MIT */
#ifndef NATU_UNIT_H
#define NATU_UNIT_H

#include <stddef.h>

#define NATU_UNIT_MAX 256

/*
 * What runs in a cgroup, from its path: the innermost container ("docker:ID",
 * "podman:ID", "lxc:NAME", "kubernetes:POD/ID", with the first 12 digits of an ID), or
 * else the innermost systemd unit
 * ("ssh.service"). Returns the length of what was written; 0: the path tells nothing.
 */
size_t natu_unit_of_path(const char *path, size_t length, char unit[NATU_UNIT_MAX]);

#endif
