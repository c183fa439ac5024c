/* SPDX-License-Identifier: MIT */
#ifndef NATU_REPLAY_H
#define NATU_REPLAY_H

#include <natu/error.h>
#include <stdint.h>

/*
 * A recording: netlink messages one after the other as they were sent and received, each
 * request before its replies. Replies that no request precedes, as `ss -D` writes
 * them, are TCP's.
 */
struct natu_replay_file;

/* Opens a recording and looks it through once; one that is cut still has its rows.
 * Returns 0 with *opened set, which natu_replay_close() takes, or -1 with *error filled:
 * NATU_EDATA for what is no recording, NATU_ESYS, NATU_ENOMEM. The path must outlive the
 * file. */
int natu_replay_open(const char *path, struct natu_replay_file **opened,
		     struct natu_error *error);

/* Accepts NULL. */
void natu_replay_close(struct natu_replay_file *file);

/* The protocols that it holds, as bits of natu_query.protocols: 0 for an empty
 * recording. One that is cut before its first protocol counts as TCP's, so that somebody
 * reports it. */
uint32_t natu_replay_protocols(const struct natu_replay_file *file);

#endif
