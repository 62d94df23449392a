// SPDX-License-Identifier: MIT
/*
 * `lockstep check --patch`: the tree as it is and as the patch makes it; what differs is told.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "check.h"
#include "lockstep/convention.h"
#include "ls_config.h"
#include "map.h"
#include "patch.h"

/* The tree before and after. */
struct side {
	struct ls_tree *tree;
	struct ls_judge *run;
	struct ls_findings *found;
};

static bool is_c(const char *path)
{
	size_t len = strlen(path);

	return len > 2 && path[len - 2] == '.' && (path[len - 1] == 'c' || path[len - 1] == 'h');
}

/* Do others call what is in the file? Then it is not the affair of its own driver alone. */
static bool exports(const char *root, const char *path)
{
	char *full = xprintf("%s/%s", root, path);
	FILE *f = fopen(full, "re");
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	while (f && !found && getline(&line, &size, f) >= 0)
		found = strstr(line, "EXPORT_SYMBOL");
	if (f)
		fclose(f);
	free(line);
	free(full);
	return found;
}

/*
 * Without paths of the user's, look where the patch does. What others use (headers outside of drivers,
 * exported functions) may make a difference anywhere: then it is the whole tree.
 */
static void choose_paths(struct check *c, const struct ls_patch *patch, const char *root)
{
	bool everywhere = false;

	for (size_t i = 0; i < patch->nr; i++) {
		const char *path = patch->overlay[i].path;
		char *group, *full;

		if (!is_c(path))
			continue;
		everywhere |= !strncmp(path, "include/", 8) || exports(root, path);
		group = ls_tree_group_of(root, path);
		full = xprintf("%s/%s", root, group);
		if (*group && !access(full, F_OK) && !strv_has(&c->paths, group))
			strv_add(&c->paths, group);
		free(full);
		free(group);
	}
	if (everywhere)
		strv_free(&c->paths);
	c->nowhere = !everywhere && !c->paths.nr;
}

static struct ls_patch *apply(struct check *c, const char *root)
{
	char *error = NULL;
	struct ls_patch *patch = ls_patch_apply(root, c->patch, &error);

	if (!patch)
		check_trouble(error);
	else if (!c->paths.nr)
		choose_paths(c, patch, root);
	return patch;
}

/* A compile_commands.json says only when it is read where its tree is. */
static struct ls_patch *apply_first(struct check *c)
{
	char *root = realpath(c->tree, NULL);
	struct ls_patch *patch = NULL;
	struct stat st;

	if (!root || stat(root, &st)) {
		trouble("cannot read %s: %s", c->tree, strerror(errno));
	} else if (!S_ISDIR(st.st_mode)) {
		struct ls_tree *tree = check_tree(c, NULL, 0);

		patch = tree ? apply(c, tree->root) : NULL;
		ls_tree_free(tree);
	} else {
		patch = apply(c, root);
	}
	free(root);
	return patch;
}

/* Keys of a side's findings, those of one mistake each by itself. @shown: only of what is told. */
static void list_keys(const struct check *c, const struct ls_findings *found, bool shown,
		      struct ls_map *keys)
{
	for (size_t i = 0; i < found->nr; i++) {
		const struct ls_finding *f = &found->finding[i];

		if (shown && !check_shows(c, f))
			continue;
		ls_map_put(keys, f->key, NULL);
		for (size_t k = 0; k < f->nr_also; k++)
			ls_map_put(keys, f->also[k].key, NULL);
	}
}

/* How many of a mistake's places are not among @keys. @nth: one of them; 0: the first, or other. */
static size_t missing(const struct ls_finding *f, const struct ls_map *keys, size_t *nth)
{
	size_t nr = !ls_map_find(keys, f->key);

	*nth = 0;
	for (size_t k = 0; k < f->nr_also; k++) {
		if (ls_map_find(keys, f->also[k].key) || f->also[k].key == f->key)
			continue;
		if (!nr++)
			*nth = k + 1;
	}
	return nr;
}

/*
 * What is in @found and not in @other. A mistake of several places, of which one is new or gone, is
 * told by that one.
 */
static void add_missing(struct check *c, const struct ls_findings *found,
			const struct ls_findings *other, enum ls_change change)
{
	struct ls_map keys = { 0 }, all = { 0 };

	list_keys(c, other, true, &keys);
	list_keys(c, other, false, &all);
	for (size_t i = 0; i < found->nr; i++) {
		const struct ls_finding *f = &found->finding[i];
		struct ls_finding *one;
		size_t nth;

		if (!check_shows(c, f)) {
			c->output.hidden += missing(f, &all, &nth) != 0;
		} else if (missing(f, &keys, &nth)) {
			one = ls_arena_copy(c->scratch, f, sizeof(*f));
			if (nth)
				*one = ls_finding_of_also(f, nth - 1);
			check_add(c, one, change);
		}
	}
	ls_map_fini(&keys);
	ls_map_fini(&all);
}

/* Files that compile without the patch and not with it. */
static size_t tell_broken(const struct ls_tree *before, const struct ls_tree *after)
{
	size_t nr = 0, j = 0;

	for (size_t i = 0; i < after->nr; i++) {
		const struct ls_source *s = &after->source[i];

		while (j < before->nr && strcmp(before->source[j].path, s->path) < 0)
			j++;
		if (s->unit || (j < before->nr && !strcmp(before->source[j].path, s->path) &&
				!before->source[j].unit))
			continue;
		trouble("with the patch %s does not compile: %s", s->path, s->why ? s->why : "?");
		nr++;
	}
	return nr;
}

static int tell(struct check *c, const struct side *before, const struct side *after)
{
	const struct ls_tree *tree = after->tree;
	size_t adds;
	int ret;

	add_missing(c, after->found, before->found, LS_ADDS);
	adds = c->output.nr;
	add_missing(c, before->found, after->found, LS_MENDS);
	check_describe(c, tree, after->run);
	ret = check_print(c);
	if (!ret) {
		check_summary(c, tree);
		ret = tell_broken(before->tree, tree) || c->lost ? EXIT_TROUBLE :
		      adds ? EXIT_FINDINGS : EXIT_CLEAN;
	}
	free((void *)c->output.failed);
	return ret;
}

static int compare(struct check *c, const struct ls_patch *patch)
{
	struct side before = { 0 }, after = { 0 };
	int ret = EXIT_TROUBLE;

	if (c->nowhere) {
		fprintf(stderr, "lockstep: %s touches no C file of a driver: it adds and mends nothing\n",
			c->patch);
		return EXIT_CLEAN;
	}
	before.tree = check_tree(c, NULL, 0);
	if (before.tree && !check_model(c, before.tree))
		after.tree = check_tree(c, patch->overlay, patch->nr);
	if (after.tree)
		before.run = check_plan(c, before.tree);
	if (before.run)
		after.run = check_plan(c, after.tree);
	if (after.run) {
		struct ls_judge *const runs[] = { before.run, after.run };
		struct ls_findings *found[2];

		ls_judge_skip_same(before.run, after.run);
		if (!check_go(c, runs, found, 2)) {
			before.found = found[0];
			after.found = found[1];
			ret = tell(c, &before, &after);
		}
	}
	ls_findings_free(before.found);
	ls_findings_free(after.found);
	ls_judge_free(before.run);
	ls_judge_free(after.run);
	ls_tree_free(before.tree);
	ls_tree_free(after.tree);
	return ret;
}

int check_patch(struct check *c)
{
	struct ls_patch *patch = apply_first(c);
	int ret = EXIT_TROUBLE;

	c->scratch = ls_arena_create();
	if (patch)
		ret = compare(c, patch);
	ls_arena_destroy(c->scratch);
	ls_patch_free(patch);
	return ret;
}
