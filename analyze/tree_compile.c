// SPDX-License-Identifier: MIT
/* What the cache does not have: clang, then lockstep-bitcode, for several files at once. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "cache.h"
#include "jobs.h"
#include "tree_pch.h"
#include "tree_work.h"

/* A file that is being made. */
struct making {
	struct ls_tree_file *f;
	int stage; /* 0: clang runs, 1: lockstep-bitcode */
	int again; /* clang has been told less */
	time_t start;
	const char *const *flags;
	const struct ls_pch *pch; /* or NULL */
	char *bitcode, *unit, *deps, *err;
};

struct compile {
	struct ls_work *w;
	struct ls_cache *cache;
	struct ls_pchs *pchs;
	const char *overlay;
	size_t next, done, all;
	struct making *slot;
};

/* How all are compiled: every function stays as it was written, and has its debug information. */
const char *const ls_tree_own_flags[LS_TREE_OWN_FLAGS] = {
	"-O2",
	"-Xclang",
	"-disable-llvm-passes",
	"-Xclang",
	"-disable-lifetime-markers",
	"-g",
	"-fno-sanitize=all",
	"-w",
	"-fno-color-diagnostics",
	"-fno-caret-diagnostics",
	"-ferror-limit=1",
	"-Qunused-arguments",
};

static void clang_command(struct compile *c, struct making *m, struct ls_command *command)
{
	struct ls_work *w = c->w;
	size_t nr = 0;
	const char *source = ls_tree_overlay_source(w, m->f->path),
		   *slash = strrchr(m->f->path, '/');
	const char **argv;

	while (m->flags[nr])
		nr++;
	argv = ls_arena_array(w->arena, nr + LS_TREE_OWN_FLAGS + 24, sizeof(*argv));
	nr = 0;
	argv[nr++] = w->clang;
	for (size_t i = 0; m->flags[i]; i++)
		argv[nr++] = m->flags[i];
	for (size_t i = 0; i < LS_TREE_OWN_FLAGS; i++)
		argv[nr++] = ls_tree_own_flags[i];
	argv[nr++] = "-emit-llvm";
	argv[nr++] = "-c";
	/* Tells the headers even if one is missing; -MD does not. */
	argv[nr++] = "-H";
	if (m->pch) {
		argv[nr++] = "-include-pch";
		argv[nr++] = m->pch->file;
	}
	if (c->overlay) {
		argv[nr++] = "-ivfsoverlay";
		argv[nr++] = c->overlay;
	}
	/* Paths in the unit are the tree's own, wherever it is. */
	argv[nr++] = ls_arena_printf(w->arena, "-fdebug-prefix-map=%s/=", w->source);
	if (w->added) {
		/* A new source finds its own headers in the tree. */
		argv[nr++] = ls_arena_printf(w->arena, "-fdebug-prefix-map=%s/=", w->added);
		argv[nr++] = ls_arena_printf(w->arena, "-iquote%s/%.*s", w->source,
					     slash ? (int)(slash - m->f->path) : 0, m->f->path);
	}
	argv[nr++] = "-MD";
	argv[nr++] = "-MF";
	argv[nr++] = m->deps;
	argv[nr++] = "-o";
	argv[nr++] = m->bitcode;
	argv[nr++] = source;
	*command = (struct ls_command){ .argv = argv, .dir = m->f->dir, .err = m->err };
	m->stage = 0;
	m->start = m->pch ? m->pch->start : time(NULL);
}

static int next(void *arg, unsigned int slot, struct ls_command *command)
{
	struct compile *c = arg;
	struct making *m = &c->slot[slot];

	while (c->next < c->w->nr_files) {
		m->f = &c->w->file[c->next++];
		if (m->f->unit || m->f->why)
			continue;
		m->flags = m->f->flags;
		m->pch = ls_pch_of(c->pchs, m->f);
		m->again = 0;
		clang_command(c, m, command);
		return 1;
	}
	return 0;
}

/*
 * Return: whether the line names an option that this clang does not know; *len of it is at *option.
 */
static int refuses(const char *line, const char **option, size_t *len)
{
	static const char *const words[] = { "unknown argument: '", "unsupported option '",
					     "unsupported argument '", "unknown argument '",
					     "unrecognised option '" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		const char *at = strstr(line, words[i]);

		/* "unsupported argument 'x' to option '-fy='" */
		if (at && strstr(at, "to option '"))
			at = strstr(at, "to option '") + strlen("to option '");
		else if (at)
			at += strlen(words[i]);
		if (!at)
			continue;
		*option = at;
		*len = strcspn(at, "'");
		return *len > 1;
	}
	return 0;
}

/* gcc's options that are no clang's: leave them out. Return: whether there were some. */
static int without_refused(struct compile *c, struct making *m)
{
	char *text = ls_file_read(m->err, NULL), *rest = text, *line;
	size_t nr = 0, kept, len;
	const char **flags, *option;
	int found = 0;

	while (m->flags[nr])
		nr++;
	flags = ls_arena_array(c->w->arena, nr + 1, sizeof(*flags));
	memcpy(flags, m->flags, nr * sizeof(*flags));
	while (rest && (line = strsep(&rest, "\n"))) {
		if (!refuses(line, &option, &len))
			continue;
		for (size_t i = kept = 0; i < nr; i++) {
			if (!strncmp(flags[i], option, len))
				found = 1;
			else
				flags[kept++] = flags[i];
		}
		nr = kept;
		flags[nr] = NULL;
	}
	free(text);
	m->flags = flags;
	return found;
}

/* Return: whether a limit of the process ended the file at @path. */
static int is_cut(const char *path)
{
	struct rlimit limit;
	struct stat st;

	return !getrlimit(RLIMIT_FSIZE, &limit) && limit.rlim_cur != RLIM_INFINITY &&
	       !stat(path, &st) && (rlim_t)st.st_size >= limit.rlim_cur;
}

/*
 * Return: whether the disk or a limit is why it failed. A full disk has no room for the message,
 * either.
 */
static int is_full(struct ls_work *w, const struct making *m, int status)
{
	static const char *const words[] = { "No space left on device", "Disk quota exceeded",
					     "File too large" };
	struct statvfs disk;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (ls_file_line(w, m->err, words[i]))
			return 1;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ)
		return 1;
	if (is_cut(m->bitcode) || is_cut(m->unit) || is_cut(m->deps) || is_cut(m->err))
		return 1;
	return !statvfs(w->temp, &disk) && (uint64_t)disk.f_bavail * disk.f_frsize < 64 * 1024;
}

/* "/tree/drivers/x.c:3:5: fatal error: ..." without where the tree is. */
static const char *tidy(struct ls_work *w, const char *why)
{
	const char *below = ls_path_below(w->source, why);

	return below ? below : why;
}

/* The complaint in what a tool has said: not a line of -H. */
static const char *complaint(struct ls_work *w, const struct making *m)
{
	const char *why = ls_file_line(w, m->err, "error:");
	char *text, *rest, *line;

	if (why)
		return why;
	text = ls_file_read(m->err, NULL);
	rest = text;
	while (rest && (line = strsep(&rest, "\n")))
		if (*line && *line != '.' && !why)
			why = ls_arena_strdup(w->arena, line);
	free(text);
	return why;
}

static void print_escaped(FILE *out, const char *path)
{
	for (; *path; path++) {
		if (*path == ' ' || *path == '#')
			fputc('\\', out);
		if (*path == '$')
			fputc('$', out);
		fputc(*path, out);
	}
	fputs(" \\\n", out);
}

/*
 * "FILE:3:10: fatal error: 'NAME' file not found": where it would be found if it came, beside what
 * includes it or in each directory of -I.
 */
static void print_candidates(const struct making *m, const char *line, FILE *out)
{
	const char *name = strstr(line, "error: '"), *end = strstr(line, "' file not found");
	size_t from = strcspn(line, ":");
	char path[8192];

	if (!name || !end || end < name)
		return;
	name += strlen("error: '");
	while (from && line[from - 1] != '/')
		from--;
	snprintf(path, sizeof(path), "%.*s%.*s", (int)from, line, (int)(end - name), name);
	print_escaped(out, path);
	for (size_t i = 0; m->flags[i]; i++) {
		const char *dir = m->flags[i];

		if (strncmp(dir, "-I", 2))
			continue;
		dir = dir[2] ? dir + 2 : m->flags[i + 1];
		if (!dir)
			break;
		snprintf(path, sizeof(path), "%s/%.*s", dir, (int)(end - name), name);
		print_escaped(out, path);
	}
}

/*
 * A missing header leaves no list of what was read, but the file need not be compiled again as long
 * as that is missing: so the list is made of what -H has told, and of where it was looked for.
 */
static int make_deps(struct compile *c, const struct making *m)
{
	char *text = ls_file_read(m->err, NULL), *rest = text, *line, *rule = NULL;
	size_t size;
	FILE *out = open_memstream(&rule, &size);
	int ret;

	if (!out)
		ls_no_memory();
	fputs("x: ", out);
	print_escaped(out, ls_tree_overlay_source(c->w, m->f->path));
	while (rest && (line = strsep(&rest, "\n"))) {
		size_t dots = strspn(line, ".");

		if (dots && line[dots] == ' ')
			print_escaped(out, line + dots + 1);
		else
			print_candidates(m, line, out);
	}
	if (fclose(out))
		ls_no_memory();
	ret = ls_file_write(c->w, m->deps, rule, size);
	free(rule);
	free(text);
	return ret;
}

static int failed(struct compile *c, struct making *m, int status)
{
	struct ls_work *w = c->w;
	const char *tool = m->stage ? w->bitcode : w->clang, *why = complaint(w, m);

	if (is_full(w, m, status))
		return ls_tree_fail(
			w,
			"no room in the cache %s for %s: free some, or name another directory "
			"with --cache",
			w->cache, m->f->path);
	if (status == LS_JOB_NOT_STARTED)
		return ls_tree_fail(w, "cannot run %s", tool);
	if (WIFSIGNALED(status))
		why = ls_arena_printf(w->arena, "%s died of signal %d", tool, WTERMSIG(status));
	m->f->why = why ? tidy(w, why) : ls_arena_printf(w->arena, "%s says nothing", tool);
	/* A crash may be the machine's fault: it is not kept. */
	if (WIFSIGNALED(status))
		return 0;
	if (!ls_file_exists(m->deps) && make_deps(c, m))
		return -1;
	return ls_cache_add(c->cache, m->f, NULL, m->deps, m->start);
}

static void clean_up(const struct making *m)
{
	unlink(m->bitcode);
	unlink(m->unit);
	unlink(m->deps);
	unlink(m->err);
}

static int done(void *arg, unsigned int slot, int status, struct ls_command *command)
{
	struct compile *c = arg;
	struct making *m = &c->slot[slot];
	struct ls_work *w = c->w;
	int ret;

	if (status && !m->stage && m->pch && status != LS_JOB_NOT_STARTED) {
		m->pch = NULL;
		clang_command(c, m, command);
		return 1;
	}
	if (status && !m->stage && !m->again && status != LS_JOB_NOT_STARTED &&
	    without_refused(c, m)) {
		m->again = 1;
		clang_command(c, m, command);
		return 1;
	}
	if (!status && !m->stage) {
		const char **argv = ls_arena_array(w->arena, 5, sizeof(*argv));

		argv[0] = w->bitcode;
		argv[1] = m->bitcode;
		argv[2] = m->unit;
		argv[3] = w->source;
		*command = (struct ls_command){ .argv = argv, .dir = m->f->dir, .err = m->err };
		m->stage = 1;
		return 1;
	}
	if (status) {
		ret = failed(c, m, status);
	} else {
		m->f->fresh = 1;
		ret = ls_cache_add(c->cache, m->f, m->unit, m->deps, m->start);
	}
	clean_up(m);
	ls_tree_progress(w, "compiling", ++c->done, c->all);
	return ret;
}

int ls_tree_compile(struct ls_work *w, struct ls_cache *cache)
{
	struct compile c = { .w = w, .cache = cache };
	struct ls_jobs jobs = { .nr = w->jobs, .arg = &c, .next = next, .done = done };
	int ret;

	for (size_t i = 0; i < w->nr_files; i++)
		c.all += !w->file[i].unit && !w->file[i].why;
	if (!c.all)
		return 0;
	if (ls_tree_overlay_file(w, &c.overlay)) {
		if (w->added)
			ls_file_remove(w->added);
		return -1;
	}
	c.pchs = ls_pch_make(w);
	c.slot = ls_arena_array(w->arena, w->jobs, sizeof(*c.slot));
	for (unsigned int i = 0; i < w->jobs; i++) {
		const char *base = ls_arena_printf(w->arena, "%s/%d-%u", w->temp, getpid(), i);

		c.slot[i].bitcode = ls_arena_printf(w->arena, "%s.bc", base);
		c.slot[i].unit = ls_arena_printf(w->arena, "%s.unit", base);
		c.slot[i].deps = ls_arena_printf(w->arena, "%s.d", base);
		c.slot[i].err = ls_arena_printf(w->arena, "%s.err", base);
	}
	ls_tree_progress(w, "compiling", 0, c.all);
	ret = ls_jobs_run(&jobs);
	for (unsigned int i = 0; i < w->jobs; i++)
		clean_up(&c.slot[i]);
	ls_pch_fini(c.pchs);
	if (c.overlay)
		unlink(c.overlay);
	if (w->added)
		ls_file_remove(w->added);
	if (ret && ret != -ECANCELED && ret != -EINTR)
		return ls_tree_fail(w, "cannot start %s: %s", w->clang, strerror(-ret));
	return ret ? -1 : 0;
}
