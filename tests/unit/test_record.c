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
#include <sys/time.h>
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

enum { PIECES_SIZE = 1 << 20 };

static void on_alarm(int number)
{
	(void)number;
}

/* Writes to a pipe while signals cut the writes into pieces. */
static int record_under_signals(int pipe_end, const unsigned char *bytes)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	const struct itimerval often = { { 0, 500 }, { 0, 500 } };
	struct natu natu = { .record = pipe_end };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	natu_record(&natu, bytes, PIECES_SIZE);
	return natu.record_error;
}

/* The number depends on every byte and its place. */
static uint64_t checksum(uint64_t sum, const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		sum = sum * 31 + bytes[i];
	return sum;
}

/* A slow reader: the pipe is full most of the time. */
static uint64_t read_slowly(int pipe_end)
{
	unsigned char buffer[8192];
	uint64_t sum = 0;
	ssize_t length;

	while ((length = read(pipe_end, buffer, sizeof(buffer))) > 0) {
		sum = checksum(sum, buffer, (size_t)length);
		usleep(700);
	}
	return sum;
}

TEST(pipe_takes_it_in_pieces)
{
	unsigned char *bytes = test_allocate(PIECES_SIZE);
	int ends[2], status;
	pid_t child;

	for (size_t i = 0; i < PIECES_SIZE; i++)
		bytes[i] = (unsigned char)(i * 7 + i / 256);
	CU_ASSERT_FATAL(pipe(ends) == 0);
	child = fork();
	CU_ASSERT_FATAL(child >= 0);
	if (child == 0) {
		close(ends[0]);
		_exit(record_under_signals(ends[1], bytes));
	}
	close(ends[1]);
	CU_ASSERT(read_slowly(ends[0]) == checksum(0, bytes, PIECES_SIZE));
	CU_ASSERT(waitpid(child, &status, 0) == child && status == 0);
	close(ends[0]);
	free(bytes);
}
