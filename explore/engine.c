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
#include <time.h>

#include "internal.h"
#include "races.h"

struct task_struct;
extern __thread struct task_struct *ls_current __attribute__((tls_model("initial-exec")));

struct engine E;

#define NS_MS	     1000000ULL
#define RACE_NS	     (100 * NS_MS) /* a deadline that is no further away may come at any point */
#define START_NS     (1000 * 1000 * NS_MS)

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

static inline struct task *me(void)
{
	return &E.tasks[E.e.cur];
}

/* --- between tasks and the base ------------------------------------------------------ */

static void switch_to(unsigned int next)
{
	struct task *from = me(), *to = &E.tasks[next];

	if (from == to)
		return;
	from->kernel_task = ls_current;
	E.e.cur = next;
	os_heap_owner = next;
	ls_current = to->kernel_task;
	os_fibre_switch(&from->fibre, &to->fibre);
}

static void ask_base(int request)
{
	struct task *t = me();

	E.request = request;
	t->kernel_task = ls_current;
	os_fibre_switch(&t->fibre, &E.base);
}

void end_execution(enum ls_verdict verdict)
{
	/* What has failed has failed, however long it goes on. */
	if (verdict == LS_VERDICT_BOUND && E.e.failures)
		verdict = LS_VERDICT_FAILED;
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

static void count_waiting(const struct task *t, int by)
{
	if (!t->is_wait)
		return;
	T.objects[t->object].nr_waiting += by;
	for (int i = 0; i < ALSO_MAX && t->also[i]; i++)
		T.objects[t->also[i]].nr_waiting += by;
}

/* --- steps --------------------------------------------------------------------------- */

/* The step that comes next is known from the execution before. */
static inline bool replaying(void)
{
	return E.e.step < E.kept;
}

/* The running step is: its footprint was collected then. */
static inline bool in_kept_step(void)
{
	return E.e.step <= E.kept;
}

static void add_access(uint32_t object, int kind)
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
	if (unlikely(T.nr_accs == T.max_accs))
		engine_error("a step touches too many objects");
	a = &T.accs[++T.nr_accs];
	a->object = object;
	a->event = (uint16_t)T.nr;
	a->kind = (uint8_t)kind;
	e->nr_acc++;
}

/*
 * To free memory is an access to each object in it, those that somebody comes to later included:
 * the block has an object of its own, which freeing writes and a use after that reads.
 */
static uint32_t block_object(const volatile void *addr)
{
	unsigned long size = 0;
	const void *start = os_heap_block(addr, &size);
	uint32_t o = trace_object(start ? start : addr);

	T.objects[o].block_size = (uint32_t)size;
	return o;
}

static void touch_block(uint32_t block)
{
	const char *start = (const char *)T.objects[block].addr;

	add_access(block, LS_WRITE);
	for (uint32_t o = 1; o <= T.nr_objects; o++) {
		const char *addr = (const char *)T.objects[o].addr;

		if (addr > start && addr < start + T.objects[block].block_size &&
		    (T.objects[o].write || T.objects[o].readers))
			add_access(o, LS_WRITE);
	}
}

static void add_use(uint32_t object, int kind)
{
	add_access(object, kind);
	if (unlikely(os_heap_state(T.objects[object].addr) == OS_HEAP_FREED))
		add_access(block_object(T.objects[object].addr), LS_READ);
}

/* The step of the running task is complete. */
static void close_step(void)
{
	struct task *t = me();
	struct event *e = &T.events[E.e.step];

	if (!E.e.step || e->task != E.e.cur || t->last == E.e.step)
		return;
	t->last = (uint16_t)E.e.step;
	if (!in_kept_step()) {
		trace_close(e->prev ? e->prev : t->spawned);
		if (unlikely(E.x->record))
			record_close();
		if (E.strategy->stepped && E.have_snapshot && !E.e.stuck)
			E.strategy->stepped(E.e.step);
	}
	for (unsigned int i = 0; i < e->nr_acc; i++) {
		const struct access *a = &T.accs[e->acc + i];

		if (T.objects[a->object].nr_waiting && a->kind != LS_READ)
			ask_waiters(a->object);
	}
}

/* For who looks on when this process dies. */
static void note_live(unsigned int task, unsigned int op, unsigned int value)
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
static void begin_step(unsigned int next)
{
	struct task *t = &E.tasks[next];
	uint16_t enabled_by = only_enabler(t);
	bool waits = t->is_wait;
	struct event *e;

	count_waiting(t, -1);
	if (t->deadline != OS_NEVER)
		E.e.nr_timed--;
	t->is_wait = false;
	t->deadline = OS_NEVER;
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
	e->task = (uint16_t)next;
	e->op = (uint16_t)t->op;
	e->object = t->object;
	e->pc = t->pc;
	e->acc = T.nr_accs + 1;
	e->nr_acc = 0;
	e->prev = t->last;
	e->enabled_by = enabled_by;
	e->arrived = t->arrived;
	e->result = t->result;
	e->waits = waits;
	e->chose = 0;
	e->node = E.picked_node;
	if (t->access && t->object && !t->result)
		add_use(t->object, t->access);
	for (int i = 0; waits && i < ALSO_MAX && t->also[i]; i++)
		add_access(t->also[i], LS_READ);
	if (t->result == LS_WAIT_TIMEOUT) {
		add_access(E.clock_object, LS_WRITE);
		add_access(t->object, LS_READ); /* had it been ready, it would not be this */
	}
	if (t->op == LS_OP_FREE)
		touch_block(t->object);
	E.x->steps++;
	if (unlikely(E.x->record))
		record_begin(next);
	if (unlikely(E.x->step_begins != NULL))
		E.x->step_begins(E.x, E.e.step);
}

/* --- time ---------------------------------------------------------------------------- */

/* Add those whose deadline is the next one. @guards: also if it is far away. */
static void add_timed(struct set *s, bool guards)
{
	unsigned long long first = OS_NEVER;

	for (unsigned int i = 0; i < E.e.nr_tasks; i++) {
		const struct task *t = &E.tasks[i];

		if (t->state == TASK_WAITS && t->deadline < first)
			first = t->deadline;
	}
	if (first == OS_NEVER || (!guards && first > E.e.now + RACE_NS) ||
	    (E.e.ending && first > E.e.ends_at))
		return;
	for (unsigned int i = 0; i < E.e.nr_tasks; i++) {
		if (E.tasks[i].state == TASK_WAITS && E.tasks[i].deadline == first)
			set_add(s, i);
	}
}

/* --- picking ------------------------------------------------------------------------- */

static void __attribute__((noreturn)) finish(void)
{
	if (E.strategy->blocked_at_end && E.have_snapshot && !E.e.stuck)
		E.strategy->blocked_at_end();
	end_execution(E.e.failures ? LS_VERDICT_FAILED : LS_VERDICT_OK);
}

/* Everybody stands where nothing goes on. Let one after the other find out what it waits for. */
static int pick_stuck(void)
{
	if (!E.e.stuck) {
		if (E.strategy->blocked_at_end && E.have_snapshot)
			E.strategy->blocked_at_end();
		E.e.stuck = true;
		E.e.stuck_at = E.e.step;
	}
	for (unsigned int i = 0; i < E.e.nr_tasks; i++) {
		struct task *t = &E.tasks[i];

		if (t->state != TASK_WAITS || t->was_stuck)
			continue;
		t->was_stuck = true;
		t->result = LS_WAIT_STUCK;
		set_state(i, TASK_READY);
		return (int)i;
	}
	for (unsigned int i = 0; i < E.e.nr_tasks; i++) {
		if (E.tasks[i].state == TASK_WAITS && E.tasks[i].stuck_op == LS_OP_LOCK)
			end_execution(LS_VERDICT_DEADLOCK);
	}
	end_execution(LS_VERDICT_LOST);
}

/* Fill @s with those who can go on; moves time and spinners if nobody else can. */
static bool candidates(struct set *s)
{
	if (E.e.nr_yielded)
		spin_look_around();
	*s = E.e.ready;
	if (E.e.nr_timed)
		add_timed(s, !E.e.nr_ready);
	if (E.e.nr_ready || (E.e.nr_timed && set_next(s, -1) >= 0))
		return true;
	if (!E.e.nr_yielded || E.e.ending)
		return false;
	/* All poll. Whatever they poll for may come with time. */
	spin_idle();
	*s = E.e.ready;
	return true;
}

static int pick_replayed(void)
{
	const struct event *e = &T.events[E.e.step + 1];
	struct task *t = &E.tasks[e->task];
	struct set s;

	/* Who polls is let in, and time moved, as it was then. */
	if (unlikely(E.e.nr_yielded))
		candidates(&s);
	if (e->result) {
		t->result = e->result;
		if (e->result == LS_WAIT_TIMEOUT && E.e.now < t->deadline)
			E.e.now = t->deadline;
	}
	set_state(e->task, TASK_READY);
	return e->task;
}

static int pick(void)
{
	struct set s;
	int next;

	E.picked_node = 0;
	if (replaying())
		return pick_replayed();
	if (unlikely(E.x->stop && *E.x->stop))
		end_execution(LS_VERDICT_CUT);
	if (!candidates(&s)) {
		if (E.e.ending)
			finish();
		return pick_stuck();
	}
	if (E.e.stuck)
		return set_next(&s, -1);
	if (!E.have_snapshot) {
		int first = set_next(&s, -1);

		if (!E.may_snapshot)
			return E.strategy->pick(&s, E.e.cur);
		if (set_next(&s, first) < 0 &&
		    (E.tasks[first].op != LS_OP_ALLOC || !E.e.allocs_left))
			return first;
		ask_base(BASE_SNAPSHOT);
		return pick(); /* each execution comes by here */
	}
	next = E.strategy->pick(&s, E.e.cur);
	if (next < 0) {
		/* Who waits now will not be seen to be kept from going on where they sleep. */
		if (E.strategy->blocked_at_end)
			E.strategy->blocked_at_end();
		end_execution(LS_VERDICT_CUT);
	}
	return next;
}

/* The running task stands at a point, described in its struct task. Returns in its next step. */
static void reschedule(void)
{
	struct task *t = me();
	int next;

	if (E.e.prologue == (int)E.e.cur) {
		unsigned int parent = (unsigned int)E.e.prologue_parent;

		E.e.prologue = -1;
		switch_to(parent);
		return;
	}
	next = pick();
	if (next < 0)
		engine_error("the schedule ends where tasks could still go on");
	t = &E.tasks[next];
	if (t->state == TASK_WAITS && !replaying()) {
		t->result = LS_WAIT_TIMEOUT;
		if (E.e.now < t->deadline)
			E.e.now = t->deadline;
		set_state((unsigned int)next, TASK_READY);
	}
	begin_step((unsigned int)next);
	switch_to((unsigned int)next);
}

/* --- before the case: one task at a time, no choices ------------------------------------ */

static int boot_pick(void)
{
	struct set s = { 0 };

	for (unsigned int i = E.draining ? 1 : 0; i < E.e.nr_tasks; i++) {
		struct task *t = &E.tasks[i];

		if (t->state == TASK_READY ||
		    (t->state == TASK_WAITS && t->is_wait && t->ready(t->ready_arg)))
			return (int)i;
	}
	if (E.draining)
		return 0;
	add_timed(&s, true);
	return set_next(&s, -1);
}

static void boot_reschedule(void)
{
	int next;

	if (E.e.prologue == (int)E.e.cur) {
		E.e.prologue = -1;
		switch_to((unsigned int)E.e.prologue_parent);
		return;
	}
	next = boot_pick();
	if (next < 0)
		engine_error("before the case begins, all tasks wait and none can go on");
	if (E.tasks[next].state == TASK_WAITS && !E.tasks[next].ready(E.tasks[next].ready_arg)) {
		E.tasks[next].result = LS_WAIT_TIMEOUT;
		if (E.e.now < E.tasks[next].deadline)
			E.e.now = E.tasks[next].deadline;
	}
	count_waiting(&E.tasks[next], -1);
	E.tasks[next].is_wait = false;
	if (E.tasks[next].deadline != OS_NEVER)
		E.e.nr_timed--;
	E.tasks[next].deadline = OS_NEVER;
	set_state((unsigned int)next, TASK_READY);
	switch_to((unsigned int)next);
}

/* Let what boot has started come to rest. */
static void drain(void)
{
	E.draining = true;
	set_state(0, TASK_READY);
	boot_reschedule();
	E.draining = false;
}

/* --- what primitives call ----------------------------------------------------------------- */

static int default_access(enum ls_op op)
{
	switch (op) {
	case LS_OP_LOAD:
		return LS_READ;
	case LS_OP_LOCK:
	case LS_OP_TRYLOCK:
	case LS_OP_UNLOCK:
	case LS_OP_ALLOC:
	case LS_OP_YIELD:
		return LS_NONE;
	case LS_OP_DONE:
		return LS_RELEASE; /* who waits for it could not have gone on before */
	default:
		return LS_WRITE;
	}
}

static void touch(const volatile void *obj, enum ls_access access)
{
	uint32_t object;

	if (!E.active || !obj || access == LS_NONE || in_kept_step())
		return;
	object = trace_object(obj);
	add_use(object, access);
}

static void engine_touch(const volatile void *obj, enum ls_access access)
{
	if (unlikely(races_on))
		sync_touch(E.e.cur, obj, access);
	touch(obj, access);
}

static void stand_at(enum ls_op op, const volatile void *obj, int access, unsigned long pc)
{
	struct task *t = me();

	t->op = op;
	t->object = !obj ? 0 : op == LS_OP_FREE ? block_object(obj) : trace_object(obj);
	t->access = (uint8_t)access;
	t->result = 0;
	t->pc = pc;
	t->arrived = (uint16_t)E.e.step;
	t->enabled_by = 0;
	if (unlikely(E.x->record))
		record_stand(E.e.cur);
}

static void engine_point(enum ls_op op, const volatile void *obj)
{
	struct task *t = me();

	__builtin_unwind_init(); /* all registers that matter on the stack: see spin.c */
	if (!E.active) {
		if (op == LS_OP_YIELD && !t->quiet && E.e.prologue < 0) {
			set_state(E.e.cur, TASK_READY);
			E.draining = E.e.cur == 0;
			boot_reschedule();
			E.draining = false;
		}
		return;
	}
	if (t->quiet) {
		if (unlikely(races_on))
			sync_point(E.e.cur, op, obj, default_access(op));
		touch(obj, default_access(op));
		if (op == LS_OP_FREE && !in_kept_step())
			touch_block(block_object(obj));
		return;
	}
	if (op == LS_OP_ALLOC && !E.x->fail_alloc)
		return; /* it cannot fail, and nobody sees it */
	if (E.e.prologue != (int)E.e.cur)
		close_step();
	stand_at(op, obj, default_access(op), (unsigned long)__builtin_return_address(0));
	t->nr_steps++;
	if (op == LS_OP_YIELD)
		spin_yield(t, __builtin_frame_address(0));
	else if (unlikely(t->nr_steps == t->look_at))
		spin_look(t, __builtin_frame_address(0));
	reschedule();
	uaf_check_point(op, obj);
}

static int engine_wait(enum ls_op op, const volatile void *obj, enum ls_access access,
		       ls_ready_fn ready, const void *arg, unsigned long long deadline)
{
	struct task *t = me();

	__builtin_unwind_init();
	if (t->quiet && ready(arg)) {
		engine_touch(obj, access);
		t->also_next[0] = t->also_next[1] = 0;
		return 0;
	}
	if (!E.active && ready(arg)) {
		t->also_next[0] = t->also_next[1] = 0;
		return 0;
	}
	if (E.active && E.e.prologue != (int)E.e.cur)
		close_step();
	stand_at(op, obj, access, (unsigned long)__builtin_return_address(0));
	t->is_wait = true;
	memcpy(t->also, t->also_next, sizeof(t->also));
	t->also_next[0] = t->also_next[1] = 0;
	t->ready = ready;
	t->ready_arg = arg;
	t->deadline = deadline;
	if (deadline != OS_NEVER)
		E.e.nr_timed++;
	count_waiting(t, 1);
	if (!ready(arg))
		set_state(E.e.cur, TASK_WAITS);
	t->stuck_op = t->was_stuck ? t->stuck_op : (uint8_t)op;
	t->nr_steps++;
	if (unlikely(t->nr_steps == t->look_at) && E.active && t->state == TASK_READY)
		spin_look(t, __builtin_frame_address(0));
	else if (t->nr_steps == t->look_at)
		t->look_at++;
	if (E.active)
		reschedule();
	else
		boot_reschedule();
	uaf_check_point(op, obj);
	return me()->result;
}

static void engine_also(const volatile void *obj)
{
	struct task *t = me();
	uint32_t object = trace_object(obj);

	if (t->also_next[0] == object || t->also_next[1] == object)
		return;
	if (t->also_next[1])
		engine_error("an operation waits for more than %d further objects", ALSO_MAX);
	t->also_next[t->also_next[0] ? 1 : 0] = object;
}

static void engine_quiet(int by)
{
	me()->quiet += by;
}

static void note_choice(unsigned int value)
{
	if (E.e.nr_choices == E.max_choices) {
		unsigned int max = E.max_choices ? 2 * E.max_choices : 256;
		void *p = realloc(E.choices, max * sizeof(*E.choices));

		if (!p)
			engine_error("out of memory for the choices of an execution");
		E.choices = p;
		E.max_choices = max;
	}
	E.choices[E.e.nr_choices++] =
		(struct choice_made){ (uint16_t)E.e.step, (uint16_t)value };
}

static unsigned int engine_choose(enum ls_op op, unsigned int nr)
{
	unsigned int value;

	if (!E.active || nr < 2 || E.e.stuck || E.e.prologue >= 0)
		return 0;
	if (op == LS_OP_ALLOC && E.x->fail_alloc)
		engine_touch(&E.e.allocs_left, LS_READ); /* who fails takes it from the others */
	if (op == LS_OP_ALLOC && !E.e.allocs_left)
		return 0;
	if (!E.have_snapshot && E.may_snapshot)
		return 0; /* in the middle of a step, whose beginning had no alternative */
	value = E.strategy->choose ? E.strategy->choose(nr) : 0;
	if (op == LS_OP_ALLOC && value) {
		engine_touch(&E.e.allocs_left, LS_WRITE);
		E.e.allocs_left--;
	}
	if (!in_kept_step())
		T.events[T.nr].chose = T.events[T.nr].chose * 31 + value + 1;
	note_choice(value);
	if (E.x->max_live)
		note_live(E.e.cur, op, value);
	return value;
}

static void engine_spawn_id(const char *kind, const volatile void *obj)
{
	E.e.spawn_kind = kind;
	E.e.spawn_obj = obj;
}

static void engine_progress(void)
{
	me()->same = 0;
	me()->sig = 0;
}

static const struct ls_explorer explorer = {
	.wait = engine_wait,
	.also = engine_also,
	.touch = engine_touch,
	.quiet = engine_quiet,
	.choose = engine_choose,
	.spawn_id = engine_spawn_id,
	.progress = engine_progress,
};

/* --- the seam ------------------------------------------------------------------------------- */

struct parked {
	const unsigned int *word;
	unsigned int expect;
};

static bool word_changed(const void *arg)
{
	const struct parked *p = arg;

	return __atomic_load_n(p->word, __ATOMIC_RELAXED) != p->expect;
}

static int seam_park(const unsigned int *word, unsigned int expect, os_ns deadline)
{
	struct parked p = { word, expect };
	int quiet = me()->quiet, ret;

	if (word_changed(&p)) {
		engine_touch(word, LS_READ);
		return 0;
	}
	me()->quiet = 0; /* it really waits, whatever the primitive thought */
	ret = engine_wait(LS_OP_WAIT, word, LS_READ, word_changed, &p, deadline);
	me()->quiet = quiet;
	return ret == LS_WAIT_TIMEOUT ? -110 : 0; /* -ETIMEDOUT */
}

static void seam_unpark(const unsigned int *word, int nr)
{
	engine_touch(word, LS_WRITE);
}

static void seam_yield(void)
{
	engine_point(LS_OP_YIELD, NULL);
}

static os_ns seam_now(void)
{
	if (E.active && !in_kept_step())
		add_access(E.clock_object, LS_READ);
	return E.e.now;
}

/* Indices by who made it, or by what it is for. They stay the same in all executions. */
static struct id_key ids[LS_TASKS_MAX];
static unsigned int nr_ids = 1;

static void task_over(void)
{
	struct task *t = me();

	engine_touch(t, LS_RELEASE);
	if (ids[E.e.cur].first != E.e.cur)
		engine_touch(&E.tasks[ids[E.e.cur].first], LS_WRITE); /* see new_index() */
	ls_current = NULL;
	/* Before the step is closed: then joiners look. */
	set_state(E.e.cur, TASK_OVER);
	if (!E.active) {
		boot_reschedule();
	} else {
		if (E.e.prologue != (int)E.e.cur)
			close_step();
		reschedule();
	}
	abort(); /* nobody switches to a task that is over */
}

static void fibre_main(void *arg)
{
	struct task *t = arg;

	t->fn(t->arg);
	task_over();
}

uint64_t task_canon(unsigned int index)
{
	return ids[index].canon;
}

const struct id_key *task_ids(unsigned int *nr)
{
	*nr = nr_ids;
	return ids;
}

void task_ids_set(const struct id_key *keys, unsigned int nr)
{
	memcpy(ids, keys, nr * sizeof(*keys));
	nr_ids = nr;
}

uint64_t address_canon(const volatile void *addr)
{
	unsigned long at = 0;
	int i = os_heap_owner_of(addr, &at);

	if (i >= 0)
		return mix(task_canon((unsigned int)i), at);
	i = os_fibre_of(addr, &at);
	if (i >= 0)
		return mix(task_canon((unsigned int)i) + 1, at);
	if ((const char *)addr >= (const char *)E.tasks && (const char *)addr < (const char *)(&E + 1))
		return mix(task_canon((unsigned int)((const struct task *)addr - E.tasks)), 2);
	return mix((uint64_t)(uintptr_t)addr, 3);
}

static uint64_t text_hash(const char *s)
{
	uint64_t h = 5;

	while (*s)
		h = mix(h, (unsigned char)*s++);
	return h;
}

static bool index_free(unsigned int i)
{
	return i >= E.e.nr_tasks || E.tasks[i].state == TASK_NONE ||
	       (E.tasks[i].state == TASK_OVER && !E.tasks[i].aborted);
}

static int new_index(void)
{
	struct task *parent = me();
	struct id_key key = { .parent_or_kind = E.e.cur,
			      .count_or_obj = parent->nr_children + 1 };
	uint64_t canon = mix(task_canon(E.e.cur), key.count_or_obj);
	bool by_work = E.e.spawn_kind;
	unsigned int i;

	if (by_work) {
		key.parent_or_kind = (uint64_t)(uintptr_t)E.e.spawn_kind;
		key.count_or_obj = (uint64_t)(uintptr_t)E.e.spawn_obj;
		canon = mix(text_hash(E.e.spawn_kind), address_canon(E.e.spawn_obj));
		E.e.spawn_kind = NULL;
	} else {
		parent->nr_children++;
	}
	for (i = 1; i < nr_ids; i++) {
		if (ids[i].parent_or_kind != key.parent_or_kind ||
		    ids[i].count_or_obj != key.count_or_obj || ids[i].instance != key.instance)
			continue;
		if (!key.instance)
			key.first = i;
		if (index_free(i))
			goto found;
		key.instance++;
		i = 0; /* the table is short; look again for the next instance */
	}
	if (nr_ids == LS_TASKS_MAX)
		return -1;
	i = nr_ids++;
	if (!key.instance)
		key.first = i;
	key.canon = mix(canon, key.instance);
	ids[i] = key;
found:
	/*
	 * Which one it is depends on who of its kind is over. It must not depend on that, or on
	 * executions before, what the step touches: so all of them look at the first.
	 */
	if (by_work)
		engine_touch(&E.tasks[ids[i].first], LS_WRITE);
	return (int)i;
}

static void *seam_spawn(void (*fn)(void *arg), void *arg, const char *name)
{
	int i = new_index();
	unsigned int self = E.e.cur;
	int outer = E.e.prologue, outer_parent = E.e.prologue_parent;
	uint16_t rank;
	struct task *t;

	if (i < 0 || !trace_stride((unsigned int)i))
		engine_error("more than %d tasks in one execution", LS_TASKS_MAX);
	while (E.e.nr_tasks <= (unsigned int)i)
		memset(&E.tasks[E.e.nr_tasks++], 0, sizeof(*t));
	t = &E.tasks[i];
	rank = t->rank ? t->rank : ++E.e.nr_ranks;
	memset(t, 0, sizeof(*t));
	t->rank = rank;
	t->spawned = (uint16_t)E.e.step;
	t->look_at = 2 * 64;
	t->fn = fn;
	t->arg = arg;
	t->deadline = OS_NEVER;
	snprintf(t->name, sizeof(t->name), "%s", name);
	os_fibre_make(&t->fibre, (unsigned int)i, fibre_main, t);
	set_state((unsigned int)i, TASK_READY);
	if (unlikely(races_on))
		sync_spawn(self, (unsigned int)i);
	/* Up to its first point it does nothing that anybody sees: that belongs to our step. */
	E.e.prologue = i;
	E.e.prologue_parent = (int)self;
	switch_to((unsigned int)i);
	E.e.prologue = outer;
	E.e.prologue_parent = outer_parent;
	return t;
}

static bool is_over(const void *arg)
{
	return ((const struct task *)arg)->state == TASK_OVER;
}

static void seam_join(void *thread)
{
	/* Always a step, also when it is over already: or the order of ends would show here. */
	do {
		engine_wait(LS_OP_WAIT, thread, LS_ACQUIRE_SHARED, is_over, thread, OS_NEVER);
	} while (!is_over(thread));
}

static void seam_abandon(void)
{
	me()->aborted = true;
	task_over();
}

static void nothing(void)
{
}

static const struct ls_seam seam = {
	.park = seam_park,
	.unpark = seam_unpark,
	.yield = seam_yield,
	.now = seam_now,
	.spawn = seam_spawn,
	.join = seam_join,
	.abandon = seam_abandon,
	.rcu_register = nothing,
	.rcu_unregister = nothing,
	.rcu_read_lock = nothing,
	.rcu_read_unlock = nothing,
	.rcu_synchronize = nothing, /* kernel/sched/rcu.c has grace periods of its own here */
	.rcu_barrier = nothing,
};

/* --- the base ---------------------------------------------------------------------------------- */

static struct {
	struct exec e;
	struct task *tasks;
	unsigned int nr;
} saved;

static bool save_engine(void)
{
	saved.e = E.e;
	saved.nr = E.e.nr_tasks;
	saved.tasks = malloc(saved.nr * sizeof(*saved.tasks));
	if (!saved.tasks)
		return false;
	memcpy(saved.tasks, E.tasks, saved.nr * sizeof(*saved.tasks));
	return true;
}

static void restore_engine(void)
{
	for (unsigned int i = 0; i < E.e.nr_tasks; i++)
		count_waiting(&E.tasks[i], -1);
	memcpy(E.tasks, saved.tasks, saved.nr * sizeof(*saved.tasks));
	E.e = saved.e;
	for (unsigned int i = 0; i < E.e.nr_tasks; i++)
		count_waiting(&E.tasks[i], 1);
}

static void case_main(void *arg)
{
	struct ls_explore *x = arg;

	x->boot(x->arg);
	drain();
	E.active = true;
	races_begin();
	x->run(x->arg);
	ls_explore_end(false);
}

void ls_explore_end(bool failed)
{
	close_step();
	set_state(E.e.cur, TASK_OVER); /* it stands at no point */
	E.e.failures += failed;
	if (E.e.failures || E.e.stuck)
		finish();
	/* An execution is over when nobody can go on: or it would be a matter of when it is cut. */
	E.e.ending = true;
	E.e.ends_at = E.e.now + RACE_NS;
	reschedule();
	abort(); /* nobody switches to a task that is over */
}

void ls_explore_failed(const struct ls_report *r)
{
	E.e.failures++;
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static const struct strategy *strategy_of(enum ls_strategy_kind kind)
{
	switch (kind) {
	case LS_DFS:	return &strategy_dfs;
	case LS_BOUND:	return &strategy_bound;
	case LS_RANDOM: return &strategy_random;
	case LS_POS:	return &strategy_pos;
	case LS_PCT:	return &strategy_pct;
	case LS_REPLAY: return &strategy_replay;
	default:	return &strategy_dpor;
	}
}

/* Count the execution that ended. False: no more are wanted. */
static bool account(struct ls_explore *x, double start)
{
	bool go_on = true, finding = false;

	switch (E.e.verdict) {
	case LS_VERDICT_CUT:
		x->blocked++;
		break;
	case LS_VERDICT_BOUND:
		x->cut_by_bound++;
		x->executions++;
		break;
	default:
		x->executions++;
		finding = E.e.verdict != LS_VERDICT_OK;
	}
	if (T.nr > x->max_depth)
		x->max_depth = T.nr;
	if (E.e.nr_tasks > x->nr_tasks)
		x->nr_tasks = E.e.nr_tasks;
	if (E.e.verdict != LS_VERDICT_CUT)
		go_on = classes_add(x);
	if (x->done && !x->done(x, E.e.verdict))
		go_on = false;
	if (finding && !x->keep_going) {
		go_on = false;
		x->why_not = "stopped at the first failure";
	}
	if (x->stop && *x->stop) {
		go_on = false;
		x->why_not = "interrupted";
	}
	if (x->max_executions && x->executions >= x->max_executions) {
		go_on = false;
		x->why_not = "limit of executions";
	}
	if (!((x->executions + x->blocked) & 255)) {
		x->seconds = seconds() - start;
		if (x->max_seconds && x->seconds > x->max_seconds) {
			go_on = false;
			x->why_not = "limit of time";
		}
		if (x->tick)
			x->tick(x);
	}
	return go_on;
}

static int take_snapshot(struct ls_explore *x)
{
	if (!save_engine() || os_snapshot_take()) {
		snprintf(x->error, sizeof(x->error), "no memory for a snapshot");
		return -1;
	}
	E.have_snapshot = true;
	if (E.strategy->first)
		E.strategy->first();
	if (x->job && (!E.strategy->start || !E.strategy->start())) {
		snprintf(x->error, sizeof(x->error), "this part of the work belongs to another case");
		return -1;
	}
	E.strategy->begin();
	return 0;
}

static int base_loop(struct ls_explore *x)
{
	double start = seconds();

	for (;;) {
		struct task *t = me();
		bool more;

		E.request = BASE_NONE;
		os_heap_owner = E.e.cur;
		ls_current = t->kernel_task;
		os_fibre_switch(&E.base, &t->fibre);
		if (E.request == BASE_ERROR)
			return -1;
		if (E.request == BASE_SNAPSHOT) {
			if (take_snapshot(x))
				return -1;
			continue;
		}
		more = account(x, start);
		x->seconds = seconds() - start;
		if (!more)
			return 0;
		if (x->split && *x->split && x->give && E.strategy->give && E.have_snapshot)
			E.strategy->give();
		if (!E.have_snapshot || !E.strategy->end()) {
			/* Without a choice there is just one execution. */
			x->exhaustive = (E.strategy->exhaustive || !E.have_snapshot) &&
					!x->cut_by_bound;
			if (x->cut_by_bound)
				x->why_not = "executions were longer than the limit of steps";
			else if (!x->exhaustive)
				x->why_not = "the strategy does not know";
			return 0;
		}
		os_snapshot_restore();
		restore_engine();
		E.kept = T.nr;
		E.strategy->begin();
	}
}

unsigned int engine_snapshot_step(void)
{
	return saved.e.step;
}

static int start(struct ls_explore *x)
{
	memset(&E, 0, sizeof(E));
	ids[0].canon = 1;
	nr_ids = 1;
	E.x = x;
	E.strategy = strategy_of(x->strategy);
	E.may_snapshot = x->strategy != LS_REPLAY;
	E.max_steps = x->max_steps && x->max_steps < STEPS_MAX ? x->max_steps : STEPS_MAX;
	E.rng = x->seed * 2 + 0x9e3779b97f4a7c15ULL;
	E.e.now = START_NS;
	E.e.prologue = -1;
	E.e.allocs_left = x->fail_alloc;
	if (trace_init(E.max_steps, E.strategy->clocks || x->record))
		return -1;
	E.clock_object = trace_object(&E.e.now);
	if (os_fibre_reserve(LS_TASKS_MAX) || os_heap_on() || os_snapshot_object(&ls_explorer) ||
	    races_init())
		return -1;
	return 0;
}

int ls_explore_run(struct ls_explore *x)
{
	struct task *t = &E.tasks[0];
	int ret;

	x->error[0] = '\0';
	if (start(x)) {
		snprintf(x->error, sizeof(x->error), "no memory to explore in");
		return -1;
	}
	if (!E.may_snapshot) {
		E.strategy->first();
		record_first();
	}
	os_fibre_self(&E.base);
	E.e.nr_tasks = 1;
	t->deadline = OS_NEVER;
	snprintf(t->name, sizeof(t->name), "case");
	os_fibre_make(&t->fibre, 0, case_main, x);
	set_state(0, TASK_READY);
	ls_seam = &seam;
	__atomic_store_n(&ls_explorer, &explorer, __ATOMIC_RELEASE);
	__atomic_store_n(&ls_point_hook, engine_point, __ATOMIC_RELEASE);
	ret = base_loop(x);
	__atomic_store_n(&ls_point_hook, NULL, __ATOMIC_RELEASE);
	return ret;
}
