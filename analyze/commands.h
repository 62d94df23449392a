/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_COMMANDS_H
#define LOCKSTEP_ANALYZE_COMMANDS_H

#include "tree_work.h"

struct ls_words {
	char **word;
	size_t nr, room;
};

/**
 * ls_shell_words() - take a simple command from a line of shell
 * @at: where; set behind it, or to NULL at the end of the line. The text is changed.
 * @words: set to its words, with quotes and backslashes gone; nothing is expanded
 */
void ls_shell_words(char **at, struct ls_words *words);

/**
 * ls_command_flags() - what of a compiler's command matters here
 * @words: the whole command
 * @source: the source file, as it is in @words; NULL: the word that ends with ".c"
 *
 * The compiler, the files, and all that only changes warnings, optimisation, debug information or
 * instrumentation is left out.
 *
 * Return: the rest, in the arena, ended with NULL.
 */
const char *const *ls_command_flags(struct ls_work *w, const struct ls_words *words,
				    const char *source);

/* commands_make.c: those that Kbuild would run. */
int ls_commands_make(struct ls_work *w);
/* commands_json.c: those of a compile_commands.json. The files come from there, too. */
int ls_commands_json(struct ls_work *w);
/* Set @f's key from its flags. */
void ls_command_key(const struct ls_work *w, struct ls_tree_file *f);

#endif
