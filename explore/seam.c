// SPDX-License-Identifier: MIT
/*
 * The seam of fibres: how tasks wait for a word, start and end; and how a task is known, in
 * all executions and in all processes that explore the case.
 */
#include "engine.h"

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
	for (unsigned int k = 0; k + 1 < sizeof(t->name) && name[k]; k++)
		t->name[k] = name[k];
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

const struct ls_seam engine_seam = {
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

void ids_first(void)
{
	ids[0].canon = 1;
	nr_ids = 1;
}
