/* SPDX-License-Identifier: MIT */
#ifndef NATU_LIB_MEASURE_H
#define NATU_LIB_MEASURE_H

#include <natu/measure.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a file below /proc holds its numbers. */
enum measure_layout {
	MEASURE_PAIRS, /* "TCP: inuse 3 orphan 9", and "Udp6InErrors 0" */
	MEASURE_TABLE, /* a line of names and a line of numbers: "Tcp: ... CurrEstab" */
	MEASURE_LIST,  /* numbers, one after the other */
};

/* The files, by their place in natu_measure_files. */
enum measure_place {
	MEASURE_SOCKSTAT,
	MEASURE_SOCKSTAT6,
	MEASURE_SNMP,
	MEASURE_SNMP6,
	MEASURE_NETSTAT,
	MEASURE_TCP_MEM,
	MEASURE_UDP_MEM,
	MEASURE_MAX_ORPHANS,
	MEASURE_MAX_TW_BUCKETS,
	MEASURE_MAX_SYN_BACKLOG,
	MEASURE_SYNCOOKIES,
	MEASURE_SOMAXCONN,
	MEASURE_PORT_RANGE,
	MEASURE_RESERVED_PORTS,
	MEASURE_FILES
};

struct measure_file {
	const char *path;
	enum measure_layout layout;
	bool is_of_ipv6;    /* a machine without IPv6 does not have it */
	bool is_of_machine; /* only the first network namespace has it */
};

/* One row of the measure table: all that there is to say about a measure. */
struct natu_measure {
	const char *name; /* "tcp.orphans": JSON path, and what a metric is called by */
	enum natu_measure_kind kind;
	enum natu_unit unit;
	enum measure_place file;
	/* MEASURE_PAIRS and MEASURE_TABLE: what begins the line, "TCP:", or NULL; and the
	 * name */
	const char *line, *field;
	unsigned int number; /* MEASURE_LIST: which one */
	bool is_pages;	     /* counted in pages of memory, and told in bytes */
	/* Of what no file has as it is. */
	enum natu_presence (*get)(const struct natu_measures *measures, uint64_t *number);
	const char *help; /* one sentence: the manual's text */
};

/* The table, measure_table.c. */
extern const struct natu_measure natu_measure_rows[];
extern const size_t natu_measure_rows_count;

extern const struct measure_file natu_measure_files[MEASURE_FILES];

struct natu_measures {
	/* What each file held, or the errno of reading it. */
	struct measure_text {
		char *text;
		size_t length;
		int error;
	} files[MEASURE_FILES];
	/* The ports that the kernel chooses from; 0: that is not known. */
	uint16_t first_port, last_port;
	uint8_t reserved[UINT16_MAX / 8 + 1]; /* ports, as bits */
};

/* Finds a number in a text that has that layout. False: it is not there, or is not one.
 * measure_find.c. */
bool natu_measure_search(const char *text, size_t length,
			 const struct natu_measure *measure, uint64_t *number);

/* Reads ip_local_reserved_ports, "1,8080-8090", into bits. What is no such list is left
 * out. */
void natu_measure_read_ports(const char *bytes, size_t length,
			     uint8_t reserved[UINT16_MAX / 8 + 1]);

/* Reads ip_local_port_range, "32768 60999"; leaves both at 0 if it is no range. */
void natu_measure_read_range(const char *bytes, size_t length, uint16_t *first,
			     uint16_t *last);

#endif
