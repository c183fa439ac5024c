/* SPDX-License-Identifier: MIT */
#ifndef NATU_RECORD_H
#define NATU_RECORD_H

#include "context.h"

#include <stddef.h>

/*
 * Adds what was sent or received to the recording, if there is one. The first failure is
 * kept in natu->record_error, and nothing more is written after it.
 */
void natu_record(struct natu *natu, const void *bytes, size_t length);

/* The same for a request of that length, and for the replies to the last one, */
void natu_record_request(struct natu *natu, const void *request, size_t length);
void natu_record_reply(struct natu *natu, const void *bytes, size_t length);

/* and, behind the last of a list, where their rows are (source/index.h). */
void natu_record_end(struct natu *natu);

#endif
