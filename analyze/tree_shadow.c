// SPDX-License-Identifier: MIT
/*
 * A tree with leftovers of a build in it. Kbuild refuses to build such a tree somewhere else, and
 * what it finds there may be half of what it needs. So it is shown a shadow: directories with links
 * to all that is source. A directory with nothing but sources below it is one link.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "tree_work.h"

static const char *srcarch(struct ls_work *w, char *buf, size_t size)
{
	const char *arch = w->arch ? w->arch :
#if defined(__aarch64__)
				   "arm64";
#elif defined(__arm__)
				   "arm";
#elif defined(__riscv)
				   "riscv";
#elif defined(__powerpc__)
				   "powerpc";
#elif defined(__s390__)
				   "s390";
#elif defined(__mips__)
				   "mips";
#elif defined(__loongarch__)
				   "loongarch";
#else
				   "x86";
#endif
	snprintf(buf, size, "%s/arch/%s/include/generated", w->root,
		 !strcmp(arch, "x86_64") || !strcmp(arch, "i386") ? "x86" : arch);
	return buf;
}

int ls_tree_has_leftovers(const struct ls_work *w)
{
	static const char *const names[] = { ".config", "include/config", "include/generated" };
	char path[4096];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", w->root, names[i]);
		if (ls_file_exists(path))
			return 1;
	}
	return ls_file_exists(srcarch((struct ls_work *)w, path, sizeof(path)));
}

static int ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), n = strlen(end);

	return len > n && !strcmp(name + len - n, end);
}

/* What a build makes by the thousand; for most else it leaves a ".NAME.cmd", too. */
static int is_product(const char *name)
{
	static const char *const ends[] = { ".o",   ".a",	".ko", ".mod",	  ".mod.c", ".o.d",
					    ".cmd", ".symvers", ".so", ".so.dbg", ".dtb" };
	static const char *const names[] = { "modules.order", "vmlinux",	"System.map",
					     ".config",	      ".config.old",	".version",
					     ".git",	      "modules.builtin" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (ends_with(name, ends[i]))
			return 1;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i]))
			return 1;
	return 0;
}

struct entry {
	struct entry *next;
	struct entry *below;	    /* of a directory */
	int is_dir, product, mixed; /* mixed: products are below it */
	char name[];
};

static int has_entry(const struct entry *list, const char *name)
{
	for (; list; list = list->next)
		if (!strcmp(list->name, name))
			return 1;
	return 0;
}

/* All below @path; *mixed is set if a build has left something there. */
static struct entry *read_tree(struct ls_work *w, const char *path, int *mixed)
{
	DIR *dir = opendir(path);
	struct entry *list = NULL;
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		struct entry *e;
		char *below;

		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		e = ls_arena_alloc(w->arena, sizeof(*e) + strlen(d->d_name) + 1);
		strcpy(e->name, d->d_name);
		e->is_dir = d->d_type == DT_DIR;
		e->product = is_product(e->name);
		if (e->is_dir && ends_with(path, "/include") &&
		    (!strcmp(e->name, "generated") || !strcmp(e->name, "config")))
			e->product = 1;
		e->next = list;
		list = e;
		if (!e->is_dir || e->product)
			continue;
		if (asprintf(&below, "%s/%s", path, e->name) < 0)
			ls_no_memory();
		e->below = read_tree(w, below, &e->mixed);
		free(below);
	}
	if (dir)
		closedir(dir);
	for (struct entry *e = list; e; e = e->next) {
		char cmd[300];

		snprintf(cmd, sizeof(cmd), ".%s.cmd", e->name);
		if (!e->is_dir && !e->product && has_entry(list, cmd))
			e->product = 1;
		if (e->product || e->mixed)
			*mixed = 1;
	}
	return list;
}

/* What is no source any more, or has become a directory of its own. */
static void remove_stale(const char *at, const struct entry *list)
{
	DIR *dir = opendir(at);
	struct dirent *d;
	char *path;

	while (dir && (d = readdir(dir))) {
		const struct entry *e = list;

		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		while (e && (e->product || strcmp(e->name, d->d_name)))
			e = e->next;
		if (e && !(e->mixed && d->d_type == DT_LNK))
			continue;
		if (asprintf(&path, "%s/%s", at, d->d_name) < 0)
			ls_no_memory();
		ls_file_remove(path);
		free(path);
	}
	if (dir)
		closedir(dir);
}

static int is_link(const char *path)
{
	struct stat st;

	return !lstat(path, &st) && S_ISLNK(st.st_mode);
}

static void link_tree(const char *from, const char *to, const struct entry *list, int *err)
{
	if (mkdir(to, 0777) && errno != EEXIST)
		*err = errno;
	remove_stale(to, list);
	for (; list && !*err; list = list->next) {
		char *source, *target;

		if (list->product)
			continue;
		if (asprintf(&source, "%s/%s", from, list->name) < 0 ||
		    asprintf(&target, "%s/%s", to, list->name) < 0)
			ls_no_memory();
		/* A directory once is one for good. */
		if (list->is_dir && (list->mixed || (ls_file_is_dir(target) && !is_link(target))))
			link_tree(source, target, list->below, err);
		else if (symlink(source, target) && errno != EEXIST)
			*err = errno;
		free(source);
		free(target);
	}
}

/* Brought up to date each time: sources come and go. Another lockstep may be compiling there. */
int ls_tree_shadow(struct ls_work *w, const char *at)
{
	struct entry *list;
	int mixed = 0, err = 0;

	ls_tree_progress(w, "linking", 0, 0);
	list = read_tree(w, w->root, &mixed);
	link_tree(w->root, at, list, &err);
	if (!err)
		return 0;
	return ls_tree_fail(
		w, "cannot write %s: %s; free some room, or name another directory with --cache",
		at, strerror(err));
}
