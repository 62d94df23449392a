/* SPDX-License-Identifier: MIT */
#ifndef LS_CMD_H
#define LS_CMD_H

#include <stddef.h>

/*
 * The lockstep command: one file per verb. A verb gets its own arguments (argv[0] is
 * "lockstep VERB") and returns the exit status.
 */

enum {
	EXIT_CLEAN = 0,		/* nothing found */
	EXIT_FINDINGS = 1,	/* found something */
	EXIT_TROUBLE = 2,	/* could not do the work; one line on stderr says why */
	EXIT_INTERRUPTED = 130,
};

int cmd_build(int argc, char **argv);
int cmd_test(int argc, char **argv);
int cmd_explore(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_rules(int argc, char **argv);
int cmd_demo(int argc, char **argv);

/* "lockstep: ..." on standard error, in one line. Returns EXIT_TROUBLE. */
int trouble(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The same for a mistake in the arguments: points at --help, and exits. */
struct argp_state;
void usage_error(const struct argp_state *state, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), noreturn));
/* argp_parse() with our own words and exit status for mistakes. */
struct argp;
int parse_args(const struct argp *argp, int argc, char **argv, void *input);

#define OPTION_MAX 1000000000ULL

/* An option: a number from @min to @max; OPTION_MAX is no limit worth telling. Exits when it is none. */
unsigned long long option_number(const struct argp_state *state, const char *option,
				 const char *arg, unsigned long long min, unsigned long long max);
/* A release of which there are rules. */
const char *option_rules(const struct argp_state *state, const char *arg);

/* At exit: output that could not be written is trouble, unless that was said already. */
void check_stdout(void);

/* Allocation that ends the program when memory is out. */
void *xalloc(size_t size);
char *xstrdup(const char *s);
char *xprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** struct strv - a growing, NULL-terminated list of strings it owns */
struct strv {
	char **v;
	size_t nr, cap;
};

void strv_add(struct strv *l, const char *s);
void strv_addf(struct strv *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void strv_add_all(struct strv *l, const char *const *list);
/* Add the words of @text, split as a shell would: quotes and backslashes, no expansion. */
void strv_split(struct strv *l, const char *text);
int strv_has(const struct strv *l, const char *s);
void strv_free(struct strv *l);

/* --- where things are (paths.c) --------------------------------------------- */

/**
 * struct paths - of this Lockstep, in its build tree or installed
 * @include: directories for the kernel world
 * @library: liblockstep.so
 * @data: holds upstream/ (and, in a build tree, everything else)
 */
struct paths {
	struct strv include;
	char *library;
	char *data;
};

const struct paths *lockstep_paths(void);

/* Begin again without address space randomisation, if it is permitted. @argv: of a verb. */
void fix_addresses(int argc, char **argv);

/* Signals that ask us to stop: sets a flag, see interrupted(). */
void catch_interrupts(void);
/* The signal that came, 0 if none. */
int interrupted(void);

#endif /* LS_CMD_H */
