// SPDX-License-Identifier: MIT
/*
 * Commands that Kbuild would run, as `make -n V=1 a.o b.o ...` prints them: right for every file,
 * with no knowledge of Kbuild's variables here. They are kept in the cache, until a Makefile
 * changes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "commands.h"
#include "jobs.h"

#define COMMANDS_MAGIC "lockstep commands 1\n"

struct asked {
	struct ls_work *w;
	struct ls_names by_object; /* "drivers/x/a.o" -> its file, if it has no command yet */
	struct ls_words generate;  /* objects with generated prerequisites */
	int pending;		   /* such a one comes next */
};

/* The first component of a path: what else make does is done outside of them. */
static int in_sources(const struct asked *a, const char *path)
{
	size_t len = strcspn(path, "/");

	for (size_t i = 0; i < a->w->nr_files; i++)
		if (!strncmp(a->w->file[i].path, path, len + 1))
			return 1;
	return 0;
}

static int has_word(const struct ls_words *words, const char *word)
{
	for (size_t i = 0; i < words->nr; i++)
		if (!strcmp(words->word[i], word))
			return 1;
	return 0;
}

static const char *word_after(const struct ls_words *words, const char *word)
{
	for (size_t i = 0; i + 1 < words->nr; i++)
		if (!strcmp(words->word[i], word))
			return words->word[i + 1];
	return NULL;
}

/*
 * A simple command. "trap 'rm -f FILE; ...'" stands in front of whatever makes a file: a header or
 * a program among the drivers is needed by the object that comes next.
 */
static void take_command(struct asked *a, const struct ls_words *words)
{
	const char *object = word_after(words, "-o");
	struct ls_tree_file *f;
	void **slot;

	if (words->nr > 1 && !strcmp(words->word[0], "trap") &&
	    !strncmp(words->word[1], "rm -f ", 6)) {
		char *file = words->word[1] + 6;
		size_t len = strcspn(file, "; ");

		if (len > 2 && strncmp(file + len - 2, ".o", 2) && in_sources(a, file))
			a->pending = 1;
		return;
	}
	if (!object || !has_word(words, "-c") || !has_word(words, "-D__KERNEL__"))
		return;
	slot = ls_names_find_string(&a->by_object, object);
	f = slot ? *slot : NULL;
	if (f && !f->flags) {
		f->flags = ls_command_flags(a->w, words, NULL);
		f->dir = a->w->out;
	}
	if (f && a->pending) {
		a->generate.word = ls_grow(a->generate.word, a->generate.nr, &a->generate.room,
					   sizeof(char *));
		a->generate.word[a->generate.nr++] = ls_arena_strdup(a->w->arena, object);
	}
	a->pending = 0;
}

static void take_output(struct asked *a, char *text)
{
	struct ls_words words = { 0 };
	char *rest = text, *line;

	while (rest && (line = strsep(&rest, "\n"))) {
		if (!strstr(line, "trap 'rm -f ") && !strstr(line, " -c -o "))
			continue;
		/* Until the compiler has run; what comes then is of no interest. */
		while (line) {
			ls_shell_words(&line, &words);
			take_command(a, &words);
		}
	}
	free(words.word);
}

/* Headers that some drivers generate: make an object that needs them, and they are there. */
static int generate(struct asked *a)
{
	const char **more = ls_arena_array(a->w->arena, a->generate.nr + 2, sizeof(*more));
	size_t nr = 0;
	int status, ret;

	if (!a->generate.nr)
		return 0;
	ls_tree_progress(a->w, "generating headers", 0, 0);
	more[nr++] = "-k";
	more[nr++] = ls_arena_printf(a->w->arena, "-j%u", a->w->jobs);
	for (size_t i = 0; i < a->generate.nr; i++)
		more[nr++] = a->generate.word[i];
	/* What it cannot make will be missed by the files that include it. */
	ret = ls_tree_run(a->w, ls_tree_make(a->w, more, nr), NULL, NULL, NULL, &status);
	/* An object that is up to date would have no command the next time. */
	for (size_t i = 0; i < a->generate.nr; i++)
		unlink(ls_arena_printf(a->w->arena, "%s/%s", a->w->out, a->generate.word[i]));
	return ret;
}

static int ask_make(struct asked *a)
{
	struct ls_work *w = a->w;
	const char *out = ls_arena_printf(w->arena, "%s/%d.out", w->temp, getpid());
	const char *err = ls_arena_printf(w->arena, "%s/%d.err", w->temp, getpid()), *why;
	const char **more = ls_arena_array(w->arena, a->by_object.nr + 3, sizeof(*more));
	size_t nr = 0;
	char *text;
	int status;

	more[nr++] = "-k";
	more[nr++] = "-n";
	more[nr++] = "V=1";
	for (size_t i = 0; i < a->by_object.nr; i++)
		more[nr++] = a->by_object.entry[i].key;
	ls_tree_progress(w, "asking Kbuild for commands", 0, 0);
	if (ls_tree_run(w, ls_tree_make(w, more, nr), NULL, out, err, &status))
		return -1;
	text = ls_file_read(out, NULL);
	if (text)
		take_output(a, text);
	free(text);
	why = ls_file_line(w, err, NULL);
	unlink(out);
	unlink(err);
	for (size_t i = 0; i < a->by_object.nr; i++)
		if (((struct ls_tree_file *)a->by_object.entry[i].value)->flags)
			return generate(a);
	return ls_tree_fail(w, "make -n tells no command for any file of %s: %s", w->o->tree,
			    why ? why : "it says nothing");
}

/* --- kept in the cache: PATH, hash of the Makefiles, FLAG ..., each ended with 0; then "" --- */

static char *next_field(char **at, char *end)
{
	char *field = *at, *zero = field < end ? memchr(field, '\0', (size_t)(end - field)) : NULL;

	if (!zero)
		return NULL;
	*at = zero + 1;
	return field;
}

static struct ls_tree_file *find_file(const struct ls_work *w, const char *path)
{
	size_t lo = 0, hi = w->nr_files;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int diff = strcmp(path, w->file[mid].path);

		if (!diff)
			return &w->file[mid];
		if (diff < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

/* Take the flags of files whose Makefiles are as they were. Other files' records stay. */
static char *load(struct ls_work *w, const char *path, uint64_t state, char **others,
		  size_t *others_size)
{
	size_t size;
	char *text = ls_file_read(path, &size), *at, *end, *start, *field, stamp[40];
	struct ls_words words = { 0 };

	*others_size = 0;
	*others = NULL;
	if (!text || size < sizeof(COMMANDS_MAGIC) ||
	    memcmp(text, COMMANDS_MAGIC, sizeof(COMMANDS_MAGIC)))
		return text;
	*others = malloc(size);
	if (!*others)
		ls_no_memory();
	end = text + size;
	at = text + sizeof(COMMANDS_MAGIC);
	while ((start = at) && (field = next_field(&at, end)) && *field) {
		struct ls_tree_file *f = find_file(w, field);
		char *hash = next_field(&at, end);

		for (words.nr = 0; (field = next_field(&at, end)) && *field;) {
			words.word = ls_grow(words.word, words.nr, &words.room, sizeof(char *));
			words.word[words.nr++] = field;
		}
		if (!hash || !field)
			break;
		if (!f) {
			memcpy(*others + *others_size, start, (size_t)(at - start));
			*others_size += (size_t)(at - start);
			continue;
		}
		snprintf(stamp, sizeof(stamp), "%016jx",
			 (uintmax_t)ls_hash_u64(f->makefiles ^ state));
		if (strcmp(stamp, hash))
			continue;
		f->flags = ls_arena_array(w->arena, words.nr + 1, sizeof(char *));
		f->dir = w->out;
		for (size_t i = 0; i < words.nr; i++)
			((const char **)f->flags)[i] = ls_arena_strdup(w->arena, words.word[i]);
	}
	free(words.word);
	return text;
}

static int save(struct ls_work *w, const char *path, uint64_t state, const char *others,
		size_t others_size)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	int ret;

	if (!f)
		ls_no_memory();
	fwrite(COMMANDS_MAGIC, sizeof(COMMANDS_MAGIC), 1, f);
	for (size_t i = 0; i < w->nr_files; i++) {
		if (!w->file[i].flags)
			continue;
		fprintf(f, "%s%c%016jx%c", w->file[i].path, 0,
			(uintmax_t)ls_hash_u64(w->file[i].makefiles ^ state), 0);
		for (size_t j = 0; w->file[i].flags[j]; j++)
			fprintf(f, "%s%c", w->file[i].flags[j], 0);
		fputc(0, f);
	}
	if (others_size)
		fwrite(others, others_size, 1, f);
	if (fclose(f))
		ls_no_memory();
	ret = ls_file_write(w, path, text, size);
	free(text);
	return ret;
}

/* What all commands depend on: the configuration, and Kbuild itself. */
static uint64_t kbuild_state(struct ls_work *w)
{
	const char *const files[] = {
		ls_arena_printf(w->arena, "%s/configured", w->seat),
		ls_arena_printf(w->arena, "%s/Makefile", w->root),
		ls_arena_printf(w->arena, "%s/scripts/Makefile.build", w->root),
		ls_arena_printf(w->arena, "%s/scripts/Makefile.lib", w->root),
		ls_arena_printf(w->arena, "%s/arch/%s/Makefile", w->root,
				w->arch ? w->arch : "x86"),
	};
	uint64_t state = w->tools;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		size_t size;
		char *text = ls_file_read(files[i], &size);

		state = text ? ls_hash(text, size, state) : ls_hash_u64(state);
		free(text);
	}
	return state;
}

int ls_commands_make(struct ls_work *w)
{
	struct asked a = { .w = w };
	const char *path = ls_arena_printf(w->arena, "%s/commands", w->seat);
	uint64_t state = kbuild_state(w);
	size_t others_size;
	char *others, *text = load(w, path, state, &others, &others_size);
	int ret = 0;

	for (size_t i = 0; i < w->nr_files; i++) {
		size_t len = strlen(w->file[i].path);

		if (w->file[i].flags || len < 3)
			continue;
		*ls_names_put_string(
			&a.by_object,
			ls_arena_printf(w->arena, "%.*s.o", (int)(len - 2), w->file[i].path),
			NULL) = &w->file[i];
	}
	if (a.by_object.nr) {
		ret = ask_make(&a);
		if (!ret)
			ret = save(w, path, state, others, others_size);
	}
	free(text);
	free(others);
	free(a.generate.word);
	ls_names_fini(&a.by_object);
	return ret;
}
