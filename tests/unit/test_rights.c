/* SPDX-License-Identifier: MIT */
#include "owners/rights.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

/* What this process may do: the oracle is /proc. */

static uint64_t effective(void)
{
	FILE *status = fopen("/proc/thread-self/status", "re");
	unsigned long long capabilities = 0;
	char line[256];

	CU_ASSERT_PTR_NOT_NULL_FATAL(status);
	while (fgets(line, sizeof(line), status))
		if (sscanf(line, "CapEff: %llx", &capabilities) == 1)
			break;
	fclose(status);
	return capabilities;
}

static bool has(unsigned int capability)
{
	return effective() >> capability & 1;
}

/* CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE; CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF */
static bool agrees(void)
{
	return natu_may_look_into_processes() == (has(2) && has(19)) &&
	       natu_may_load_bpf() == (has(21) || (has(38) && has(39)));
}

TEST(they_are_what_proc_says)
{
	CU_ASSERT_TRUE(agrees());
}

TEST(an_ordinary_user_has_none)
{
	pid_t child = fork();
	int status = 0;

	if (!child) {
		bool gone = setresuid(65534, 65534, 65534) == 0;

		if (!gone)
			_exit(2);
		_exit(agrees() && !natu_may_look_into_processes() && !natu_may_load_bpf()
			      ? 0
			      : 1);
	}
	CU_ASSERT_EQUAL_FATAL(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		test_skip("there is only one user here");
	else
		CU_ASSERT_EQUAL(status, 0);
}

TEST(without_proc_the_user_namespace_is_not_known_to_be_the_first)
{
	int empty = open("/dev", O_PATH | O_DIRECTORY | O_CLOEXEC);

	CU_ASSERT_FALSE(natu_is_first_user_namespace(empty));
	CU_ASSERT_FALSE(natu_is_first_user_namespace(-1));
	close(empty);
}
