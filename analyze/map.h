/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_MAP_H
#define LOCKSTEP_ANALYZE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct ls_arena;

/**
 * DOC: maps
 *
 * Two hash maps: from numbers to numbers, and from bytes to pointers. The entries lie in an
 * array in the order in which they were put in, so going through them is deterministic:
 *
 *	for (size_t i = 0; i < map.nr; i++)
 *		use(map.entry[i].key, map.entry[i].value);
 *
 * All zeroes is an empty map. Nothing is ever taken out, except by clear. Out of memory ends the
 * program, as in an arena.
 */

struct ls_map_index {
	uint32_t *slot;		/* entry + 1; 0: free */
	size_t nr_slots;	/* a power of two, or 0 */
};

struct ls_map_entry {
	uint64_t key, value;
};

struct ls_map {
	struct ls_map_entry *entry;
	size_t nr, room;
	struct ls_map_index index;
};

/* Return: where the value of @key is, until the next ls_map_put(); NULL if @key is not there. */
uint64_t *ls_map_find(const struct ls_map *map, uint64_t key);
/**
 * ls_map_put() - find a key, or put it in with value 0
 * @is_new: set to whether it was put in; may be NULL
 * Return: where its value is, until the next ls_map_put().
 */
uint64_t *ls_map_put(struct ls_map *map, uint64_t key, int *is_new);
/* Forget all entries, keep the memory. */
void ls_map_clear(struct ls_map *map);
void ls_map_fini(struct ls_map *map);

struct ls_names_entry {
	const void *key;	/* the map's own copy, with a 0 behind it */
	size_t len;
	uint64_t hash;
	void *value;
};

struct ls_names {
	struct ls_names_entry *entry;
	size_t nr, room;
	struct ls_map_index index;
	struct ls_arena *arena;	/* of the keys */
};

/* Return: where the value of these bytes is, until the next put; NULL if they are not there. */
void **ls_names_find(const struct ls_names *names, const void *key, size_t len);
/* Return: where the value is, until the next put. A new one is NULL; @is_new may be NULL. */
void **ls_names_put(struct ls_names *names, const void *key, size_t len, int *is_new);
/* The same for strings. */
void **ls_names_find_string(const struct ls_names *names, const char *key);
void **ls_names_put_string(struct ls_names *names, const char *key, int *is_new);
void ls_names_fini(struct ls_names *names);

/* Return: a hash of the bytes, the same on every machine. @seed chains several pieces. */
uint64_t ls_hash(const void *bytes, size_t len, uint64_t seed);
/* Return: @x mixed: each bit depends on all bits. */
uint64_t ls_hash_u64(uint64_t x);

#endif
