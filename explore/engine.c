// SPDX-License-Identifier: MIT
/*
 * The engine: tasks stand at points, a strategy picks one, it runs to its next point.
 *
 * There is no scheduler of its own: the task that comes to a point closes its step, asks the
 * strategy, and switches to the chosen one directly. Only the end of an execution and the
 * snapshot happen on the base stack, which no snapshot covers.
 */
#include <stdarg.h>
#include <stdio.h>

#include "engine.h"

struct engine E;

const char *op_name(unsigned int op)
{
	static const char *const names[] = {
		[LS_OP_LOAD] = "load",	   [LS_OP_STORE] = "store",   [LS_OP_RMW] = "rmw",
		[LS_OP_LOCK] = "lock",	   [LS_OP_TRYLOCK] = "trylock", [LS_OP_UNLOCK] = "unlock",
		[LS_OP_WAIT] = "wait",	   [LS_OP_WAKE] = "wake",     [LS_OP_QUEUE] = "queue",
		[LS_OP_FLUSH] = "flush",   [LS_OP_RCU] = "rcu",	      [LS_OP_ALLOC] = "alloc",
		[LS_OP_YIELD] = "yield",   [LS_OP_DONE] = "done",
		[LS_OP_FREE] = "free",
	};

	return op < sizeof(names) / sizeof(names[0]) && names[op] ? names[op] : "?";
}

/* --- between tasks and the base ------------------------------------------------------ */

void switch_to(unsigned int next)
{
	struct task *from = me(), *to = &E.tasks[next];

	if (from == to)
		return;
	from->kernel_task = ls_current;
	E.e.cur = next;
	E.me = to;
	os_heap_owner = next;
	ls_current = to->kernel_task;
	os_fibre_switch(&from->fibre, &to->fibre);
}

void ask_base(int request)
{
	struct task *t = me();

	E.request = request;
	t->kernel_task = ls_current;
	os_fibre_switch(&t->fibre, &E.base);
}

void end_execution(enum ls_verdict verdict)
{
	/* Plain writes to freed memory are no steps, but leave their mark. */
	if (verdict != LS_VERDICT_CUT && !E.e.failures) {
		uaf_check_late();
		if (E.e.failures && verdict == LS_VERDICT_OK)
			verdict = LS_VERDICT_FAILED;
	}
	/* What has failed has failed, however long it goes on, and whoever is waited for in vain. */
	if (E.e.over_at || (verdict == LS_VERDICT_BOUND && E.e.failures))
		verdict = verdict == LS_VERDICT_CUT ? verdict : LS_VERDICT_FAILED;
	E.e.verdict = verdict;
	for (;;)
		ask_base(BASE_END);
}

void engine_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(E.x->error, sizeof(E.x->error), fmt, args);
	va_end(args);
	for (;;)
		ask_base(BASE_ERROR);
}

/* --- who can go on ------------------------------------------------------------------- */

void set_state(unsigned int i, enum task_state state)
{
	struct task *t = &E.tasks[i];

	if (t->state == state)
		return;
	if (t->state == TASK_READY) {
		set_del(&E.e.ready, i);
		E.e.nr_ready--;
	} else if (t->state == TASK_YIELDED) {
		E.e.nr_yielded--;
	}
	t->state = state;
	if (state == TASK_READY) {
		set_add(&E.e.ready, i);
		E.e.nr_ready++;
	} else if (state == TASK_YIELDED) {
		E.e.nr_yielded++;
	}
}

static void ask_again(unsigned int i)
{
	struct task *t = &E.tasks[i];
	bool ready = t->ready(t->ready_arg);

	if (ready && t->state == TASK_WAITS) {
		t->enabled_by = (uint16_t)E.e.step;
		set_state(i, TASK_READY);
	} else if (!ready && t->state == TASK_READY && !t->result) {
		set_state(i, TASK_WAITS);
	}
}

static bool waits_for(const struct task *t, uint32_t object)
{
	return t->object == object || (t->also[0] && (t->also[0] == object || t->also[1] == object));
}

/* A step has changed @object: those who wait for it look again. */
static void ask_waiters(uint32_t object)
{
	unsigned int left = T.objects[object].nr_waiting;

	for (unsigned int i = 0; left && i < E.e.nr_tasks; i++) {
		struct task *t = &E.tasks[i];

		if (!t->is_wait || !waits_for(t, object))
			continue;
		left--;
		ask_again(i);
	}
}

void count_waiting(const struct task *t, int by)
{
	if (!t->is_wait)
		return;
	T.objects[t->object].nr_waiting += by;
	for (int i = 0; i < ALSO_MAX && t->also[i]; i++)
		T.objects[t->also[i]].nr_waiting += by;
}

/* --- steps --------------------------------------------------------------------------- */

step_inline void new_access(struct event *e, uint32_t object, int kind)
{
	struct access *a;

	if (unlikely(T.nr_accs == T.max_accs))
		engine_error("a step touches too many objects");
	a = &T.accs[++T.nr_accs];
	a->object = object;
	a->event = (uint16_t)T.nr;
	a->kind = (uint8_t)kind;
	e->nr_acc++;
}

void add_access(uint32_t object, int kind)
{
	struct event *e = &T.events[T.nr];
	struct access *a;

	for (unsigned int i = 0; i < e->nr_acc; i++) {
		a = &T.accs[e->acc + i];
		if (a->object != object)
			continue;
		if (a->kind != kind && !(kind == LS_READ && is_write_like(a->kind)))
			a->kind = LS_WRITE;
		return;
	}
	new_access(e, object, kind);
}

/*
 * To free memory is an access to each object in it, those that somebody comes to later included:
 * the block has an object of its own, which freeing writes and a use after that reads.
 */
uint32_t block_object(const volatile void *addr)
{
	unsigned long size = 0;
	const void *start = os_heap_block(addr, &size);
	uint32_t o = trace_object(start ? start : addr);

	T.objects[o].block_size = (uint32_t)size;
	return o;
}

void touch_block(uint32_t block)
{
	uintptr_t start = (uintptr_t)T.objects[block].addr, end = start + T.objects[block].block_size;

	add_access(block, LS_WRITE);
	for (uintptr_t at = start >> NEAR_SHIFT << NEAR_SHIFT; at < end; at += 1UL << NEAR_SHIFT) {
		for (uint32_t o = T.near[hash_near(at)]; o; o = T.objects[o].near) {
			uintptr_t addr = (uintptr_t)T.objects[o].addr;

			if (addr > start && addr < end && addr - at < 1UL << NEAR_SHIFT &&
			    (T.objects[o].write || T.objects[o].readers))
				add_access(o, LS_WRITE);
		}
	}
}

static __attribute__((noinline)) void use_freed(const volatile void *addr)
{
	add_access(block_object(addr), LS_READ);
}

void add_use(uint32_t object, int kind)
{
	add_access(object, kind);
	if (unlikely(os_heap_state(T.objects[object].addr) == OS_HEAP_FREED))
		use_freed(T.objects[object].addr);
}

/* The step of the running task is complete. */
void close_step(void)
{
	struct task *t = me();
	unsigned int step = E.e.step;
	struct event *e = &T.events[step];

	if (unlikely(!step || e->task != E.e.cur || t->last == step))
		return;
	t->last = (uint16_t)step;
	if (!in_kept_step()) {
		trace_close(e, e->prev ? e->prev : t->spawned);
		if (unlikely(E.x->record))
			record_close();
		if (E.strategy->stepped && E.have_snapshot && !E.e.stuck)
			E.strategy->stepped(step);
	}
	for (const struct access *a = &T.accs[e->acc], *end = a + e->nr_acc; a < end; a++) {
		if (unlikely(T.objects[a->object].nr_waiting) && a->kind != LS_READ)
			ask_waiters(a->object);
	}
}

/* For who looks on when this process dies. */
void note_live(unsigned int task, unsigned int op, unsigned int value)
{
	if (E.e.nr_live < E.x->max_live) {
		E.x->live[E.e.nr_live++] = (struct ls_choice){ .task = E.tasks[task].rank,
							       .value = (uint16_t)value,
							       .op = (uint16_t)op };
		__atomic_store_n(E.x->nr_live, E.e.nr_live, __ATOMIC_RELAXED);
	}
}

static void check_replayed(const struct task *t, unsigned int next)
{
	const struct event *e = &T.events[E.e.step];

	if (likely(e->task == next && e->op == t->op && e->object == t->object))
		return;
	engine_error("the case is not deterministic: in the same situation, task %u (%s) first came to "
		     "%s of object %u, then task %u (%s) to %s of object %u; look for a clock, "
		     "an address or uninitialised data that decides",
		     e->task, E.tasks[e->task].name, op_name(e->op), e->object, next, t->name,
		     op_name(t->op), t->object);
}

static unsigned int last_change(uint32_t object)
{
	const struct object *o = &T.objects[object];

	return T.accs[o->readers ? o->readers : o->write].event;
}

/*
 * The step without which @t could not go on now, or 0: another change of what it waits for may
 * have done as well, or its deadline.
 */
static uint16_t only_enabler(const struct task *t)
{
	if (!t->enabled_by || t->deadline <= E.e.now + RACE_NS)
		return 0;
	if (t->also[0] && last_change(t->object) > t->enabled_by)
		return 0;
	for (int i = 0; i < ALSO_MAX && t->also[i]; i++) {
		if (last_change(t->also[i]) > t->enabled_by)
			return 0;
	}
	return t->enabled_by;
}

/* @next leaves its point: its step begins. */
void begin_step(unsigned int next)
{
	struct task *t = &E.tasks[next];
	uint16_t enabled_by = 0;
	bool waits = t->is_wait;
	struct event *e;

	if (waits) {
		enabled_by = only_enabler(t);
		count_waiting(t, -1);
		if (t->deadline != OS_NEVER)
			E.e.nr_timed--;
		t->is_wait = false;
		t->deadline = OS_NEVER;
	}
	if (E.x->max_live)
		note_live(next, t->op, LS_STEP);
	if (unlikely(races_on) && t->access && t->object && !t->result)
		sync_point(next, t->op, T.objects[t->object].addr, t->access);
	if (replaying()) {
		E.e.step++;
		check_replayed(t, next);
		if (E.strategy->replayed)
			E.strategy->replayed(T.events[E.e.step].node);
		return;
	}
	if (unlikely(T.nr == E.max_steps))
		end_execution(LS_VERDICT_BOUND);
	e = &T.events[++T.nr];
	E.e.step = T.nr;
	*e = (struct event){ .task = (uint16_t)next, .op = (uint16_t)t->op, .object = t->object,
			     .pc = t->pc, .acc = T.nr_accs + 1, .prev = t->last,
			     .enabled_by = enabled_by, .arrived = t->arrived, .result = t->result,
			     .waits = waits, .node = E.picked_node };
	if (t->access && t->object && !t->result) {
		new_access(e, t->object, t->access);
		if (unlikely(os_heap_state(T.objects[t->object].addr) == OS_HEAP_FREED))
			use_freed(T.objects[t->object].addr);
	}
	if (waits) {
		for (int i = 0; i < ALSO_MAX && t->also[i]; i++)
			add_access(t->also[i], LS_READ);
	}
	if (unlikely(t->result == LS_WAIT_TIMEOUT)) {
		add_access(E.clock_object, LS_WRITE);
		add_access(t->object, LS_READ); /* had it been ready, it would not be this */
	}
	if (unlikely(t->op == LS_OP_FREE))
		touch_block(t->object);
	E.x->steps++;
	if (unlikely(E.x->record))
		record_begin(next);
	if (unlikely(E.x->step_begins != NULL))
		E.x->step_begins(E.x, E.e.step);
}
