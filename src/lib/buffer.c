/* SPDX-License-Identifier: MIT */
#include <natu/plan.h>

#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE 4096

void natu_buffer_free(struct natu_buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct natu_buffer){ 0 };
}

bool natu_buffer_reserve(struct natu_buffer *buffer, size_t more)
{
	size_t size = buffer->size ? buffer->size : FIRST_SIZE;
	char *data;

	if (buffer->size - buffer->used >= more)
		return true;
	if (more > SIZE_MAX / 4 || buffer->used > SIZE_MAX / 4) {
		buffer->failed = true;
		return false;
	}
	while (size < buffer->used + more)
		size *= 2;
	data = realloc(buffer->data, size);
	if (!data) {
		buffer->failed = true;
		return false;
	}
	buffer->data = data;
	buffer->size = size;
	return true;
}

void natu_buffer_add(struct natu_buffer *buffer, const char *bytes, size_t length)
{
	if (!length || !natu_buffer_reserve(buffer, length))
		return;
	memcpy(buffer->data + buffer->used, bytes, length);
	buffer->used += length;
}

void natu_buffer_add_text(struct natu_buffer *buffer, const char *text)
{
	natu_buffer_add(buffer, text, strlen(text));
}
