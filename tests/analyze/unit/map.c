// SPDX-License-Identifier: MIT
/* Arenas and maps, against what they are to do. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "map.h"

#define CHECK(cond) \
	do { \
		if (!(cond)) { \
			printf("%s:%d: %s\n", __FILE__, __LINE__, #cond); \
			exit(1); \
		} \
	} while (0)

#define N 5000

static void numbers(void)
{
	struct ls_map map = {0};
	int is_new;

	CHECK(!ls_map_find(&map, 0));
	/* Keys that differ in few bits, 0 and the largest among them. */
	for (int round = 0; round < 2; round++) {
		for (uint64_t i = 0; i < N; i++) {
			uint64_t key = i == 1 ? UINT64_MAX : i << 32;
			uint64_t *value = ls_map_put(&map, key, &is_new);

			CHECK(is_new && !*value);
			*value = i * 3;
			CHECK(ls_map_put(&map, key, &is_new) == value && !is_new);
		}
		CHECK(map.nr == N);
		for (uint64_t i = 0; i < N; i++) {
			uint64_t key = i == 1 ? UINT64_MAX : i << 32;

			CHECK(map.entry[i].key == key);
			CHECK(*ls_map_find(&map, key) == i * 3);
			CHECK(!ls_map_find(&map, key + 1 + (i == 1)));
		}
		ls_map_clear(&map);
		CHECK(!ls_map_find(&map, 0));
	}
	ls_map_fini(&map);
	CHECK(!map.nr && !ls_map_find(&map, 0));
}

static void names(void)
{
	struct ls_names names = {0};
	char key[32];
	int is_new;

	CHECK(!ls_names_find_string(&names, ""));
	*ls_names_put(&names, "a\0b", 3, NULL) = &names;
	for (uintptr_t i = 0; i < N; i++) {
		snprintf(key, sizeof(key), i ? "key%ju" : "", (uintmax_t)i);
		*ls_names_put_string(&names, key, &is_new) = (void *)(i + 1);
		CHECK(is_new);
	}
	CHECK(names.nr == N + 1);
	for (uintptr_t i = 0; i < N; i++) {
		snprintf(key, sizeof(key), i ? "key%ju" : "", (uintmax_t)i);
		CHECK(*ls_names_find_string(&names, key) == (void *)(i + 1));
		CHECK(!strcmp(names.entry[i + 1].key, key));
	}
	CHECK(*ls_names_find(&names, "a\0b", 3) == &names);
	CHECK(!ls_names_find(&names, "a\0c", 3) && !ls_names_find_string(&names, "a"));
	ls_names_fini(&names);
}

static void arena(void)
{
	struct ls_arena *arena = ls_arena_create();
	char *block[200];

	for (size_t i = 0; i < 200; i++) {
		size_t size = i * i * 7;

		block[i] = ls_arena_alloc(arena, size);
		CHECK((uintptr_t)block[i] % _Alignof(max_align_t) == 0);
		for (size_t k = 0; k < size; k++)
			CHECK(!block[i][k]);
		memset(block[i], (int)i, size);
	}
	for (size_t i = 0; i < 200; i++)
		for (size_t k = 0; k < i * i * 7; k++)
			CHECK(block[i][k] == (char)i);
	CHECK(!strcmp(ls_arena_printf(arena, "%s-%d", "x", 12), "x-12"));
	CHECK(!strcmp(ls_arena_strndup(arena, "abcdef", 3), "abc"));
	CHECK(!ls_arena_strdup(arena, NULL) && !strcmp(ls_arena_strdup(arena, ""), ""));
	CHECK(ls_arena_size(arena) >= 199 * 199 * 7);
	ls_arena_destroy(arena);
	ls_arena_destroy(NULL);
}

static void hash(void)
{
	/* Every length takes part, and every byte. */
	CHECK(ls_hash("", 0, 0) != ls_hash("\0", 1, 0));
	CHECK(ls_hash("abcdefgh", 8, 0) != ls_hash("abcdefgh\0", 9, 0));
	CHECK(ls_hash("abcdefghi", 9, 0) != ls_hash("abcdefghj", 9, 0));
	CHECK(ls_hash("abc", 3, 0) != ls_hash("abc", 3, 1));
	CHECK(ls_hash("abc", 3, 7) == ls_hash("abcd", 3, 7));
}

int main(void)
{
	numbers();
	names();
	arena();
	hash();
	return 0;
}
