// SPDX-License-Identifier: MIT
#include "patch.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "patch_private.h"

int ls_patch_refuse(struct ls_applying *a, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(a->error, format, args);
	va_end(args);
	if (len < 0)
		ls_no_memory();
	return -1;
}

/* --- files -------------------------------------------------------------------------------- */

static int make_parents(struct ls_applying *a, const char *path)
{
	char *copy = ls_arena_strdup(a->patch->arena, path);

	for (char *p = copy + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0700) && errno != EEXIST)
			return ls_patch_refuse(a, "cannot make %s: %s; set TMPDIR to a directory with room",
				      copy, strerror(errno));
		*p = '/';
	}
	return 0;
}

static int copy_file(struct ls_applying *a, const char *from, const char *to)
{
	char buffer[1 << 16];
	int in = open(from, O_RDONLY | O_CLOEXEC), out, bad = 0;
	ssize_t len = 0;

	if (in < 0)
		return ls_patch_refuse(a, "cannot read %s: %s", from, strerror(errno));
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	while (out >= 0 && !bad && (len = read(in, buffer, sizeof(buffer))) > 0)
		bad = write(out, buffer, len) != len;
	bad |= out < 0 || len < 0;
	if (bad)
		ls_patch_refuse(a, "cannot copy %s to %s: %s; set TMPDIR to a directory with room", from, to,
		       strerror(errno));
	close(in);
	if (out >= 0)
		close(out);
	return bad ? -1 : 0;
}

static char *in_tree(struct ls_applying *a, const char *path)
{
	return ls_arena_printf(a->patch->arena, "%s/%s", a->root, path);
}

static char *in_scratch(struct ls_applying *a, const char *path)
{
	return ls_arena_printf(a->patch->arena, "%s/tree/%s", a->patch->dir, path);
}

/* --- applying ------------------------------------------------------------------------------- */

static const char *strip(const struct ls_applying *a, const char *path)
{
	return a->no_strip ? path : ls_diff_strip(path);
}

/* A path that leads out of the tree is not touched. */
static int is_inside(const char *path)
{
	size_t len;

	for (; *path; path += len + (path[len] == '/')) {
		len = strcspn(path, "/");
		if (!len || (len == 2 && !strncmp(path, "..", 2)))
			return 0;
	}
	return 1;
}

/* Bring the file that is changed (@old) or made into the scratch tree. */
static int touch(struct ls_applying *a, const char *name, int old)
{
	const char *path = name ? strip(a, name) : NULL;
	char *from, *to;
	int is_new;

	if (!path)
		return 0;
	if (!*path || !is_inside(path))
		return ls_patch_refuse(a, "%s: '%s' is no path inside a tree", a->file, name);
	ls_names_put_string(&a->touched, path, &is_new);
	from = in_tree(a, path);
	to = in_scratch(a, path);
	if (make_parents(a, to))
		return -1;
	if (is_new && !access(from, F_OK))
		return copy_file(a, from, to);
	if (old && access(to, F_OK))
		return ls_patch_refuse(a, "%s changes %s, which %s does not have", a->file, path, a->root);
	return 0;
}

/* What git says: "error: patch failed: FILE:LINE". */
static int refuse_hunk(struct ls_applying *a, const struct ls_patch_mail *m)
{
	struct ls_arena *arena = a->patch->arena;
	char *said = ls_patch_read(arena, ls_arena_printf(arena, "%s/err", a->patch->dir));
	char *at = said ? strstr(said, "patch failed: ") : NULL, *colon;
	const char *of = m->subject ? ls_arena_printf(arena, " (\"%s\")", m->subject) : "";
	unsigned int line;

	if (!at) {
		at = said && !strncmp(said, "error: ", 7) ? said + 7 : said;
		return ls_patch_refuse(a, "%s%s does not apply: %.*s", a->file, of,
			      at ? (int)strcspn(at, "\n") : 0, at ? at : "");
	}
	at += strlen("patch failed: ");
	at[strcspn(at, "\n")] = '\0';
	colon = strrchr(at, ':');
	if (!colon)
		return ls_patch_refuse(a, "%s%s does not apply: %s", a->file, of, at);
	*colon = '\0';
	line = strtoul(colon + 1, NULL, 10);
	for (size_t i = 0; i < m->diff->nr; i++) {
		const struct ls_diff_file *f = &m->diff->file[i];

		if (!f->from || strcmp(strip(a, f->from), at))
			continue;
		for (size_t j = 0; j < f->nr_hunks; j++) {
			if (f->hunk[j] == line)
				return ls_patch_refuse(a, "%s%s does not apply: hunk %zu of %zu of %s, at "
					      "line %u; is it for another release than %s?", a->file,
					      of, j + 1, f->nr_hunks, at, line, a->root);
		}
	}
	return ls_patch_refuse(a, "%s%s does not apply: %s, at line %u", a->file, of, at, line);
}

static int apply(struct ls_applying *a, const struct ls_patch_mail *m)
{
	const char *argv[] = { "git", "apply", a->no_strip ? "-p0" : "-p1", "--whitespace=nowarn",
			       m->path, NULL };
	int ret;

	for (size_t i = 0; i < m->diff->nr; i++) {
		if (touch(a, m->diff->file[i].from, 1) || touch(a, m->diff->file[i].to, 0))
			return -1;
	}
	ret = ls_patch_git(a, NULL, argv);
	return ret > 0 ? refuse_hunk(a, m) : ret;
}

/* Made with --no-prefix? Then its files are in the tree as they are named. */
static int lacks_prefix(struct ls_applying *a)
{
	const struct ls_diff_file *f = &a->mail[0].diff->file[0];
	const char *name = f->from ? f->from : f->to;

	return name && strchr(name, '/') && access(in_tree(a, ls_diff_strip(name)), F_OK) &&
	       !access(in_tree(a, name), F_OK);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct ls_overlay *)a)->path, ((const struct ls_overlay *)b)->path);
}

static int apply_all(struct ls_applying *a)
{
	struct ls_patch *p = a->patch;

	a->no_strip = lacks_prefix(a);
	for (size_t i = 0; i < a->nr; i++) {
		if (apply(a, &a->mail[i]))
			return -1;
	}
	p->nr_patches = a->nr;
	p->overlay = ls_arena_array(p->arena, a->touched.nr, sizeof(*p->overlay));
	for (size_t i = 0; i < a->touched.nr; i++) {
		const char *path = ls_arena_strdup(p->arena, a->touched.entry[i].key);
		char *file = in_scratch(a, path);

		p->overlay[p->nr].path = path;
		p->overlay[p->nr++].file = access(file, F_OK) ? NULL : file;
	}
	qsort(p->overlay, p->nr, sizeof(*p->overlay), by_path);
	return 0;
}

static int make_scratch(struct ls_applying *a)
{
	const char *tmp = getenv("TMPDIR");
	char *dir;

	dir = ls_arena_printf(a->patch->arena, "%s/lockstep-patch-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(dir))
		return ls_patch_refuse(a, "cannot make %s: %s; set TMPDIR to a directory with room", dir,
			      strerror(errno));
	dir = realpath(dir, NULL);
	a->patch->dir = dir ? ls_arena_strdup(a->patch->arena, dir) : NULL;
	free(dir);
	return a->patch->dir ? make_parents(a, in_scratch(a, "")) :
	       ls_patch_refuse(a, "cannot find the scratch directory: %s", strerror(errno));
}

struct ls_patch *ls_patch_apply(const char *root, const char *file, char **error)
{
	struct ls_arena *arena = ls_arena_create();
	struct ls_applying a = { .patch = ls_arena_alloc(arena, sizeof(*a.patch)), .root = root,
			      .file = file, .error = error };
	int ret;

	a.patch->arena = arena;
	ret = make_scratch(&a);
	if (!ret)
		ret = ls_patch_mails(&a);
	if (!ret)
		ret = apply_all(&a);
	ls_names_fini(&a.touched);
	if (!ret)
		return a.patch;
	ls_patch_free(a.patch);
	return NULL;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	remove(path);
	return 0;
}

void ls_patch_free(struct ls_patch *patch)
{
	if (!patch)
		return;
	if (patch->dir)
		nftw(patch->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	ls_arena_destroy(patch->arena);
}
