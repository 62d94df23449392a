// SPDX-License-Identifier: MIT
/* Commands of a compile_commands.json. */
#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "commands.h"

static const char *text_of(struct json_object *entry, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(entry, key, &value) ? json_object_get_string(value) : NULL;
}

/*
 * Return: a file's path relative to the tree, also if a link leads there; NULL if it is elsewhere.
 */
static const char *path_of(struct ls_work *w, const char *dir, const char *file)
{
	const char *clean = ls_path_clean(w->arena, dir, file),
		   *below = ls_path_below(w->root, clean);
	char real[PATH_MAX];

	if (!below && realpath(clean, real))
		below = ls_arena_strdup(w->arena, ls_path_below(w->root, real));
	return below;
}

/* Set @words to the words of an entry; @copy is what they lie in. */
static void entry_words(struct ls_work *w, struct json_object *entry, struct ls_words *words)
{
	struct json_object *array;
	char *copy, *at;

	words->nr = 0;
	if (json_object_object_get_ex(entry, "arguments", &array) &&
	    json_object_is_type(array, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(array); i++) {
			const char *word =
				json_object_get_string(json_object_array_get_idx(array, i));

			words->word =
				ls_grow(words->word, words->nr, &words->room, sizeof(*words->word));
			words->word[words->nr++] = ls_arena_strdup(w->arena, word ? word : "");
		}
		return;
	}
	copy = ls_arena_strdup(w->arena, text_of(entry, "command"));
	at = copy;
	if (at)
		ls_shell_words(&at, words);
}

static void take_entry(struct ls_work *w, struct ls_names *by_path, struct json_object *entry,
		       struct ls_words *words)
{
	const char *file = text_of(entry, "file"), *dir = text_of(entry, "directory"), *path;
	struct ls_tree_file *f;
	void **slot;

	if (!file)
		return;
	if (!dir)
		dir = w->root;
	path = path_of(w, dir, file);
	slot = path ? ls_names_find_string(by_path, path) : NULL;
	if (!slot)
		return;
	f = *slot;
	/* A file that is compiled twice: the first counts. */
	if (f->flags)
		return;
	entry_words(w, entry, words);
	f->flags = ls_command_flags(w, words, file);
	f->dir = ls_arena_strdup(w->arena, dir);
}

int ls_commands_json(struct ls_work *w)
{
	struct ls_names by_path = { 0 };
	struct ls_words words = { 0 };

	for (size_t i = 0; i < w->nr_files; i++)
		*ls_names_put_string(&by_path, w->file[i].path, NULL) = &w->file[i];
	for (size_t i = 0; i < json_object_array_length(w->database); i++)
		take_entry(w, &by_path, json_object_array_get_idx(w->database, i), &words);
	free(words.word);
	ls_names_fini(&by_path);
	return 0;
}

int ls_commands_json_open(struct ls_work *w)
{
	w->database = json_object_from_file(w->json);
	if (w->database && json_object_is_type(w->database, json_type_array))
		return 0;
	return ls_tree_fail(w, "%s is neither a kernel tree nor a compile_commands.json: %s",
			    w->o->tree, w->database ? "it is no array" : "it is no JSON");
}

void ls_commands_json_files(struct ls_work *w, void (*add)(void *arg, const char *path), void *arg)
{
	for (size_t i = 0; i < json_object_array_length(w->database); i++) {
		struct json_object *entry = json_object_array_get_idx(w->database, i);
		const char *file = text_of(entry, "file"), *dir = text_of(entry, "directory"),
			   *path;
		size_t len = file ? strlen(file) : 0;

		if (len < 3 || strcmp(file + len - 2, ".c"))
			continue;
		path = path_of(w, dir ? dir : w->root, file);
		if (path)
			add(arg, path);
	}
}
