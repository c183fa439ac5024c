/* SPDX-License-Identifier: MIT */
#ifndef NATU_RECORD_H
#define NATU_RECORD_H

#include "context.h"

#include <stddef.h>

/* Adds what was sent or received to the recording, if there is one. The first failure is
 * kept in natu->record_error, and nothing more is written after it. */
void natu_record(struct natu *natu, const void *bytes, size_t length);

#endif
