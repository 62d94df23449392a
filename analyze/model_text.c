// SPDX-License-Identifier: MIT
/*
 * Statements of the model, one a line. docs/check-rules.md says what they mean.
 */
#include "model_parse.h"

#include <stdlib.h>
#include <string.h>

#define BLANK " \t"
#define ERRNO_MAX 4095

struct word {
	const char *word;
	int value;
};

/* Cut the next word off @at; NULL if there is none. */
static char *next(char **at)
{
	char *word = *at + strspn(*at, BLANK);
	size_t len = strcspn(word, BLANK);

	if (!len)
		return NULL;
	*at = word + len;
	if (**at)
		*(*at)++ = '\0';
	return word;
}

/* What is left of the line, without blanks around it. */
static char *rest(char **at)
{
	char *s = *at + strspn(*at, BLANK);
	size_t len = strlen(s);

	while (len && strchr(BLANK, s[len - 1]))
		len--;
	s[len] = '\0';
	*at = s + len;
	return s;
}

static int too_much(struct ls_model_maker *m, char **at)
{
	char *word = next(at);

	return word ? ls_model_bad(m, "\"%s\" is one word too many", word) : 0;
}

/*
 * Something is said of @name. Returns 1 if it is new, 0 if the same was said before, -1 if
 * it was something else.
 */
static int say(struct ls_model_maker *m, struct ls_draft *d, enum ls_facet facet, const char *words)
{
	if (d->said[facet] && !strcmp(d->said[facet], words))
		return 0;
	if (d->said[facet])
		return ls_model_bad(m, "%s is described in another way at %s: \"%s\"",
				    d->call.name, d->where[facet], d->said[facet]);
	d->said[facet] = ls_arena_strdup(m->arena, words);
	d->where[facet] = ls_model_here(m);
	return 1;
}

/* The row of the table that @name means. */
static struct ls_draft *row(struct ls_model_maker *m, const char *name)
{
	void **found = ls_names_find_string(&m->rows, name);

	if (!found)
		ls_model_bad(m, "the table of the convention has no %s (a rule of your own begins with \"rule\")",
			     name);
	return found ? *found : NULL;
}

/* What @name means: a row of the table by the table's name, else any function or callback. */
static struct ls_draft *any(struct ls_model_maker *m, const char *name)
{
	void **found = ls_names_find_string(&m->rows, name);

	return found ? *found : ls_model_draft(m, name);
}

static int set_lock(struct ls_model_maker *m, struct ls_draft *d, char *text)
{
	int new;

	if (!*text)
		return ls_model_bad(m, "where does the lock of %s lie? e.g. arg0:dma_buf->resv",
				    d->call.name);
	new = say(m, d, LS_SAYS_LOCK, text);
	return new > 0 ? ls_model_parse_path(m, text, &d->call.lock) : new;
}

/* lock NAME PATH */
static int do_lock(struct ls_model_maker *m, int unused, char *at)
{
	char *name = next(&at);
	struct ls_draft *d = name ? row(m, name) : NULL;

	if (!name)
		return ls_model_bad(m, "the name of a function or callback is missing");
	return d ? set_lock(m, d, rest(&at)) : -1;
}

/* unchecked NAME[,NAME]... WHY; inferred NAME[,NAME]... */
static int do_rows(struct ls_model_maker *m, int inferred, char *at)
{
	char *list = next(&at), *name, *save = NULL;

	if (!list)
		return ls_model_bad(m, "the name of a function or callback is missing");
	if (!inferred && !*rest(&at))
		return ls_model_bad(m, "say why it cannot be checked");
	for (name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		struct ls_draft *d = row(m, name);

		if (!d || say(m, d, LS_SAYS_LOCK, inferred ? "inferred" : "unchecked") < 0)
			return -1;
		d->inferred = inferred;
	}
	return inferred ? too_much(m, &at) : 0;
}

/* acquires|releases|locks|asserts NAME PATH; releases-all NAME PATH-OF-CONTEXT */
static int do_effect(struct ls_model_maker *m, int effect, char *at)
{
	static const char *const words[] = {
		[LS_ACQUIRES] = "acquires", [LS_RELEASES] = "releases", [LS_ASSERTS] = "asserts",
		[LS_RELEASES_ALL] = "releases-all", [LS_LOCKS_INSIDE] = "locks",
	};
	char *name = next(&at), *path = rest(&at);
	struct ls_draft *d;
	int new;

	if (!name || !*path)
		return ls_model_bad(m, "write \"%s NAME PATH\"", words[effect]);
	d = any(m, name);
	new = say(m, d, LS_SAYS_EFFECT, words[effect]);
	if (new < 0)
		return -1;
	d->call.effect = (enum ls_model_effect)effect;
	if (effect != LS_RELEASES_ALL)
		return set_lock(m, d, path);
	new = say(m, d, LS_SAYS_CONTEXT, path);
	if (new >= 0 && !d->said[LS_SAYS_LOCK])
		new = set_lock(m, d, ls_arena_strdup(m->arena, "any")) < 0 ? -1 : new;
	return new > 0 ? ls_model_parse_path(m, path, &d->call.ctx) : new;
}

/* context|repeats NAME PATH */
static int do_context(struct ls_model_maker *m, int repeats, char *at)
{
	char *name = next(&at), *path = rest(&at);
	struct ls_draft *d;
	int new;

	if (!name || !*path)
		return ls_model_bad(m, "write \"%s NAME PATH\"", repeats ? "repeats" : "context");
	d = any(m, name);
	new = say(m, d, repeats ? LS_SAYS_REPEAT : LS_SAYS_CONTEXT, path);
	if (new <= 0)
		return new;
	return ls_model_parse_path(m, path, repeats ? &d->call.repeat : &d->call.ctx);
}

static int value(struct ls_model_maker *m, const char *word, struct ls_model_outcome *o)
{
	static const struct {
		const char *word;
		int number;
	} errors[] = { { "-EALREADY", -114 }, { "-EDEADLK", -35 }, { "-EINTR", -4 }, { "-EBUSY", -16 } };
	char *end;

	o->lo = o->hi = strtoll(word, &end, 0);
	if (end != word && !*end)
		return 0;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (!strcmp(word, errors[i].word)) {
			o->lo = o->hi = errors[i].number;
			return 0;
		}
	o->lo = !strcmp(word, "error") ? -ERRNO_MAX : INT64_MIN;
	o->hi = !strcmp(word, "error") ? -1 : INT64_MAX;
	if (!strcmp(word, "error") || !strcmp(word, "any"))
		return 0;
	return ls_model_bad(m, "result \"%s\": a number, -EALREADY, -EDEADLK, -EINTR, -EBUSY, error or any",
			    word);
}

static int then(struct ls_model_maker *m, const char *word, struct ls_model_outcome *o)
{
	static const struct word states[] = {
		{ "held", LS_LOCK_HELD }, { "not_held", LS_LOCK_NOT_HELD },
		{ "unchanged", LS_LOCK_UNCHANGED }, { "unknown", LS_LOCK_UNKNOWN },
	};

	for (size_t i = 0; word && i < sizeof(states) / sizeof(states[0]); i++)
		if (!strcmp(word, states[i].word)) {
			o->then = (enum ls_model_then)states[i].value;
			return 0;
		}
	return ls_model_bad(m, "a result is followed by held, not_held, unchanged or unknown");
}

/* returns NAME VALUE STATE[, VALUE STATE]... */
static int do_returns(struct ls_model_maker *m, int unused, char *at)
{
	struct ls_model_outcome outcome[8];
	char *name = next(&at), *all = rest(&at), *one, *save = NULL;
	struct ls_draft *d;
	size_t nr = 0;
	int new;

	if (!name || !*all)
		return ls_model_bad(m, "write \"returns NAME VALUE STATE, VALUE STATE, ...\"");
	d = any(m, name);
	new = say(m, d, LS_SAYS_RETURNS, all);
	if (new <= 0)
		return new;
	for (one = strtok_r(all, ",", &save); one; one = strtok_r(NULL, ",", &save)) {
		char *word = next(&one);

		if (nr == sizeof(outcome) / sizeof(outcome[0]))
			return ls_model_bad(m, "too many results");
		if (!word)
			return ls_model_bad(m, "a result is missing between two commas");
		if (value(m, word, &outcome[nr]) || then(m, next(&one), &outcome[nr]) ||
		    too_much(m, &one))
			return -1;
		nr++;
	}
	if (outcome[nr - 1].lo != INT64_MIN || outcome[nr - 1].hi != INT64_MAX)
		return ls_model_bad(m, "the last result must be \"any\", for all that are left");
	d->call.outcome = ls_arena_copy(m->arena, outcome, nr * sizeof(outcome[0]));
	d->call.nr_outcomes = nr;
	return 0;
}

/* same NAME OTHER [PATH] */
static int do_same(struct ls_model_maker *m, int unused, char *at)
{
	char *name = next(&at), *other = next(&at), *path = rest(&at);
	struct ls_draft *d;

	if (!name || !other)
		return ls_model_bad(m, "write \"same NAME OTHER [PATH]\"");
	d = any(m, name);
	if (d->same_as && strcmp(d->same_as, other))
		return ls_model_bad(m, "%s is the same as %s at %s", name, d->same_as, d->same_where);
	if (d->row)
		return ls_model_bad(m, "%s has a row in the table of the convention", name);
	d->same_as = ls_arena_strdup(m->arena, other);
	d->same_where = ls_model_here(m);
	return *path ? set_lock(m, d, path) : 0;
}

enum flag { OPAQUE, REFCOUNT_ZERO, ERROR, INTERRUPTIBLE };

/* opaque|refcount-zero|error|interruptible NAME[,NAME]... */
static int do_flag(struct ls_model_maker *m, int flag, char *at)
{
	char *list = next(&at), *name, *save = NULL;

	if (!list)
		return ls_model_bad(m, "a name is missing");
	for (name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		struct ls_draft *d = any(m, name);

		if (flag == REFCOUNT_ZERO && !d->call.is_callback)
			return ls_model_bad(m, "%s is no callback: write TYPE.MEMBER", name);
		d->call.opaque |= flag == OPAQUE;
		d->call.refcount_zero |= flag == REFCOUNT_ZERO;
		d->call.error |= flag == ERROR;
		d->call.interruptible |= flag == INTERRUPTIBLE;
	}
	return too_much(m, &at);
}

/* root TYPE.MEMBER[,MEMBER]... WHO CALLS IT */
static int do_root(struct ls_model_maker *m, int unused, char *at)
{
	char *list = next(&at), *who = rest(&at), *dot = list ? strchr(list, '.') : NULL;
	char *member, *save = NULL;
	int len = dot ? (int)(dot - list) : 0;

	if (!dot || !dot[1] || !*who)
		return ls_model_bad(m, "write \"root TYPE.MEMBER,... WHO CALLS IT\"");
	who = ls_arena_strdup(m->arena, who);
	for (member = strtok_r(dot + 1, ",", &save); member; member = strtok_r(NULL, ",", &save)) {
		struct ls_draft *d = any(m, ls_arena_printf(m->arena, "%.*s.%s", len, list, member));

		if (d->row)
			return ls_model_bad(m, "%s has a row in the table of the convention",
					    d->call.name);
		d->call.root = 1;
		if (!d->call.text)
			d->call.text = who;
		if (!d->call.source)
			d->call.source = ls_model_here(m);
	}
	return 0;
}

/* Return: the number in "argN", or -1. */
static int arg_number(const char *arg)
{
	char *end = NULL;
	long nr = -1;

	if (arg && !strncmp(arg, "arg", 3))
		nr = strtol(arg + 3, &end, 10);
	return nr < 0 || nr > 31 || end == arg + 3 || *end ? -1 : (int)nr;
}

static struct ls_model_object *new_object(struct ls_model_maker *m, enum ls_model_birth birth,
					  const char *name)
{
	struct ls_model *model = m->model;
	struct ls_model_object *o;

	model->object = ls_grow(model->object, model->nr_objects, &m->room_objects, sizeof(*o));
	o = &model->object[model->nr_objects++];
	*o = (struct ls_model_object) { .birth = birth, .name = ls_arena_strdup(m->arena, name) };
	return o;
}

/* makes NAME TYPE argN; keeps NAME TYPE.MEMBER argN */
static int do_birth(struct ls_model_maker *m, int birth, char *at)
{
	char *name = next(&at), *type = next(&at), *arg = next(&at);
	char *dot = type ? strchr(type, '.') : NULL;
	struct ls_model_object *o;

	if (arg_number(arg) < 0 || (birth == LS_BIRTH_KEEPS) != (dot && dot[1]))
		return ls_model_bad(m, birth == LS_BIRTH_KEEPS ?
				    "write \"keeps NAME TYPE.MEMBER argN\"" :
				    "write \"makes NAME TYPE argN\"");
	o = new_object(m, birth, name);
	o->type = ls_arena_strndup(m->arena, type, dot ? (size_t)(dot - type) : strlen(type));
	o->member = dot ? ls_arena_strdup(m->arena, dot + 1) : NULL;
	o->arg = arg_number(arg);
	return too_much(m, &at);
}

/* null TYPE.MEMBER[,MEMBER]... PATH */
static int do_null(struct ls_model_maker *m, int unused, char *at)
{
	char *list = next(&at), *path = next(&at), *dot = list ? strchr(list, '.') : NULL;
	char *member, *save = NULL;
	struct ls_model_path parsed = { .arg = LS_ARG_NONE };

	if (!dot || !dot[1] || !path)
		return ls_model_bad(m, "write \"null TYPE.MEMBER,... PATH\"");
	if (ls_model_parse_path(m, ls_arena_strdup(m->arena, path), &parsed))
		return -1;
	*dot = '\0';
	for (member = strtok_r(dot + 1, ",", &save); member; member = strtok_r(NULL, ",", &save))
		new_object(m, LS_BIRTH_NULL, ls_arena_printf(m->arena, "%s.%s", list, member))->path =
			parsed;
	return too_much(m, &at);
}

/* starts NAME argN WHO CALLS IT; calls NAME argN */
static int do_passed(struct ls_model_maker *m, int now, char *at)
{
	char *name = next(&at), *arg = next(&at), *who = rest(&at);
	int nr = arg_number(arg);
	struct ls_model_passed *p;

	if (nr < 0 || (!now && !*who))
		return ls_model_bad(m, "write \"%s NAME argN%s\"", now ? "calls" : "starts",
				    now ? "" : " WHO CALLS IT");
	m->model->passed = ls_grow(m->model->passed, m->model->nr_passed, &m->room_passed, sizeof(*p));
	p = &m->model->passed[m->model->nr_passed++];
	*p = (struct ls_model_passed){ ls_arena_strdup(m->arena, name), nr, now,
				       ls_arena_strdup(m->arena, who) };
	return 0;
}

/* alias TYPE PATH = PATH [if MEMBER] */
static int do_alias(struct ls_model_maker *m, int unused, char *at)
{
	char *type = next(&at), *one = next(&at), *is = next(&at), *other = next(&at);
	char *cond = next(&at), *member = next(&at);
	struct ls_model_alias *a;

	if (!other || strcmp(is, "=") || (cond && (strcmp(cond, "if") || !member)))
		return ls_model_bad(m, "write \"alias TYPE PATH = PATH [if MEMBER]\"");
	m->model->alias = ls_grow(m->model->alias, m->model->nr_aliases, &m->room_aliases, sizeof(*a));
	a = &m->model->alias[m->model->nr_aliases];
	*a = (struct ls_model_alias){ .type = ls_arena_strdup(m->arena, type),
				      .if_set = ls_arena_strdup(m->arena, member) };
	one = ls_arena_printf(m->arena, "arg0:%s->%s", type, one);
	other = ls_arena_printf(m->arena, "arg0:%s->%s", type, other);
	if (ls_model_parse_path(m, one, &a->one) || ls_model_parse_path(m, other, &a->other))
		return -1;
	m->model->nr_aliases++;
	return too_much(m, &at);
}

/* skip GLOB... */
static int do_skip(struct ls_model_maker *m, int unused, char *at)
{
	char *glob = next(&at);

	if (!glob)
		return ls_model_bad(m, "a pattern of files is missing");
	for (; glob; glob = next(&at)) {
		m->model->skip = ls_grow((void *)m->model->skip, m->model->nr_skip, &m->room_skip,
					 sizeof(char *));
		((const char **)m->model->skip)[m->model->nr_skip++] = ls_arena_strdup(m->arena, glob);
	}
	return 0;
}

/* rule ID NAME STATE PATH TEXT */
static int do_rule(struct ls_model_maker *m, int unused, char *at)
{
	char *id = next(&at), *name = next(&at), *state = next(&at), *path = next(&at);
	char *text = rest(&at);
	struct ls_draft *d;
	void **where;
	int new;

	if (!path || !*text)
		return ls_model_bad(m, "write \"rule ID NAME held|not_held PATH TEXT\"");
	if (strcmp(state, "held") && strcmp(state, "not_held"))
		return ls_model_bad(m, "\"%s\" is no state: held or not_held", state);
	where = ls_names_find_string(&m->ids, id);
	if (where)
		return ls_model_bad(m, "the id %s is taken, by %s", id, (const char *)*where);
	*ls_names_put_string(&m->ids, id, NULL) = (void *)ls_model_here(m);
	d = any(m, name);
	if (d->row)
		return ls_model_bad(m, "%s has a row in the table of the convention: %s", name,
				    d->row->id);
	new = say(m, d, LS_SAYS_RULE, text);
	if (new < 0)
		return -1;
	if (!new)
		return ls_model_bad(m, "%s has a rule already, at %s", name, d->where[LS_SAYS_RULE]);
	d->call.rule = ls_arena_strdup(m->arena, id);
	d->call.text = d->said[LS_SAYS_RULE];
	d->call.source = d->where[LS_SAYS_RULE];
	d->call.entry = *state == 'h' ? LS_ENTRY_HELD : LS_ENTRY_NOT_HELD;
	return set_lock(m, d, path);
}

static const struct statement {
	const char *word;
	int (*read)(struct ls_model_maker *m, int value, char *at);
	int value;
} statements[] = {
	{ "lock", do_lock }, { "unchecked", do_rows, 0 }, { "inferred", do_rows, 1 },
	{ "acquires", do_effect, LS_ACQUIRES }, { "releases", do_effect, LS_RELEASES },
	{ "releases-all", do_effect, LS_RELEASES_ALL }, { "locks", do_effect, LS_LOCKS_INSIDE },
	{ "asserts", do_effect, LS_ASSERTS }, { "context", do_context, 0 }, { "returns", do_returns },
	{ "repeats", do_context, 1 }, { "same", do_same }, { "opaque", do_flag, OPAQUE },
	{ "refcount-zero", do_flag, REFCOUNT_ZERO }, { "error", do_flag, ERROR },
	{ "interruptible", do_flag, INTERRUPTIBLE }, { "makes", do_birth, LS_BIRTH_MAKES },
	{ "keeps", do_birth, LS_BIRTH_KEEPS }, { "null", do_null },
	{ "root", do_root }, { "starts", do_passed, 0 }, { "calls", do_passed, 1 },
	{ "alias", do_alias }, { "skip", do_skip }, { "rule", do_rule },
};

static int known_release(struct ls_model_maker *m, const char *name)
{
	int release = name ? ls_release_parse(name) : -1;

	if (release < 0)
		ls_model_bad(m, "no such release \"%s\": 6.1, 6.12, 6.16 or 7.1", name ? name : "");
	return release;
}

static int read_line(struct ls_model_maker *m, char *line)
{
	char *at = line, *word = next(&at);

	/* "since 6.12 STATEMENT", "before 6.12 STATEMENT" */
	while (word && (!strcmp(word, "since") || !strcmp(word, "before"))) {
		int release = known_release(m, next(&at));

		if (release < 0)
			return -1;
		if ((*word == 's') != (m->release >= release))
			return 0;
		word = next(&at);
		if (!word)
			return ls_model_bad(m, "a statement is missing behind the release");
	}
	if (!word)
		return 0;
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
		if (!strcmp(word, statements[i].word))
			return statements[i].read(m, statements[i].value, at);
	return ls_model_bad(m, "unknown statement \"%s\"; docs/check-rules.md lists them", word);
}

int ls_model_read(struct ls_model_maker *m, const char *file, const char *text)
{
	m->file = file;
	m->line = 0;
	while (*text) {
		size_t len = strcspn(text, "\n");
		char *line = ls_arena_strndup(m->arena, text, len);

		m->line++;
		/* "#" begins a comment at the start of a line or after a blank. */
		for (char *hash = strchr(line, '#'); hash; hash = strchr(hash + 1, '#'))
			if (hash == line || strchr(BLANK, hash[-1])) {
				*hash = '\0';
				break;
			}
		line[strcspn(line, "\r")] = '\0';
		if (read_line(m, line))
			return -1;
		text += len + (text[len] == '\n');
	}
	return 0;
}
