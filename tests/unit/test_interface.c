/* SPDX-License-Identifier: MIT */
#include "interface.h"
#include "test.h"

#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

TEST(names_of_all_interfaces)
{
	struct natu_interfaces *interfaces = natu_interfaces_new(true);
	struct if_nameindex *all = if_nameindex();

	CU_ASSERT_PTR_NOT_NULL_FATAL(interfaces);
	CU_ASSERT_PTR_NOT_NULL_FATAL(all);
	/* Twice: asked, and remembered. */
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; all && all[i].if_index; i++)
			CU_ASSERT_STRING_EQUAL(
				natu_interface_name(interfaces, all[i].if_index),
				all[i].if_name);
	if_freenameindex(all);
	natu_interfaces_free(interfaces);
}

TEST(number_without_a_name)
{
	struct natu_interfaces *interfaces = natu_interfaces_new(true);

	CU_ASSERT_PTR_NOT_NULL_FATAL(interfaces);
	CU_ASSERT_STRING_EQUAL(natu_interface_name(interfaces, 123456789), "if123456789");
	CU_ASSERT_STRING_EQUAL(natu_interface_name(interfaces, UINT32_MAX),
			       "if4294967295");
	CU_ASSERT_STRING_EQUAL(natu_interface_name(interfaces, 0), "if0");
	natu_interfaces_free(interfaces);
}

TEST(another_machines_numbers)
{
	struct natu_interfaces *interfaces = natu_interfaces_new(false);

	CU_ASSERT_PTR_NOT_NULL_FATAL(interfaces);
	CU_ASSERT_STRING_EQUAL(natu_interface_name(interfaces, 1), "if1");
	natu_interfaces_free(interfaces);
	natu_interfaces_free(NULL);
}

/* More numbers than are remembered at once. */
TEST(many_numbers)
{
	struct natu_interfaces *interfaces = natu_interfaces_new(false);

	CU_ASSERT_PTR_NOT_NULL_FATAL(interfaces);
	for (unsigned int i = 1; i < 4000; i += 3) {
		unsigned int index = i % 2000;
		char expected[16];

		snprintf(expected, sizeof(expected), "if%u", index);
		CU_ASSERT_STRING_EQUAL(natu_interface_name(interfaces, index), expected);
	}
	natu_interfaces_free(interfaces);
}

enum { AS_EXPECTED = 0, WRONG = 1, NOT_ALLOWED = 77 };

/* In a network namespace of its own, whose loopback gets another name. */
static int rename_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_newname = "red\x1b[31m" };
	struct natu_interfaces *interfaces;
	unsigned int index;
	int control;

	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return NOT_ALLOWED;
	control = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	index = if_nametoindex("lo");
	interfaces = natu_interfaces_new(true);
	if (!interfaces || strcmp(natu_interface_name(interfaces, index), "lo") != 0)
		return WRONG;
	if (ioctl(control, SIOCSIFNAME, &request) < 0)
		return NOT_ALLOWED;
	natu_interfaces_refresh(interfaces);
	return strcmp(natu_interface_name(interfaces, index), "red\x1b[31m")
		       ? WRONG
		       : AS_EXPECTED;
}

TEST(renamed_interface)
{
	int status;
	pid_t child = fork();

	CU_ASSERT_FATAL(child >= 0);
	if (child == 0)
		_exit(rename_loopback());
	CU_ASSERT(waitpid(child, &status, 0) == child && WIFEXITED(status));
	if (WEXITSTATUS(status) == NOT_ALLOWED)
		return test_skip("no network namespace here");
	CU_ASSERT(WEXITSTATUS(status) == AS_EXPECTED);
}
