// SPDX-License-Identifier: MIT
/* Files of a patch: the compiler finds them in the tree's places, and nothing is written there. */
#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "tree_work.h"

const struct ls_overlay *ls_tree_overlay(const struct ls_work *w, const char *path)
{
	for (size_t i = 0; i < w->o->nr_overlays; i++)
		if (!strcmp(w->o->overlay[i].path, path))
			return &w->o->overlay[i];
	return NULL;
}

static void add_file(struct json_object *roots, const char *name, const char *content)
{
	struct json_object *file = json_object_new_object();

	json_object_object_add(file, "type", json_object_new_string("file"));
	json_object_object_add(file, "name", json_object_new_string(name));
	json_object_object_add(file, "external-contents", json_object_new_string(content));
	json_object_array_add(roots, file);
}

/* JSON is YAML. Names stay the tree's: in messages, in lists of prerequisites and in debug information. */
int ls_tree_overlay_file(struct ls_work *w, const char **file)
{
	struct json_object *top, *roots;
	const char *text;
	int ret;

	*file = NULL;
	if (!w->o->nr_overlays)
		return 0;
	top = json_object_new_object();
	roots = json_object_new_array();
	json_object_object_add(top, "version", json_object_new_int(0));
	json_object_object_add(top, "case-sensitive", json_object_new_string("true"));
	json_object_object_add(top, "use-external-names", json_object_new_string("false"));
	json_object_object_add(top, "roots", roots);
	for (size_t i = 0; i < w->o->nr_overlays; i++) {
		const struct ls_overlay *o = &w->o->overlay[i];
		char real[PATH_MAX];

		/* A removed header is one that cannot be opened. */
		if (!o->file || !realpath(o->file, real))
			strcpy(real, "/nonexistent/removed");
		add_file(roots, ls_arena_printf(w->arena, "%s/%s", w->source, o->path), real);
		if (strcmp(w->source, w->root))
			add_file(roots, ls_arena_printf(w->arena, "%s/%s", w->root, o->path), real);
	}
	*file = ls_arena_printf(w->arena, "%s/%d.yaml", w->temp, getpid());
	text = json_object_to_json_string(top);
	ret = ls_file_write(w, *file, text, strlen(text));
	json_object_put(top);
	return ret;
}
