// SPDX-License-Identifier: MIT
/*
 * What the views of an execution share: see view.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schedule.h"
#include "view.h"

#define FRAMES_PER_PC 16
#define CHAIN_MAX     48

/* --- call chains -------------------------------------------------------------------- */

typedef int (*symbolize_fn)(unsigned long pc, struct os_frame *frames, int max);

/* A frame of a chain, and its address if it was not inlined. */
struct link {
	struct os_frame f;
	unsigned long pc;
};

/* Does @file lie at @place of the source tree, wherever that was when it was compiled? */
static bool is_at(const char *file, const char *place)
{
	const char *at = file ? strstr(file, place) : NULL;

	return at && (at == file || at[-1] == '/');
}

static bool in_library(const struct os_frame *f)
{
	return f->object && !strcmp(f->object, "lockstep");
}

/* Of a kernel header: inlined into a driver, but not the driver's. */
static bool in_header(const struct os_frame *f)
{
	return is_at(f->file, "include/linux/") || is_at(f->file, "include/drm/") ||
	       is_at(f->file, "include/asm/") || is_at(f->file, "include/lockstep/");
}

/* Ours: says nothing to who knows the kernel. */
static bool is_ours(const struct os_frame *f)
{
	if (!f->func || !strncmp(f->func, "ls_", 3) || !strncmp(f->func, "__ls_", 5) ||
	    !strncmp(f->func, "os_", 3) || is_at(f->file, "include/lockstep/"))
		return true;
	if (!in_library(f))
		return false;
	return (f->internal && !is_at(f->file, "include/")) || is_at(f->file, "explore/") ||
	       is_at(f->file, "host/");
}

/* Where the code under test ends and the machinery that called it begins. */
static bool is_runner(const struct os_frame *f)
{
	static const char *const files[] = {
		"host/", "cmd/", "explore/", "kernel/kunit/", "kernel/sched/kthread.c",
		"kernel/sched/task.c", "kernel/core/boot.c",
	};

	if (f->object && !in_library(f) && strcmp(f->object, "lockstep"))
		return !strncmp(f->object, "libc", 4) || !strncmp(f->object, "ld-", 3);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (is_at(f->file, files[i]))
			return true;
	}
	return false;
}

/* All frames of a step's chain, innermost first, without the runner at its end. */
static unsigned int chain_of(symbolize_fn symbolize, const struct ls_stack *stack, struct link *chain)
{
	struct os_frame frames[FRAMES_PER_PC];
	unsigned int nr = 0;

	for (unsigned int i = 0; i < stack->nr && nr < CHAIN_MAX; i++) {
		int n = symbolize(stack->pc[i], frames, FRAMES_PER_PC);

		for (int j = 0; j < n && nr < CHAIN_MAX; j++) {
			chain[nr].f = frames[j];
			chain[nr++].pc = stack->pc[i];
		}
		if (n <= 0)
			chain[nr++] = (struct link){ .pc = stack->pc[i] };
	}
	while (nr && (!chain[nr - 1].f.func || is_runner(&chain[nr - 1].f)))
		nr--;
	return nr;
}

/* Words by which a function says that it is this operation, and not only uses it. */
static const char *const *words_of(enum ls_op op)
{
	static const char *const lock[] = { "lock", "down", NULL };
	static const char *const trylock[] = { "trylock", "down", NULL };
	static const char *const unlock[] = { "unlock", "up", NULL };
	static const char *const wait[] = { "wait", NULL };
	static const char *const wake[] = { "wake", "complete", "signal", NULL };
	static const char *const rmw[] = { "get", "put", "ref", "test_and", NULL };
	static const char *const queue[] = { "queue", "schedule", "call_rcu", "mod_timer", NULL };
	static const char *const flush[] = { "flush", "cancel", "sync", "barrier", NULL };
	static const char *const rcu[] = { "rcu", NULL };
	static const char *const alloc[] = { "alloc", NULL };
	static const char *const none[] = { NULL };

	switch (op) {
	case LS_OP_LOCK: return lock;
	case LS_OP_TRYLOCK: return trylock;
	case LS_OP_UNLOCK: return unlock;
	case LS_OP_WAIT: return wait;
	case LS_OP_WAKE: return wake;
	case LS_OP_RMW: return rmw;
	case LS_OP_QUEUE: return queue;
	case LS_OP_FLUSH: return flush;
	case LS_OP_RCU: return rcu;
	case LS_OP_ALLOC: return alloc;
	default: return none;
	}
}

static bool says(const char *func, enum ls_op op)
{
	for (const char *const *w = words_of(op); *w; w++) {
		if (strstr(func, *w))
			return true;
	}
	return false;
}

/* A function of the kernel's, as opposed to the driver's. */
static bool is_kernel(const struct os_frame *f)
{
	return f->func && (in_library(f) || in_header(f));
}

/*
 * The frame that is the operation: from the innermost function of the kernel outwards, as long
 * as it is the same operation by another name: ww_mutex_lock() is dma_resv_lock().
 */
static unsigned int find_call(const struct link *chain, unsigned int nr, enum ls_op op)
{
	unsigned int at = 0;

	while (at + 1 < nr && is_ours(&chain[at].f))
		at++;
	while (at + 1 < nr && is_kernel(&chain[at].f) && is_kernel(&chain[at + 1].f) &&
	       !is_ours(&chain[at + 1].f) && says(chain[at + 1].f.func, op))
		at++;
	return at;
}

/* Who called it: the next function that is not ours. NR if there is none. */
static unsigned int find_caller(const struct link *chain, unsigned int nr, unsigned int at)
{
	for (at++; at < nr && is_ours(&chain[at].f); at++)
		;
	return at;
}

/* The innermost frame of the code under test. NR if there is none. */
static unsigned int find_tested(const struct link *chain, unsigned int nr)
{
	unsigned int i = 0;

	while (i < nr && (!chain[i].f.func || is_kernel(&chain[i].f)))
		i++;
	return i;
}

/* Names come from the code under test: nothing in them may move a cursor, or be no UTF-8. */
static void clean(char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < ' ' || (unsigned char)*s >= 127)
			*s = '?';
	}
}

static void copy_name(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "?");
	clean(to);
}

void ls_view_call(const struct ls_view *v, unsigned int step, struct ls_call *call)
{
	const struct ls_step *s = &v->steps[step];
	struct link chain[CHAIN_MAX];
	unsigned int nr = chain_of(v->symbolize, &s->stack, chain), tested = find_tested(chain, nr);
	unsigned int at, caller;

	memset(call, 0, sizeof(*call));
	ls_view_object(v, step, call->object, sizeof(call->object));
	if (tested && tested < nr)
		copy_name(call->api, sizeof(call->api), chain[tested - 1].f.func);
	at = s->choice.op == LS_VIEW_REPORT ? (tested ? tested - 1 : 0) : find_call(chain, nr, s->choice.op);
	if (s->choice.op == LS_VIEW_REPORT && !tested && nr) {
		/* It begins in the code under test: what that called is not known. */
		copy_name(call->func, sizeof(call->func), chain[0].f.func);
		copy_name(call->api, sizeof(call->api), chain[0].f.func);
		return;
	}
	if (at >= nr || is_ours(&chain[at].f)) {
		copy_name(call->func, sizeof(call->func), ls_op_name(s->choice.op));
		return;
	}
	copy_name(call->func, sizeof(call->func), chain[at].f.func);
	caller = find_caller(chain, nr, at);
	/* READ_ONCE() and the like are no functions: the driver's own is named, with what it does. */
	if (!is_kernel(&chain[at].f)) {
		copy_name(call->func, sizeof(call->func), ls_op_name(s->choice.op));
		copy_name(call->api, sizeof(call->api), call->func);
		caller = at;
	}
	call->called = caller < nr;
	call->inside = caller < nr && is_kernel(&chain[caller].f);
	/* The outermost function is the task's: the head of the column names the task. */
	if (caller + 1 < nr)
		copy_name(call->caller, sizeof(call->caller), chain[caller].f.func);
}

/* Do both begin at the same place of the code under test? */
static bool same_call(symbolize_fn symbolize, const struct ls_stack *a, const struct ls_stack *b)
{
	struct link x[CHAIN_MAX], y[CHAIN_MAX];
	unsigned int nr_x = chain_of(symbolize, a, x), nr_y = chain_of(symbolize, b, y);
	unsigned int i = find_tested(x, nr_x), k = find_tested(y, nr_y);

	if (i == nr_x || k == nr_y || nr_x - i != nr_y - k)
		return false;
	for (; i < nr_x; i++, k++) {
		if (!x[i].f.func || !y[k].f.func || strcmp(x[i].f.func, y[k].f.func) ||
		    x[i].f.line != y[k].f.line)
			return false;
	}
	return true;
}

int ls_view_add_report(struct ls_step **steps, unsigned int *nr, int *failed,
		       const struct ls_report *r, symbolize_fn symbolize)
{
	struct link chain[CHAIN_MAX];
	unsigned int at, len = chain_of(symbolize, &r->stack, chain);
	struct ls_step *s;

	/* A leak is about where something was made; what the runner finds has no place either. */
	if (r->class == LS_LEAK || *failed < 0 || *failed >= (int)*nr ||
	    find_tested(chain, len) == len || same_call(symbolize, &(*steps)[*failed].stack, &r->stack))
		return 0;
	/* What it does not forbid comes next. */
	for (unsigned int i = *failed + 1; i < *nr; i++) {
		if ((*steps)[i].choice.task != (*steps)[*failed].choice.task)
			continue;
		if (!same_call(symbolize, &(*steps)[i].stack, &r->stack))
			break;
		*failed = (int)i;
		return 0;
	}
	s = realloc(*steps, (*nr + 1UL) * sizeof(*s));
	if (!s)
		return -1;
	*steps = s;
	at = (unsigned int)++*failed;
	memmove(s + at + 1, s + at, (*nr - at) * sizeof(*s));
	++*nr;
	for (unsigned int i = at + 1; i < *nr; i++)
		s[i].blocked += s[i].blocked >= (int)at;
	s[at] = s[at - 1];
	s[at].choice.op = LS_VIEW_REPORT;
	s[at].choice.value = LS_STEP;
	s[at].choice.object = 0;
	s[at].access = s[at].result = 0;
	s[at].blocked = s[at].waited_for = -1;
	s[at].address = (unsigned long)r->lock;
	s[at].name[0] = s[at].text[0] = '\0';
	s[at].stack = r->stack;
	for (unsigned int i = 0; i < *nr && r->lock; i++) {
		if (i != at && s[i].address == s[at].address && s[i].choice.object) {
			s[at].choice.object = s[i].choice.object;
			break;
		}
	}
	return 0;
}

unsigned int ls_view_stack(const struct ls_view *v, unsigned int step, struct ls_frame_text *lines,
			   unsigned int max)
{
	struct link chain[CHAIN_MAX];
	unsigned int nr = chain_of(v->symbolize, &v->steps[step].stack, chain), at = 0, n = 0;

	while (at + 1 < nr && is_ours(&chain[at].f))
		at++;
	for (; at < nr && n < max; at++) {
		const struct os_frame *f = &chain[at].f;

		if (f->func && is_ours(f) && f->inlined)
			continue;
		if (f->func)
			snprintf(lines[n].func, sizeof(lines[n].func), "%s", f->func);
		else
			snprintf(lines[n].func, sizeof(lines[n].func), "0x%lx", chain[at].pc);
		if (f->file && f->line)
			snprintf(lines[n].place, sizeof(lines[n].place), "%s:%d", f->file, f->line);
		else
			snprintf(lines[n].place, sizeof(lines[n].place), "%s",
				 f->object ? f->object : "?");
		n++;
	}
	return n;
}

/* --- words ------------------------------------------------------------------------------ */

unsigned int ls_view_number(const struct ls_view *v, unsigned int step)
{
	if (v->report_row < 0 || (int)step < v->report_row)
		return step + 1;
	return (int)step == v->report_row ? 0 : step;
}

bool ls_view_is_join(const struct ls_step *s)
{
	return s->choice.op == LS_OP_WAIT && !strncmp(s->name, "end of task", 11);
}

int ls_view_stuck(const struct ls_step *steps, unsigned int nr)
{
	int best = -1;

	for (unsigned int i = 0; i < nr; i++) {
		if (steps[i].result != LS_WAIT_STUCK || ls_view_is_join(&steps[i]))
			continue;
		if (best < 0 || steps[i].choice.task >= steps[best].choice.task ||
		    steps[i].choice.op == LS_OP_LOCK)
			best = (int)i;
	}
	return best;
}

/* What an object without a name is called, by what is done to it. */
static const char *kind_of(const struct ls_call *call, enum ls_op op)
{
	static const char *const kinds[][2] = {
		{ "complet", "completion" }, { "wait", "queue" }, { "wake_up", "queue" },
		{ "timer", "timer" }, { "rcu", "rcu" }, { "work", "work" }, { "ref", "refs" },
		{ "fence", "fence" }, { "bit", "bits" }, { "atomic", "atomic" },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strstr(call->func, kinds[i][0]) || (call->inside && strstr(call->caller, kinds[i][0])))
			return kinds[i][1];
	}
	switch (op) {
	case LS_OP_LOCK:
	case LS_OP_TRYLOCK:
	case LS_OP_UNLOCK: return "lock";
	case LS_OP_WAIT:
	case LS_OP_WAKE: return "queue";
	case LS_OP_QUEUE:
	case LS_OP_FLUSH: return "work";
	default: return "word";
	}
}

/**
 * struct ls_view_object - an object of an execution
 * @ordinal: as in schedules
 * @first: its first step
 * @name: the first that anybody had for it, "" for none
 * @kind: what it is called without
 * @symbol: it is this variable, or that far behind its beginning; NULL if it is none
 * @rank: it is the how-manieth of its name; 0 for the only one
 */
struct ls_view_object {
	unsigned int ordinal, first;
	const char *name, *kind, *symbol;
	unsigned long offset;
	unsigned int rank;
};

static int by_ordinal(const void *a, const void *b)
{
	const struct ls_view_object *x = a, *y = b;

	if (x->ordinal != y->ordinal)
		return x->ordinal < y->ordinal ? -1 : 1;
	return x->first < y->first ? -1 : x->first > y->first;
}

static int by_name(const void *a, const void *b)
{
	const struct ls_view_object *x = a, *y = b;
	int ret = strcmp(x->name, y->name);

	return ret ? ret : x->first < y->first ? -1 : x->first > y->first;
}

/* Once for each object: the steps of one stand together, the first one first. */
static unsigned int unite(struct ls_view_object *o, unsigned int nr)
{
	unsigned int unique = 0;

	qsort(o, nr, sizeof(*o), by_ordinal);
	for (unsigned int i = 0; i < nr; i++) {
		struct ls_view_object *last = unique ? &o[unique - 1] : NULL;

		if (!last || last->ordinal != o[i].ordinal)
			o[unique++] = o[i];
		else if (!last->name[0])
			last->name = o[i].name;
	}
	return unique;
}

static void rank(struct ls_view_object *o, unsigned int nr)
{
	qsort(o, nr, sizeof(*o), by_name);
	for (unsigned int i = 0, end; i < nr; i = end) {
		for (end = i + 1; end < nr && !strcmp(o[i].name, o[end].name); end++)
			;
		for (unsigned int k = i; k < end; k++)
			o[k].rank = end - i > 1 ? k - i + 1 : 0;
	}
	qsort(o, nr, sizeof(*o), by_ordinal);
}

int ls_view_init(struct ls_view *v)
{
	struct ls_view_object *o = calloc(v->nr ? v->nr : 1, sizeof(*o));
	unsigned int nr = 0;

	v->objects = NULL;
	v->nr_objects = 0;
	if (!o)
		return -1;
	for (unsigned int i = 0; i < v->nr; i++) {
		const struct ls_step *s = &v->steps[i];

		if (s->choice.object)
			o[nr++] = (struct ls_view_object){ s->choice.object, i, .name = s->name };
	}
	nr = unite(o, nr);
	rank(o, nr);
	for (unsigned int i = 0; i < nr; i++) {
		const struct ls_step *s = &v->steps[o[i].first];
		unsigned long size;
		struct ls_call call;

		if (o[i].name[0])
			continue;
		if (v->symbol && s->address)
			o[i].symbol = v->symbol(s->address, &o[i].offset, &size);
		ls_view_call(v, o[i].first, &call);
		o[i].kind = kind_of(&call, s->choice.op);
	}
	v->objects = o;
	v->nr_objects = nr;
	return 0;
}

void ls_view_fini(struct ls_view *v)
{
	free(v->objects);
	v->objects = NULL;
	v->nr_objects = 0;
}

static const struct ls_view_object *find_object(const struct ls_view *v, unsigned int ordinal)
{
	unsigned int low = 0, high = v->nr_objects;

	while (low < high) {
		unsigned int mid = (low + high) / 2;

		if (v->objects[mid].ordinal == ordinal)
			return &v->objects[mid];
		if (v->objects[mid].ordinal < ordinal)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

void ls_view_name(const struct ls_view *v, unsigned int ordinal, char *buf, size_t size)
{
	const struct ls_view_object *o = find_object(v, ordinal);

	buf[0] = '\0';
	if (!o)
		return;
	/* A name with a number of its own needs none; without a name it has that of schedules. */
	if (o->name[0] && (!o->rank || strchr(o->name, '#')))
		snprintf(buf, size, "%s", o->name);
	else if (o->name[0])
		snprintf(buf, size, "%s#%u", o->name, o->rank);
	else if (o->symbol && o->offset)
		snprintf(buf, size, "%s+%lu", o->symbol, o->offset);
	else if (o->symbol)
		snprintf(buf, size, "%s", o->symbol);
	else
		snprintf(buf, size, "%s#%u", o->kind, ordinal);
	clean(buf);
}

void ls_view_object(const struct ls_view *v, unsigned int step, char *buf, size_t size)
{
	ls_view_name(v, v->steps[step].choice.object, buf, size);
}

void ls_view_outcome(const struct ls_view *v, unsigned int step, char *buf, size_t size)
{
	const struct ls_step *s = &v->steps[step];

	buf[0] = '\0';
	if (s->text[0] || s->choice.op == LS_VIEW_REPORT)
		snprintf(buf, size, "%s", s->text);
	else if (s->choice.value != LS_STEP && s->choice.op == LS_OP_ALLOC)
		snprintf(buf, size, "%s", s->choice.value ? "allocation fails" : "");
	else if (s->choice.value != LS_STEP)
		snprintf(buf, size, "way %u", s->choice.value);
	else if (s->result == LS_WAIT_TIMEOUT)
		snprintf(buf, size, "timed out");
	else if (s->result == LS_WAIT_STUCK && s->waited_for >= 0)
		snprintf(buf, size, "waits for task %d for ever", s->waited_for);
	else if (s->result == LS_WAIT_STUCK)
		snprintf(buf, size, "waits for ever");
	else if (s->choice.op != LS_OP_LOCK && s->choice.op != LS_OP_TRYLOCK)
		return;
	else if (s->access == LS_ACQUIRE || s->access == LS_TRY)
		snprintf(buf, size, "taken");
	else if (s->access == LS_ACQUIRE_SHARED || s->access == LS_TRY_SHARED)
		snprintf(buf, size, "taken, shared");
	else if (s->access == LS_TRY_FAILED)
		snprintf(buf, size, "not free");
	clean(buf);
}

const char *ls_view_comm(const struct ls_view *v, unsigned int task)
{
	for (unsigned int i = 0; i < v->nr; i++) {
		if (v->steps[i].choice.task == task && v->steps[i].task_name[0])
			return v->steps[i].task_name;
	}
	return "";
}

void ls_view_task(const struct ls_view *v, unsigned int task, char *buf, size_t size)
{
	const char *comm = ls_view_comm(v, task);

	snprintf(buf, size, *comm ? "task %u (%s)" : "task %u", task, comm);
	clean(buf);
}

/* "task 1 waits for task 2, task 2 waits for task 1", of those that wait at the end. */
static void say_waiting(const struct ls_view *v, char *buf, size_t size)
{
	size_t n = 0;

	for (unsigned int i = 0; i < v->nr && n < size; i++) {
		const struct ls_step *s = &v->steps[i];
		char object[64];

		if (s->result != LS_WAIT_STUCK || ls_view_is_join(s))
			continue;
		ls_view_object(v, i, object, sizeof(object));
		n += snprintf(buf + n, size - n, "%s task %u waits for %s", n ? "," : ":",
			      s->choice.task, *object ? object : "something");
		if (s->waited_for >= 0 && n < size)
			n += snprintf(buf + n, size - n, " of task %d", s->waited_for);
	}
}

void ls_view_verdict(const struct ls_view *v, char *buf, size_t size)
{
	const char *name = ls_verdict_name(v->verdict);
	size_t n;

	if (v->verdict == LS_VERDICT_OK) {
		snprintf(buf, size, "nothing found");
		return;
	}
	if (v->verdict == LS_VERDICT_FAILED)
		name = v->rule && *v->rule ? v->rule : "a check of the case failed";
	n = snprintf(buf, size, "%s", name ? name : "?");
	if (n < size && (v->verdict == LS_VERDICT_DEADLOCK || v->verdict == LS_VERDICT_LOST))
		say_waiting(v, buf + n, size - n);
}

/* --- locks and edges -------------------------------------------------------------------- */

static bool takes(const struct ls_step *s)
{
	return (s->choice.op == LS_OP_LOCK || s->choice.op == LS_OP_TRYLOCK) &&
	       s->choice.value == LS_STEP && s->result == 0 &&
	       (s->access == LS_ACQUIRE || s->access == LS_ACQUIRE_SHARED || s->access == LS_TRY ||
		s->access == LS_TRY_SHARED);
}

static bool gives_back(const struct ls_step *s)
{
	return s->choice.value == LS_STEP && s->choice.object &&
	       (s->choice.op == LS_OP_UNLOCK || s->access == LS_RELEASE ||
		s->access == LS_RELEASE_SHARED);
}

struct ls_hold *ls_view_holds(const struct ls_view *v, unsigned int *nr)
{
	struct ls_hold *holds = malloc((v->nr ? v->nr : 1) * sizeof(*holds));

	*nr = 0;
	for (unsigned int i = 0; holds && i < v->nr; i++) {
		const struct ls_step *s = &v->steps[i];

		if (takes(s)) {
			holds[(*nr)++] = (struct ls_hold){
				.task = s->choice.task, .object = s->choice.object, .from = i, .to = v->nr,
				.shared = s->access == LS_ACQUIRE_SHARED || s->access == LS_TRY_SHARED,
			};
			continue;
		}
		if (!gives_back(s))
			continue;
		for (unsigned int j = *nr; j-- > 0;) {
			if (holds[j].to == v->nr && holds[j].object == s->choice.object &&
			    holds[j].task == s->choice.task) {
				holds[j].to = i;
				break;
			}
		}
	}
	if (!*nr) {
		free(holds);
		return NULL;
	}
	return holds;
}

/* The step of another task that made step @i possible: the last to change its object. */
static int enabler(const struct ls_view *v, unsigned int i)
{
	const struct ls_step *s = &v->steps[i];

	for (unsigned int j = i; j-- > 0;) {
		const struct ls_step *o = &v->steps[j];

		if (o->choice.object != s->choice.object || o->choice.value != LS_STEP)
			continue;
		if (gives_back(o) || o->choice.op == LS_OP_WAKE || o->choice.op == LS_OP_STORE ||
		    o->choice.op == LS_OP_RMW || o->choice.op == LS_OP_QUEUE)
			return o->choice.task == s->choice.task ? -1 : (int)j;
	}
	return -1;
}

struct ls_edge *ls_view_edges(const struct ls_view *v, unsigned int *nr)
{
	struct ls_edge *edges = malloc((v->nr ? v->nr : 1) * sizeof(*edges));

	*nr = 0;
	for (unsigned int i = 0; edges && i < v->nr; i++) {
		const struct ls_step *s = &v->steps[i];
		bool lock = takes(s), waited = s->blocked >= 0 && s->result == 0;
		int from;

		if (!s->choice.object || s->choice.value != LS_STEP || (!lock && !waited &&
		    s->choice.op != LS_OP_WAIT && s->choice.op != LS_OP_FLUSH) || s->result)
			continue;
		from = enabler(v, i);
		if (from >= 0)
			edges[(*nr)++] = (struct ls_edge){
				.from = from, .to = i, .kind = lock ? LS_EDGE_RELEASE : LS_EDGE_WAKE,
			};
	}
	if (!*nr) {
		free(edges);
		return NULL;
	}
	return edges;
}
