/* SPDX-License-Identifier: MIT */
#include "source/record.h"
#include "test.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_recording(const struct tree *tree)
{
	int file = openat(tree->descriptor, "recording",
			  O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	CU_ASSERT_FATAL(file >= 0);
	return file;
}

TEST(bytes_are_written_as_they_are)
{
	struct natu natu = { 0 };
	struct tree tree;
	char read_back[16];

	tree_make(&tree);
	natu.record = open_recording(&tree);
	natu_record(&natu, "one\0", 4);
	natu_record(&natu, "", 0);
	natu_record(&natu, "\xff two", 5);
	CU_ASSERT(natu.record_error == 0);
	CU_ASSERT(pread(natu.record, read_back, sizeof(read_back), 0) == 9);
	CU_ASSERT(!memcmp(read_back, "one\0\xff two", 9));
	close(natu.record);
	tree_remove(&tree);
}

TEST(nothing_is_recorded_without_a_file)
{
	struct natu natu = { .record = -1 };

	natu_record(&natu, "lost", 4);
	CU_ASSERT(natu.record_error == 0);
}

TEST(full_disk_is_remembered)
{
	struct natu natu = { .record = open("/dev/full", O_WRONLY | O_CLOEXEC) };

	if (natu.record < 0)
		return test_skip("no /dev/full here");
	natu_record(&natu, "lost", 4);
	CU_ASSERT(natu.record_error == ENOSPC);
	/* The first failure is the one that is told. */
	close(natu.record);
	natu_record(&natu, "lost", 4);
	CU_ASSERT(natu.record_error == ENOSPC);
}

/* A file that may grow to 100 bytes takes a part of what is written, and then fails. */
static bool is_cut_by_a_limit(void)
{
	const struct rlimit limit = { .rlim_cur = 100, .rlim_max = 100 };
	static const char bytes[1000];
	struct natu natu = { 0 };
	struct tree tree;
	bool as_expected;

	tree_make(&tree);
	natu.record = open_recording(&tree);
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	natu_record(&natu, bytes, sizeof(bytes));
	as_expected = natu.record_error == EFBIG &&
		      lseek(natu.record, 0, SEEK_END) == 100;
	close(natu.record);
	tree_remove(&tree);
	return as_expected;
}

TEST(partial_write)
{
	int status;
	pid_t child = fork();

	CU_ASSERT_FATAL(child >= 0);
	if (child == 0)
		_exit(!is_cut_by_a_limit());
	CU_ASSERT(waitpid(child, &status, 0) == child);
	CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* A pipe takes what fits, in several writes while another reads. */
TEST(pipe_takes_it_in_pieces)
{
	enum { SIZE = 1 << 20 };
	unsigned char *bytes = test_allocate(SIZE), buffer[4096];
	struct natu natu = { 0 };
	uint64_t sum = 0, expected = 0;
	int ends[2], status;
	ssize_t length;
	pid_t child;

	for (size_t i = 0; i < SIZE; i++) {
		bytes[i] = (unsigned char)(i * 7 + i / 256);
		expected += bytes[i] * (i + 1);
	}
	CU_ASSERT_FATAL(pipe(ends) == 0);
	child = fork();
	CU_ASSERT_FATAL(child >= 0);
	if (child == 0) {
		close(ends[0]);
		natu.record = ends[1];
		natu_record(&natu, bytes, SIZE);
		_exit(natu.record_error);
	}
	close(ends[1]);
	for (size_t i = 0; (length = read(ends[0], buffer, sizeof(buffer))) > 0;)
		for (ssize_t k = 0; k < length; k++)
			sum += buffer[k] * (++i);
	CU_ASSERT(sum == expected);
	CU_ASSERT(waitpid(child, &status, 0) == child && status == 0);
	close(ends[0]);
	free(bytes);
}
