// SPDX-License-Identifier: MIT
/*
 * The ladder: which steps are shown, and in which column. How a row becomes text is in
 * ladder_text.c.
 */
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ladder.h"

#define RUN_LONG 8 /* steps of one task in a row; of longer runs both ends are shown */
#define RUN_END	 3

void ls_ladder_terminal(struct ls_ladder *l)
{
	const char *columns = getenv("COLUMNS");
	struct winsize ws;
	int width = columns ? atoi(columns) : 0;

	if (width <= 0 && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws))
		width = ws.ws_col;
	l->width = width < 80 ? 80 : width > 1000 ? 1000 : (unsigned int)width;
	l->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/* --- what is shown ------------------------------------------------------------------- */

static bool is_read(const struct ls_step *s)
{
	return s->access == LS_READ || s->access == LS_NONE || s->access == LS_TRY_FAILED;
}

/* Objects by which tasks can notice each other: several use them, and not all only look. */
static void find_shared(struct plan *p)
{
	const struct ls_view *v = p->v;
	struct use {
		int task;
		bool several, changed;
	} *use = calloc(p->nr_objects + 1, sizeof(*use));

	for (unsigned int i = 0; use && i < v->nr; i++) {
		const struct ls_step *s = &v->steps[i];
		struct use *u = &use[p->object[i]];

		u->several |= u->task && u->task != s->choice.task + 1;
		u->changed |= !is_read(s);
		u->task = s->choice.task + 1;
	}
	for (unsigned int i = 0; use && i < v->nr; i++) {
		const struct use *u = &use[p->object[i]];

		if (p->object[i] && u->several && u->changed)
			p->mark[i] |= MARK_SHARED;
	}
	free(use);
}

/*
 * Who waits for the end of another is no part of why that one does not come; nor is the case if it
 * waits for its tasks, and those are stuck among themselves.
 */
static bool is_bystander(const struct plan *p, const struct ls_step *s)
{
	const struct ls_step *failed = p->v->failed < 0 ? NULL : &p->v->steps[p->v->failed];

	if (ls_view_is_join(s))
		return true;
	if (s->choice.task != p->main || s->choice.op != LS_OP_WAIT || s->result != LS_WAIT_STUCK)
		return false;
	if (p->others_stuck > 1)
		return true;
	return failed && failed->choice.task != p->main && failed->waited_for != p->main &&
	       (failed->choice.op == LS_OP_LOCK || failed->choice.op == LS_VIEW_REPORT);
}

/* What is shown in any case. */
static bool stands_out(const struct plan *p, unsigned int i)
{
	const struct ls_step *s = &p->v->steps[i];

	if ((int)i != p->v->failed && is_bystander(p, s))
		return false;
	if ((int)i != p->v->failed && !(p->mark[i] & MARK_TESTED) && s->choice.op != LS_OP_LOCK)
		return false; /* the runner's own sleep */
	return (int)i == p->v->failed || s->result || s->text[0] == '-' || !strcmp(s->text, "fails") ||
	       (s->choice.value != LS_STEP && s->choice.value) ||
	       (s->blocked >= 0 && s->choice.op == LS_OP_LOCK &&
		(p->v->failed < 0 || (int)i < p->v->failed));
}

/* Is it a function that is about one word, or the word itself? */
static bool is_word_function(const char *func)
{
	static const char *const words[] = {
		"load", "store", "rmw", "atomic", "refcount", "kref", "bit", "xchg", "_get", "_put",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strstr(func, words[i]))
			return true;
	}
	return false;
}

/* Words of the inside of a function of the kernel's: counts of tasks, flags of works. */
static bool is_inner_word(const struct ls_step *s, const struct ls_call *call)
{
	switch (s->choice.op) {
	case LS_OP_LOAD:
	case LS_OP_STORE:
	case LS_OP_RMW:
		return (!s->name[0] || strstr(s->name, "task ")) &&
		       (call->inside || !is_word_function(call->func));
	default:
		return false;
	}
}

/* Starting others and waiting for them, and what nobody sees. */
static bool is_conducting(const struct ls_step *s, const struct ls_call *call)
{
	switch (s->choice.op) {
	case LS_OP_WAIT:
	case LS_OP_FLUSH:
	case LS_OP_QUEUE:
	case LS_OP_YIELD:
	case LS_OP_ALLOC:
		return true;
	default:
		return !strncmp(call->api, "kthread_", 8);
	}
}

static void classify(struct plan *p)
{
	const struct ls_view *v = p->v;
	struct ls_call call;

	for (unsigned int i = 0; i < v->nr; i++) {
		const struct ls_step *s = &v->steps[i];

		ls_view_call(v, i, &call);
		if (call.api[0])
			p->mark[i] |= MARK_TESTED;
		if (is_inner_word(s, &call))
			p->mark[i] &= ~MARK_SHARED;
		if (is_conducting(s, &call))
			p->mark[i] |= MARK_CONDUCT;
		if (call.called)
			p->mark[i] |= MARK_CALLED;
	}
}

/* The code under test in each task: from step first[task] to step last[task], if any. */
static void find_tested(const struct plan *p, unsigned int *first, unsigned int *last)
{
	const struct ls_view *v = p->v;

	for (unsigned int t = 0; t < LS_TASKS_MAX; t++) {
		first[t] = v->nr;
		last[t] = 0;
	}
	for (unsigned int i = v->nr; i-- > 0;) {
		unsigned int t = v->steps[i].choice.task;

		if (!(p->mark[i] & MARK_TESTED))
			continue;
		if (first[t] == v->nr)
			last[t] = i;
		first[t] = i;
	}
}

/* The first task in which there is code under test, and how many of the others are stuck. */
static void find_main(struct plan *p, const unsigned int *first)
{
	const struct ls_view *v = p->v;

	for (unsigned int t = 0; t < LS_TASKS_MAX && p->main < 0; t++) {
		if (first[t] < v->nr)
			p->main = (int)t;
	}
	for (unsigned int i = 0; i < v->nr; i++) {
		const struct ls_step *s = &v->steps[i];

		p->others_stuck += s->result == LS_WAIT_STUCK && s->choice.task != p->main &&
				   !ls_view_is_join(s);
	}
}

/* The runner, and how threads begin and end: the code under test has no part in it. */
static void leave_out_machinery(struct plan *p)
{
	unsigned int first[LS_TASKS_MAX], last[LS_TASKS_MAX];
	const struct ls_view *v = p->v;

	find_tested(p, first, last);
	find_main(p, first);
	for (unsigned int i = 0; i < v->nr; i++) {
		unsigned int t = v->steps[i].choice.task;
		enum ls_op op = v->steps[i].choice.op;
		bool lock = op == LS_OP_LOCK || op == LS_OP_TRYLOCK || op == LS_OP_UNLOCK;

		/* A work of the library's may well hold a lock that others want. */
		if ((i >= first[t] && i <= last[t]) || stands_out(p, i) ||
		    (lock && (p->mark[i] & MARK_SHARED) && (p->mark[i] & MARK_CALLED) && first[t] == v->nr))
			continue;
		p->mark[i] |= MARK_OUT;
		p->machinery++;
	}
}

/* What was wrong is told; how it went on does not matter. */
static void leave_out_rest(struct plan *p)
{
	for (unsigned int i = p->v->failed + 1; p->v->failed >= 0 && i < p->v->nr; i++) {
		if (stands_out(p, i) || (p->mark[i] & MARK_OUT))
			continue;
		p->mark[i] |= MARK_OUT;
		p->rest++;
	}
}

/* The first task alone, before the others begin and after they ended. */
static void leave_out_ends(struct plan *p)
{
	const struct ls_view *v = p->v;
	unsigned int first = v->nr, last = 0, nr;
	struct ls_hold *holds;

	for (unsigned int i = 0; i < v->nr; i++) {
		if (v->steps[i].choice.task == p->main || (p->mark[i] & MARK_OUT))
			continue;
		if (first == v->nr)
			first = i;
		last = i + 1;
	}
	if (first == v->nr)
		p->main = -1; /* there are no others */
	for (unsigned int i = 0; i < v->nr && p->main >= 0; i++) {
		if ((i >= first && i < last) || stands_out(p, i) || (p->mark[i] & MARK_OUT))
			continue;
		p->mark[i] |= MARK_OUT | (i < first ? MARK_BEFORE : MARK_AFTER);
	}
	/* What it holds while the others run matters to them. */
	holds = ls_view_holds(v, &nr);
	for (unsigned int i = 0; i < nr; i++) {
		if ((p->mark[holds[i].from] & MARK_BEFORE) && holds[i].to >= first)
			p->mark[holds[i].from] &= ~(MARK_OUT | MARK_BEFORE);
	}
	free(holds);
	for (unsigned int i = 0; i < v->nr; i++) {
		p->before += (p->mark[i] & MARK_BEFORE) != 0;
		p->after += (p->mark[i] & MARK_AFTER) != 0;
	}
}

/* A task that only starts the others and waits for their end needs no column. */
static void leave_out_main(struct plan *p)
{
	const struct ls_view *v = p->v;
	unsigned int nr = 0;

	if (p->main < 0)
		return;
	for (unsigned int i = 0; i < v->nr; i++) {
		const struct ls_step *s = &v->steps[i];

		if (s->waited_for == p->main && s->choice.op == LS_OP_LOCK)
			return;
		if (s->choice.task != p->main || (p->mark[i] & MARK_OUT))
			continue;
		if (stands_out(p, i) || ((p->mark[i] & MARK_SHARED) && !(p->mark[i] & MARK_CONDUCT)))
			return;
		nr++;
	}
	for (unsigned int i = 0; i < v->nr; i++) {
		if (v->steps[i].choice.task == p->main)
			p->mark[i] |= MARK_OUT;
	}
	p->between = nr;
}

/* Runs of one task: what nobody else can notice, and the middle of long ones. */
static void fold(struct plan *p)
{
	const struct ls_view *v = p->v;

	for (unsigned int i = 0, end; i < v->nr; i = end) {
		unsigned int shown = 0, n = 0;

		end = i + 1;
		if (p->mark[i] & MARK_OUT)
			continue;
		while (end < v->nr && v->steps[end].choice.task == v->steps[i].choice.task &&
		       !(p->mark[end] & MARK_OUT))
			end++;
		for (unsigned int k = i; k < end; k++) {
			if (!(p->mark[k] & MARK_SHARED) && !stands_out(p, k))
				p->mark[k] |= MARK_FOLD;
			else
				shown++;
		}
		for (unsigned int k = i; k < end && shown > RUN_LONG; k++) {
			if (p->mark[k] & MARK_FOLD)
				continue;
			if (n >= RUN_END && n < shown - RUN_END && !stands_out(p, k))
				p->mark[k] |= MARK_FOLD;
			n++;
		}
	}
	/* A line that says "1 step" is no shorter than the step. */
	for (unsigned int i = 0; i < v->nr; i++) {
		bool before = i && (p->mark[i - 1] & MARK_FOLD) &&
			      v->steps[i - 1].choice.task == v->steps[i].choice.task;
		bool after = i + 1 < v->nr && (p->mark[i + 1] & MARK_FOLD) &&
			     v->steps[i + 1].choice.task == v->steps[i].choice.task;

		if ((p->mark[i] & MARK_FOLD) && !before && !after)
			p->mark[i] &= ~MARK_FOLD;
	}
}

/* --- columns --------------------------------------------------------------------------- */

/* How much a task has to do with the failure. */
static void score_tasks(const struct plan *p, unsigned int *score)
{
	const struct ls_view *v = p->v;

	for (unsigned int i = 0; i < v->nr; i++) {
		const struct ls_step *s = &v->steps[i];
		unsigned int *own = &score[s->choice.task];

		if (p->mark[i] & MARK_OUT)
			continue;
		*own += 1;
		if ((int)i == v->failed)
			*own += 10000000;
		if (s->result == LS_WAIT_STUCK)
			*own += 1000000;
		if (v->failed >= 0 && p->object[i] && p->object[i] == p->object[v->failed])
			*own += 100000;
		if (s->waited_for >= 0 && s->waited_for < LS_TASKS_MAX)
			score[s->waited_for] += s->result == LS_WAIT_STUCK ? 1000000 : 1000;
	}
	/* Of those that are not seen nothing can be shown. */
	for (unsigned int t = 0; t < LS_TASKS_MAX; t++) {
		bool seen = false;

		for (unsigned int i = 0; i < v->nr && !seen && score[t]; i++)
			seen = v->steps[i].choice.task == t && !(p->mark[i] & MARK_OUT);
		if (!seen)
			score[t] = 0;
	}
}

static void make_columns(struct plan *p)
{
	unsigned int score[LS_TASKS_MAX] = { 0 }, nr = 0, room, own, chosen[LS_TASKS_MAX] = { 0 };
	unsigned int width = p->l->width - (p->l->all ? GUTTER : 0);

	score_tasks(p, score);
	for (unsigned int t = 0; t < LS_TASKS_MAX; t++)
		nr += score[t] > 0;
	room = (width + GAP) / (COLUMN_MIN + GAP);
	own = nr <= room ? nr : room - 1;
	for (unsigned int n = 0; n < own; n++) {
		unsigned int best = LS_TASKS_MAX;

		for (unsigned int t = 0; t < LS_TASKS_MAX; t++) {
			if (score[t] && !chosen[t] && (best == LS_TASKS_MAX || score[t] > score[best]))
				best = t;
		}
		chosen[best] = 1;
	}
	for (unsigned int t = 0; t < LS_TASKS_MAX; t++) {
		p->column[t] = chosen[t] ? p->nr_columns : own;
		if (chosen[t])
			p->task[p->nr_columns++] = t;
		p->other[t] = score[t] && !chosen[t];
		p->nr_others += p->other[t];
	}
	p->nr_columns += p->nr_others > 0;
	if (p->nr_columns)
		p->width = (width + GAP) / p->nr_columns - GAP;
	if (p->width > COLUMN_MAX)
		p->width = COLUMN_MAX;
}

/* --- rows ------------------------------------------------------------------------------- */

/*
 * Behind which step it is told that step @i had to wait: with which its task came there, or
 * with which the other one took what it waits for.
 */
static unsigned int waits_after(const struct plan *p, unsigned int i)
{
	const struct ls_view *v = p->v;
	const struct ls_step *s = &v->steps[i];
	unsigned int at = s->blocked;

	for (unsigned int k = at + 1; k < i; k++) {
		const struct ls_step *o = &v->steps[k];

		if (o->choice.task == s->choice.task ||
		    (o->choice.task == s->waited_for && p->object[k] == p->object[i] &&
		     (o->choice.op == LS_OP_LOCK || o->choice.op == LS_OP_TRYLOCK)))
			at = k;
	}
	return at;
}

static void add_wait(struct plan *p, unsigned int i)
{
	unsigned int at = waits_after(p, i);

	p->next_wait[i] = p->wait[at];
	p->wait[at] = (int)i;
}

/* Is anything shown between the two? */
static bool apart(const struct plan *p, unsigned int from, unsigned int to)
{
	while (++from < to) {
		if (!(p->mark[from] & MARK_OUT))
			return true;
	}
	return false;
}

static void add_waits(struct plan *p)
{
	const struct ls_view *v = p->v;

	/* Who waits for ever did nothing more: the last line tells it. */
	for (unsigned int i = v->nr; i-- > 0 && !p->l->all;) {
		const struct ls_step *s = &v->steps[i];

		if (s->result != LS_WAIT_STUCK || s->blocked < 0 || (int)i == v->failed ||
		    (p->mark[i] & MARK_OUT))
			continue;
		p->mark[i] |= MARK_OUT;
		add_wait(p, i);
	}
	for (unsigned int i = v->nr; i-- > 0;) {
		if (v->steps[i].blocked >= 0 && !(p->mark[i] & (MARK_OUT | MARK_FOLD)) &&
		    apart(p, waits_after(p, i), i))
			add_wait(p, i);
	}
}

static void emit_rows(struct plan *p)
{
	const struct ls_view *v = p->v;
	unsigned long long time = v->nr ? v->steps[0].time : 0;

	for (unsigned int i = 0; i < v->nr; i++) {
		const struct ls_step *s = &v->steps[i];

		if (!(p->mark[i] & (MARK_OUT | MARK_FOLD))) {
			if (s->time > time)
				ladder_time(p, s->time - time);
			time = s->time;
			ladder_step(p, i, false);
		} else if (p->mark[i] & MARK_FOLD) {
			unsigned int n = 1;

			/* A task that comes to wait in the midst of it is told of behind it. */
			while (i + 1 < v->nr && (p->mark[i + 1] & MARK_FOLD) && p->wait[i] < 0 &&
			       v->steps[i + 1].choice.task == s->choice.task) {
				i++;
				n++;
			}
			ladder_fold(p, s->choice.task, n);
		}
		for (int w = p->wait[i]; w >= 0; w = p->next_wait[w])
			ladder_step(p, w, true);
	}
}

/* Small numbers for objects, so that they can index. */
static int number_objects(struct plan *p)
{
	const struct ls_view *v = p->v;
	uint32_t size = 16, *key;

	while (size < 2 * v->nr + 1)
		size *= 2;
	key = calloc(2 * (size_t)size, sizeof(*key));
	if (!key)
		return -1;
	for (unsigned int i = 0; i < v->nr; i++) {
		uint32_t o = v->steps[i].choice.object, h = o * 2654435761u % size;

		if (!o)
			continue;
		while (key[2 * h] && key[2 * h] != o)
			h = (h + 1) % size;
		if (!key[2 * h]) {
			key[2 * h] = o;
			key[2 * h + 1] = ++p->nr_objects;
		}
		p->object[i] = key[2 * h + 1];
	}
	free(key);
	return 0;
}

int ls_ladder(const struct ls_view *v, const struct ls_ladder *l,
	      void (*line)(void *arg, const char *text), void *arg)
{
	struct plan p = { .v = v, .l = l, .line = line, .arg = arg, .main = -1 };
	size_t nr = v->nr ? v->nr : 1;
	int ret = -1;

	p.mark = calloc(nr, sizeof(*p.mark));
	p.object = calloc(nr, sizeof(*p.object));
	p.wait = malloc(nr * sizeof(*p.wait));
	p.next_wait = malloc(nr * sizeof(*p.next_wait));
	if (!p.mark || !p.object || !p.wait || !p.next_wait || number_objects(&p))
		goto out;
	memset(p.wait, -1, nr * sizeof(*p.wait));
	if (v->nr) {
		find_shared(&p);
		classify(&p);
		if (!l->all) {
			leave_out_machinery(&p);
			leave_out_rest(&p);
			leave_out_ends(&p);
			leave_out_main(&p);
			fold(&p);
		}
		make_columns(&p);
		add_waits(&p);
		ladder_head(&p);
		emit_rows(&p);
	}
	ladder_foot(&p);
	ret = 0;
out:
	free(p.mark);
	free(p.object);
	free(p.wait);
	free(p.next_wait);
	return ret;
}
