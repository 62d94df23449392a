// SPDX-License-Identifier: MIT
/* All files that are looked at, before it is known which of them are wanted. */
#include "tree_walk.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"

#define NR(array) (sizeof(array) / sizeof(*(array)))

/* Headers above this are tables of registers. */
#define MAX_HEADER (256 * 1024)

static const char *const default_dirs[] = {
	"drivers/accel",      "drivers/dma-buf", "drivers/gpu",
	"drivers/infiniband", "drivers/media",	 "drivers/misc",
	"drivers/virtio",     "drivers/xen",	 "samples",
};

/* Whose inline functions drivers call. */
static const char *const include_dirs[] = {
	"include/drm",
	"include/linux",
	"include/media",
	"include/rdma",
};

int ls_walk_default(const struct ls_work *w, const char *path)
{
	(void)w;
	for (size_t i = 0; i < NR(default_dirs); i++)
		if (ls_path_in(path, default_dirs[i]))
			return 1;
	return 0;
}

char *ls_walk_read(struct ls_work *w, const char *path, size_t *size)
{
	const struct ls_overlay *overlay = ls_tree_overlay(w, path);
	char *text, *full;

	if (overlay)
		return overlay->file ? ls_file_read(overlay->file, size) : NULL;
	if (asprintf(&full, "%s/%s", w->root, path) < 0)
		ls_no_memory();
	text = ls_file_read(full, size);
	free(full);
	return text;
}

static int ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), n = strlen(end);

	return len > n && !strcmp(name + len - n, end);
}

/*
 * What Kbuild reads, or makes headers of: Makefiles, scripts, lists of registers; and no product of
 * its own.
 */
static int is_makefile(const char *name)
{
	static const char *const other[] = { ".c",   ".h",	 ".S",	   ".o",    ".a",
					     ".ko",  ".mod",	 ".order", ".cmd",  ".rst",
					     ".txt", ".symvers", ".dts",   ".dtso", ".rs" };

	if (!strncmp(name, "Kconfig", 7) || !strncmp(name, "README", 6) || !strcmp(name, "TODO"))
		return 0;
	for (size_t i = 0; i < NR(other); i++)
		if (ends_with(name, other[i]))
			return 0;
	return 1;
}

static void add_makefile(struct ls_work *w, struct ls_walk *walk, const char *dir, const char *path)
{
	size_t size;
	char *text = ls_walk_read(w, path, &size);
	void **hash = ls_names_put_string(&walk->makefiles, dir, NULL);

	/* A sum: the order in which a directory is read does not matter. */
	if (text)
		*hash = (void *)((uintptr_t)*hash + ls_hash(text, size, strlen(path)));
	free(text);
}

static void add_file(struct ls_work *w, struct ls_walk *walk, const char *path, int has_command)
{
	struct ls_walk_file *f;
	const char *slash = strrchr(path, '/');

	walk->file = ls_grow(walk->file, walk->nr, &walk->room, sizeof(*walk->file));
	f = &walk->file[walk->nr++];
	*f = (struct ls_walk_file){ .path = path,
				    .has_command = (char)has_command,
				    .is_header = ends_with(path, ".h"),
				    .group_nr = UINT32_MAX };
	if (ls_path_in(path, "include"))
		f->group = "include";
	else
		f->group = ls_tree_group(
			&walk->groups,
			slash ? ls_arena_strndup(w->arena, path, (size_t)(slash - path)) : "");
}

/* Is it worth reading? A patch may have removed it, or its content. */
static int is_wanted(const struct ls_work *w, const char *path, const char *name, const char *full)
{
	const struct ls_overlay *overlay = ls_tree_overlay(w, path);
	struct stat st;

	if (overlay)
		return overlay->file != NULL;
	if (ends_with(name, ".c"))
		return !ends_with(name, ".mod.c");
	return !stat(full, &st) && st.st_size <= MAX_HEADER;
}

static void walk_dir(struct ls_work *w, struct ls_walk *walk, const char *dir, int deep)
{
	char *full, *path;
	struct dirent *d;
	DIR *list;

	if (asprintf(&full, "%s/%s", w->root, dir) < 0)
		ls_no_memory();
	list = opendir(full);
	free(full);
	while (list && (d = readdir(list))) {
		const char *name = d->d_name;
		struct stat st;
		int is_dir = d->d_type == DT_DIR;

		if (name[0] == '.')
			continue;
		path = ls_arena_printf(w->arena, "%s%s%s", dir, *dir ? "/" : "", name);
		full = ls_arena_printf(w->arena, "%s/%s", w->root, path);
		if (d->d_type == DT_UNKNOWN)
			is_dir = !lstat(full, &st) && S_ISDIR(st.st_mode);
		if (is_dir && deep && strcmp(path, "include/generated") &&
		    strcmp(path, "include/config"))
			walk_dir(w, walk, path, deep);
		else if (!is_dir && is_makefile(name))
			add_makefile(w, walk, dir, path);
		else if (!is_dir &&
			 (ends_with(name, ".h") || (ends_with(name, ".c") && !w->json)) &&
			 is_wanted(w, path, name, full))
			add_file(w, walk, path, 0);
	}
	if (list)
		closedir(list);
}

static int by_path(const void *a, const void *b)
{
	const struct ls_walk_file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

/* Sorted, each once; and each group gets a number. */
static void sort_files(struct ls_walk *walk)
{
	struct ls_names numbers = { 0 };
	size_t nr = 0;

	if (walk->nr)
		qsort(walk->file, walk->nr, sizeof(*walk->file), by_path);
	for (size_t i = 0; i < walk->nr; i++) {
		if (nr && !strcmp(walk->file[nr - 1].path, walk->file[i].path))
			walk->file[nr - 1].has_command |= walk->file[i].has_command;
		else
			walk->file[nr++] = walk->file[i];
	}
	walk->nr = nr;
	for (size_t i = 0; i < nr; i++) {
		int is_new;
		void **number;

		if (ls_path_in(walk->file[i].path, "include"))
			continue;
		number = ls_names_put_string(&numbers, walk->file[i].group, &is_new);
		if (is_new)
			*number = (void *)(uintptr_t)walk->nr_groups++;
		walk->file[i].group_nr = (uint32_t)(uintptr_t)*number;
	}
	ls_names_fini(&numbers);
}

struct ls_walk_file *ls_walk_find(struct ls_walk *walk, const char *path)
{
	struct ls_walk_file key = { .path = path };

	return walk->nr ? bsearch(&key, walk->file, walk->nr, sizeof(key), by_path) : NULL;
}

/* A path that the user gave: of the tree, or one that leads there from here. */
static int take_path(struct ls_work *w, struct ls_walk *walk, const char *given)
{
	const char *clean = ls_path_clean(w->arena, w->root, given),
		   *below = ls_path_below(w->root, clean);
	char real[PATH_MAX];

	if (!strcmp(clean, w->root)) {
		walk->path[walk->nr_paths++] = "";
		return 0;
	}
	if (below && (ls_file_exists(clean) || ls_tree_overlay(w, below))) {
		walk->path[walk->nr_paths++] = below;
		return 0;
	}
	below = realpath(given, real) ? ls_path_below(w->root, real) : NULL;
	if (!below)
		return ls_tree_fail(w,
				    "there is no %s in %s: name directories or files of that tree",
				    given, w->root);
	walk->path[walk->nr_paths++] = ls_arena_strdup(w->arena, below);
	return 0;
}

/* Directories above those that were walked have Makefiles, too. */
static void walk_above(struct ls_work *w, struct ls_walk *walk, const char *dir)
{
	char *up = ls_arena_strdup(w->arena, dir), *slash;

	while ((slash = strrchr(up, '/'))) {
		static const char *const names[] = { "Kbuild", "Makefile" };

		*slash = '\0';
		if (ls_names_find_string(&walk->makefiles, up))
			return;
		ls_names_put_string(&walk->makefiles, up, NULL);
		for (size_t i = 0; i < NR(names); i++)
			add_makefile(w, walk, up, ls_arena_printf(w->arena, "%s/%s", up, names[i]));
	}
}

/* A path outside of the default directories; of a file, the directory it is in. */
static void walk_path(struct ls_work *w, struct ls_walk *walk, const char *path)
{
	const char *full = ls_arena_printf(w->arena, "%s/%s", w->root, path);

	if (ls_walk_default(w, path))
		return;
	if (!ls_file_is_dir(full)) {
		const char *slash = strrchr(path, '/');

		path = slash ? ls_arena_strndup(w->arena, path, (size_t)(slash - path)) : "";
	}
	walk_dir(w, walk, path, 1);
	walk_above(w, walk, path);
}

struct json_walk {
	struct ls_work *w;
	struct ls_walk *walk;
	struct ls_names dirs;
};

static void add_entry(void *arg, const char *path)
{
	struct json_walk *j = arg;
	const char *slash = strrchr(path, '/');
	const char *dir = slash ? ls_arena_strndup(j->w->arena, path, (size_t)(slash - path)) : "";
	const struct ls_overlay *overlay = ls_tree_overlay(j->w, path);
	int is_new;

	if (overlay && !overlay->file)
		return;
	j->walk->all_asked &= !ls_walk_default(j->w, path);
	add_file(j->w, j->walk, path, 1);
	ls_names_put_string(&j->dirs, dir, &is_new);
	if (is_new)
		walk_dir(j->w, j->walk, dir, 0);
}

int ls_walk_tree(struct ls_work *w, struct ls_walk *walk)
{
	const struct ls_tree_options *o = w->o;
	struct json_walk j = { .w = w, .walk = walk };

	walk->groups.w = w;
	walk->path = ls_arena_array(w->arena, o->nr_paths + 1, sizeof(*walk->path));
	for (size_t i = 0; i < o->nr_paths; i++)
		if (take_path(w, walk, o->paths[i]))
			return -1;
	if (w->json) {
		walk->all_asked = 1;
		ls_commands_json_files(w, add_entry, &j);
		ls_names_fini(&j.dirs);
	} else {
		for (size_t i = 0; i < NR(default_dirs); i++) {
			walk_dir(w, walk, default_dirs[i], 1);
			walk_above(w, walk, default_dirs[i]);
		}
		for (size_t i = 0; i < walk->nr_paths; i++)
			walk_path(w, walk, walk->path[i]);
	}
	for (size_t i = 0; i < o->nr_overlays; i++)
		if (o->overlay[i].file &&
		    (ends_with(o->overlay[i].path, ".c") || ends_with(o->overlay[i].path, ".h")))
			add_file(w, walk, o->overlay[i].path, 1);
	for (size_t i = 0; i < NR(include_dirs); i++)
		walk_dir(w, walk, include_dirs[i], 1);
	sort_files(walk);
	return 0;
}

uint64_t ls_walk_makefiles(const struct ls_walk *walk, const char *group)
{
	uint64_t hash = 0;

	/* Those of the group, in all its directories, and those above it. */
	for (size_t i = 0; i < walk->makefiles.nr; i++) {
		const struct ls_names_entry *e = &walk->makefiles.entry[i];

		if (ls_path_in(e->key, group) || ls_path_in(group, e->key))
			hash += ls_hash(e->key, e->len, (uint64_t)(uintptr_t)e->value);
	}
	return hash;
}

void ls_walk_fini(struct ls_walk *walk)
{
	free(walk->file);
	ls_names_fini(&walk->makefiles);
	ls_tree_groups_fini(&walk->groups);
}
