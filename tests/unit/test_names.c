/* SPDX-License-Identifier: MIT */
#include "owners/names.h"

#include <string.h>

#include "test.h"

static void expect_piece(struct natu_piece piece, const char *expected)
{
	CU_ASSERT_EQUAL(piece.length, strlen(expected));
	if (piece.length == strlen(expected) && piece.length)
		CU_ASSERT_EQUAL(memcmp(piece.bytes, expected, piece.length), 0);
}

#define EXECUTABLE(path, name) \
	expect_piece(natu_name_of_executable(path, sizeof(path) - 1), name)

TEST(an_executable_is_called_by_its_base_name)
{
	EXECUTABLE("/usr/sbin/nginx", "nginx");
	EXECUTABLE("/nginx", "nginx");
	EXECUTABLE("nginx", "nginx");
	EXECUTABLE("/usr/bin/a b)\n", "a b)\n");
	EXECUTABLE("/", "");
	EXECUTABLE("", "");
}

TEST(a_deleted_executable_keeps_its_name)
{
	EXECUTABLE("/usr/sbin/nginx (deleted)", "nginx");
	EXECUTABLE("/memfd:job (deleted)", "memfd:job");
	EXECUTABLE("/usr/bin/(deleted)", "(deleted)");
	/* Only one: the kernel adds one. */
	EXECUTABLE("/x (deleted) (deleted)", "x (deleted)");
	EXECUTABLE("/ (deleted)", "");
}

static void expect_program(uint32_t pid, const char *command, size_t length,
			   const char *expected)
{
	char program[NATU_PROGRAM_WIDTH];
	size_t used = natu_name_of_program(pid, command, length, program);

	CU_ASSERT_EQUAL(used, strlen(expected));
	CU_ASSERT_EQUAL(strncmp(program, expected, used), 0);
}

#define PROGRAM(pid, command, expected) \
	expect_program(pid, command, sizeof(command) - 1, expected)

/* What netstat 2.10 printed for processes that called themselves so. */
TEST(a_program_is_written_as_netstat_does)
{
	PROGRAM(812, "/usr/sbin/sshd\0-D\0", "812/sshd");
	PROGRAM(812, "sshd: /usr/sbin/sshd -D [listener]\0", "812/sshd: /usr/sbin");
	PROGRAM(1, "/usr/lib/systemd/systemd-resolved\0", "1/systemd-resolved");
	PROGRAM(4194304, "/usr/lib/systemd/systemd-resolved\0", "4194304/systemd-res");
	PROGRAM(5000, "", "5000/");
	PROGRAM(5000, "\0rest\0", "5000/");
	PROGRAM(5000, "/bin/\0", "5000/");
	PROGRAM(5000, "/a/b /c/d\0", "5000/d");
	PROGRAM(5000, "without-end", "5000/without-end");
}

TEST(a_long_command_line_is_cut_where_netstat_cuts_it)
{
	char command[2000];

	memset(command, 'x', sizeof(command));
	expect_program(7, command, sizeof(command), "7/xxxxxxxxxxxxxxxxx");
	/* The slash after its 511 bytes is not seen. */
	memset(command, '/', 2);
	command[600] = '/';
	command[601] = 'y';
	expect_program(7, command, sizeof(command), "7/xxxxxxxxxxxxxxxxx");
}

#define SCRIPT(name, command, expected)                                                \
	expect_piece(                                                                  \
		natu_name_of_script(name, strlen(name), command, sizeof(command) - 1), \
		expected)

TEST(an_interpreter_runs_a_script)
{
	SCRIPT("python3.11", "python3\0/srv/app/server.py\0--port\080\0", "server.py");
	SCRIPT("python3.11", "python3\0-u\0server.py\0", "server.py");
	SCRIPT("python3.11", "python3\0-m\0http.server\0", "http.server");
	SCRIPT("python3.11", "python3\0-c\0import this\0", "");
	SCRIPT("perl", "/usr/bin/perl\0-w\0/usr/bin/munin-node\0", "munin-node");
	SCRIPT("bash", "bash\0", "");
	SCRIPT("bash", "", "");
	SCRIPT("bash", "-bash\0-i\0", "");
	SCRIPT("python3.11", "python3\0-m\0", "");
	SCRIPT("nginx", "nginx\0/etc/nginx.conf\0", "");
	SCRIPT("", "x\0y\0", "");
}
