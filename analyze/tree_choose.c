// SPDX-License-Identifier: MIT
/*
 * Which files are wanted. Of the groups asked for: those that touch dma-buf or GEM; of a small one
 * all of it, of a large one the files with a function that can come to a rule. And, from elsewhere,
 * what these call on the way to a rule: the core.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "jobs.h"
#include "tree_reach.h"
#include "tree_walk.h"

#define SMALL_GROUP 10 /* files: all of it is wanted */

struct choice {
	struct ls_work *w;
	struct ls_walk walk;
	struct ls_scan scan;
	struct ls_reach reach;
	char *wanted; /* of each file: */
	char *asked;
	size_t *group_files; /* of each group: how many */
	char *touches;	     /* ... whether it names a rule */
	char *group_asked;
};

enum { NOT_WANTED, WANTED };

/* Tests of the drivers themselves are judged when they are asked for by name. */
static int is_test(const char *path)
{
	for (const char *p = path; (p = strchr(p, '/'));) {
		p++;
		if (!strncmp(p, "tests/", 6) || !strncmp(p, "selftests/", 10))
			return 1;
	}
	return 0;
}

static int is_asked(const struct choice *c, const char *path)
{
	const struct ls_tree_options *o = c->w->o;

	if (!o->nr_paths)
		return (c->walk.all_asked || ls_walk_default(c->w, path)) && !is_test(path);
	for (size_t i = 0; i < c->walk.nr_paths; i++) {
		const char *asked = c->walk.path[i];

		if (ls_path_in(path, asked) &&
		    (!is_test(path) || is_test(asked) || !strcmp(path, asked) ||
		     is_test(ls_arena_printf(c->w->arena, "%s/", asked))))
			return 1;
	}
	return 0;
}

static int scan_files(struct choice *c)
{
	struct ls_walk *walk = &c->walk;

	c->scan.arena = c->w->arena;
	for (size_t i = 0; i < walk->nr; i++) {
		size_t size;
		char *text = ls_walk_read(c->w, walk->file[i].path, &size);

		if (text)
			ls_scan_file(&c->scan, text, size, (uint32_t)i);
		free(text);
		if (i % 512 == 0) {
			ls_tree_progress(c->w, "reading", i, walk->nr);
			if (ls_jobs_interrupted())
				return -1;
		}
	}
	return 0;
}

/* A file that another one includes is no source of its own. */
static void drop_included(struct choice *c)
{
	struct ls_walk *walk = &c->walk;

	for (size_t i = 0; i < c->scan.nr_includes; i++) {
		const struct ls_scan_include *inc = &c->scan.include[i];
		const char *from = walk->file[inc->file].path, *slash = strrchr(from, '/');
		const char *dirs[] = {
			slash ? ls_arena_strndup(c->w->arena, from, (size_t)(slash - from)) : "",
			walk->file[inc->file].group,
			"",
			"drivers/gpu/drm",
		};

		for (size_t j = 0; j < sizeof(dirs) / sizeof(*dirs); j++) {
			const char *path = ls_path_clean(
				c->w->arena, "/",
				ls_arena_printf(c->w->arena, "/%s/%s", dirs[j], inc->name));
			struct ls_walk_file *f = ls_walk_find(walk, path + 1);

			if (!f)
				continue;
			f->is_header = 1;
			break;
		}
	}
}

static void find_reach(struct choice *c)
{
	struct ls_walk *walk = &c->walk;
	uint32_t *group = ls_arena_array(c->w->arena, walk->nr + 1, sizeof(*group));
	char *is_header = ls_arena_alloc(c->w->arena, walk->nr + 1);

	for (size_t i = 0; i < walk->nr; i++) {
		group[i] = walk->file[i].group_nr;
		is_header[i] = walk->file[i].is_header;
	}
	c->reach.scan = &c->scan;
	c->reach.group = group;
	c->reach.is_header = is_header;
	ls_reach_find(&c->reach, c->w->arena);
}

static void look_at_groups(struct choice *c)
{
	const struct ls_walk *walk = &c->walk;

	c->wanted = ls_arena_alloc(c->w->arena, walk->nr + 1);
	c->asked = ls_arena_alloc(c->w->arena, walk->nr + 1);
	c->group_files = ls_arena_array(c->w->arena, walk->nr_groups + 1, sizeof(*c->group_files));
	c->touches = ls_arena_alloc(c->w->arena, walk->nr_groups + 1);
	c->group_asked = ls_arena_alloc(c->w->arena, walk->nr_groups + 1);
	for (size_t i = 0; i < walk->nr; i++) {
		uint32_t group = walk->file[i].group_nr;

		if (walk->file[i].is_header)
			continue;
		c->w->seen++;
		c->group_files[group]++;
		c->asked[i] = is_asked(c, walk->file[i].path) != 0;
		c->group_asked[group] |= c->asked[i];
	}
	for (size_t i = 0; i < c->scan.nr_items; i++) {
		uint32_t group = walk->file[c->scan.item[i].file].group_nr;

		if (group != UINT32_MAX && c->reach.reaches[i] == LS_REACHES_DIRECTLY)
			c->touches[group] = 1;
	}
}

/* Of the groups asked for. */
static void want_asked(struct choice *c)
{
	const struct ls_walk *walk = &c->walk;

	for (size_t i = 0; i < c->scan.nr_items; i++) {
		uint32_t file = c->scan.item[i].file, group = walk->file[file].group_nr;

		if (c->reach.reaches[i] && group != UINT32_MAX && c->group_asked[group] &&
		    c->touches[group])
			c->wanted[file] = WANTED;
	}
	for (size_t i = 0; i < walk->nr; i++) {
		uint32_t group = walk->file[i].group_nr;

		if (walk->file[i].is_header)
			continue;
		if (c->group_asked[group] && c->touches[group] &&
		    c->group_files[group] <= SMALL_GROUP)
			c->wanted[i] = WANTED;
		for (size_t j = 0; j < walk->nr_paths; j++)
			if (!strcmp(walk->path[j], walk->file[i].path))
				c->wanted[i] = WANTED;
	}
}

/* What they call elsewhere. Headers are on the way, but are not compiled on their own. */
static void want_called(struct choice *c)
{
	uint8_t *along = ls_arena_alloc(c->w->arena, c->scan.nr_items + 1);

	for (size_t i = 0; i < c->scan.nr_items; i++)
		along[i] = c->wanted[c->scan.item[i].file] == WANTED;
	ls_reach_called(&c->reach, along);
	for (size_t i = 0; i < c->scan.nr_items; i++)
		if (along[i] && c->scan.item[i].kind == LS_SCAN_FUNCTION)
			c->wanted[c->scan.item[i].file] = WANTED;
	/* Nobody else calls a test. */
	for (size_t i = 0; i < c->walk.nr; i++)
		if (!c->asked[i] && is_test(c->walk.file[i].path))
			c->wanted[i] = NOT_WANTED;
}

static int take_files(struct choice *c)
{
	struct ls_work *w = c->w;
	const struct ls_walk *walk = &c->walk;
	size_t asked = 0;

	w->file = ls_arena_array(w->arena, walk->nr + 1, sizeof(*w->file));
	for (size_t i = 0; i < walk->nr; i++) {
		if (!c->wanted[i] || walk->file[i].is_header ||
		    (w->json && !walk->file[i].has_command))
			continue;
		w->file[w->nr_files++] = (struct ls_tree_file){
			.path = walk->file[i].path,
			.group = walk->file[i].group,
			.asked = c->asked[i],
			.makefiles = ls_walk_makefiles(walk, walk->file[i].group),
		};
		asked += c->asked[i] != 0;
	}
	if (!asked && w->o->may_be_none)
		w->nr_files = 0;
	if (asked || w->o->may_be_none)
		return 0;
	return ls_tree_fail(
		w, "nothing in %s%s%s uses dma-buf, reservation locks or GEM: no file to check",
		w->o->tree, w->o->nr_paths ? ", " : "", w->o->nr_paths ? w->o->paths[0] : "");
}

int ls_tree_choose(struct ls_work *w)
{
	struct choice c = { .w = w };
	int ret = ls_walk_tree(w, &c.walk);

	if (!ret)
		ret = scan_files(&c);
	if (!ret) {
		drop_included(&c);
		find_reach(&c);
		look_at_groups(&c);
		want_asked(&c);
		want_called(&c);
		ret = take_files(&c);
	}
	ls_scan_fini(&c.scan);
	ls_walk_fini(&c.walk);
	return ret;
}
