// SPDX-License-Identifier: MIT
/* Commands of a compiler: words of shell, and what of them matters for bitcode. */
#include "commands.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

static void add_word(struct ls_words *words, char *word)
{
	words->word = ls_grow(words->word, words->nr, &words->room, sizeof(*words->word));
	words->word[words->nr++] = word;
}

/* One word, in place; *end is what ended it. Return: where that was. */
static char *unquote(char *from, char *to, char *end)
{
	while (*from && !strchr(" \t\n;|&", *from)) {
		if (*from == '\'') {
			for (from++; *from && *from != '\'';)
				*to++ = *from++;
			from += *from != '\0';
		} else if (*from == '"') {
			for (from++; *from && *from != '"';) {
				if (*from == '\\' && from[1] && strchr("\"\\$`", from[1]))
					from++;
				*to++ = *from++;
			}
			from += *from != '\0';
		} else {
			if (*from == '\\' && from[1])
				from++;
			*to++ = *from++;
		}
	}
	/* The 0 may go where the separator is. */
	*end = *from;
	*to = '\0';
	return from;
}

void ls_shell_words(char **at, struct ls_words *words)
{
	char *p = *at, end = ' ';

	words->nr = 0;
	while (end == ' ' || end == '\t') {
		p += strspn(p, " \t");
		end = *p;
		if (end && !strchr("\n;|&", end)) {
			add_word(words, p);
			p = unquote(p, p, &end);
		}
		p += end != '\0';
	}
	p += end && end != '\n' ? strspn(p, ";|&") : 0;
	*at = end && end != '\n' ? p : NULL;
}

/* clang-format off */
/* Of no use for bitcode that no pass runs over, or what only gcc knows. */
static const char *const dropped[] = {
	"-c", "-S", "-E", "-M", "-MD", "-MMD", "-MP", "-MG", "-MV", "-w", "-v", "-s", "-pipe",
	"-pg", "-p", "-O*", "-g*", "-W*", "-pedantic*", "-save-temps*", "-mfentry",
	"-mrecord-mcount", "-mnop-mcount", "-mindirect-branch*", "-mpreferred-stack-boundary=*",
	"-mskip-rax-setup", "-mharden-sls=*", "-mno-fp-ret-in-387", "-mretpoline*",
	"-mfunction-return=*", "-mstack-protector*", "-fstack-*", "-fno-stack-*",
	"-ftrivial-auto-var-init*", "-enable-trivial-auto-var-init*", "-fzero-*", "-fplugin*",
	"-fsanitize*", "-fno-sanitize*", "-fprofile*", "-ftest-coverage", "-fcoverage*",
	"-fpatchable-function-entry*", "-flto*", "-fno-lto*", "-fsplit-lto*", "-fvar-tracking*",
	"-fno-var-tracking*", "-femit-*", "-falign-*", "-fno-align-*",
	"-fmin-function-alignment*", "-fconserve-stack", "-fno-allow-store-data-races",
	"-fno-ipa-*", "-fipa-*", "-flive-patching*", "-fno-inline*", "-fdiagnostics*",
	"-fno-diagnostics*", "-fcolor*", "-ferror-limit*", "-fcf-*", "-fsplit-machine*",
	"-ffunction-sections", "-fdata-sections", "-fmacro-prefix-map=*", "-fdebug-prefix-map=*",
	"-ffile-prefix-map=*", "-fdebug-*", "-fno-code-hoisting", "-fno-tree-*", "-fno-gcse",
	"-fno-reorder-*", "-fmerge-*", "-fno-merge-*", "-fno-partial-inlining",
	"-fno-conserve-stack", "--param=*", "-fstrict-flex-arrays*", "-fno-integrated-as",
	"-fintegrated-as", "-Qunused-arguments", "-###",
};

/* These have an argument of their own that goes with them. */
static const char *const dropped_two[] = {
	"-o", "-MF", "-MT", "-MQ", "--param", "-mllvm", "-dumpbase", "-Xassembler", "-Xlinker",
	"-Xclang", "--serialize-diagnostics",
};
/* clang-format on */

static int is_dropped(const char *word)
{
	/* -Wp,-D... is a definition. */
	if (!strncmp(word, "-Wp,-D", 6) || !strncmp(word, "-Wp,-U", 6))
		return 0;
	for (size_t i = 0; i < sizeof(dropped) / sizeof(*dropped); i++)
		if (!fnmatch(dropped[i], word, 0))
			return 1;
	return 0;
}

static int drops_two(const char *word)
{
	for (size_t i = 0; i < sizeof(dropped_two) / sizeof(*dropped_two); i++)
		if (!strcmp(word, dropped_two[i]))
			return 1;
	return 0;
}

/* "aarch64-linux-gnu-gcc": clang is told the target. */
static const char *compiler_target(struct ls_work *w, const char *compiler)
{
	const char *name = strrchr(compiler, '/');
	size_t len;

	name = name ? name + 1 : compiler;
	len = strlen(name);
	while (len && strchr("0123456789.-", name[len - 1]))
		len--;
	if (len < 5 || strncmp(name + len - 4, "-gcc", 4))
		return NULL;
	return ls_arena_printf(w->arena, "--target=%.*s", (int)(len - 4), name);
}

static int is_compiler(const char *word)
{
	const char *name = strrchr(word, '/');

	name = name ? name + 1 : word;
	return strstr(name, "gcc") || strstr(name, "clang") || !strcmp(name, "cc") ||
	       !strcmp(name, "c99");
}

const char *const *ls_command_flags(struct ls_work *w, const struct ls_words *words,
				    const char *source)
{
	const char **flags = ls_arena_array(w->arena, words->nr + 2, sizeof(*flags));
	const char *target = NULL;
	size_t nr = 0, i = 0;

	/* ccache and the like may stand in front. */
	while (i < words->nr && words->word[i][0] != '-' && !is_compiler(words->word[i]))
		i++;
	if (i < words->nr && is_compiler(words->word[i]))
		target = compiler_target(w, words->word[i++]);
	if (target)
		flags[nr++] = target;
	for (; i < words->nr; i++) {
		char *word = words->word[i];
		size_t len = strlen(word);

		if (drops_two(word)) {
			i++;
			continue;
		}
		if (is_dropped(word) || (source && !strcmp(word, source)) ||
		    (!source && word[0] != '-' && len > 2 && !strcmp(word + len - 2, ".c") && i &&
		     strcmp(words->word[i - 1], "-include")))
			continue;
		flags[nr++] = ls_arena_strdup(w->arena, word);
	}
	return flags;
}

void ls_command_key(const struct ls_work *w, struct ls_tree_file *f)
{
	/* Not where the tree and its build directory are: a copy of the tree has the same units. */
	const char *prefix[] = { w->source, w->root, w->out };
	uint64_t key = ls_hash(f->path, strlen(f->path), w->tools);

	for (size_t i = 0; f->flags[i]; i++) {
		const char *flag = f->flags[i];

		for (size_t j = 0; j < 3; j++) {
			const char *at = prefix[j] ? strstr(flag, prefix[j]) : NULL;

			if (!at || (at[strlen(prefix[j])] && at[strlen(prefix[j])] != '/'))
				continue;
			key = ls_hash(flag, (size_t)(at - flag), key + j);
			flag = at + strlen(prefix[j]);
			break;
		}
		key = ls_hash(flag, strlen(flag), key);
	}
	f->key = key;
}

/* A file that a patch adds is compiled as its neighbour is: nobody else knows of it yet. */
static void borrow_command(const struct ls_work *w, struct ls_tree_file *f)
{
	const char *slash = strrchr(f->path, '/');
	size_t dir = slash ? (size_t)(slash - f->path) + 1 : 0;

	for (size_t i = 0; i < w->nr_files && !f->flags; i++) {
		const struct ls_tree_file *near = &w->file[i];

		if (!near->flags || strncmp(near->path, f->path, dir) ||
		    strchr(near->path + dir, '/'))
			continue;
		f->flags = near->flags;
		f->dir = near->dir;
	}
}

/* Return: the first source right in that directory that has a command. */
static const struct ls_tree_file *first_in(const struct ls_work *w, const char *dir)
{
	size_t len = strlen(dir);

	for (size_t i = 0; i < w->nr_files; i++) {
		const struct ls_tree_file *f = &w->file[i];

		if (f->flags && ls_path_in(f->path, dir) && !strchr(f->path + len + 1, '/'))
			return f;
	}
	return NULL;
}

/*
 * Where one directory makes objects of those beside it, Kbuild when asked for such an object by its
 * own name does so without the flags of the former: it never does in a build.
 */
static void borrow_from_maker(struct ls_work *w)
{
	struct ls_groups groups = { .w = w };
	const char *group = "", *maker = NULL;
	const struct ls_tree_file *from = NULL;

	for (size_t i = 0; i < w->nr_files; i++) {
		struct ls_tree_file *f = &w->file[i];

		if (strcmp(f->group, group)) {
			group = f->group;
			maker = ls_tree_group_kbuild(&groups, group);
			from = maker ? first_in(w, maker) : NULL;
		}
		if (!from || ls_path_in(f->path, maker))
			continue;
		f->flags = from->flags;
		f->dir = from->dir;
		f->why = NULL;
	}
	ls_tree_groups_fini(&groups);
}

int ls_tree_commands(struct ls_work *w)
{
	int ret = w->json ? ls_commands_json(w) : ls_commands_make(w);

	if (ret)
		return ret;
	if (!w->json)
		borrow_from_maker(w);
	for (size_t i = 0; i < w->nr_files; i++)
		if (!w->file[i].flags && ls_tree_overlay(w, w->file[i].path))
			borrow_command(w, &w->file[i]);
	for (size_t i = 0; i < w->nr_files; i++) {
		if (w->file[i].flags)
			ls_command_key(w, &w->file[i]);
		else if (!w->file[i].why)
			w->file[i].why = w->json ? "compile_commands.json has no command for it"
						 : "Kbuild has no rule to compile it";
	}
	return 0;
}
