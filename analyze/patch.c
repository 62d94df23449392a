// SPDX-License-Identifier: MIT
#include "patch.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "map.h"

extern char **environ;

/* One patch of the mailbox. */
struct mail {
	const char *path;	/* of the diff */
	const char *subject;	/* or NULL */
	unsigned int number;	/* of "[PATCH 6/21]"; 0: has none */
	size_t place;		/* in the mailbox */
	struct ls_diff *diff;
};

struct applying {
	struct ls_patch *patch;
	const char *root, *file;
	struct mail *mail;
	size_t nr;
	struct ls_names touched;	/* paths in the tree */
	int no_strip;			/* names in the diff have no "a/" */
	char **error;
};

static int refuse(struct applying *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int refuse(struct applying *a, const char *format, ...)
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

/* --- git --------------------------------------------------------------------------------- */

/* The user's environment, but nothing that would lead git to a repository or change its words. */
static char **git_environment(struct ls_arena *arena, const char *dir)
{
	size_t nr = 0, out = 0;
	char **env;

	while (environ[nr])
		nr++;
	env = ls_arena_array(arena, nr + 5, sizeof(*env));
	for (size_t i = 0; i < nr; i++) {
		if (strncmp(environ[i], "GIT_", 4) && strncmp(environ[i], "LC_", 3) &&
		    strncmp(environ[i], "LANG", 4))
			env[out++] = environ[i];
	}
	env[out++] = ls_arena_printf(arena, "GIT_CEILING_DIRECTORIES=%s", dir);
	env[out++] = "GIT_CONFIG_NOSYSTEM=1";
	env[out++] = "GIT_CONFIG_GLOBAL=/dev/null";
	env[out++] = "LC_ALL=C.UTF-8";
	return env;
}

/*
 * Run git in the scratch tree, with @in as standard input; its output goes to files "out" and "err" of
 * the scratch directory. Return: its exit status, or -1 with the error set.
 */
static int git(struct applying *a, const char *in, const char *const *argv)
{
	const char *dir = a->patch->dir;
	struct ls_arena *arena = a->patch->arena;
	const char *out = ls_arena_printf(arena, "%s/out", dir);
	const char *err = ls_arena_printf(arena, "%s/err", dir);
	posix_spawn_file_actions_t actions;
	int ret, status;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, in ? in : "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_addopen(&actions, 2, err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_addchdir_np(&actions, ls_arena_printf(arena, "%s/tree", dir));
	ret = posix_spawnp(&pid, "git", &actions, NULL, (char *const *)argv,
			   git_environment(arena, dir));
	posix_spawn_file_actions_destroy(&actions);
	if (ret == ENOENT)
		return refuse(a, "--patch needs git: install the package git");
	if (ret)
		return refuse(a, "cannot run git: %s", strerror(ret));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status))
		return refuse(a, "git died: %s", strsignal(WTERMSIG(status)));
	return WEXITSTATUS(status);
}

/* --- files -------------------------------------------------------------------------------- */

/* A file as a string; NULL with errno set. */
static char *read_whole(struct ls_arena *arena, const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = NULL, *copy = NULL;
	size_t size = 0;
	ssize_t len;

	if (!f)
		return NULL;
	len = getdelim(&text, &size, '\0', f);
	if (len >= 0 || feof(f))
		copy = ls_arena_strndup(arena, text ? text : "", len < 0 ? 0 : len);
	free(text);
	fclose(f);
	return copy;
}

static int make_parents(struct applying *a, const char *path)
{
	char *copy = ls_arena_strdup(a->patch->arena, path);

	for (char *p = copy + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0700) && errno != EEXIST)
			return refuse(a, "cannot make %s: %s; set TMPDIR to a directory with room",
				      copy, strerror(errno));
		*p = '/';
	}
	return 0;
}

static int copy_file(struct applying *a, const char *from, const char *to)
{
	char buffer[1 << 16];
	int in = open(from, O_RDONLY | O_CLOEXEC), out, bad = 0;
	ssize_t len = 0;

	if (in < 0)
		return refuse(a, "cannot read %s: %s", from, strerror(errno));
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	while (out >= 0 && !bad && (len = read(in, buffer, sizeof(buffer))) > 0)
		bad = write(out, buffer, len) != len;
	bad |= out < 0 || len < 0;
	if (bad)
		refuse(a, "cannot copy %s to %s: %s; set TMPDIR to a directory with room", from, to,
		       strerror(errno));
	close(in);
	if (out >= 0)
		close(out);
	return bad ? -1 : 0;
}

static char *in_tree(struct applying *a, const char *path)
{
	return ls_arena_printf(a->patch->arena, "%s/%s", a->root, path);
}

static char *in_scratch(struct applying *a, const char *path)
{
	return ls_arena_printf(a->patch->arena, "%s/tree/%s", a->patch->dir, path);
}

/* --- mails ------------------------------------------------------------------------------------ */

/* The number of "[PATCH v4 06/21]"; 0 if there is none. */
static unsigned int number_of(const char *subject)
{
	const char *open = strchr(subject, '['), *close = open ? strchr(open, ']') : NULL;

	for (const char *p = open; close && p < close; p++) {
		const char *digits = p;

		while (isdigit((unsigned char)*p))
			p++;
		if (p > digits && *p == '/' && isdigit((unsigned char)p[1]) &&
		    !isalnum((unsigned char)digits[-1]))
			return strtoul(digits, NULL, 10);
	}
	return 0;
}

static const char *subject_of(struct ls_arena *arena, const char *info)
{
	const char *at = info ? strstr(info, "Subject: ") : NULL;

	return at ? ls_arena_strndup(arena, at + 9, strcspn(at + 9, "\n")) : NULL;
}

/* Take the diff at @path in, if it is one. */
static int add_mail(struct applying *a, const char *path, const char *subject)
{
	struct ls_arena *arena = a->patch->arena;
	struct mail *m = &a->mail[a->nr];
	char *text = read_whole(arena, path);

	if (!text)
		return refuse(a, "cannot read %s: %s", path, strerror(errno));
	m->path = path;
	m->subject = subject;
	m->number = subject ? number_of(subject) : 0;
	m->place = a->nr;
	m->diff = ls_diff_read(arena, text);
	a->nr += m->diff->nr != 0;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	const struct mail *x = a, *y = b;

	if (x->number && y->number && x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

static int split_mails(struct applying *a, const char *file)
{
	struct ls_arena *arena = a->patch->arena;
	const char *dir = a->patch->dir;
	const char *split[] = { "git", "mailsplit", "-b", ls_arena_printf(arena, "-o%s", dir), file,
				NULL };
	size_t nr, numbered = 0;
	int ret = git(a, NULL, split);

	if (ret)
		return ret < 0 ? ret : refuse(a, "%s: git mailsplit finds no mail in it", a->file);
	nr = strtoul(read_whole(arena, ls_arena_printf(arena, "%s/out", dir)), NULL, 10);
	a->mail = ls_arena_array(arena, nr + 1, sizeof(*a->mail));
	for (size_t i = 1; i <= nr; i++) {
		char *mail = ls_arena_printf(arena, "%s/%04zu", dir, i);
		char *diff = ls_arena_printf(arena, "%s/%04zu.diff", dir, i);
		char *text = ls_arena_printf(arena, "%s/text", dir);
		const char *info[] = { "git", "mailinfo", "-k", text, diff, NULL };

		ret = git(a, mail, info);
		if (ret < 0)
			return ret;
		/* Not a mail after all: it has no patch either. */
		if (!ret && add_mail(a, diff, subject_of(arena, read_whole(arena,
					ls_arena_printf(arena, "%s/out", dir)))))
			return -1;
	}
	for (size_t i = 0; i < a->nr; i++)
		numbered += a->mail[i].number != 0;
	if (numbered == a->nr)
		qsort(a->mail, a->nr, sizeof(*a->mail), by_number);
	return 0;
}

/* Does it begin as a mail or a mailbox does: with "From " or the name of a header? */
static int is_mail(const char *text)
{
	size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-");

	if (!strncmp(text, "From ", 5))
		return 1;
	return len > 1 && text[len] == ':' && (text[len + 1] == ' ' || text[len + 1] == '\t');
}

static int read_patches(struct applying *a)
{
	char *text = read_whole(a->patch->arena, a->file);
	char *file = realpath(a->file, NULL), *path;
	int ret;

	path = file ? ls_arena_strdup(a->patch->arena, file) : NULL;
	free(file);
	if (!text || !path)
		return refuse(a, "cannot read %s: %s", a->file, strerror(errno));
	if (!strncmp(text, "\x1f\x8b", 2) || !strncmp(text, "\xfd" "7zXZ", 5))
		return refuse(a, "%s is compressed: unpack it first", a->file);
	if (is_mail(text)) {
		ret = split_mails(a, path);
	} else {
		a->mail = ls_arena_array(a->patch->arena, 1, sizeof(*a->mail));
		ret = add_mail(a, path, NULL);
	}
	if (!ret && !a->nr)
		ret = refuse(a, "%s: no patch in it; it should be a mail, a mailbox or a diff",
			     a->file);
	return ret;
}

/* --- applying ------------------------------------------------------------------------------- */

static const char *strip(const struct applying *a, const char *path)
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
static int touch(struct applying *a, const char *name, int old)
{
	const char *path = name ? strip(a, name) : NULL;
	char *from, *to;
	int is_new;

	if (!path)
		return 0;
	if (!*path || !is_inside(path))
		return refuse(a, "%s: '%s' is no path inside a tree", a->file, name);
	ls_names_put_string(&a->touched, path, &is_new);
	from = in_tree(a, path);
	to = in_scratch(a, path);
	if (make_parents(a, to))
		return -1;
	if (is_new && !access(from, F_OK))
		return copy_file(a, from, to);
	if (old && access(to, F_OK))
		return refuse(a, "%s changes %s, which %s does not have", a->file, path, a->root);
	return 0;
}

/* What git says: "error: patch failed: FILE:LINE". */
static int refuse_hunk(struct applying *a, const struct mail *m)
{
	struct ls_arena *arena = a->patch->arena;
	char *said = read_whole(arena, ls_arena_printf(arena, "%s/err", a->patch->dir));
	char *at = said ? strstr(said, "patch failed: ") : NULL, *colon;
	const char *of = m->subject ? ls_arena_printf(arena, " (\"%s\")", m->subject) : "";
	unsigned int line;

	if (!at) {
		at = said && !strncmp(said, "error: ", 7) ? said + 7 : said;
		return refuse(a, "%s%s does not apply: %.*s", a->file, of,
			      at ? (int)strcspn(at, "\n") : 0, at ? at : "");
	}
	at += strlen("patch failed: ");
	at[strcspn(at, "\n")] = '\0';
	colon = strrchr(at, ':');
	if (!colon)
		return refuse(a, "%s%s does not apply: %s", a->file, of, at);
	*colon = '\0';
	line = strtoul(colon + 1, NULL, 10);
	for (size_t i = 0; i < m->diff->nr; i++) {
		const struct ls_diff_file *f = &m->diff->file[i];

		if (!f->from || strcmp(strip(a, f->from), at))
			continue;
		for (size_t j = 0; j < f->nr_hunks; j++) {
			if (f->hunk[j] == line)
				return refuse(a, "%s%s does not apply: hunk %zu of %zu of %s, at "
					      "line %u; is it for another release than %s?", a->file,
					      of, j + 1, f->nr_hunks, at, line, a->root);
		}
	}
	return refuse(a, "%s%s does not apply: %s, at line %u", a->file, of, at, line);
}

static int apply(struct applying *a, const struct mail *m)
{
	const char *argv[] = { "git", "apply", a->no_strip ? "-p0" : "-p1", "--whitespace=nowarn",
			       m->path, NULL };
	int ret;

	for (size_t i = 0; i < m->diff->nr; i++) {
		if (touch(a, m->diff->file[i].from, 1) || touch(a, m->diff->file[i].to, 0))
			return -1;
	}
	ret = git(a, NULL, argv);
	return ret > 0 ? refuse_hunk(a, m) : ret;
}

/* Made with --no-prefix? Then its files are in the tree as they are named. */
static int lacks_prefix(struct applying *a)
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

static int apply_all(struct applying *a)
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

static int make_scratch(struct applying *a)
{
	const char *tmp = getenv("TMPDIR");
	char *dir;

	dir = ls_arena_printf(a->patch->arena, "%s/lockstep-patch-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(dir))
		return refuse(a, "cannot make %s: %s; set TMPDIR to a directory with room", dir,
			      strerror(errno));
	dir = realpath(dir, NULL);
	a->patch->dir = dir ? ls_arena_strdup(a->patch->arena, dir) : NULL;
	free(dir);
	return a->patch->dir ? make_parents(a, in_scratch(a, "")) :
	       refuse(a, "cannot find the scratch directory: %s", strerror(errno));
}

struct ls_patch *ls_patch_apply(const char *root, const char *file, char **error)
{
	struct ls_arena *arena = ls_arena_create();
	struct applying a = { .patch = ls_arena_alloc(arena, sizeof(*a.patch)), .root = root,
			      .file = file, .error = error };
	int ret;

	a.patch->arena = arena;
	ret = make_scratch(&a);
	if (!ret)
		ret = read_patches(&a);
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
