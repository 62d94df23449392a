// SPDX-License-Identifier: MIT
/*
 * Which files and hunks a diff has. It is applied by git: this is to know what to copy, and to say which
 * hunk it was.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "patch.h"

struct reader {
	struct ls_arena *arena;
	struct ls_diff *diff;
	size_t room, hunk_room;
	unsigned long old_left, new_left;	/* lines of the hunk that are still to come */
	const char *from;			/* of "--- ", until "+++ " comes */
	int from_seen;
};

/* Arrays in an arena grow by copies: diffs are small. */
static void *grow(struct ls_arena *arena, void *array, size_t nr, size_t *room, size_t size)
{
	void *larger;

	if (nr < *room)
		return array;
	*room = *room ? *room * 2 : 8;
	larger = ls_arena_array(arena, *room, size);
	if (nr)
		memcpy(larger, array, nr * size);
	return larger;
}

static struct ls_diff_file *add_file(struct reader *r, const char *from, const char *to)
{
	struct ls_diff *d = r->diff;

	d->file = grow(r->arena, d->file, d->nr, &r->room, sizeof(*d->file));
	d->file[d->nr] = (struct ls_diff_file){ .from = from, .to = to };
	r->hunk_room = 0;
	return &d->file[d->nr++];
}

static void add_hunk(struct reader *r, unsigned int line)
{
	struct ls_diff_file *f = r->diff->nr ? &r->diff->file[r->diff->nr - 1] : NULL;

	if (!f)
		return;
	f->hunk = grow(r->arena, f->hunk, f->nr_hunks, &r->hunk_room, sizeof(*f->hunk));
	f->hunk[f->nr_hunks++] = line;
}

/* The name behind "--- " or "+++ ": up to a tab, behind which diff(1) puts a date. */
static const char *name(struct reader *r, const char *line, size_t len)
{
	const char *tab = memchr(line, '\t', len);

	len = tab ? (size_t)(tab - line) : len;
	while (len && (line[len - 1] == '\r' || line[len - 1] == ' '))
		len--;
	if (len == 9 && !strncmp(line, "/dev/null", 9))
		return NULL;
	return ls_arena_strndup(r->arena, line, len);
}

/* "@@ -LINE[,NR] +LINE[,NR] @@" */
static int hunk_head(struct reader *r, const char *line)
{
	unsigned int old_line;
	char *end;

	if (strncmp(line, "@@ -", 4))
		return 0;
	old_line = strtoul(line + 4, &end, 10);
	r->old_left = *end == ',' ? strtoul(end + 1, &end, 10) : 1;
	if (strncmp(end, " +", 2))
		return 0;
	strtoul(end + 2, &end, 10);
	r->new_left = *end == ',' ? strtoul(end + 1, &end, 10) : 1;
	add_hunk(r, old_line);
	return 1;
}

/* A line of a hunk: '-' and '+' say nothing else there. */
static void hunk_line(struct reader *r, char first)
{
	if (first == '\\')
		return;
	if (first != '+' && r->old_left)
		r->old_left--;
	if (first != '-' && r->new_left)
		r->new_left--;
}

static void head_line(struct reader *r, const char *line, size_t len)
{
	static const char *const from[] = { "rename from ", "copy from " };
	static const char *const to[] = { "rename to ", "copy to " };

	if (!strncmp(line, "--- ", 4)) {
		r->from = name(r, line + 4, len - 4);
		r->from_seen = 1;
	} else if (!strncmp(line, "+++ ", 4) && r->from_seen) {
		add_file(r, r->from, name(r, line + 4, len - 4));
		r->from_seen = 0;
	} else {
		/* A move without a change has no other lines; these names have no "a/". */
		for (size_t i = 0; i < 2; i++) {
			const char *file;

			if (!strncmp(line, from[i], strlen(from[i]))) {
				file = name(r, line + strlen(from[i]), len - strlen(from[i]));
				add_file(r, ls_arena_printf(r->arena, "a/%s", file), NULL);
			} else if (!strncmp(line, to[i], strlen(to[i]))) {
				file = name(r, line + strlen(to[i]), len - strlen(to[i]));
				add_file(r, NULL, ls_arena_printf(r->arena, "b/%s", file));
			}
		}
	}
}

struct ls_diff *ls_diff_read(struct ls_arena *arena, const char *text)
{
	struct reader r = { .arena = arena, .diff = ls_arena_alloc(arena, sizeof(*r.diff)) };

	while (*text) {
		size_t len = strcspn(text, "\n");

		if (r.old_left || r.new_left)
			hunk_line(&r, *text);
		else if (!hunk_head(&r, text))
			head_line(&r, text, len);
		text += len;
		text += *text == '\n';
	}
	return r.diff;
}

const char *ls_diff_strip(const char *path)
{
	const char *slash = strchr(path, '/');

	return slash ? slash + 1 : path;
}
