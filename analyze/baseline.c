// SPDX-License-Identifier: MIT
/*
 * Baselines: findings that are known, by key, so that only what is new is told.
 */
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "map.h"
#include "output.h"

#define FORM "lockstep-baseline"
#define FORM_VERSION 1

struct ls_baseline {
	struct ls_map keys;	/* value: index into @file */
	const char **file;
	struct ls_arena *arena;
};

static void *refuse(char **error, const char *path, const char *why)
{
	if (asprintf(error, "%s: %s", path, why) < 0)
		ls_no_memory();
	return NULL;
}

static struct ls_baseline *take_in(struct json_object *list)
{
	struct ls_arena *arena = ls_arena_create();
	struct ls_baseline *b = ls_arena_alloc(arena, sizeof(*b));
	size_t nr = json_object_array_length(list);

	b->arena = arena;
	b->file = ls_arena_array(arena, nr, sizeof(*b->file));
	for (size_t i = 0; i < nr; i++) {
		struct json_object *obj = json_object_array_get_idx(list, i);
		const char *key = json_object_get_string(json_object_object_get(obj, "key"));
		const char *file = json_object_get_string(json_object_object_get(obj, "file"));

		if (!key || !file || strlen(key) != 16 || strspn(key, "0123456789abcdef") != 16) {
			ls_baseline_free(b);
			return NULL;
		}
		b->file[i] = ls_arena_strdup(arena, file);
		*ls_map_put(&b->keys, strtoull(key, NULL, 16), NULL) = i;
	}
	return b;
}

struct ls_baseline *ls_baseline_read(const char *path, char **error)
{
	struct json_object *top, *form, *list;
	struct ls_baseline *b = NULL;

	if (access(path, R_OK))
		return refuse(error, path, strerror(errno));
	top = json_object_from_file(path);
	form = json_object_object_get(top, FORM);
	list = json_object_object_get(top, "findings");
	if (!form || !json_object_is_type(list, json_type_array))
		refuse(error, path, "no baseline; --write-baseline makes one");
	else if (json_object_get_int(form) != FORM_VERSION)
		refuse(error, path, "a baseline of another Lockstep; make it anew with "
				    "--write-baseline");
	else if (!(b = take_in(list)))
		refuse(error, path, "an entry has no key or no file; make it anew with "
				    "--write-baseline");
	json_object_put(top);
	return b;
}

int ls_baseline_has(const struct ls_baseline *b, const struct ls_finding *f)
{
	int known = ls_map_find(&b->keys, f->key) != NULL;

	for (size_t i = 0; i < f->nr_also && known; i++)
		known = ls_map_find(&b->keys, f->also[i].key) != NULL;
	return known;
}

size_t ls_baseline_mended(const struct ls_baseline *b, const struct ls_findings *all,
			  int (*looked_at)(void *arg, const char *file), void *arg)
{
	struct ls_map found = { 0 };
	size_t nr = 0;

	for (size_t i = 0; i < all->nr; i++) {
		const struct ls_finding *f = &all->finding[i];

		ls_map_put(&found, f->key, NULL);
		for (size_t k = 0; k < f->nr_also; k++)
			ls_map_put(&found, f->also[k].key, NULL);
	}
	for (size_t i = 0; i < b->keys.nr; i++)
		nr += !ls_map_find(&found, b->keys.entry[i].key) &&
		      looked_at(arg, b->file[b->keys.entry[i].value]);
	ls_map_fini(&found);
	return nr;
}

void ls_baseline_free(struct ls_baseline *b)
{
	if (!b)
		return;
	ls_map_fini(&b->keys);
	ls_arena_destroy(b->arena);
}

/* For people who look at the difference of two: one entry a line, with what it is about. */
static void print_entry(FILE *out, const struct ls_finding *f, int *first)
{
	struct json_object *obj = json_object_new_object();
	char key[20];

	snprintf(key, sizeof(key), "%016" PRIx64, f->key);
	json_object_object_add(obj, "key", ls_json_text(key));
	json_object_object_add(obj, "rule", ls_json_text(ls_finding_rule(f)));
	json_object_object_add(obj, "file", ls_json_text(f->file));
	json_object_object_add(obj, "function", ls_json_text(f->function));
	json_object_object_add(obj, "callee", ls_json_text(f->callee));
	fprintf(out, "%s    %s", *first ? "" : ",\n",
		json_object_to_json_string_ext(obj, JSON_C_TO_STRING_SPACED |
					       JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(obj);
	*first = 0;
}

void ls_baseline_print(const struct ls_findings *all, FILE *out)
{
	int first = 1;

	fprintf(out, "{\n  \"" FORM "\": %d,\n  \"findings\": [\n", FORM_VERSION);
	for (size_t i = 0; i < all->nr; i++) {
		const struct ls_finding *f = &all->finding[i];

		print_entry(out, f, &first);
		for (size_t k = 0; k < f->nr_also; k++) {
			struct ls_finding also = ls_finding_of_also(f, k);

			if (also.key != f->key)
				print_entry(out, &also, &first);
		}
	}
	fprintf(out, "%s  ]\n}\n", first ? "" : "\n");
}
