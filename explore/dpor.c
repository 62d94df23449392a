// SPDX-License-Identifier: MIT
/*
 * Depth first: dpor, dfs, and dfs with a bound on preemptions.
 *
 * dpor is source-DPOR with sleep sets (Abdulla, Aronis, Jonsson, Sagonas: "Optimal dynamic
 * partial order reduction", POPL 2014). For each pair of steps of the execution that race (they
 * are dependent, nothing orders them otherwise, and the later one could have been done first), the node
 * before the earlier one gets a task to start with that leads to the other order. A task whose
 * subtree was explored sleeps in its sibling's until somebody does what its step depends on.
 *
 * What differs from the textbook: operations that wait. Taking a lock depends on the release
 * before it, but could not come earlier: the race is with the acquire before that. And what still waits
 * when an execution ends races as if it were done there, or deadlocks would be lost.
 */
#include "depth.h"

struct depth D;

struct node *depth_push(enum node_kind kind)
{
	struct node *n;

	GROW(D.nodes, D.nr, D.max);
	n = &D.nodes[D.nr++];
	memset(n, 0, sizeof(*n));
	n->kind = kind;
	n->sleep = D.nr_sleepers;
	n->extra = n->accs = D.nr_accs;
	return n;
}

static void pop(void)
{
	struct node *n = &D.nodes[--D.nr];

	D.nr_sleepers = n->sleep;
	D.nr_accs = n->accs;
	if (D.frozen > D.nr)
		D.frozen = D.nr;
}

static void reset(void)
{
	D.nr = D.pos = D.frozen = 0;
	D.nr_sleepers = D.nr_accs = D.nr_next = 0;
}

/* --- sleep sets -------------------------------------------------------------------- */

bool depth_sleeps(const struct node *n, unsigned int task)
{
	for (uint32_t i = 0; i < n->nr_sleep; i++) {
		if (D.sleepers[n->sleep + i].task == task)
			return true;
	}
	return false;
}

/* Is @block freed, and @object in it? */
static bool is_freed_with(uint32_t object, uint32_t block)
{
	const struct object *b = &T.objects[block];
	const char *start = (const char *)b->addr;
	const char *addr = (const char *)T.objects[object].addr;

	return addr >= start && addr < start + b->block_size;
}

/* Does @e touch an object that stands for a block? Most steps do not. */
static bool touches_blocks(const struct event *e)
{
	for (unsigned int k = 0; k < e->nr_acc; k++) {
		if (T.objects[T.accs[e->acc + k].object].block_size)
			return true;
	}
	return false;
}

static bool depends(const struct sleeper *s, const struct event *e, bool blocks)
{
	for (uint32_t i = 0; i < s->nr; i++) {
		const struct footprint *f = &D.accs[s->acc + i];
		bool is_block = T.objects[f->object].block_size;

		for (unsigned int k = 0; k < e->nr_acc; k++) {
			const struct access *a = &T.accs[e->acc + k];

			if (a->object == f->object) {
				if (access_conflict((int)f->kind, a->kind))
					return true;
				continue;
			}
			if (is_block && is_freed_with(a->object, f->object))
				return true;
			if (blocks && is_freed_with(f->object, a->object))
				return true;
		}
	}
	return false;
}

/* Who of the sleepers of @n still sleeps behind step @e. */
static void pass_sleep(const struct node *n, const struct event *e)
{
	bool blocks = n->nr_sleep && touches_blocks(e);

	D.nr_next = 0;
	for (uint32_t i = 0; i < n->nr_sleep; i++) {
		const struct sleeper *s = &D.sleepers[n->sleep + i];

		if (s->task == e->task || depends(s, e, blocks))
			continue;
		GROW(D.next, D.nr_next, D.max_next);
		D.next[D.nr_next++] = n->sleep + i;
	}
}

static void take_sleep(struct node *n)
{
	for (uint32_t i = 0; i < D.nr_next; i++) {
		struct sleeper s = D.sleepers[D.next[i]];
		uint32_t from = s.acc;

		s.acc = D.nr_accs;
		for (uint32_t k = 0; k < s.nr; k++) {
			GROW(D.accs, D.nr_accs, D.max_accs);
			D.accs[D.nr_accs] = D.accs[from + k];
			D.nr_accs++;
		}
		GROW(D.sleepers, D.nr_sleepers, D.max_sleepers);
		D.sleepers[D.nr_sleepers++] = s;
	}
	n->nr_sleep = D.nr_next;
	n->extra = D.nr_accs;
	D.nr_next = 0;
}

static void keep_footprint(const struct event *e)
{
	for (unsigned int k = 0; k < e->nr_acc; k++) {
		GROW(D.accs, D.nr_accs, D.max_accs);
		D.accs[D.nr_accs].object = T.accs[e->acc + k].object;
		D.accs[D.nr_accs].kind = T.accs[e->acc + k].kind;
		D.nr_accs++;
	}
}

/* @n, the topmost node, is through with the task it chose: that one sleeps now. */
static void fall_asleep(struct node *n)
{
	struct sleeper s = { .task = n->chosen, .acc = n->extra };

	if (T.nr > n->event)
		keep_footprint(&T.events[n->event + 1]);
	s.nr = (uint16_t)(D.nr_accs - n->extra);
	GROW(D.sleepers, D.nr_sleepers, D.max_sleepers);
	D.sleepers[D.nr_sleepers++] = s;
	n->nr_sleep++;
	n->extra = D.nr_accs;
}

/* --- races ------------------------------------------------------------------------------ */

/* The steps that race with the one that is looked at. */
static struct {
	uint32_t *event;
	uint32_t nr, max;
	bool direct; /* one that another of them depends on comes up again when that is reversed */
} races;

/* What the step that is looked at depends on. */
static struct {
	uint32_t *event;
	uint32_t nr, max;
} deps;

static clock_entry scratch[LS_TASKS_MAX] __attribute__((aligned(16)));

static void scratch_join(const clock_entry *c)
{
	for (unsigned int i = 0; i < T.stride; i++) {
		if (c[i] > scratch[i])
			scratch[i] = c[i];
	}
}

static bool is_release(int kind)
{
	return kind == LS_RELEASE || kind == LS_RELEASE_SHARED;
}

static bool is_acquire(int kind)
{
	return kind == LS_ACQUIRE || kind == LS_ACQUIRE_SHARED;
}

/*
 * Steps that gave what the one that is looked at takes: it could not have come before them,
 * whatever else they have to do with each other.
 */
static uint64_t gave[STEPS_MAX + 2], gave_stamp;

static void mark_givers(uint32_t write, uint32_t readers)
{
	for (;; readers = T.accs[write].readers, write = T.accs[write].prev) {
		for (uint32_t i = readers; i; i = T.accs[i].readers) {
			if (is_release(T.accs[i].kind))
				gave[T.accs[i].event] = gave_stamp;
		}
		if (!write || !is_release(T.accs[write].kind))
			return;
		gave[T.accs[write].event] = gave_stamp;
	}
}

static void candidate(unsigned int event, unsigned int task, const clock_entry *pre)
{
	unsigned int other = T.events[event].task;

	if (other == task || pre[other] >= (clock_entry)event || gave[event] == gave_stamp)
		return;
	for (unsigned int i = 0; i < races.nr; i++) {
		if (races.event[i] == event)
			return;
		if (!races.direct || T.events[races.event[i]].task != other)
			continue;
		/* Of each task the last: those before it come before that one. */
		if (races.event[i] < event)
			races.event[i] = event;
		return;
	}
	GROW(races.event, races.nr, races.max);
	races.event[races.nr++] = event;
}

/* An access of @kind could not be done between @a and what was before. */
static bool only_after(int kind, const struct access *a, unsigned int enabled_by)
{
	return (is_acquire(kind) && is_release(a->kind)) || (enabled_by && a->event == enabled_by);
}

static void races_with_readers(uint32_t readers, int kind, unsigned int enabled_by,
			       unsigned int task, const clock_entry *pre)
{
	for (uint32_t i = readers; i; i = T.accs[i].readers) {
		const struct access *a = &T.accs[i];

		if (access_conflict(kind, a->kind) && !only_after(kind, a, enabled_by))
			candidate(a->event, task, pre);
	}
}

/*
 * What an access of @kind races with, looking back. Usually that is the last write and those who
 * have read since. But an operation that waits could perhaps not have been done right before
 * that one: then nothing comes of that race, and those further back would never come up. So look
 * back until it certainly could: before somebody took the lock for himself it was free.
 */
static void races_of_access(uint32_t write, uint32_t readers, int kind, unsigned int enabled_by,
			    unsigned int task, const clock_entry *pre)
{
	races_with_readers(readers, kind, enabled_by, task, pre);
	while (write) {
		const struct access *a = &T.accs[write];

		if (pre[T.events[a->event].task] >= (clock_entry)a->event)
			return;
		if (!only_after(kind, a, enabled_by)) {
			candidate(a->event, task, pre);
			if (races.direct ||
			    (is_acquire(kind) && (a->kind == LS_ACQUIRE || a->kind == LS_TRY)))
				return;
		}
		if (!races.direct)
			races_with_readers(a->readers, kind, enabled_by, task, pre);
		write = a->prev;
	}
}

/* The tasks with which an execution can begin behind @node that has the race the other way. */
static void initials(const struct node *n, unsigned int first, unsigned int last, unsigned int task,
		     struct set *in)
{
	static uint16_t begin[LS_TASKS_MAX]; /* first step of each task in the sequence */
	unsigned int seen[LS_TASKS_MAX], nr = 0;
	unsigned int racer = T.events[first].task;

	for (unsigned int k = first + 1; k <= last; k++) {
		unsigned int who = T.events[k].task;
		const clock_entry *c = clock_of(k);
		bool initial = true;

		if (c[racer] >= (clock_entry)first || begin[who])
			continue;
		for (unsigned int i = 0; i < nr && initial; i++)
			initial = c[seen[i]] < (clock_entry)begin[seen[i]];
		begin[who] = (uint16_t)k;
		seen[nr++] = who;
		if (initial)
			set_add(in, who);
	}
	if (!begin[task]) {
		bool initial = true;

		for (unsigned int i = 0; i < nr && initial; i++)
			initial = scratch[seen[i]] < (clock_entry)begin[seen[i]];
		if (initial)
			set_add(in, task);
	}
	for (unsigned int i = 0; i < nr; i++)
		begin[seen[i]] = 0;
}

/*
 * What @task did behind @first says nothing of what it does before it: with another value it may
 * touch something else. If it sleeps, that is known. Does its step there depend on one
 * that comes before it even when the race goes the other way? Then who sleeps is not the one to
 * begin with, and what begins with that other step was not seen.
 */
static bool sleeper_depends(const struct node *n, unsigned int task, unsigned int first,
			    unsigned int last)
{
	unsigned int racer = T.events[first].task;
	const struct sleeper *s = D.sleepers + n->sleep;

	for (const struct sleeper *end = s + n->nr_sleep; s < end; s++) {
		if (s->task != task)
			continue;
		for (unsigned int k = first + 1; k <= last; k++) {
			if (clock_of(k)[racer] < (clock_entry)first &&
			    depends(s, &T.events[k], touches_blocks(&T.events[k])))
				return true;
		}
	}
	return false;
}

static void reverse(unsigned int first, unsigned int last, unsigned int task)
{
	uint32_t index = T.events[first].node;
	struct node *n;
	struct set in = { 0 };
	int any = -1;

	if (index <= D.frozen)
		return; /* before the snapshot there was no choice; or all of it is given away */
	n = &D.nodes[index - 1];
	initials(n, first, last, task, &in);
	if (set_has(&in, task) && sleeper_depends(n, task, first, last))
		set_del(&in, task);
	set_for_each(i, &in) {
		if (set_has(&n->backtrack, (unsigned int)i) || depth_sleeps(n, (unsigned int)i))
			return;
		if (any < 0 && set_has(&n->ready, (unsigned int)i))
			any = i;
	}
	if (set_has(&in, task) && set_has(&n->ready, task))
		any = (int)task;
	if (any >= 0) {
		set_add(&n->backtrack, (unsigned int)any);
		return;
	}
	for (int i = 0; i < SET_WORDS; i++)
		n->backtrack.w[i] |= n->ready.w[i];
}

/*
 * Fill in what a step depends on even when the race with @first goes the other way: the past
 * of its task, and of the steps it depends on that do not themselves follow @first.
 */
static void independent_past(const clock_entry *pre, unsigned int first)
{
	unsigned int racer = T.events[first].task;

	memcpy(scratch, pre, T.stride * sizeof(*scratch));
	for (uint32_t i = 0; i < deps.nr; i++) {
		const clock_entry *c = clock_of(deps.event[i]);

		if (c[racer] < (clock_entry)first)
			scratch_join(c);
	}
}

static void add_dep(unsigned int event)
{
	GROW(deps.event, deps.nr, deps.max);
	deps.event[deps.nr++] = event;
}

static void collect_deps(uint32_t write, uint32_t readers, int kind)
{
	if (write)
		add_dep(T.accs[write].event);
	for (uint32_t i = readers; i; i = T.accs[i].readers) {
		if (access_conflict(kind, T.accs[i].kind))
			add_dep(T.accs[i].event);
	}
}

static void races_begin(bool waits)
{
	races.nr = deps.nr = 0;
	races.direct = !waits;
	gave_stamp++;
}

static void reverse_all(unsigned int last, unsigned int task, const clock_entry *pre)
{
	for (unsigned int i = 0; i < races.nr; i++) {
		unsigned int event = races.event[i];
		bool direct = true;

		for (unsigned int k = 0; races.direct && k < races.nr && direct; k++)
			direct = k == i || races.event[k] < event ||
				 !happens_before(event, races.event[k]);
		if (!direct)
			continue;
		independent_past(pre, event);
		reverse(event, last, task);
	}
}

static void find_races(unsigned int n)
{
	const struct event *e = &T.events[n];
	unsigned int pre = e->prev ? e->prev : E.tasks[e->task].spawned;
	bool waits = e->waits;

	for (unsigned int i = 0; i < e->nr_acc && !waits; i++)
		waits = is_acquire(T.accs[e->acc + i].kind);
	races_begin(waits);
	for (unsigned int i = 0; i < e->nr_acc && waits; i++) {
		if (is_acquire(T.accs[e->acc + i].kind))
			mark_givers(T.accs[e->acc + i].prev, T.accs[e->acc + i].readers);
	}
	for (unsigned int i = 0; i < e->nr_acc; i++) {
		const struct access *a = &T.accs[e->acc + i];
		uint32_t readers = access_sees_readers(a->kind, a->groups) ? a->readers : 0;

		if (!a->prev && !readers)
			continue;
		races_of_access(a->prev, readers, a->kind, e->enabled_by, e->task, clock_of(pre));
		collect_deps(a->prev, readers, a->kind);
	}
	if (races.nr)
		reverse_all(n - 1, e->task, clock_of(pre));
}

static void dpor_stepped(unsigned int event)
{
	const struct event *e = &T.events[event];

	if (!e->node)
		return;
	pass_sleep(&D.nodes[e->node - 1], e);
	find_races(event);
}

/* What tasks still wait for when it is over races with what was done there. */
static void dpor_blocked_at_end(void)
{
	for (unsigned int i = 0; i < E.e.nr_tasks; i++) {
		const struct task *t = &E.tasks[i];
		unsigned int pre = t->last ? t->last : t->spawned;
		const struct object *o;
		int kind = t->access;

		/* Who is ready sleeps, and is seen to elsewhere, unless a failure cut it short. */
		if ((t->state != TASK_WAITS && !(t->state == TASK_READY && E.e.failures)) ||
		    !t->object)
			continue;
		if (kind == LS_NONE)
			kind = t->op == LS_OP_LOCK ? LS_ACQUIRE : LS_WRITE;
		races_begin(t->is_wait);
		o = &T.objects[t->object];
		races_of_access(o->write, o->readers, kind, t->enabled_by, i, clock_of(pre));
		collect_deps(o->write, o->readers, kind);
		for (int k = 0; k < ALSO_MAX && t->also[k]; k++) {
			o = &T.objects[t->also[k]];
			races_of_access(o->write, o->readers, LS_READ, 0, i, clock_of(pre));
			collect_deps(o->write, o->readers, LS_READ);
		}
		reverse_all(T.nr, i, clock_of(pre));
	}
}

/* --- the three calls ------------------------------------------------------------------------ */

static void begin(void)
{
}

static int choose_first(const struct node *n, unsigned int cur)
{
	if (set_has(&n->ready, cur) && !depth_sleeps(n, cur))
		return (int)cur;
	set_for_each(i, &n->ready) {
		if (!depth_sleeps(n, (unsigned int)i))
			return i;
	}
	return -1;
}

/* Who may go on without (another) preemption, or with one if there is one left. */
static void bound_backtrack(struct node *n, unsigned int cur)
{
	n->backtrack = n->ready;
	if (!D.bounded || n->preemptions < E.x->bound || !set_has(&n->ready, cur))
		return;
	memset(&n->backtrack, 0, sizeof(n->backtrack));
	set_add(&n->backtrack, cur);
}

static int pick_new(const struct set *ready, unsigned int cur)
{
	struct node *n = depth_push(NODE_STEP);
	const struct node *before = NULL;
	int next;

	for (unsigned int i = D.nr - 1; i-- > 0 && !before;) {
		if (D.nodes[i].kind == NODE_STEP)
			before = &D.nodes[i];
	}
	n->event = T.nr;
	n->ready = *ready;
	n->preemptions = before ? before->preemptions : 0;
	if (before && before->chosen != D.last_cur && set_has(&before->ready, D.last_cur))
		n->preemptions++;
	D.last_cur = cur;
	if (D.reduce)
		take_sleep(n);
	next = choose_first(n, cur);
	if (next < 0) {
		pop();
		return -1;
	}
	n->chosen = (uint16_t)next;
	if (D.reduce)
		set_add(&n->backtrack, (unsigned int)next);
	else
		bound_backtrack(n, cur);
	D.pos = D.nr;
	return next;
}

static int pick(const struct set *ready, unsigned int cur)
{
	int next;

	if (D.pos < D.nr) {
		D.last_cur = cur;
		D.nodes[D.pos].event = T.nr;
		next = D.nodes[D.pos++].chosen;
		if (!set_has(ready, (unsigned int)next))
			engine_error("the case is not deterministic: in the same situation, task %d "
				     "could go on before, and cannot now", next);
	} else {
		next = pick_new(ready, cur);
	}
	E.picked_node = D.pos;
	return next;
}

static void replayed(unsigned int node)
{
	D.pos = node;
}

static unsigned int choose(unsigned int nr)
{
	struct node *n;

	if (D.pos < D.nr)
		return D.nodes[D.pos++].value;
	n = depth_push(NODE_CHOICE);
	n->nr = (uint16_t)nr;
	n->event = T.nr;
	D.pos = D.nr;
	return 0;
}

/* The next value of the choice on top, in the step of the node below it. */
static bool next_value(struct node *n)
{
	unsigned int d = (unsigned int)(n - D.nodes);

	if (n->value + 1 >= n->nr)
		return false;
	n->value++;
	while (d && D.nodes[d].kind != NODE_STEP)
		d--;
	if (D.nodes[d].kind == NODE_STEP) {
		if (D.reduce && T.nr > D.nodes[d].event)
			keep_footprint(&T.events[D.nodes[d].event + 1]);
		trace_pop(D.nodes[d].event);
	}
	D.pos = d;
	return true;
}

static bool next_task(struct node *n)
{
	set_add(&n->done, n->chosen);
	if (D.reduce)
		fall_asleep(n);
	set_for_each(i, &n->backtrack) {
		if (set_has(&n->done, (unsigned int)i) || depth_sleeps(n, (unsigned int)i))
			continue;
		n->chosen = (uint16_t)i;
		trace_pop(n->event);
		D.pos = (unsigned int)(n - D.nodes);
		return true;
	}
	return false;
}

static bool end(void)
{
	while (D.nr) {
		struct node *n = &D.nodes[D.nr - 1];

		if (n->kind == NODE_CHOICE ? next_value(n) : next_task(n))
			return true;
		/* What a choice added to its step's footprint is of use until the step is done with. */
		if (n->kind == NODE_CHOICE) {
			n->sleep = D.nr_sleepers;
			n->accs = D.nr_accs;
		}
		pop();
	}
	return false;
}

static void dpor_first(void)
{
	reset();
	D.reduce = true;
	D.bounded = false;
}

static void dfs_first(void)
{
	reset();
	D.reduce = D.bounded = false;
}

static void bound_first(void)
{
	reset();
	D.reduce = false;
	D.bounded = true;
}

const struct strategy strategy_dpor = {
	.name = "dpor",
	.first = dpor_first,
	.begin = begin,
	.pick = pick,
	.end = end,
	.choose = choose,
	.replayed = replayed,
	.stepped = dpor_stepped,
	.blocked_at_end = dpor_blocked_at_end,
	.start = job_start,
	.give = job_give,
	.clocks = true,
	.exhaustive = true,
};

const struct strategy strategy_dfs = {
	.name = "dfs",
	.first = dfs_first,
	.begin = begin,
	.pick = pick,
	.end = end,
	.choose = choose,
	.replayed = replayed,
	.start = job_start,
	.give = job_give,
	.exhaustive = true,
};

const struct strategy strategy_bound = {
	.name = "bound",
	.first = bound_first,
	.begin = begin,
	.pick = pick,
	.end = end,
	.choose = choose,
	.replayed = replayed,
};
