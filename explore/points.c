// SPDX-License-Identifier: MIT
/* What primitives call: points, operations that wait, footprints, choices. */
#include "engine.h"

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

void engine_touch(const volatile void *obj, enum ls_access access)
{
	if (unlikely(races_on))
		sync_touch(E.e.cur, obj, access);
	touch(obj, access);
}

/* Out of line: what is recorded begins a fixed number of frames up. */
static __attribute__((noinline)) void stand_recorded(void)
{
	record_stand(E.e.cur);
}

step_inline void stand_at(enum ls_op op, const volatile void *obj, int access, unsigned long pc,
			  const void *frame)
{
	struct task *t = me();

	t->frame = frame;
	t->op = op;
	t->object = !obj ? 0 : op == LS_OP_FREE ? block_object(obj) : trace_object(obj);
	t->access = (uint8_t)access;
	t->result = 0;
	t->pc = pc;
	t->arrived = (uint16_t)E.e.step;
	t->enabled_by = 0;
	if (unlikely(E.x->record))
		stand_recorded();
}

__attribute__((noinline)) void engine_point(enum ls_op op, const volatile void *obj)
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
	stand_at(op, obj, default_access(op), (unsigned long)__builtin_return_address(0),
		 __builtin_frame_address(0));
	t->nr_steps++;
	if (op == LS_OP_YIELD)
		spin_yield(t, __builtin_frame_address(0));
	else if (unlikely(t->nr_steps == t->look_at))
		spin_look(t, __builtin_frame_address(0));
	reschedule();
	if (unlikely(os_heap_state(obj) == OS_HEAP_FREED))
		uaf_at_point(op, obj);
}

__attribute__((noinline)) int engine_wait(enum ls_op op, const volatile void *obj,
					  enum ls_access access, ls_ready_fn ready, const void *arg,
					  unsigned long long deadline)
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
	/* The first deadline comes first: with this one the others may have to wait. */
	if (deadline != OS_NEVER && E.active && !in_kept_step())
		add_access(E.clock_object, LS_READ);
	if (E.active && E.e.prologue != (int)E.e.cur)
		close_step();
	stand_at(op, obj, access, (unsigned long)__builtin_return_address(0),
		 __builtin_frame_address(0));
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
	if (unlikely(os_heap_state(obj) == OS_HEAP_FREED))
		uaf_at_point(op, obj);
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

const struct ls_explorer engine_explorer = {
	.wait = engine_wait,
	.also = engine_also,
	.touch = engine_touch,
	.quiet = engine_quiet,
	.choose = engine_choose,
	.spawn_id = engine_spawn_id,
	.progress = engine_progress,
};
