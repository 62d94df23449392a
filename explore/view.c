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
	return in_library(f) && f->internal && !is_at(f->file, "include/");
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
static unsigned int chain_of(const struct ls_view *v, const struct ls_step *s, struct link *chain)
{
	struct os_frame frames[FRAMES_PER_PC];
	unsigned int nr = 0;

	for (unsigned int i = 0; i < s->stack.nr && nr < CHAIN_MAX; i++) {
		int n = v->symbolize(s->stack.pc[i], frames, FRAMES_PER_PC);

		for (int j = 0; j < n && nr < CHAIN_MAX; j++) {
			chain[nr].f = frames[j];
			chain[nr++].pc = s->stack.pc[i];
		}
		if (n <= 0)
			chain[nr++] = (struct link){ .pc = s->stack.pc[i] };
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

void ls_view_call(const struct ls_view *v, unsigned int step, struct ls_call *call)
{
	const struct ls_step *s = &v->steps[step];
	struct link chain[CHAIN_MAX];
	unsigned int nr = chain_of(v, s, chain), at, caller;

	memset(call, 0, sizeof(*call));
	ls_view_object(v, step, call->object, sizeof(call->object));
	at = nr ? find_call(chain, nr, s->choice.op) : 0;
	if (!nr || !chain[at].f.func) {
		const char *op = ls_op_name(s->choice.op);

		snprintf(call->func, sizeof(call->func), "%s", op ? op : "?");
		return;
	}
	snprintf(call->func, sizeof(call->func), "%s", chain[at].f.func);
	/* READ_ONCE() and the like are no functions: the driver's own is named, with what it does. */
	if (!is_kernel(&chain[at].f)) {
		snprintf(call->caller, sizeof(call->caller), "%s", chain[at].f.func);
		snprintf(call->func, sizeof(call->func), "%s", ls_op_name(s->choice.op));
		caller = at;
	} else {
		caller = find_caller(chain, nr, at);
		if (caller < nr)
			snprintf(call->caller, sizeof(call->caller), "%s", chain[caller].f.func);
	}
	/* The outermost function is the task's: the head of the column names the task. */
	if (caller + 1 >= nr)
		call->caller[0] = '\0';
}

unsigned int ls_view_stack(const struct ls_view *v, unsigned int step, struct ls_frame_text *lines,
			   unsigned int max)
{
	struct link chain[CHAIN_MAX];
	unsigned int nr = chain_of(v, &v->steps[step], chain), at = 0, n = 0;

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

int ls_view_failed(const struct ls_step *steps, unsigned int nr, const char *comm)
{
	for (unsigned int i = nr; comm && *comm && i-- > 0;) {
		if (!strncmp(steps[i].task_name, comm, sizeof(steps[i].task_name)))
			return (int)i;
	}
	return (int)nr - 1;
}

/* What objects without a name are called, by what is done to them. */
static const char *kind_of(enum ls_op op)
{
	switch (op) {
	case LS_OP_LOCK:
	case LS_OP_TRYLOCK:
	case LS_OP_UNLOCK: return "lock";
	case LS_OP_WAIT:
	case LS_OP_WAKE: return "wait";
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
 * @rank: it is the how-manieth of its name
 */
struct ls_view_object {
	unsigned int ordinal, first;
	const char *name, *kind;
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

int ls_view_init(struct ls_view *v)
{
	struct ls_view_object *o = malloc((v->nr ? v->nr : 1) * sizeof(*o));
	unsigned int nr = 0, unique = 0;

	v->objects = o;
	v->nr_objects = 0;
	if (!o)
		return -1;
	for (unsigned int i = 0; i < v->nr; i++) {
		const struct ls_step *s = &v->steps[i];

		if (s->choice.object)
			o[nr++] = (struct ls_view_object){
				s->choice.object, i, s->name, kind_of(s->choice.op), 0 };
	}
	qsort(o, nr, sizeof(*o), by_ordinal);
	for (unsigned int i = 0; i < nr; i++) {
		struct ls_view_object *last = unique ? &o[unique - 1] : NULL;

		if (!last || last->ordinal != o[i].ordinal)
			o[unique++] = o[i];
		else if (!last->name[0])
			last->name = o[i].name;
	}
	qsort(o, unique, sizeof(*o), by_name);
	for (unsigned int i = 0; i < unique; i++)
		o[i].rank = i && !strcmp(o[i - 1].name, o[i].name) ? o[i - 1].rank + 1 : 1;
	qsort(o, unique, sizeof(*o), by_ordinal);
	v->nr_objects = unique;
	return 0;
}

void ls_view_fini(struct ls_view *v)
{
	free(v->objects);
	v->objects = NULL;
	v->nr_objects = 0;
}

void ls_view_name(const struct ls_view *v, unsigned int ordinal, char *buf, size_t size)
{
	unsigned int low = 0, high = v->nr_objects;
	const struct ls_view_object *o;

	buf[0] = '\0';
	while (low < high) {
		unsigned int mid = (low + high) / 2;

		o = &v->objects[mid];
		if (o->ordinal == ordinal) {
			/* A name with a number of its own needs none; without a name it has that of schedules. */
			if (strchr(o->name, '#'))
				snprintf(buf, size, "%s", o->name);
			else
				snprintf(buf, size, "%s#%u", o->name[0] ? o->name : o->kind,
					 o->name[0] ? o->rank : ordinal);
			return;
		}
		if (o->ordinal < ordinal)
			low = mid + 1;
		else
			high = mid;
	}
}

void ls_view_object(const struct ls_view *v, unsigned int step, char *buf, size_t size)
{
	ls_view_name(v, v->steps[step].choice.object, buf, size);
}

void ls_view_outcome(const struct ls_view *v, unsigned int step, char *buf, size_t size)
{
	const struct ls_step *s = &v->steps[step];

	buf[0] = '\0';
	if (s->text[0])
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
	else if (s->access == LS_ACQUIRE || s->access == LS_TRY)
		snprintf(buf, size, "taken");
	else if (s->access == LS_ACQUIRE_SHARED || s->access == LS_TRY_SHARED)
		snprintf(buf, size, "taken, shared");
	else if (s->access == LS_TRY_FAILED)
		snprintf(buf, size, "not free");
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
}

/* "task 1 waits for task 2, task 2 waits for task 1", of those that wait at the end. */
static void say_waiting(const struct ls_view *v, char *buf, size_t size)
{
	size_t n = 0;

	for (unsigned int i = 0; i < v->nr && n < size; i++) {
		const struct ls_step *s = &v->steps[i];
		char object[64];

		if (s->result != LS_WAIT_STUCK)
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
	if (v->verdict == LS_VERDICT_FAILED && v->rule && *v->rule)
		name = v->rule;
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
