/* SPDX-License-Identifier: MIT */
#ifndef NATU_TEST_STREAM_H
#define NATU_TEST_STREAM_H

#include <stddef.h>
#include <stdint.h>

/* Netlink messages one after the other, as sock_diag sends them and as a recording has
 * them. */
struct stream {
	unsigned char *bytes;
	size_t length, size;
};

void stream_free(struct stream *stream);

/* Any message; returns where it begins. */
size_t stream_put(struct stream *stream, uint16_t type, uint16_t flags,
		  const void *payload, size_t length);

/* A dump is asked for: in the older form, which is TCP's unless an attribute names
 * another protocol (0: no attribute), or in the newer one. */
void stream_put_request(struct stream *stream, uint32_t attribute);
void stream_put_request_v2(struct stream *stream, int family, uint8_t protocol,
			   uint32_t attribute);

/* An established IPv4 socket on 127.0.0.1 with this local port, and its cookie the same.
 * */
size_t stream_put_row(struct stream *stream, uint16_t port);

/* The end of a dump; with an errno value it failed. */
size_t stream_put_done(struct stream *stream, int error);
size_t stream_put_error(struct stream *stream, int error);

#endif
