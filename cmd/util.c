// SPDX-License-Identifier: MIT
#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"

static bool told;

int trouble(const char *fmt, ...)
{
	va_list args;

	told = true;
	fflush(stdout);
	fputs("lockstep: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	return EXIT_TROUBLE;
}

void usage_error(const struct argp_state *state, const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", state->name);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "; see `%s --help`\n", state->name);
	exit(EXIT_TROUBLE);
}

void check_stdout(void)
{
	if ((fflush(stdout) || ferror(stdout)) && !told) {
		trouble("cannot write to standard output: %s", strerror(errno));
		_exit(EXIT_TROUBLE);
	}
}

/* The silent pass: @state->input gets the argument that is no option. */
static error_t note_error(int key, char *arg, struct argp_state *state)
{
	const char **bad = state->input;
	int at = state->next - 1;

	if (key != ARGP_KEY_ERROR)
		return 0;
	/* Of "-ab", getopt may not have seen the end. */
	if ((at < 1 || state->argv[at][0] != '-') && at + 1 < state->argc)
		at++;
	*bad = state->argv[at];
	return 0;
}

/* Is @word, the last one, an option that lacks its argument? */
static bool lacks_argument(const struct argp *argp, const char *word)
{
	for (const struct argp_option *o = argp->options; o && o->name; o++) {
		if (!o->arg)
			continue;
		if (word[1] == '-' ? !strncmp(o->name, word + 2, strlen(word + 2)) :
				     o->key == word[strlen(word) - 1])
			return true;
	}
	return false;
}

/*
 * getopt, inside argp, would complain in words of its own, and argp in a second line. So
 * there is a silent pass first, which only looks whether all options exist.
 */
static void check_options(const struct argp *argp, int argc, char **argv)
{
	const struct argp silent = { .options = argp->options, .parser = note_error };
	char **copy = xalloc((argc + 1) * sizeof(*copy));
	const char *bad = NULL;

	memcpy(copy, argv, argc * sizeof(*copy));
	if (argp_parse(&silent, argc, copy, ARGP_NO_ERRS | ARGP_NO_EXIT, NULL, &bad) && bad) {
		fprintf(stderr, "%s: %s %s; see `%s --help`\n", argv[0], bad,
			lacks_argument(argp, bad) ? "wants an argument" : "is no option of it",
			argv[0]);
		exit(EXIT_TROUBLE);
	}
	free(copy);
}

int parse_args(const struct argp *argp, int argc, char **argv, void *input)
{
	check_options(argp, argc, argv);
	argp_err_exit_status = EXIT_TROUBLE;
	return argp_parse(argp, argc, argv, 0, NULL, input);
}

void *xalloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		exit(trouble("out of memory"));
	return p;
}

char *xstrdup(const char *s)
{
	char *copy = strdup(s);

	if (!copy)
		exit(trouble("out of memory"));
	return copy;
}

static char *xvprintf(const char *fmt, va_list args)
{
	char *s;

	if (vasprintf(&s, fmt, args) < 0)
		exit(trouble("out of memory"));
	return s;
}

char *xprintf(const char *fmt, ...)
{
	va_list args;
	char *s;

	va_start(args, fmt);
	s = xvprintf(fmt, args);
	va_end(args);
	return s;
}

static void strv_own(struct strv *l, char *s)
{
	if (l->nr + 2 > l->cap) {
		l->cap = l->cap ? l->cap * 2 : 16;
		l->v = realloc(l->v, l->cap * sizeof(*l->v));
		if (!l->v)
			exit(trouble("out of memory"));
	}
	l->v[l->nr++] = s;
	l->v[l->nr] = NULL;
}

void strv_add(struct strv *l, const char *s)
{
	strv_own(l, xstrdup(s));
}

void strv_addf(struct strv *l, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	strv_own(l, xvprintf(fmt, args));
	va_end(args);
}

void strv_add_all(struct strv *l, const char *const *list)
{
	for (; list && *list; list++)
		strv_add(l, *list);
}

void strv_split(struct strv *l, const char *text)
{
	char *word = xalloc(strlen(text) + 1), *out = word;
	char quote = 0;
	int in_word = 0;

	for (;; text++) {
		char c = *text;

		if (!c || (!quote && strchr(" \t\n", c))) {
			if (in_word) {
				*out = '\0';
				strv_add(l, word);
			}
			out = word;
			in_word = 0;
			if (!c)
				break;
			continue;
		}
		in_word = 1;
		if (quote ? c == quote : (c == '\'' || c == '"'))
			quote = quote ? 0 : c;
		else if (c == '\\' && quote != '\'' && text[1])
			*out++ = *++text;
		else
			*out++ = c;
	}
	free(word);
}

int strv_has(const struct strv *l, const char *s)
{
	for (size_t i = 0; i < l->nr; i++) {
		if (!strcmp(l->v[i], s))
			return 1;
	}
	return 0;
}

void strv_free(struct strv *l)
{
	for (size_t i = 0; i < l->nr; i++)
		free(l->v[i]);
	free(l->v);
	*l = (struct strv){ 0 };
}

static volatile sig_atomic_t came;

static void on_interrupt(int sig)
{
	came = sig;
}

void catch_interrupts(void)
{
	/* No SA_RESTART: what waits must notice. */
	struct sigaction sa = { .sa_handler = on_interrupt };

	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

int interrupted(void)
{
	return came;
}
