// SPDX-License-Identifier: MIT
/*
 * front [OPTION...] TREE [PATH...]: bring the units of TREE up to date and say what came of it.
 *   --cache=DIR --clang=FILE --arch=ARCH --jobs=N --overlay=PATH=FILE --remove=PATH
 *   --progress	tell how far it is, on standard error
 *   --groups	files for each group, in place of one line for each file
 * A line of a file: STATE HASH GROUP PATH, with a "*" if it was asked for.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tree.h"

#define MAX_OVERLAYS 64

static void progress(void *arg, const char *what, size_t done, size_t all)
{
	(void)arg;
	fprintf(stderr, "%s %zu/%zu\n", what, done, all);
}

static const char *value_of(const char *arg, const char *name)
{
	size_t len = strlen(name);

	return strncmp(arg, name, len) ? NULL : arg + len;
}

static void print_files(const struct ls_tree *tree)
{
	for (size_t i = 0; i < tree->nr; i++) {
		const struct ls_source *s = &tree->source[i];

		if (s->unit)
			printf("%s %016" PRIx64 " %s %s%s\n", s->fresh ? "made" : "cached", s->hash,
			       s->group, s->asked ? "*" : "", s->path);
		else
			printf("failed %s %s%s: %s\n", s->group, s->asked ? "*" : "", s->path,
			       s->why);
	}
}

static void print_groups(const struct ls_tree *tree)
{
	for (size_t i = 0; i < tree->nr; i++) {
		size_t nr = 0, failed = 0;
		int seen = 0;

		for (size_t j = 0; j < tree->nr; j++) {
			if (strcmp(tree->source[i].group, tree->source[j].group))
				continue;
			seen |= j < i;
			nr++;
			failed += !tree->source[j].unit;
		}
		if (!seen)
			printf("%5zu %3zu failed  %s\n", nr, failed, tree->source[i].group);
	}
}

int main(int argc, char **argv)
{
	struct ls_overlay overlay[MAX_OVERLAYS];
	struct ls_tree_options o = { .overlay = overlay };
	const char *value;
	char *error;
	struct ls_tree *tree;
	int i, groups = 0;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if ((value = value_of(argv[i], "--cache="))) {
			o.cache = value;
		} else if ((value = value_of(argv[i], "--clang="))) {
			o.clang = value;
		} else if ((value = value_of(argv[i], "--arch="))) {
			o.arch = value;
		} else if ((value = value_of(argv[i], "--jobs="))) {
			o.jobs = (unsigned int)atoi(value);
		} else if ((value = value_of(argv[i], "--overlay=")) && strchr(value, '=') &&
			   o.nr_overlays < MAX_OVERLAYS) {
			char *eq = strchr(argv[i] + strlen("--overlay="), '=');

			*eq = '\0';
			overlay[o.nr_overlays++] = (struct ls_overlay){ value, eq + 1 };
		} else if ((value = value_of(argv[i], "--remove=")) &&
			   o.nr_overlays < MAX_OVERLAYS) {
			overlay[o.nr_overlays++] = (struct ls_overlay){ value, NULL };
		} else if (!strcmp(argv[i], "--progress")) {
			o.progress = progress;
		} else if (!strcmp(argv[i], "--groups")) {
			groups = 1;
		} else {
			fprintf(stderr, "front: what is %s?\n", argv[i]);
			return 2;
		}
	}
	if (i == argc)
		return 2;
	o.tree = argv[i++];
	o.paths = (const char *const *)argv + i;
	o.nr_paths = (size_t)(argc - i);
	tree = ls_tree_build(&o, &error);
	if (!tree) {
		fprintf(stderr, "%s\n", error ? error : "interrupted");
		free(error);
		return error ? 2 : 130;
	}
	if (groups)
		print_groups(tree);
	else
		print_files(tree);
	printf("%zu files of %zu, release %s, %s: made %zu, cached %zu, failed %zu\n", tree->nr,
	       tree->seen, tree->release ? tree->release : "unknown", tree->config, tree->compiled,
	       tree->cached, tree->failed);
	ls_tree_free(tree);
	return 0;
}
