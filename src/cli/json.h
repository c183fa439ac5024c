/* SPDX-License-Identifier: MIT */
#ifndef NATU_JSON_H
#define NATU_JSON_H

#include <natu/plan.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * JSON that people read, too: documents that are about natu or about the machine, rather
 * than lists of sockets. Each member has a line of its own, but for those of what is
 * begun by json_open_line().
 */
struct json {
	struct natu_buffer *text;
	unsigned int depth;
	unsigned int line; /* the depth of what has a single line; 0: nothing has */
	bool follows;	   /* something stands before, in the same brackets */
};

/* Begins an object or an array: `bracket` is '{' or '['. The key is NULL for the document
 * itself and in arrays, here and below. */
void json_open(struct json *json, const char *key, char bracket);
void json_open_line(struct json *json, const char *key, char bracket);
void json_close(struct json *json, char bracket);

/* A text, escaped; NULL becomes null. */
void json_text(struct json *json, const char *key, const char *text);
void json_number(struct json *json, const char *key, uint64_t number);
void json_truth(struct json *json, const char *key, bool truth);
void json_null(struct json *json, const char *key);

#endif
