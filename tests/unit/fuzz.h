/* SPDX-License-Identifier: MIT */
#ifndef NATU_TEST_FUZZ_H
#define NATU_TEST_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the fuzzer calls with bytes that it made up, and the unit tests with those that
 * it kept. Each abort()s when something is wrong that no sanitizer would see.
 */

/* A recording, through all of the library: listed, decoded, printed. */
int fuzz_replay(const uint8_t *data, size_t size);

/* Files of /proc/net, behind the name of their family, a newline, and a byte whose bit 0
 * is IPv6. Every line of the internet that is taken is read by sscanf() too. */
int fuzz_procline(const uint8_t *data, size_t size);

/* A filter expression, as the contents of a file if it ends with a newline. What it is
 * understood as must read back as the same, and what the kernel is asked for must lose
 * nothing. */
int fuzz_filter(const uint8_t *data, size_t size);

/* Bytes that the kernel sends, as two chunks, behind the name of their family, a newline,
 * and two bytes that leave facts out. What is held back of a row must come back as it
 * was. */
int fuzz_messages(const uint8_t *data, size_t size);

/* The payload of one message, behind the name of its family and a newline: decoded into
 * memory that held one thing and another before, it must give the same. */
int fuzz_families(const uint8_t *data, size_t size);

/* A file of what the kernel counts. The first byte chooses the measure, which the C
 * library looks for, too. */
int fuzz_measures(const uint8_t *data, size_t size);

/* A foreign text, in every style and in an error: readers that know nothing of natu must
 * get it back. */
int fuzz_escape(const uint8_t *data, size_t size);

struct natu_family;
struct natu_socket;
struct natu_buffer;

/* Finds the family that the data, which is not empty, begins with by name, up to a
 * newline, and goes on behind that; of another word the first byte chooses. */
const struct natu_family *fuzz_family(const uint8_t **data, size_t *size);

/* Reads what the columns of these facts say of a socket that was just decoded: one mark
 * and one value after the other, in place of what the text was. */
void fuzz_print(const struct natu_socket *socket, uint64_t facts,
		struct natu_buffer *text);

/* Ends the process with the text if it is false. */
void fuzz_expect(bool truth, const char *text);

/* A file that holds these bytes, the same one at each call; its path is for this
 * process. */
const char *fuzz_file(const uint8_t *data, size_t size);

#endif
