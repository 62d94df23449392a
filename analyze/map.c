// SPDX-License-Identifier: MIT
#include "map.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"

uint64_t ls_hash_u64(uint64_t x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93ULL;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93ULL;
	return x ^ x >> 32;
}

uint64_t ls_hash(const void *bytes, size_t len, uint64_t seed)
{
	const unsigned char *p = bytes;
	uint64_t h = seed ^ len * 0x9e3779b97f4a7c15ULL;

	for (; len >= 8; len -= 8, p += 8) {
		uint64_t word = 0;

		for (int i = 7; i >= 0; i--)	/* little endian everywhere */
			word = word << 8 | p[i];
		h = ls_hash_u64(h ^ word) + 0x9e3779b97f4a7c15ULL;
	}
	while (len--)
		h = (h ^ *p++) * 0x100000001b3ULL;
	return ls_hash_u64(h);
}

/* Put entry @i, whose hash is @hash, where it is found again. There is room. */
static void index_add(struct ls_map_index *index, uint64_t hash, size_t i)
{
	size_t at = hash & (index->nr_slots - 1);

	while (index->slot[at])
		at = (at + 1) & (index->nr_slots - 1);
	index->slot[at] = (uint32_t)(i + 1);
}

/* At most two thirds full. Return: whether it is a new, empty index, to be filled again. */
static int index_grow(struct ls_map_index *index, size_t nr)
{
	if (nr * 3 < index->nr_slots * 2)
		return 0;
	if (nr >= UINT32_MAX)
		ls_no_memory();
	free(index->slot);
	index->nr_slots = index->nr_slots ? index->nr_slots * 2 : 16;
	index->slot = calloc(index->nr_slots, sizeof(*index->slot));
	if (!index->slot)
		ls_no_memory();
	return 1;
}

uint64_t *ls_map_find(const struct ls_map *map, uint64_t key)
{
	size_t mask = map->index.nr_slots - 1;

	if (!map->nr)
		return NULL;
	for (size_t at = ls_hash_u64(key) & mask; map->index.slot[at]; at = (at + 1) & mask) {
		struct ls_map_entry *e = &map->entry[map->index.slot[at] - 1];

		if (e->key == key)
			return &e->value;
	}
	return NULL;
}

uint64_t *ls_map_put(struct ls_map *map, uint64_t key, int *is_new)
{
	uint64_t *value = ls_map_find(map, key);

	if (is_new)
		*is_new = !value;
	if (value)
		return value;
	if (index_grow(&map->index, map->nr + 1))
		for (size_t i = 0; i < map->nr; i++)
			index_add(&map->index, ls_hash_u64(map->entry[i].key), i);
	map->entry = ls_grow(map->entry, map->nr, &map->room, sizeof(*map->entry));
	map->entry[map->nr] = (struct ls_map_entry){.key = key};
	index_add(&map->index, ls_hash_u64(key), map->nr);
	return &map->entry[map->nr++].value;
}

void ls_map_clear(struct ls_map *map)
{
	if (map->nr)
		memset(map->index.slot, 0, map->index.nr_slots * sizeof(*map->index.slot));
	map->nr = 0;
}

void ls_map_fini(struct ls_map *map)
{
	free(map->index.slot);
	free(map->entry);
	*map = (struct ls_map){0};
}

static void **names_find(const struct ls_names *names, const void *key, size_t len, uint64_t hash)
{
	size_t mask = names->index.nr_slots - 1;

	if (!names->nr)
		return NULL;
	for (size_t at = hash & mask; names->index.slot[at]; at = (at + 1) & mask) {
		struct ls_names_entry *e = &names->entry[names->index.slot[at] - 1];

		if (e->hash == hash && e->len == len && (!len || !memcmp(e->key, key, len)))
			return &e->value;
	}
	return NULL;
}

void **ls_names_find(const struct ls_names *names, const void *key, size_t len)
{
	return names_find(names, key, len, ls_hash(key, len, 0));
}

void **ls_names_put(struct ls_names *names, const void *key, size_t len, int *is_new)
{
	uint64_t hash = ls_hash(key, len, 0);
	void **value = names_find(names, key, len, hash);

	if (is_new)
		*is_new = !value;
	if (value)
		return value;
	if (!names->arena)
		names->arena = ls_arena_create();
	if (index_grow(&names->index, names->nr + 1))
		for (size_t i = 0; i < names->nr; i++)
			index_add(&names->index, names->entry[i].hash, i);
	names->entry = ls_grow(names->entry, names->nr, &names->room, sizeof(*names->entry));
	names->entry[names->nr] = (struct ls_names_entry){
		.key = ls_arena_strndup(names->arena, key, len), .len = len, .hash = hash};
	index_add(&names->index, hash, names->nr);
	return &names->entry[names->nr++].value;
}

void **ls_names_find_string(const struct ls_names *names, const char *key)
{
	return ls_names_find(names, key, strlen(key));
}

void **ls_names_put_string(struct ls_names *names, const char *key, int *is_new)
{
	return ls_names_put(names, key, strlen(key), is_new);
}

void ls_names_fini(struct ls_names *names)
{
	free(names->index.slot);
	free(names->entry);
	ls_arena_destroy(names->arena);
	*names = (struct ls_names){0};
}
