// SPDX-License-Identifier: MIT
/*
 * What would hang: reported before it does, with every party named; and what would not.
 */

#include "party.h"
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/ww_mutex.h>

#define MAX_RING 5

static DEFINE_WD_CLASS(die_class);
static DEFINE_WW_CLASS(wound_class);

/* Each case takes locks in orders that contradict each other: only the hang is looked at. */
static int deadlock_init(struct kunit *test)
{
	ls_lockdep_reset();
	return 0;
}

/* --- a task waits for itself ---------------------------------------------------- */

static DEFINE_MUTEX(mutex);
static DECLARE_RWSEM(sem);
static DEFINE_SPINLOCK(spin);
static DEFINE_RWLOCK(rw);
static struct ww_mutex ww;

static void mutex_twice(void *arg)
{
	mutex_lock(&mutex);
	mutex_lock(&mutex);
}

static void mutex_twice_interruptible(void *arg)
{
	mutex_lock(&mutex);
	(void)!mutex_lock_interruptible(&mutex);
}

static void ww_twice(void *arg)
{
	ww_mutex_lock(&ww, NULL);
	ww_mutex_lock(&ww, NULL);
}

static void ww_in_context_then_without(void *arg)
{
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, &die_class);
	ww_mutex_lock(&ww, &ctx);
	ww_mutex_lock(&ww, NULL);
}

static void write_twice(void *arg)
{
	down_write(&sem);
	down_write(&sem);
}

static void read_under_write(void *arg)
{
	down_write(&sem);
	down_read(&sem);
}

static void write_under_read(void *arg)
{
	down_read(&sem);
	down_write(&sem);
}

static void spin_twice(void *arg)
{
	spin_lock(&spin);
	spin_lock(&spin);
}

static void rwlock_write_under_read(void *arg)
{
	read_lock(&rw);
	write_lock(&rw);
}

static void rwlock_read_under_write(void *arg)
{
	write_lock(&rw);
	read_lock(&rw);
}

struct self {
	const char *name;
	void (*fn)(void *arg);
	const void *lock;
	const char *object;
};

static const struct self selves[] = {
	{ "mutex", mutex_twice, &mutex, "mutex 'mutex'" },
	{ "mutex, interruptible", mutex_twice_interruptible, &mutex, "mutex 'mutex'" },
	{ "ww_mutex", ww_twice, &ww.base, "mutex 'die_class_mutex'" },
	{ "ww_mutex in a context", ww_in_context_then_without, &ww.base,
	  "mutex 'die_class_mutex'" },
	{ "rwsem write, write", write_twice, &sem, "rwsem 'sem'" },
	{ "rwsem write, read", read_under_write, &sem, "rwsem 'sem'" },
	{ "rwsem read, write", write_under_read, &sem, "rwsem 'sem'" },
	{ "spinlock", spin_twice, &spin, "spinlock 'spin'" },
	{ "rwlock read, write", rwlock_write_under_read, &rw, "rwlock 'rw'" },
	{ "rwlock write, read", rwlock_read_under_write, &rw, "rwlock 'rw'" },
};

static void self_desc(const struct self *s, char *desc)
{
	strscpy(desc, s->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(self, selves, self_desc);

static void itself(struct kunit *test)
{
	const struct self *s = test->param_value;
	const struct ls_report *r;

	ww_mutex_init(&ww, &die_class);
	lockstep_expect_report(test, "self-deadlock");
	KUNIT_EXPECT_EQ(test, lockstep_run_task(s->fn, NULL), -EDEADLK);
	r = expect_report(test, "self-deadlock", LS_DEADLOCK, s->lock);
	KUNIT_EXPECT_STREQ(test, r->object, s->object);
	KUNIT_EXPECT_STREQ(test, r->what, "the task waits for itself");
	KUNIT_EXPECT_GT(test, r->holder_trace.nr, 0);
	KUNIT_EXPECT_EQ(test, r->holder_trace.pid, r->pid);
	KUNIT_EXPECT_EQ(test, strncmp(r->holder, "held by this task", 17), 0);

	/* what it held was released by force: the run goes on */
	KUNIT_EXPECT_TRUE(test, mutex_trylock(&mutex));
	mutex_unlock(&mutex);
	KUNIT_EXPECT_TRUE(test, ww_mutex_trylock(&ww, NULL));
	ww_mutex_unlock(&ww);
	KUNIT_EXPECT_TRUE(test, down_write_trylock(&sem));
	up_write(&sem);
	KUNIT_EXPECT_TRUE(test, spin_trylock(&spin));
	spin_unlock(&spin);
	KUNIT_EXPECT_TRUE(test, write_trylock(&rw));
	write_unlock(&rw);
}

/* --- circles ------------------------------------------------------------------------- */

struct ring {
	struct mutex lock[MAX_RING];
	unsigned int nr;
};

struct seat {
	struct ring *ring;
	unsigned int at;
};

static int takes_two(struct party *me)
{
	struct seat *seat = me->arg;
	struct mutex *mine = &seat->ring->lock[seat->at];
	struct mutex *next = &seat->ring->lock[(seat->at + 1) % seat->ring->nr];

	mutex_lock(mine);
	party_meet(me);
	mutex_lock_nested(next, 1);
	mutex_unlock(next);
	mutex_unlock(mine);
	return 0;
}

static const unsigned int ring_sizes[] = { 2, 3, 5 };

static void ring_desc(const unsigned int *nr, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u tasks", *nr);
}

KUNIT_ARRAY_PARAM(ring, ring_sizes, ring_desc);

static void circle(struct kunit *test)
{
	unsigned int nr = *(const unsigned int *)test->param_value, i;
	struct ring *ring = kunit_kzalloc(test, sizeof(*ring), GFP_KERNEL);
	struct party party[MAX_RING];
	struct seat seat[MAX_RING];
	const struct ls_report *r;

	KUNIT_ASSERT_NOT_NULL(test, ring);
	ring->nr = nr;
	for (i = 0; i < nr; i++)
		mutex_init(&ring->lock[i]);
	for (i = 0; i < nr; i++) {
		seat[i] = (struct seat){ .ring = ring, .at = i };
		party_start(test, &party[i], takes_two, &seat[i]);
		party_await(&party[i]);
	}
	for (i = 0; i < nr - 1; i++) {
		party_go(&party[i]);
		party_await_blocked(test, &party[i]);
	}
	/* the last one closes the circle, and is told so instead of sleeping */
	lockstep_expect_report(test, "lock-cycle");
	party_go(&party[nr - 1]);
	KUNIT_EXPECT_EQ(test, party_join(&party[nr - 1]), -EDEADLK);
	r = expect_report(test, "lock-cycle", LS_DEADLOCK, &ring->lock[0]);
	KUNIT_EXPECT_GE(test, r->nr_parts, min(2 * nr - 2, (unsigned int)LS_PARTS_MAX));
	KUNIT_EXPECT_NOT_NULL(test, strstr(r->parts[0].label, "waits for mutex"));
	KUNIT_EXPECT_GT(test, r->parts[0].stack.nr, 0);
	KUNIT_EXPECT_GT(test, r->holder_trace.nr, 0);
	/* its lock was released, so all others come through */
	for (i = 0; i < nr - 1; i++)
		KUNIT_EXPECT_EQ(test, party_join(&party[i]), 0);
}

/* A w/w context gives way to another context, not to a task with a plain mutex. */
struct mixed {
	struct ww_class *class;
	struct ww_mutex ww;
	struct mutex plain;
};

static int plain_then_ww(struct party *me)
{
	struct mixed *m = me->arg;

	mutex_lock(&m->plain);
	party_meet(me);
	ww_mutex_lock(&m->ww, NULL);
	ww_mutex_unlock(&m->ww);
	mutex_unlock(&m->plain);
	return 0;
}

static int ww_then_plain(struct party *me)
{
	struct mixed *m = me->arg;
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, m->class);
	ww_mutex_lock(&m->ww, &ctx);
	party_meet(me);
	mutex_lock(&m->plain);
	mutex_unlock(&m->plain);
	ww_mutex_unlock(&m->ww);
	ww_acquire_fini(&ctx);
	return 0;
}

static void run_mixed(struct kunit *test, struct ww_class *class)
{
	struct mixed *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	struct party one, two;

	KUNIT_ASSERT_NOT_NULL(test, m);
	m->class = class;
	ww_mutex_init(&m->ww, class);
	mutex_init(&m->plain);
	party_start(test, &one, plain_then_ww, m);
	party_await(&one);
	party_start(test, &two, ww_then_plain, m);
	party_await(&two);
	lockstep_expect_report(test, "lock-order");
	lockstep_expect_report(test, "lock-cycle");
	party_go(&one);
	party_await_blocked(test, &one);
	party_go(&two);
	KUNIT_EXPECT_EQ(test, party_join(&two), -EDEADLK);
	KUNIT_EXPECT_EQ(test, party_join(&one), 0);
	expect_report(test, "lock-cycle", LS_DEADLOCK, &m->plain);
}

static void mixed_with_wait_die(struct kunit *test)
{
	run_mixed(test, &die_class);
}

static void mixed_with_wound_wait(struct kunit *test)
{
	run_mixed(test, &wound_class);
}

/* A circle through a reader of a semaphore. */
struct shared {
	struct rw_semaphore sem;
	struct mutex mutex;
};

static int reader_wants_mutex(struct party *me)
{
	struct shared *s = me->arg;

	down_read(&s->sem);
	party_meet(me);
	mutex_lock(&s->mutex);
	mutex_unlock(&s->mutex);
	up_read(&s->sem);
	return 0;
}

static int only_reads(struct party *me)
{
	struct shared *s = me->arg;

	down_read(&s->sem);
	party_meet(me);
	up_read(&s->sem);
	return 0;
}

static int mutex_wants_writer(struct party *me)
{
	struct shared *s = me->arg;

	mutex_lock(&s->mutex);
	party_meet(me);
	down_write(&s->sem);
	up_write(&s->sem);
	mutex_unlock(&s->mutex);
	return 0;
}

static void through_one_of_the_readers(struct kunit *test)
{
	struct shared *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	struct party reader, innocent, writer;

	KUNIT_ASSERT_NOT_NULL(test, s);
	init_rwsem(&s->sem);
	mutex_init(&s->mutex);
	party_start(test, &innocent, only_reads, s);
	party_await(&innocent);
	party_start(test, &reader, reader_wants_mutex, s);
	party_await(&reader);
	party_start(test, &writer, mutex_wants_writer, s);
	party_await(&writer);
	lockstep_expect_report(test, "lock-order");
	lockstep_expect_report(test, "lock-cycle");
	party_go(&reader);
	party_await_blocked(test, &reader);
	party_go(&writer);
	KUNIT_EXPECT_EQ(test, party_join(&writer), -EDEADLK);
	KUNIT_EXPECT_EQ(test, party_join(&reader), 0);
	party_go(&innocent);
	KUNIT_EXPECT_EQ(test, party_join(&innocent), 0);
	expect_report(test, "lock-cycle", LS_DEADLOCK, &s->sem);
}

/* Somebody waits, and whoever it waits for runs: no circle. */
static void a_chain_is_no_circle(struct kunit *test)
{
	struct ring *ring = kunit_kzalloc(test, sizeof(*ring), GFP_KERNEL);
	struct party party[3];
	struct seat seat[3];
	int i;

	KUNIT_ASSERT_NOT_NULL(test, ring);
	ring->nr = 4;
	for (i = 0; i < 4; i++)
		mutex_init(&ring->lock[i]);
	mutex_lock(&ring->lock[3]);
	for (i = 2; i >= 0; i--) {
		seat[i] = (struct seat){ .ring = ring, .at = i };
		party_start(test, &party[i], takes_two, &seat[i]);
		party_await(&party[i]);
		party_go(&party[i]);
		party_await_blocked(test, &party[i]);
	}
	mutex_unlock(&ring->lock[3]);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, party_join(&party[i]), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(itself, self_gen_params),
	KUNIT_CASE_PARAM(circle, ring_gen_params),
	KUNIT_CASE(mixed_with_wait_die),
	KUNIT_CASE(mixed_with_wound_wait),
	KUNIT_CASE(through_one_of_the_readers),
	KUNIT_CASE(a_chain_is_no_circle),
	{}
};

static struct kunit_suite suite = {
	.name = "deadlock",
	.init = deadlock_init,
	.test_cases = cases,
};
kunit_test_suites(&suite);
