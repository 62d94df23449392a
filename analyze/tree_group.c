// SPDX-License-Identifier: MIT
/*
 * Groups: which directory is a driver's own. Kbuild's files say it: a driver is the deepest
 * directory that Kbuild descends to ("obj-$(CONFIG_X) += x/"); what lies below it and is named as
 * an object there is part of it.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "tree_work.h"

struct entries {
	const char *name; /* "i915", "amd/amdgpu" */
	struct entries *next;
};

/* Words that end with "/" on the right of obj-...: directories. */
static struct entries *read_line(struct ls_work *w, char *line, struct entries *list)
{
	char *value, *word;

	while (isspace((unsigned char)*line))
		line++;
	if (strncmp(line, "obj-", 4))
		return list;
	value = strchr(line, '=');
	if (!value)
		return list;
	value++;
	while ((word = strsep(&value, " \t"))) {
		size_t len = strlen(word);
		struct entries *e;

		if (*word == '#')
			break;
		if (len < 2 || word[len - 1] != '/' || strchr(word, '$'))
			continue;
		e = ls_arena_alloc(w->arena, sizeof(*e));
		e->name = ls_arena_strndup(w->arena, word, len - 1);
		e->next = list;
		list = e;
	}
	return list;
}

static struct entries *read_kbuild(struct ls_work *w, const char *dir)
{
	static const char *const names[] = { "Kbuild", "Makefile" };
	struct entries *list = NULL;

	for (int i = 0; i < 2 && !list; i++) {
		char *text = ls_file_read(ls_arena_printf(w->arena, "%s/%s%s%s", w->root, dir,
							  *dir ? "/" : "", names[i]),
					  NULL);
		char *rest = text, *line;

		for (char *p = text; p && (p = strstr(p, "\\\n"));)
			p[0] = p[1] = ' ';
		while (rest && (line = strsep(&rest, "\n")))
			list = read_line(w, line, list);
		free(text);
	}
	return list;
}

static const struct entries *descends_to(struct ls_groups *g, const char *dir)
{
	int is_new;
	void **slot = ls_names_put_string(&g->dirs, dir, &is_new);

	if (is_new)
		*slot = read_kbuild((struct ls_work *)g->w, dir);
	return *slot;
}

/* Does Kbuild go from @dir to its directory @name? 2: further down only. */
static int enters(struct ls_groups *g, const char *dir, const char *name, size_t len)
{
	int found = 0;

	for (const struct entries *e = descends_to(g, dir); e; e = e->next)
		if (!strncmp(e->name, name, len) && (!e->name[len] || e->name[len] == '/')) {
			if (!e->name[len])
				return 1;
			found = 2;
		}
	return found;
}

const char *ls_tree_group(struct ls_groups *g, const char *dir)
{
	struct ls_arena *arena = g->w->arena;
	void **known = ls_names_find_string(&g->known, dir);
	const char *group = "", *rest = dir;

	if (known)
		return *known;
	while (*rest) {
		size_t len = strcspn(rest, "/");
		int how = enters(g, group, rest, len);
		const char *deeper = ls_arena_strndup(arena, dir, (size_t)(rest - dir) + len);

		/* The top of the tree names drivers/ and the like in other ways, too. */
		if (!how && *group)
			break;
		group = deeper;
		rest += len;
		rest += *rest == '/';
		/*
		 * amd/amdgpu: all of amd/ is one driver, unless amd/ has directories of its own to
		 * go to.
		 */
		if (how == 2 && !descends_to(g, group))
			break;
	}
	*ls_names_put_string(&g->known, dir, NULL) = (void *)group;
	return group;
}

/* Does the Makefile in @dir have to do with what lies beside it? */
static int looks_aside(const struct ls_work *w, const char *dir)
{
	static const char *const names[] = { "Kbuild", "Makefile" };
	int found = 0;

	for (int i = 0; i < 2 && !found; i++) {
		char *text = ls_file_read(
			ls_arena_printf(w->arena, "%s/%s/%s", w->root, dir, names[i]), NULL);

		found = text && (strstr(text, "/..") || strstr(text, "../"));
		free(text);
	}
	return found;
}

const char *ls_tree_group_kbuild(struct ls_groups *g, const char *group)
{
	const char *slash = strrchr(group, '/');
	size_t len;

	if (!slash)
		return NULL;
	len = strlen(slash + 1);
	for (const struct entries *e = descends_to(
		     g, ls_arena_strndup(g->w->arena, group, (size_t)(slash - group)));
	     e; e = e->next)
		if (!strncmp(e->name, slash + 1, len) && e->name[len] == '/') {
			const char *dir =
				ls_arena_printf(g->w->arena, "%s%s", group, e->name + len);

			if (looks_aside(g->w, dir))
				return dir;
		}
	return NULL;
}

void ls_tree_groups_fini(struct ls_groups *g)
{
	ls_names_fini(&g->dirs);
	ls_names_fini(&g->known);
}

char *ls_tree_group_of(const char *root, const char *path)
{
	struct ls_work w = { .arena = ls_arena_create(), .root = root };
	struct ls_groups g = { .w = &w };
	const char *slash = strrchr(path, '/');
	char *group = strdup(ls_tree_group(
		&g, ls_arena_strndup(w.arena, path, slash ? (size_t)(slash - path) : 0)));

	if (!group)
		ls_no_memory();
	ls_tree_groups_fini(&g);
	ls_arena_destroy(w.arena);
	return group;
}
