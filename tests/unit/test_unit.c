/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

#define ID12 "0123456789ab"
#define ID ID12 "cdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POD "1a2b3c4d-1111-2222-3333-444455556666"
#define POD_ "1a2b3c4d_1111_2222_3333_444455556666"

static void expect_unit(const char *path, const char *expected)
{
	char unit[NATU_UNIT_MAX];
	size_t length = natu_unit_of_path(path, strlen(path), unit);

	CU_ASSERT_EQUAL(length, strlen(expected));
	CU_ASSERT_STRING_EQUAL(unit, expected);
}

TEST(the_innermost_unit_counts)
{
	expect_unit("/", "");
	expect_unit("", "");
	expect_unit("/system.slice/ssh.service", "ssh.service");
	expect_unit("/system.slice", "system.slice");
	expect_unit("/init.scope", "init.scope");
	expect_unit("/user.slice/user-1000.slice/session-3.scope", "session-3.scope");
	expect_unit(
		"/user.slice/user-1000.slice/user@1000.service/app.slice/app-x.service",
		"app-x.service");
	expect_unit("/user.slice/user-1000.slice/user@1000.service/app.slice",
		    "user@1000.service");
	expect_unit("/user.slice/user-1000.slice", "user-1000.slice");
	expect_unit("/system.slice/system-getty.slice/getty@tty1.service",
		    "getty@tty1.service");
	expect_unit("/system.slice/a\\x2db.service/inner", "a\\x2db.service");
	expect_unit("/made/by/hand", "");
	expect_unit("/.service", "");
}

TEST(containers_are_told_by_their_engine)
{
	expect_unit("/system.slice/docker-" ID ".scope", "docker:" ID12);
	expect_unit("/docker/" ID, "docker:" ID12);
	expect_unit("/docker/" ID "/system.slice/nginx.service", "docker:" ID12);
	expect_unit("/machine.slice/libpod-" ID ".scope/container", "podman:" ID12);
	expect_unit("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID
		    ".scope",
		    "podman:" ID12);
	expect_unit("/libpod_parent/libpod-" ID, "podman:" ID12);
	expect_unit("/machine.slice/libpod-conmon-" ID ".scope",
		    "libpod-conmon-" ID ".scope");
	expect_unit("/lxc.payload.web", "lxc:web");
	expect_unit("/lxc/web/system.slice/cron.service", "lxc:web");
	expect_unit("/system.slice/nerdctl-" ID ".scope", "containerd:" ID12);
	expect_unit("/machine.slice/systemd-nspawn@web.service",
		    "systemd-nspawn@web.service");
}

TEST(pods_are_told_with_their_container)
{
	expect_unit("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" POD_
		    ".slice/cri-containerd-" ID ".scope",
		    "kubernetes:" POD "/" ID12);
	expect_unit("/kubepods.slice/kubepods-pod" POD_ ".slice/crio-" ID ".scope",
		    "kubernetes:" POD "/" ID12);
	expect_unit("/kubepods/besteffort/pod" POD "/" ID, "kubernetes:" POD "/" ID12);
	expect_unit("/kubepods/pod" POD, "kubernetes:" POD);
	expect_unit("/kubepods.slice", "kubepods.slice");
}

TEST(what_only_looks_like_a_container_is_none)
{
	expect_unit("/system.slice/docker-0123.scope", "docker-0123.scope");
	expect_unit("/system.slice/docker.service", "docker.service");
	expect_unit("/podium", "");
	expect_unit("/docker/short", "");
	expect_unit("//system.slice//ssh.service/", "ssh.service");
}

TEST(a_path_of_any_length_fits)
{
	char path[5000], unit[NATU_UNIT_MAX];

	for (size_t length = 0; length < sizeof(path) - 10; length += 37) {
		memset(path, 'a', sizeof(path));
		path[0] = '/';
		memcpy(path + length, ".service", 8);
		CU_ASSERT_TRUE(natu_unit_of_path(path, length + 8, unit) < NATU_UNIT_MAX);
	}
}
