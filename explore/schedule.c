// SPDX-License-Identifier: MIT
/*
 * Schedule files: making them, and the words that stand in them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "file.h"
#include "schedule.h"
#include "view.h"

/* No default: the compiler names what is missing here. */
const char *ls_op_name(enum ls_op op)
{
	switch (op) {
	case LS_OP_LOAD: return "load";
	case LS_OP_STORE: return "store";
	case LS_OP_RMW: return "rmw";
	case LS_OP_LOCK: return "lock";
	case LS_OP_TRYLOCK: return "trylock";
	case LS_OP_UNLOCK: return "unlock";
	case LS_OP_WAIT: return "wait";
	case LS_OP_WAKE: return "wake";
	case LS_OP_QUEUE: return "queue";
	case LS_OP_FLUSH: return "flush";
	case LS_OP_RCU: return "rcu";
	case LS_OP_ALLOC: return "alloc";
	case LS_OP_YIELD: return "yield";
	case LS_OP_DONE: return "done";
	case LS_OP_FREE: return "free";
	}
	return NULL;
}

const char *ls_verdict_name(enum ls_verdict verdict)
{
	switch (verdict) {
	case LS_VERDICT_OK: return "ok";
	case LS_VERDICT_FAILED: return "failed";
	case LS_VERDICT_DEADLOCK: return "deadlock";
	case LS_VERDICT_LOST: return "lost-wakeup";
	case LS_VERDICT_LIVELOCK: return "livelock";
	case LS_VERDICT_STARVED: return "starved";
	case LS_VERDICT_SPIN: return "spin";
	case LS_VERDICT_CRASH: return "crash";
	case LS_VERDICT_CUT: return "cut";
	case LS_VERDICT_BOUND: return "step-limit";
	case LS_VERDICT_NR: break;
	}
	return NULL;
}

const char *ls_strategy_name(enum ls_strategy_kind strategy)
{
	switch (strategy) {
	case LS_DPOR: return "dpor";
	case LS_DFS: return "dfs";
	case LS_BOUND: return "bound";
	case LS_RANDOM: return "random";
	case LS_POS: return "pos";
	case LS_PCT: return "pct";
	case LS_REPLAY: return "replay";
	}
	return NULL;
}

void ls_schedule_free(struct ls_schedule *s)
{
	for (unsigned int i = 0; i < s->nr_modules; i++)
		free(s->modules[i].path);
	for (unsigned int i = 0; i < s->nr_params; i++)
		free(s->params[i]);
	free(s->modules);
	free(s->params);
	free(s->abi);
	free(s->test);
	free(s->rules);
	free(s->rule);
	free(s->choices);
	memset(s, 0, sizeof(*s));
}

/* --- writing ------------------------------------------------------------------ */

/* What is written so far: the file, and the seal of its lines. */
struct writer {
	FILE *f;
	struct ls_digest seal;
};

static void put(struct writer *w, const char *text)
{
	ls_digest_add(&w->seal, text, strlen(text));
	fputs(text, w->f);
}

/* The line ends. @comment stands behind it, and in no seal. */
static void put_end(struct writer *w, int width, const char *comment)
{
	if (comment && *comment)
		fprintf(w->f, "%*s# %s", width < 27 ? 28 - width : 1, "", comment);
	put(w, "\n");
}

/* What would end or hide a line is written as \xNN. */
static void put_escaped(struct writer *w, const char *value)
{
	char text[8];

	for (const unsigned char *c = (const unsigned char *)value; *c; c++) {
		bool edge = *c == ' ' && (c == (const unsigned char *)value || !c[1]);
		bool plain = *c >= ' ' && *c != 127 && *c != '\\' && *c != '#' && !edge;

		snprintf(text, sizeof(text), plain ? "%c" : "\\x%02x", *c);
		put(w, text);
	}
}

static void put_text(struct writer *w, const char *key, const char *value)
{
	put(w, key);
	put(w, " ");
	put_escaped(w, value);
	put_end(w, 0, NULL);
}

static void put_number(struct writer *w, const char *key, unsigned long long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", value);
	put_text(w, key, text);
}

static void put_header(struct writer *w, const struct ls_schedule *s)
{
	char text[32];

	put_number(w, "lockstep-schedule", LS_SCHEDULE_FORMAT);
	put_text(w, "lockstep", s->abi);
	for (unsigned int i = 0; i < s->nr_modules; i++) {
		put(w, "module ");
		put(w, s->modules[i].hash);
		put(w, " ");
		put_escaped(w, s->modules[i].path);
		put_end(w, 0, NULL);
	}
	put_text(w, "case", s->test);
	if (s->param >= 0)
		put_number(w, "parameter", s->param);
	put_text(w, "rules", s->rules);
	for (unsigned int i = 0; i < s->nr_params; i++)
		put_text(w, "set", s->params[i]);
	snprintf(text, sizeof(text), "%s", ls_strategy_name(s->strategy));
	if (s->strategy == LS_BOUND || s->strategy == LS_PCT)
		snprintf(text, sizeof(text), "%s %u", ls_strategy_name(s->strategy), s->bound);
	put_text(w, "strategy", text);
	put_number(w, "seed", s->seed);
	put_number(w, "fail-alloc", s->fail_alloc);
	put_text(w, "verdict", ls_verdict_name(s->verdict));
	if (s->rule && *s->rule)
		put_text(w, "rule", s->rule);
}

/* The row of @v that @c is: the next step, if it is that; who chose a value may have none. */
static int row_of(const struct ls_choice *c, const struct ls_view *v, unsigned int *next)
{
	const struct ls_choice *other;

	while (v && *next < v->nr && !ls_view_number(v, *next))
		++*next; /* of a report */
	if (!v || *next >= v->nr)
		return -1;
	other = &v->steps[*next].choice;
	if (other->task != c->task || other->op != c->op || other->value != c->value ||
	    other->object != c->object)
		return -1;
	return (int)(*next)++;
}

/* "importer: map_buf -> dma_resv_lock(resv#1) taken" */
static void say_row(const struct ls_view *v, unsigned int row, char *buf, size_t size)
{
	char outcome[160], name[sizeof(v->steps[0].task_name)];
	struct ls_call call;

	ls_view_call(v, row, &call);
	ls_view_outcome(v, row, outcome, sizeof(outcome));
	snprintf(name, sizeof(name), "%s", v->steps[row].task_name);
	for (char *p = name; *p; p++) {
		if ((unsigned char)*p < ' ' || (unsigned char)*p >= 127)
			*p = '?';
	}
	snprintf(buf, size, "%s: %s%s%s(%s)%s%s", name, call.caller, call.caller[0] ? " -> " : "",
		 call.func, call.object, outcome[0] ? " " : "", outcome);
}

static void put_choices(struct writer *w, const struct ls_schedule *s, const struct ls_view *v)
{
	char line[80], comment[480];
	unsigned int next = 0;

	put(w, "choices\n");
	for (unsigned int i = 0; i < s->nr; i++) {
		const struct ls_choice *c = &s->choices[i];
		int row = row_of(c, v, &next);
		int n = snprintf(line, sizeof(line), "%-4u %-8s %-4u", c->task, ls_op_name(c->op),
				 c->object);

		if (c->value != LS_STEP)
			n += snprintf(line + n, sizeof(line) - n, " = %u", c->value);
		while (line[n - 1] == ' ')
			line[--n] = '\0';
		comment[0] = '\0';
		if (row >= 0)
			say_row(v, row, comment, sizeof(comment));
		put(w, line);
		put_end(w, n, comment);
	}
}

static void put_all(FILE *f, const struct ls_schedule *s, const struct ls_view *v)
{
	struct writer w = { .f = f };
	char hex[LS_DIGEST_HEX];

	ls_digest_init(&w.seal);
	put_header(&w, s);
	put_choices(&w, s, v);
	ls_digest_end(&w.seal, hex);
	fprintf(f, "end %u %.16s\n", s->nr, hex);
}

/* The choices must be such as can be read again. */
static int check_choices(const struct ls_schedule *s, char *err)
{
	for (unsigned int i = 0; i < s->nr; i++) {
		if (ls_op_name(s->choices[i].op) && s->choices[i].task < LS_TASKS_MAX)
			continue;
		snprintf(err, LS_SCHEDULE_ERR, "choice %u of the schedule of %s is none: task %u, "
			 "operation %u", i, s->test, s->choices[i].task, s->choices[i].op);
		return -1;
	}
	return 0;
}

int ls_schedule_write(const struct ls_schedule *s, const char *path, const struct ls_view *v,
		      char *err)
{
	struct ls_file file;

	if (check_choices(s, err))
		return -1;
	for (unsigned int i = 0; i < s->nr_modules; i++) {
		struct ls_schedule_module *m = &s->modules[i];
		int ret = m->hash[0] ? 0 : ls_digest_file(m->path, m->hash);

		if (!ret)
			continue;
		snprintf(err, LS_SCHEDULE_ERR, "cannot read module %s: %s", m->path, strerror(-ret));
		return -1;
	}
	if (ls_file_begin(&file, "schedule", path, err, LS_SCHEDULE_ERR))
		return -1;
	put_all(file.f, s, v);
	return ls_file_end(&file, "schedule", err, LS_SCHEDULE_ERR);
}
