// SPDX-License-Identifier: MIT
/* Files of a patch: the compiler finds them in the tree's places, and nothing is written there. */
#include <errno.h>
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

/*
 * clang wants its source to be a real file, whatever -ivfsoverlay says: sources that are new get a
 * place.
 */
static int add_source(struct ls_work *w, const char *path, const char *content)
{
	char *place, *slash;
	int err = 0;

	if (ls_file_exists(ls_arena_printf(w->arena, "%s/%s", w->source, path)))
		return 0;
	if (!w->added)
		w->added = ls_arena_printf(w->arena, "%s/%d.added", w->temp, getpid());
	place = ls_arena_printf(w->arena, "%s/%s", w->added, path);
	slash = strrchr(place, '/');
	*slash = '\0';
	err = ls_file_mkdirs(place);
	*slash = '/';
	if (!err && symlink(content, place) && errno != EEXIST)
		err = -1;
	return err ? ls_tree_fail(
			     w,
			     "cannot write %s: %s; free some room, or name another directory with "
			     "--cache",
			     place, strerror(errno))
		   : 0;
}

const char *ls_tree_overlay_source(struct ls_work *w, const char *path)
{
	const char *added = w->added ? ls_arena_printf(w->arena, "%s/%s", w->added, path) : NULL;

	return added && ls_file_exists(added) ? added
					      : ls_arena_printf(w->arena, "%s/%s", w->source, path);
}

/*
 * JSON is YAML. Names stay the tree's: in messages, in lists of prerequisites and in debug
 * information.
 */
int ls_tree_overlay_file(struct ls_work *w, const char **file)
{
	struct json_object *top, *roots;
	const char *text;
	int ret = 0;

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
		else if (add_source(w, o->path, real))
			ret = -1;
		add_file(roots, ls_arena_printf(w->arena, "%s/%s", w->source, o->path), real);
		if (strcmp(w->source, w->root))
			add_file(roots, ls_arena_printf(w->arena, "%s/%s", w->root, o->path), real);
	}
	*file = ls_arena_printf(w->arena, "%s/%d.yaml", w->temp, getpid());
	text = json_object_to_json_string(top);
	if (!ret)
		ret = ls_file_write(w, *file, text, strlen(text));
	json_object_put(top);
	return ret;
}
