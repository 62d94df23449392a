// SPDX-License-Identifier: MIT
#include "cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "cache_sweep.h"

#define MADE_MAGIC  "lockstep made 1\n"
#define FILES_MAGIC "lockstep files 1\n"
#define MAX_RESULTS 4 /* kept for one command */
#define ABSENT	    1 /* as hash of a content */
#define DAY	    (24 * 60 * 60)

/* A file that a compiler read. Paths begin with S/ (tree), O/ (build directory) or are absolute. */
struct input {
	uint64_t hash;		     /* of the content; 0: not looked at yet */
	uint64_t size, mtime, inode; /* when the content was hashed; 0: never */
	uint64_t old_hash;	     /* what it was then */
	time_t written;		     /* last, by stat() now */
};

struct ls_cache {
	struct ls_work *w;
	struct ls_names inputs; /* path -> struct input */
	const char *files;	/* where they are saved */
	int changed;
};

static struct input *input_of(struct ls_cache *cache, const char *path, size_t len)
{
	int is_new;
	void **slot = ls_names_put(&cache->inputs, path, len, &is_new);

	if (is_new)
		*slot = ls_arena_alloc(cache->w->arena, sizeof(struct input));
	return *slot;
}

/* Return: where the file of an input is now, to be freed; NULL if a patch removes it. */
static char *real_path(const struct ls_work *w, const char *path, int *overlaid)
{
	const struct ls_overlay *overlay = *path == 'S' ? ls_tree_overlay(w, path + 2) : NULL;
	char *real;
	int err;

	*overlaid = overlay != NULL;
	if (overlay && !overlay->file)
		return NULL;
	if (overlay)
		err = asprintf(&real, "%s", overlay->file);
	else if (*path == 'S')
		err = asprintf(&real, "%s/%s", w->root, path + 2);
	else if (*path == 'O')
		err = asprintf(&real, "%s/%s", w->out, path + 2);
	else
		err = asprintf(&real, "%s", path);
	if (err < 0)
		ls_no_memory();
	return real;
}

static uint64_t content_hash(const char *path)
{
	size_t size;
	char *text = ls_file_read(path, &size);
	uint64_t hash = text ? ls_hash(text, size, 0) : ABSENT;

	free(text);
	return hash <= ABSENT ? hash + 2 * !hash : hash;
}

/*
 * Return: hash of what the file contains now, or ABSENT. Its content is read only if stat() shows a
 * change.
 */
static uint64_t input_hash(struct ls_cache *cache, const char *path, struct input *in)
{
	struct stat st;
	uint64_t mtime;
	int overlaid;
	char *real;

	if (in->hash)
		return in->hash;
	real = real_path(cache->w, path, &overlaid);
	in->hash = ABSENT;
	if (!real || stat(real, &st)) {
		free(real);
		return in->hash;
	}
	/* A patch's file and the build directory are nobody else's to write to. */
	in->written = overlaid || *path == 'O' ? 0 : st.st_mtim.tv_sec;
	mtime = (uint64_t)st.st_mtim.tv_sec * 1000000000 + (uint64_t)st.st_mtim.tv_nsec;
	if (overlaid) {
		in->hash = content_hash(real);
	} else if (in->mtime == mtime && in->size == (uint64_t)st.st_size &&
		   in->inode == st.st_ino) {
		in->hash = in->old_hash;
	} else {
		in->hash = content_hash(real);
		in->old_hash = in->hash;
		/* Written to just now: it may change again and look the same to stat(). */
		in->mtime = st.st_mtim.tv_sec + 2 < time(NULL) ? mtime : 0;
		in->size = (uint64_t)st.st_size;
		in->inode = st.st_ino;
		cache->changed = 1;
	}
	free(real);
	return in->hash;
}

struct ls_cache *ls_cache_open(struct ls_work *w)
{
	struct ls_cache *cache = ls_arena_alloc(w->arena, sizeof(*cache));
	char *text, *rest, *line;

	cache->w = w;
	cache->files = ls_arena_printf(w->arena, "%s/files", w->seat);
	text = ls_file_read(cache->files, NULL);
	rest = text;
	if (!rest || strncmp(rest, FILES_MAGIC, strlen(FILES_MAGIC)))
		goto out;
	rest += strlen(FILES_MAGIC);
	while ((line = strsep(&rest, "\n")) && rest) {
		struct input in = { 0 }, *to;
		int at = 0;

		if (sscanf(line, "%jx %jx %jx %jx %n", (uintmax_t *)&in.old_hash,
			   (uintmax_t *)&in.size, (uintmax_t *)&in.mtime, (uintmax_t *)&in.inode,
			   &at) != 4 ||
		    !at)
			break;
		to = input_of(cache, line + at, strlen(line + at));
		*to = in;
	}
out:
	free(text);
	return cache;
}

static int save_files(struct ls_cache *cache)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	int ret;

	if (!f)
		ls_no_memory();
	fputs(FILES_MAGIC, f);
	for (size_t i = 0; i < cache->inputs.nr; i++) {
		const struct ls_names_entry *e = &cache->inputs.entry[i];
		const struct input *in = e->value;

		if (in->mtime && !strchr(e->key, '\n'))
			fprintf(f, "%jx %jx %jx %jx %s\n", (uintmax_t)in->old_hash,
				(uintmax_t)in->size, (uintmax_t)in->mtime, (uintmax_t)in->inode,
				(const char *)e->key);
	}
	if (fclose(f))
		ls_no_memory();
	ret = ls_file_write(cache->w, cache->files, text, size);
	free(text);
	return ret;
}

int ls_cache_close(struct ls_cache *cache)
{
	int ret = cache->changed ? save_files(cache) : 0;

	ls_cache_sweep(cache->w->cache);
	ls_names_fini(&cache->inputs);
	return ret;
}

static const char *made_path(const struct ls_cache *cache, const struct ls_tree_file *f)
{
	char *path = ls_arena_printf(cache->w->arena, "%s/made/%02x/%016jx", cache->w->cache,
				     (unsigned int)(f->key >> 56), (uintmax_t)f->key);

	return path;
}

static const char *unit_path(const struct ls_cache *cache, uint64_t hash)
{
	return ls_arena_printf(cache->w->arena, "%s/%02x/%016jx.unit", cache->w->units,
			       (unsigned int)(hash >> 56), (uintmax_t)hash);
}

/* Used today: it stays for another while. */
static void note_use(const char *path, const struct stat *st)
{
	if (st->st_mtime + DAY < time(NULL))
		utimensat(AT_FDCWD, path, NULL, 0);
}

/*
 * One result of a record: "U HASH NUMBER" or "F NUMBER WHY", then so many lines "HASH PATH".
 * Return: what follows it; NULL if it is damaged. @same is set to whether all inputs are as they
 * were.
 */
static char *read_result(struct ls_cache *cache, char *at, struct ls_tree_file *f, int *same)
{
	char *end = strchr(at, '\n');
	unsigned long nr;
	uintmax_t hash = 0;
	int why = 0;

	if (!end)
		return NULL;
	*end = '\0';
	if (sscanf(at, "U %jx %lu", &hash, &nr) != 2 &&
	    (sscanf(at, "F %lu %n", &nr, &why) != 1 || !why))
		return NULL;
	*same = 1;
	f->hash = hash;
	f->why = why ? ls_arena_strdup(cache->w->arena, at + why) : NULL;
	*end = '\n';
	for (at = end + 1; nr; nr--, at = end + 1) {
		char *path;

		end = strchr(at, '\n');
		if (!end)
			return NULL;
		if (!*same)
			continue;
		hash = strtoull(at, &path, 16);
		if (*path++ != ' ')
			return NULL;
		*end = '\0';
		if (input_hash(cache, path, input_of(cache, path, (size_t)(end - path))) != hash)
			*same = 0;
		*end = '\n';
	}
	return at;
}

int ls_cache_find(struct ls_cache *cache, struct ls_tree_file *f)
{
	const char *path = made_path(cache, f);
	char *text = ls_file_read(path, NULL), *at = text;
	struct stat st;
	int same = 0;

	if (at && !strncmp(at, MADE_MAGIC, strlen(MADE_MAGIC)))
		at += strlen(MADE_MAGIC);
	else
		at = NULL;
	while (at && *at && !same)
		at = read_result(cache, at, f, &same);
	free(text);
	if (at && same && !f->why) {
		f->unit = unit_path(cache, f->hash);
		same = !stat(f->unit, &st);
		if (same)
			note_use(f->unit, &st);
	}
	if (at && same) {
		if (!stat(path, &st))
			note_use(path, &st);
		return 1;
	}
	f->why = f->unit = NULL;
	f->hash = 0;
	return 0;
}

/* How an input is called in a record. */
static const char *input_name(const struct ls_cache *cache, const char *dir, const char *path)
{
	const struct ls_work *w = cache->w;
	const char *clean = ls_path_clean(w->arena, dir, path), *below;

	if (w->out && (below = ls_path_below(w->out, clean)))
		return ls_arena_printf(w->arena, "O/%s", below);
	if (w->added && (below = ls_path_below(w->added, clean)))
		return ls_arena_printf(w->arena, "S/%s", below);
	if ((below = ls_path_below(w->source, clean)) || (below = ls_path_below(w->root, clean)))
		return ls_arena_printf(w->arena, "S/%s", below);
	return clean;
}

/*
 * A word of a rule that a compiler wrote: "\ " is a space, "$$" a dollar. Return: NULL at the end.
 */
static char *next_prerequisite(char **at)
{
	char *from = *at, *to, *word;

	while (*from == ' ' || *from == '\n' || (*from == '\\' && from[1] == '\n'))
		from++;
	if (!*from)
		return NULL;
	for (word = to = from; *from && *from != ' ' && *from != '\n'; from++) {
		if ((*from == '\\' && from[1] == ' ') || (*from == '$' && from[1] == '$') ||
		    (*from == '\\' && from[1] == '#'))
			from++;
		*to++ = *from;
	}
	*at = from + (*from != '\0');
	*to = '\0';
	return word;
}

/*
 * The inputs, a line each. Return: how many; 0 if one was written to after @start: who knows what
 * was read.
 */
static size_t write_inputs(struct ls_cache *cache, const struct ls_tree_file *f, char *rule,
			   time_t start, FILE *out)
{
	char *at = strstr(rule, ": "), *word;
	size_t nr = 0;

	at = at ? at + 1 : rule + strlen(rule);
	while ((word = next_prerequisite(&at))) {
		const char *name = input_name(cache, f->dir, word);
		struct input *in;

		/* Made for this run: the list of precompiled headers. */
		if (ls_path_below(cache->w->temp, name))
			continue;
		in = input_of(cache, name, strlen(name));
		fprintf(out, "%016jx %s\n", (uintmax_t)input_hash(cache, name, in), name);
		if (in->written >= start)
			return 0;
		nr++;
	}
	return nr;
}

/* The results that a record has had so far, but for the oldest. To be freed; may be "". */
static char *older_results(struct ls_cache *cache, const char *path)
{
	char *text = ls_file_read(path, NULL), *at, *start, *rest;
	struct ls_tree_file ignored = { 0 };
	int same;

	if (!text || strncmp(text, MADE_MAGIC, strlen(MADE_MAGIC))) {
		free(text);
		return strdup("");
	}
	at = start = text + strlen(MADE_MAGIC);
	for (int i = 0; at && *at && i + 1 < MAX_RESULTS; i++)
		at = read_result(cache, at, &ignored, &same);
	if (at)
		*at = '\0';
	else
		*start = '\0';
	rest = strdup(start);
	free(text);
	return rest;
}

static int add_unit(struct ls_cache *cache, struct ls_tree_file *f, const char *made)
{
	f->hash = content_hash(made);
	f->unit = unit_path(cache, f->hash);
	if (!rename(made, f->unit))
		return 0;
	if (errno == ENOENT) {
		char *dir = strndup(f->unit, (size_t)(strrchr(f->unit, '/') - f->unit));

		if (!dir)
			ls_no_memory();
		ls_file_mkdirs(dir);
		free(dir);
		if (!rename(made, f->unit))
			return 0;
	}
	return ls_tree_fail(cache->w,
			    "cannot write %s: %s; free some room, or name another directory with "
			    "--cache",
			    f->unit, strerror(errno));
}

int ls_cache_add(struct ls_cache *cache, struct ls_tree_file *f, const char *made,
		 const char *depfile, time_t start)
{
	const char *path = made_path(cache, f);
	char *rule = ls_file_read(depfile, NULL), *inputs = NULL, *older, *text, *dir;
	size_t size, nr;
	FILE *out;
	int ret;

	if (made && add_unit(cache, f, made)) {
		free(rule);
		return -1;
	}
	if (!rule)
		return 0;
	out = open_memstream(&inputs, &size);
	if (!out)
		ls_no_memory();
	nr = write_inputs(cache, f, rule, start, out);
	fclose(out);
	if (!nr) {
		free(inputs);
		free(rule);
		return 0;
	}
	older = older_results(cache, path);
	if (made)
		ret = asprintf(&text, MADE_MAGIC "U %016jx %zu\n%s%s", (uintmax_t)f->hash, nr,
			       inputs, older);
	else
		ret = asprintf(&text, MADE_MAGIC "F %zu %s\n%s%s", nr, f->why, inputs, older);
	if (ret < 0 || !older)
		ls_no_memory();
	dir = strndup(path, (size_t)(strrchr(path, '/') - path));
	if (dir)
		ls_file_mkdirs(dir);
	ret = ls_file_write(cache->w, path, text, strlen(text));
	free(dir);
	free(text);
	free(older);
	free(inputs);
	free(rule);
	return ret;
}
