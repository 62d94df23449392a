// SPDX-License-Identifier: MIT
#include "arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK	((size_t)64 << 10)
#define ALIGN	_Alignof(max_align_t)

struct chunk {
	struct chunk *next;
	size_t size;	/* of @bytes */
	_Alignas(max_align_t) char bytes[];
};

struct ls_arena {
	struct chunk *chunks;	/* the first is the one to take from */
	size_t used;		/* of the first */
	size_t size;
};

void ls_no_memory(void)
{
	fputs("lockstep: out of memory: use fewer jobs (--jobs), or check fewer directories\n", stderr);
	exit(2);
}

struct ls_arena *ls_arena_create(void)
{
	struct ls_arena *arena = calloc(1, sizeof(*arena));

	if (!arena)
		ls_no_memory();
	return arena;
}

void ls_arena_destroy(struct ls_arena *arena)
{
	if (!arena)
		return;
	for (struct chunk *c = arena->chunks, *next; c; c = next) {
		next = c->next;
		free(c);
	}
	free(arena);
}

void ls_arena_clear(struct ls_arena *arena)
{
	struct chunk *kept = NULL;

	for (struct chunk *c = arena->chunks, *next; c; c = next) {
		next = c->next;
		if (!kept && c->size == CHUNK)
			kept = c;
		else
			free(c);
	}
	if (kept)
		kept->next = NULL;
	arena->chunks = kept;
	arena->used = 0;
	arena->size = kept ? sizeof(*kept) + kept->size : 0;
}

static struct chunk *chunk_create(struct ls_arena *arena, size_t size)
{
	struct chunk *c = size > SIZE_MAX - sizeof(*c) ? NULL : malloc(sizeof(*c) + size);

	if (!c)
		ls_no_memory();
	c->next = NULL;
	c->size = size;
	arena->size += sizeof(*c) + size;
	return c;
}

/* A large block gets a chunk of its own behind the first, which is still taken from. */
static void *alloc_large(struct ls_arena *arena, size_t size)
{
	struct chunk *c = chunk_create(arena, size);

	if (arena->chunks) {
		c->next = arena->chunks->next;
		arena->chunks->next = c;
	} else {
		arena->chunks = c;
		arena->used = size;
	}
	return c->bytes;
}

void *ls_arena_room(struct ls_arena *arena, size_t size)
{
	void *p;

	if (size > SIZE_MAX - ALIGN)
		ls_no_memory();
	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (size > CHUNK / 4)
		return alloc_large(arena, size);
	if (!arena->chunks || arena->chunks->size - arena->used < size) {
		struct chunk *c = chunk_create(arena, CHUNK);

		c->next = arena->chunks;
		arena->chunks = c;
		arena->used = 0;
	}
	p = arena->chunks->bytes + arena->used;
	arena->used += size;
	return p;
}

void *ls_arena_alloc(struct ls_arena *arena, size_t size)
{
	return memset(ls_arena_room(arena, size), 0, size);
}

void *ls_arena_array(struct ls_arena *arena, size_t nr, size_t size)
{
	if (size && nr > SIZE_MAX / size)
		ls_no_memory();
	return ls_arena_alloc(arena, nr * size);
}

void *ls_arena_copy(struct ls_arena *arena, const void *from, size_t size)
{
	void *p = ls_arena_room(arena, size);

	if (size)
		memcpy(p, from, size);
	return p;
}

char *ls_arena_strndup(struct ls_arena *arena, const char *s, size_t len)
{
	char *p = ls_arena_alloc(arena, len + 1);

	if (len)
		memcpy(p, s, len);
	return p;
}

char *ls_arena_strdup(struct ls_arena *arena, const char *s)
{
	return s ? ls_arena_strndup(arena, s, strlen(s)) : NULL;
}

char *ls_arena_vprintf(struct ls_arena *arena, const char *format, va_list args)
{
	va_list again;
	char *p;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0)
		ls_no_memory();
	p = ls_arena_alloc(arena, (size_t)len + 1);
	vsnprintf(p, (size_t)len + 1, format, args);
	return p;
}

char *ls_arena_printf(struct ls_arena *arena, const char *format, ...)
{
	va_list args;
	char *p;

	va_start(args, format);
	p = ls_arena_vprintf(arena, format, args);
	va_end(args);
	return p;
}

size_t ls_arena_size(const struct ls_arena *arena)
{
	return arena->size;
}

void *ls_grow(void *array, size_t nr, size_t *room, size_t size)
{
	if (nr < *room)
		return array;
	if (*room > SIZE_MAX / 2 / size)
		ls_no_memory();
	*room = *room ? *room * 2 : 16;
	array = realloc(array, *room * size);
	if (!array)
		ls_no_memory();
	return array;
}
