/* SPDX-License-Identifier: MIT */
#ifndef NATU_MEASURE_H
#define NATU_MEASURE_H

#include <natu/column.h>
#include <natu/error.h>
#include <natu/natu.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A measure is one number of the network stack as a whole: what the kernel counts by
 * itself, whether anybody lists sockets or not, and the limits that it has for it. Like
 * columns they live in one constant table; pointers to them are valid for ever. Since
 * 0.1.
 */
struct natu_measure;

enum natu_measure_kind {
	NATU_GAUGE,   /* what there is now */
	NATU_COUNTER, /* what there has been since the network namespace was made */
	NATU_LIMIT,   /* what there can be, or a setting */
};

/* The measures in the order of the table: index from 0 to natu_measure_count() - 1.
 * natu_measure_at() returns NULL beyond the end. Since 0.1. */
size_t natu_measure_count(void);
const struct natu_measure *natu_measure_at(size_t index);

/* The measure by that name ("tcp.orphans"), or NULL. Since 0.1. */
const struct natu_measure *natu_measure_find(const char *name);

/* What is known of a measure. The strings are constant. Since 0.1. */
const char *natu_measure_name(const struct natu_measure *measure);
const char *natu_measure_help(const struct natu_measure *measure);
enum natu_measure_kind natu_measure_kind(const struct natu_measure *measure);
/* NATU_BYTES, NATU_SEGMENTS, NATU_PACKETS, NATU_MS, NATU_PORT or NATU_PLAIN. */
enum natu_unit natu_measure_unit(const struct natu_measure *measure);

/* All measures as they were read at one moment. */
struct natu_measures;

/*
 * Reads them, from /proc or from the copy of it that the context has. Returns NULL with
 * *error filled only without memory (NATU_ENOMEM): what cannot be read is absent, and the
 * report, which is added to, says what that is and why. The caller frees it; NULL is
 * accepted. Since 0.1.
 */
struct natu_measures *natu_measures_read(const struct natu *natu,
					 struct natu_report *report,
					 struct natu_error *error);
void natu_measures_free(struct natu_measures *measures);

/* NATU_HAS and *number filled; NATU_DENIED where the file may not be read; else
 * NATU_NONE. Since 0.1. */
enum natu_presence natu_measures_get(const struct natu_measures *measures,
				     const struct natu_measure *measure,
				     uint64_t *number);

/* True for a port that the kernel may choose by itself for a socket: one of
 * ip_local_port_range that is not among ip_local_reserved_ports. False for all when the
 * range could not be read. Since 0.1. */
bool natu_measures_is_ephemeral(const struct natu_measures *measures, uint16_t port);

#endif
