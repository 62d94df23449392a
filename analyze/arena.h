/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_ARENA_H
#define LOCKSTEP_ANALYZE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

/**
 * DOC: arenas
 *
 * Memory that is given back all at once. Nothing here returns NULL: a tool that is out of memory
 * says so in one line and ends with status 2, which costs a job and not the cache.
 */

struct ls_arena;

/* Say that there is no memory and exit with status 2. */
void ls_no_memory(void) __attribute__((noreturn));

/**
 * ls_arena_create() - make an empty arena
 * Return: the arena; to be given back with ls_arena_destroy().
 */
struct ls_arena *ls_arena_create(void);
/* Free it and all that was taken from it. NULL is fine. */
void ls_arena_destroy(struct ls_arena *arena);

/* Take all of it back, and keep some room for what comes next. */
void ls_arena_clear(struct ls_arena *arena);

/* Return: @size bytes, aligned for any type, of which nothing is known. */
void *ls_arena_room(struct ls_arena *arena, size_t size) __attribute__((malloc));
/**
 * ls_arena_alloc() - take memory
 * Return: @size bytes of zeroes, aligned for any type.
 */
void *ls_arena_alloc(struct ls_arena *arena, size_t size) __attribute__((malloc));
/* Return: zeroed room for @nr elements of @size bytes; a product that overflows is no memory. */
void *ls_arena_array(struct ls_arena *arena, size_t nr, size_t size) __attribute__((malloc));
/* Return: a copy of the @size bytes at @from. */
void *ls_arena_copy(struct ls_arena *arena, const void *from, size_t size);
/* Return: a copy of @s; NULL if @s is NULL. */
char *ls_arena_strdup(struct ls_arena *arena, const char *s);
/* Return: a copy of the first @len bytes of @s, ended with 0. */
char *ls_arena_strndup(struct ls_arena *arena, const char *s, size_t len);
/* Return: the formatted text. */
char *ls_arena_printf(struct ls_arena *arena, const char *format, ...)
	__attribute__((nonnull(2), format(printf, 2, 3)));
char *ls_arena_vprintf(struct ls_arena *arena, const char *format, va_list args)
	__attribute__((nonnull(2), format(printf, 2, 0)));
/* Return: bytes taken from the system. */
size_t ls_arena_size(const struct ls_arena *arena);

/*
 * A growing array outside of arenas: room for one more in @array, which has @nr elements and room
 * for @room. For malloc'ed arrays that end with free().
 */
void *ls_grow(void *array, size_t nr, size_t *room, size_t size);

#endif
