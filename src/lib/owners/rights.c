/* SPDX-License-Identifier: MIT */
#include "rights.h"

#include <linux/capability.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux 5.8 and 5.9 split these from CAP_SYS_ADMIN; older headers lack them. */
enum { PERFMON = 38, BPF = 39 };

static uint64_t effective_capabilities(void)
{
	struct __user_cap_header_struct header = { .version =
							   _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capget, &header, data) < 0)
		return 0;
	return data[0].effective | (uint64_t)data[1].effective << 32;
}

static bool has(uint64_t capabilities, unsigned int capability)
{
	return capabilities >> capability & 1;
}

bool natu_may_look_into_processes(void)
{
	uint64_t ours = effective_capabilities();

	return has(ours, CAP_SYS_PTRACE) && has(ours, CAP_DAC_READ_SEARCH);
}

bool natu_is_first_user_namespace(int proc)
{
	/* include/linux/proc_ns.h: PROC_USER_INIT_INO */
	static const char first[] = "user:[4026531837]";
	char link[32];
	ssize_t length = readlinkat(proc, "self/ns/user", link, sizeof(link));

	return length == (ssize_t)strlen(first) && !memcmp(link, first, (size_t)length);
}

const char *natu_rights_help(int proc)
{
	if (!natu_may_look_into_processes())
		return "run as root or grant CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH";
	if (!natu_is_first_user_namespace(proc))
		return "run as root outside of this user namespace";
	return "there are processes that nobody may look into";
}

bool natu_may_load_bpf(void)
{
	uint64_t ours = effective_capabilities();

	return has(ours, CAP_SYS_ADMIN) || (has(ours, BPF) && has(ours, PERFMON));
}
