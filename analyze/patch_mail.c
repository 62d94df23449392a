// SPDX-License-Identifier: MIT
/*
 * Patches as they come: a mailbox, a mail, a diff. git takes mails apart.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "patch_private.h"

extern char **environ;

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

int ls_patch_git(struct ls_applying *a, const char *in, const char *const *argv)
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
		return ls_patch_refuse(a, "--patch needs git: install the package git");
	if (ret)
		return ls_patch_refuse(a, "cannot run git: %s", strerror(ret));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status))
		return ls_patch_refuse(a, "git died: %s", strsignal(WTERMSIG(status)));
	return WEXITSTATUS(status);
}

char *ls_patch_read(struct ls_arena *arena, const char *path)
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
static int add_mail(struct ls_applying *a, const char *path, const char *subject)
{
	struct ls_arena *arena = a->patch->arena;
	struct ls_patch_mail *m = &a->mail[a->nr];
	char *text = ls_patch_read(arena, path);

	if (!text)
		return ls_patch_refuse(a, "cannot read %s: %s", path, strerror(errno));
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
	const struct ls_patch_mail *x = a, *y = b;

	if (x->number && y->number && x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

static int split_mails(struct ls_applying *a, const char *file)
{
	struct ls_arena *arena = a->patch->arena;
	const char *dir = a->patch->dir;
	const char *split[] = { "git", "mailsplit", "-b", ls_arena_printf(arena, "-o%s", dir), file,
				NULL };
	size_t nr, numbered = 0;
	int ret = ls_patch_git(a, NULL, split);

	if (ret)
		return ret < 0 ? ret : ls_patch_refuse(a, "%s: git mailsplit finds no mail in it", a->file);
	nr = strtoul(ls_patch_read(arena, ls_arena_printf(arena, "%s/out", dir)), NULL, 10);
	a->mail = ls_arena_array(arena, nr + 1, sizeof(*a->mail));
	for (size_t i = 1; i <= nr; i++) {
		char *mail = ls_arena_printf(arena, "%s/%04zu", dir, i);
		char *diff = ls_arena_printf(arena, "%s/%04zu.diff", dir, i);
		char *text = ls_arena_printf(arena, "%s/text", dir);
		const char *info[] = { "git", "mailinfo", "-k", text, diff, NULL };

		ret = ls_patch_git(a, mail, info);
		if (ret < 0)
			return ret;
		/* Not a mail after all: it has no patch either. */
		if (!ret && add_mail(a, diff, subject_of(arena, ls_patch_read(arena,
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

int ls_patch_mails(struct ls_applying *a)
{
	char *text = ls_patch_read(a->patch->arena, a->file);
	char *file = realpath(a->file, NULL), *path;
	int ret;

	path = file ? ls_arena_strdup(a->patch->arena, file) : NULL;
	free(file);
	if (!text || !path)
		return ls_patch_refuse(a, "cannot read %s: %s", a->file, strerror(errno));
	if (!strncmp(text, "\x1f\x8b", 2) || !strncmp(text, "\xfd" "7zXZ", 5))
		return ls_patch_refuse(a, "%s is compressed: unpack it first", a->file);
	if (is_mail(text)) {
		ret = split_mails(a, path);
	} else {
		a->mail = ls_arena_array(a->patch->arena, 1, sizeof(*a->mail));
		ret = add_mail(a, path, NULL);
	}
	if (!ret && !a->nr)
		ret = ls_patch_refuse(a, "%s: no patch in it; it should be a mail, a mailbox or a diff",
			     a->file);
	return ret;
}
