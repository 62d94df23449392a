// SPDX-License-Identifier: MIT
/*
 * The kernel tree: its release, and the view of it that modules are compiled in.
 */
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build.h"

int read_version(const char *dir, int version[3])
{
	static const char *const keys[] = { "VERSION = %d", "PATCHLEVEL = %d", "SUBLEVEL = %d" };
	char *path = xprintf("%s/Makefile", dir);
	FILE *f = fopen(path, "r");
	char line[256];
	int found = 0;

	free(path);
	if (!f)
		return -1;
	while (found < 3 && fgets(line, sizeof(line), f))
		found += sscanf(line, keys[found], &version[found]) == 1;
	fclose(f);
	return found == 3 ? 0 : -1;
}

static bool is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

int tree_version(struct build *b)
{
	if (access(b->tree, R_OK))
		return trouble("cannot read the kernel tree %s: %s; on Debian, the packages "
			       "linux-source-6.1 and linux-source-6.12 put one into /usr/src",
			       b->tree, strerror(errno));
	if (!is_dir(b->tree))
		return archive_guess_version(b->tree, b->version);
	if (read_version(b->tree, b->version))
		return trouble("%s is no kernel tree: no Makefile with a VERSION in it", b->tree);
	return 0;
}

int make_dirs(const char *path)
{
	char *copy = xstrdup(path);
	int ret = 0;

	for (char *p = copy + 1; *p && !ret; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0777) && errno != EEXIST)
			ret = trouble("cannot make %s: %s", copy, strerror(errno));
		*p = '/';
	}
	free(copy);
	return ret;
}

/* Link @file at @rel of the view, unless something stands there. */
static int show(const struct build *b, const char *file, const char *rel)
{
	char *at = xprintf("%s/%s", b->view, rel);
	int ret = make_dirs(at);

	if (!ret && symlink(file, at) && errno != EEXIST)
		ret = trouble("cannot make %s: %s", at, strerror(errno));
	free(at);
	return ret;
}

/* --- the recipe's stub headers --------------------------------------------------------- */

static const struct build *walk_build; /* nftw() has no argument for its callback */
static size_t walk_skip;
static int walk_ret;

static int show_overlay(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	if (type == FTW_F)
		walk_ret = show(walk_build, path, path + walk_skip);
	return walk_ret;
}

static int add_overlay(struct build *b)
{
	char *overlay;

	if (!b->src)
		return 0;
	overlay = xprintf("%s/overlay", b->src);
	walk_build = b;
	walk_skip = strlen(overlay) + 1;
	walk_ret = 0;
	if (is_dir(overlay))
		nftw(overlay, show_overlay, 16, 0);
	free(overlay);
	return walk_ret;
}

/* --- files of the tree --------------------------------------------------------------------- */

static int add_pattern(struct build *b, const char *tree, const char *pattern)
{
	char *full = xprintf("%s/%s", tree, pattern);
	size_t skip = strlen(tree) + 1;
	int ret = 0;
	glob_t g;

	if (glob(full, 0, NULL, &g)) {
		ret = trouble("there is no %s in %s: is it a whole tree, of a release the recipe is "
			      "for?", pattern, b->tree);
	} else {
		for (size_t i = 0; i < g.gl_pathc && !ret; i++)
			ret = show(b, g.gl_pathv[i], g.gl_pathv[i] + skip);
		globfree(&g);
	}
	free(full);
	return ret;
}

/* Objects of the tree are shown without being listed. */
static void list_objects(struct build *b)
{
	size_t len = strlen(b->view);

	for (size_t i = 0; i < b->objects.nr; i++) {
		if (!strncmp(b->objects.v[i], b->view, len) && b->objects.v[i][len] == '/')
			strv_add(&b->linux_files, b->objects.v[i] + len + 1);
	}
}

int tree_make_view(struct build *b)
{
	char *tree = NULL;
	int ret, version[3];

	list_objects(b);
	if (is_dir(b->tree)) {
		tree = realpath(b->tree, NULL);
		ret = tree ? 0 : trouble("cannot find %s: %s", b->tree, strerror(errno));
	} else {
		ret = archive_unpack(b->tree, &b->linux_files, &tree);
		/* The guess was made from the archive's name. */
		if (!ret && !read_version(tree, version) &&
		    (version[0] != b->version[0] || version[1] != b->version[1]))
			ret = trouble("%s holds Linux %d.%d, not %d.%d as its name says", b->tree,
				      version[0], version[1], b->version[0], b->version[1]);
		else if (!ret)
			b->version[2] = version[2];
	}
	if (!ret)
		ret = add_overlay(b);
	for (size_t i = 0; i < b->linux_files.nr && !ret; i++)
		ret = add_pattern(b, tree, b->linux_files.v[i]);
	free(tree);
	return ret;
}
