// SPDX-License-Identifier: MIT
/*
 * w/w mutexes used as they should be: both classes, every result.
 */

#include "party.h"
#include <linux/prandom.h>
#include <linux/ww_mutex.h>

static DEFINE_WD_CLASS(die_class);
static DEFINE_WW_CLASS(wound_class);

static const void *classes(const void *prev, char *desc)
{
	if (!prev) {
		strscpy(desc, "wait-die", KUNIT_PARAM_DESC_SIZE);
		return &die_class;
	}
	if (prev == &die_class) {
		strscpy(desc, "wound-wait", KUNIT_PARAM_DESC_SIZE);
		return &wound_class;
	}
	return NULL;
}

static struct ww_class *class_of(struct kunit *test)
{
	return (struct ww_class *)test->param_value;
}

static void lock_and_unlock(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct ww_mutex a, b;

	ww_mutex_init(&a, class_of(test));
	ww_mutex_init(&b, class_of(test));
	ww_acquire_init(&ctx, class_of(test));
	KUNIT_EXPECT_PTR_EQ(test, ctx.task, current);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, &ctx), 0);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock_interruptible(&b, &ctx), 0);
	ww_acquire_done(&ctx);
	KUNIT_EXPECT_EQ(test, ctx.acquired, 2);
	KUNIT_EXPECT_PTR_EQ(test, a.ctx, &ctx);
	KUNIT_EXPECT_TRUE(test, ww_mutex_is_locked(&a));
	KUNIT_EXPECT_PTR_EQ(test, ls_mutex_owner(&a.base), current);
	lockdep_assert_held(&a.base);
	lockdep_assert_held(&b.base);
	ww_mutex_unlock(&a);
	KUNIT_EXPECT_EQ(test, ctx.acquired, 1);
	KUNIT_EXPECT_NULL(test, a.ctx);
	KUNIT_EXPECT_FALSE(test, ww_mutex_is_locked(&a));
	/* one entry of the validator stands for both; the answer is exact all the same */
	lockdep_assert_not_held(&a.base);
	lockdep_assert_held(&b.base);
	ww_mutex_unlock(&b);
	ww_acquire_fini(&ctx);
	ww_mutex_destroy(&a);
	ww_mutex_destroy(&b);
}

static void without_context(struct kunit *test)
{
	struct ww_mutex a;

	ww_mutex_init(&a, class_of(test));
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, NULL), 0);
	KUNIT_EXPECT_NULL(test, a.ctx);
	KUNIT_EXPECT_FALSE(test, ww_mutex_trylock(&a, NULL));
	ww_mutex_unlock(&a);
	KUNIT_EXPECT_TRUE(test, ww_mutex_trylock(&a, NULL));
	ww_mutex_unlock(&a);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock_interruptible(&a, NULL), 0);
	ww_mutex_unlock(&a);
}

static void again_is_ealready(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct ww_mutex a;

	ww_mutex_init(&a, class_of(test));
	ww_acquire_init(&ctx, class_of(test));
	KUNIT_EXPECT_TRUE(test, ww_mutex_trylock(&a, &ctx));
	KUNIT_EXPECT_EQ(test, ctx.acquired, 1);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, &ctx), -EALREADY);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock_interruptible(&a, &ctx), -EALREADY);
	KUNIT_EXPECT_FALSE(test, ww_mutex_trylock(&a, &ctx));
	KUNIT_EXPECT_FALSE(test, ww_mutex_trylock(&a, NULL));
	KUNIT_EXPECT_EQ(test, ctx.acquired, 1);
	ww_mutex_unlock(&a);
	ww_acquire_fini(&ctx);
}

static void stamps_grow(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	unsigned long first;

	ww_acquire_init(&ctx, class_of(test));
	first = ctx.stamp;
	ww_acquire_fini(&ctx);
	ww_acquire_init(&ctx, class_of(test));
	KUNIT_EXPECT_EQ(test, ctx.stamp, first + 1);
	ww_acquire_fini(&ctx);
}

/* --- two contexts ------------------------------------------------------------- */

struct pair {
	struct ww_class *class;
	struct ww_mutex a, b;
	bool trylock;
	bool intr;
};

static void pair_init(struct pair *p, struct ww_class *class)
{
	p->class = class;
	p->trylock = false;
	p->intr = false;
	ww_mutex_init(&p->a, p->class);
	ww_mutex_init(&p->b, p->class);
}

/* Younger: takes b, then a, backing off as told. Its result: how often it had to. */
static int younger(struct party *me)
{
	struct pair *p = me->arg;
	struct ww_acquire_ctx ctx;
	int ret, died = 0;

	ww_acquire_init(&ctx, p->class);
	if (p->trylock)
		WARN_ON(!ww_mutex_trylock(&p->b, &ctx));
	else
		ww_mutex_lock(&p->b, &ctx);
	party_meet(me);
	ret = p->intr ? ww_mutex_lock_interruptible(&p->a, &ctx) : ww_mutex_lock(&p->a, &ctx);
	if (ret == -EDEADLK) {
		died++;
		ww_mutex_unlock(&p->b);
		if (p->intr)
			ret = ww_mutex_lock_slow_interruptible(&p->a, &ctx);
		else
			ww_mutex_lock_slow(&p->a, &ctx);
		if (!ret || !p->intr)
			ret = ww_mutex_lock(&p->b, &ctx);
	}
	if (ret)
		return ret;
	ww_mutex_unlock(&p->a);
	ww_mutex_unlock(&p->b);
	ww_acquire_fini(&ctx);
	return died;
}

/* The older context gets what it wants, whoever came first. */
static void run_abba(struct kunit *test, struct pair *p)
{
	struct ww_acquire_ctx ctx;
	struct party other;

	ww_acquire_init(&ctx, p->class);
	KUNIT_ASSERT_EQ(test, ww_mutex_lock(&p->a, &ctx), 0);
	party_start(test, &other, younger, p);
	party_await(&other);
	party_go(&other);
	/* wait-die: it dies by itself; wound-wait: it waits for a, and is wounded now */
	if (!p->class->is_wait_die)
		party_await_blocked(test, &other);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&p->b, &ctx), 0);
	ww_acquire_done(&ctx);
	ww_mutex_unlock(&p->b);
	ww_mutex_unlock(&p->a);
	ww_acquire_fini(&ctx);
	KUNIT_EXPECT_EQ(test, party_join(&other), 1);
}

static void abba(struct kunit *test)
{
	struct pair p;

	pair_init(&p, class_of(test));
	run_abba(test, &p);
}

static void abba_after_trylock(struct kunit *test)
{
	struct pair p;

	pair_init(&p, class_of(test));
	p.trylock = true;
	run_abba(test, &p);
}

static void abba_interruptible(struct kunit *test)
{
	struct pair p;

	pair_init(&p, class_of(test));
	p.intr = true;
	run_abba(test, &p);
}

/* A context that holds nothing has nothing to give: it waits, whatever its age. */
static int young_and_empty(struct party *me)
{
	struct pair *p = me->arg;
	struct ww_acquire_ctx ctx;
	int ret;

	ww_acquire_init(&ctx, p->class);
	ret = ww_mutex_lock(&p->a, &ctx);
	if (!ret)
		ww_mutex_unlock(&p->a);
	ww_acquire_fini(&ctx);
	return ret;
}

static void empty_context_waits(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct party other;
	struct pair p;

	pair_init(&p, class_of(test));
	ww_acquire_init(&ctx, p.class);
	KUNIT_ASSERT_EQ(test, ww_mutex_lock(&p.a, &ctx), 0);
	party_start(test, &other, young_and_empty, &p);
	party_await_blocked(test, &other);
	KUNIT_EXPECT_EQ(test, ctx.wounded, 0);
	ww_mutex_unlock(&p.a);
	ww_acquire_fini(&ctx);
	KUNIT_EXPECT_EQ(test, party_join(&other), 0);
}

/* --- queues ---------------------------------------------------------------------- */

/* Holds b, queues for a, which is held without a context. */
static int young_in_queue(struct party *me)
{
	struct pair *p = me->arg;
	struct ww_acquire_ctx ctx;
	int ret;

	party_meet(me);
	ww_acquire_init(&ctx, p->class);
	ww_mutex_lock(&p->b, &ctx);
	ret = ww_mutex_lock(&p->a, &ctx);
	if (!ret)
		ww_mutex_unlock(&p->a);
	ww_mutex_unlock(&p->b);
	ww_acquire_fini(&ctx);
	return ret;
}

static int old_in_queue(struct party *me)
{
	struct pair *p = me->arg;
	struct ww_acquire_ctx ctx;
	int ret;

	ww_acquire_init(&ctx, p->class);
	party_meet(me);
	ret = ww_mutex_lock(&p->a, &ctx);
	party_meet(me);
	if (!ret)
		ww_mutex_unlock(&p->a);
	ww_acquire_fini(&ctx);
	return ret;
}

/*
 * The older one is queued before the younger and gets the lock first. Under wait-die
 * the younger one, which holds a lock, must not wait behind it either.
 */
static void queue_by_age(struct kunit *test)
{
	struct party old, young;
	struct pair p;

	pair_init(&p, class_of(test));
	party_start(test, &young, young_in_queue, &p);
	party_await(&young);
	party_start(test, &old, old_in_queue, &p);
	party_await(&old); /* has its stamp */

	KUNIT_ASSERT_EQ(test, ww_mutex_lock(&p.a, NULL), 0);
	party_go(&young);
	party_await_blocked(test, &young);
	party_go(&old);
	if (p.class->is_wait_die)
		KUNIT_EXPECT_EQ(test, party_join(&young), -EDEADLK);
	else
		party_await_blocked(test, &old);
	ww_mutex_unlock(&p.a);
	party_await(&old);
	party_go(&old);
	KUNIT_EXPECT_EQ(test, party_join(&old), 0);
	if (!p.class->is_wait_die)
		KUNIT_EXPECT_EQ(test, party_join(&young), 0);
}

/* The same the other way round: the younger one comes to a queue with an older in it. */
static void behind_an_older_one(struct kunit *test)
{
	struct party old, young;
	struct pair p;

	pair_init(&p, class_of(test));
	party_start(test, &old, old_in_queue, &p);
	party_await(&old);
	KUNIT_ASSERT_EQ(test, ww_mutex_lock(&p.a, NULL), 0);
	party_go(&old);
	party_await_blocked(test, &old);
	party_start(test, &young, young_in_queue, &p);
	party_await(&young);
	party_go(&young);
	if (p.class->is_wait_die)
		KUNIT_EXPECT_EQ(test, party_join(&young), -EDEADLK);
	else
		party_await_blocked(test, &young);
	ww_mutex_unlock(&p.a);
	party_await(&old);
	party_go(&old);
	KUNIT_EXPECT_EQ(test, party_join(&old), 0);
	if (!p.class->is_wait_die)
		KUNIT_EXPECT_EQ(test, party_join(&young), 0);
}

/* Wound-wait: a running holder keeps what it has and dies at its next wait. */
static int wounds(struct party *me)
{
	struct pair *p = me->arg;
	struct ww_acquire_ctx ctx;
	struct ww_mutex own;
	int ret;

	ww_mutex_init(&own, p->class);
	ww_acquire_init(&ctx, p->class);
	ww_mutex_lock(&own, &ctx);
	party_meet(me);
	ret = ww_mutex_lock(&p->a, &ctx);
	ww_mutex_unlock(&own);
	if (!ret)
		ww_mutex_unlock(&p->a);
	ww_acquire_fini(&ctx);
	return ret;
}

static int keeps_b_busy(struct party *me)
{
	struct pair *p = me->arg;

	ww_mutex_lock(&p->b, NULL);
	party_meet(me);
	ww_mutex_unlock(&p->b);
	return 0;
}

static void wounded_holder_runs_on(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct party old, busy;
	struct ww_mutex free;
	struct pair p;

	pair_init(&p, &wound_class);
	ww_mutex_init(&free, &wound_class);
	party_start(test, &old, wounds, &p);
	party_await(&old);
	party_start(test, &busy, keeps_b_busy, &p);
	party_await(&busy);

	ww_acquire_init(&ctx, p.class);
	KUNIT_ASSERT_EQ(test, ww_mutex_lock(&p.a, &ctx), 0);
	party_go(&old);
	party_await_blocked(test, &old);
	while (!READ_ONCE(ctx.wounded))
		usleep_range(500, 1000);
	/* a free lock is taken without a look at the wound */
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&free, &ctx), 0);
	ww_mutex_unlock(&free);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&p.b, &ctx), -EDEADLK);
	KUNIT_EXPECT_PTR_EQ(test, ctx.contending_lock, &p.b);
	ww_mutex_unlock(&p.a);
	KUNIT_EXPECT_EQ(test, party_join(&old), 0);
	party_go(&busy);
	ww_mutex_lock_slow(&p.b, &ctx);
	/* without locks it started anew */
	KUNIT_EXPECT_EQ(test, ctx.wounded, 0);
	ww_mutex_unlock(&p.b);
	ww_acquire_fini(&ctx);
	KUNIT_EXPECT_EQ(test, party_join(&busy), 0);
}

/* --- signals ----------------------------------------------------------------------- */

static int waits_for_signal(struct party *me)
{
	struct pair *p = me->arg;
	struct ww_acquire_ctx ctx;
	int ret;

	ww_acquire_init(&ctx, p->class);
	ret = ww_mutex_lock_interruptible(&p->a, &ctx);
	if (!ret)
		ww_mutex_unlock(&p->a);
	ww_acquire_fini(&ctx);
	return ret;
}

static void interrupted(struct kunit *test)
{
	struct party other;
	struct pair p;

	pair_init(&p, class_of(test));
	KUNIT_ASSERT_EQ(test, ww_mutex_lock(&p.a, NULL), 0);
	party_start(test, &other, waits_for_signal, &p);
	party_await_blocked(test, &other);
	ls_send_signal(other.task);
	KUNIT_EXPECT_EQ(test, party_join(&other), -EINTR);
	ww_mutex_unlock(&p.a);
	KUNIT_EXPECT_EQ(test, p.a.base.nr_waiters, 0);
}

static int interrupted_after_backoff(struct party *me)
{
	struct pair *p = me->arg;
	struct ww_acquire_ctx ctx;
	int ret;

	ww_acquire_init(&ctx, p->class);
	ww_mutex_lock(&p->b, &ctx);
	ret = ww_mutex_lock(&p->a, &ctx);
	ww_mutex_unlock(&p->b);
	if (ret == -EDEADLK) {
		party_say(me);
		ret = ww_mutex_lock_slow_interruptible(&p->a, &ctx);
	}
	ww_acquire_fini(&ctx);
	return ret;
}

static void slow_interrupted(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct party other;
	struct pair p;

	pair_init(&p, &die_class);
	ww_acquire_init(&ctx, p.class);
	KUNIT_ASSERT_EQ(test, ww_mutex_lock(&p.a, &ctx), 0);
	party_start(test, &other, interrupted_after_backoff, &p);
	party_await(&other);
	party_await_blocked(test, &other);
	ls_send_signal(other.task);
	KUNIT_EXPECT_EQ(test, party_join(&other), -EINTR);
	ww_mutex_unlock(&p.a);
	ww_acquire_fini(&ctx);
}

/* --- circles and crowds --------------------------------------------------------------- */

struct ring {
	struct ww_class *class;
	struct ww_mutex lock[8];
	unsigned int nr;
	atomic_t arrived;
};

struct ring_seat {
	struct ring *ring;
	unsigned int at;
};

static int sits_in_ring(struct party *me)
{
	struct ring_seat *seat = me->arg;
	struct ring *ring = seat->ring;
	struct ww_mutex *mine = &ring->lock[seat->at];
	struct ww_mutex *next = &ring->lock[(seat->at + 1) % ring->nr];
	struct ww_acquire_ctx ctx;
	int ret;

	ww_acquire_init(&ctx, ring->class);
	ret = ww_mutex_lock(mine, &ctx);
	atomic_inc(&ring->arrived);
	while (atomic_read(&ring->arrived) < ring->nr)
		cond_resched();
	ret = ww_mutex_lock(next, &ctx);
	while (ret == -EDEADLK) {
		ww_mutex_unlock(mine);
		ww_mutex_lock_slow(next, &ctx);
		swap(mine, next);
		ret = ww_mutex_lock(next, &ctx);
	}
	if (!ret)
		ww_mutex_unlock(next);
	ww_mutex_unlock(mine);
	ww_acquire_fini(&ctx);
	return ret;
}

/* A circle of @nr contexts is always resolved, and never called a deadlock. */
static void run_ring(struct kunit *test, unsigned int nr)
{
	struct ring_seat seat[8];
	struct party party[8];
	struct ring ring = { .class = class_of(test), .nr = nr };
	unsigned int i;

	for (i = 0; i < nr; i++)
		ww_mutex_init(&ring.lock[i], ring.class);
	for (i = 0; i < nr; i++) {
		seat[i] = (struct ring_seat){ .ring = &ring, .at = i };
		party_start(test, &party[i], sits_in_ring, &seat[i]);
	}
	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_EQ(test, party_join(&party[i]), 0);
}

static void circle_of_2(struct kunit *test)
{
	run_ring(test, 2);
}

static void circle_of_3(struct kunit *test)
{
	run_ring(test, 3);
}

static void circle_of_8(struct kunit *test)
{
	run_ring(test, 8);
}

#define CROWD_LOCKS 8
#define CROWD_WANTS 3
#define CROWD_TURNS 200

struct crowd {
	struct ww_class *class;
	struct ww_mutex lock[CROWD_LOCKS];
	unsigned long count[CROWD_LOCKS]; /* each protected by its lock */
	u32 seed;
};

static int in_crowd(struct party *me)
{
	struct crowd *crowd = me->arg;
	unsigned int turn, i, nr, want[CROWD_WANTS], contended;
	struct ww_acquire_ctx ctx;
	struct rnd_state rnd;
	int ret;

	prandom_seed_state(&rnd, (unsigned long)me);
	for (turn = 0; turn < CROWD_TURNS; turn++) {
		u32 start = prandom_u32_state(&rnd), step = 1 + 2 * (prandom_u32_state(&rnd) % 4);

		for (i = 0; i < CROWD_WANTS; i++)
			want[i] = (start + i * step) % CROWD_LOCKS;
		ww_acquire_init(&ctx, crowd->class);
		contended = CROWD_WANTS;
retry:
		for (nr = 0; nr < CROWD_WANTS; nr++) {
			ret = nr == contended ? 0 : ww_mutex_lock(&crowd->lock[want[nr]], &ctx);
			if (!ret)
				continue;
			if (ret != -EDEADLK)
				return ret;
			for (i = 0; i < nr; i++)
				ww_mutex_unlock(&crowd->lock[want[i]]);
			if (contended != CROWD_WANTS && contended > nr)
				ww_mutex_unlock(&crowd->lock[want[contended]]);
			contended = nr;
			ww_mutex_lock_slow(&crowd->lock[want[nr]], &ctx);
			goto retry;
		}
		ww_acquire_done(&ctx);
		for (i = 0; i < CROWD_WANTS; i++)
			crowd->count[want[i]]++;
		for (i = 0; i < CROWD_WANTS; i++)
			ww_mutex_unlock(&crowd->lock[want[i]]);
		ww_acquire_fini(&ctx);
	}
	return 0;
}

static void crowd(struct kunit *test)
{
	struct crowd *crowd = kunit_kzalloc(test, sizeof(*crowd), GFP_KERNEL);
	struct party party[4];
	unsigned long sum = 0;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, crowd);
	crowd->class = class_of(test);
	for (i = 0; i < CROWD_LOCKS; i++)
		ww_mutex_init(&crowd->lock[i], crowd->class);
	for (i = 0; i < ARRAY_SIZE(party); i++)
		party_start(test, &party[i], in_crowd, crowd);
	for (i = 0; i < ARRAY_SIZE(party); i++)
		KUNIT_EXPECT_EQ(test, party_join(&party[i]), 0);
	for (i = 0; i < CROWD_LOCKS; i++)
		sum += crowd->count[i];
	KUNIT_EXPECT_EQ(test, sum, ARRAY_SIZE(party) * CROWD_TURNS * CROWD_WANTS);
}

/* --- injected failures ------------------------------------------------------------------ */

static void injected(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct ww_mutex a, b;
	int i, ret, died = 0;

	ww_mutex_init(&a, class_of(test));
	ww_mutex_init(&b, class_of(test));
	ls_ww_inject(1);
	ww_acquire_init(&ctx, class_of(test));
	ls_ww_inject(0);
	KUNIT_EXPECT_EQ(test, ctx.deadlock_inject_interval, 1);
	KUNIT_EXPECT_EQ(test, ctx.deadlock_inject_countdown, ctx.stamp & 0xf);

	/* only a second lock can fail: nothing else would be given up */
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, &ctx), 0);
	for (i = 0; i < 32; i++) {
		ret = ww_mutex_lock(&b, &ctx);
		if (!ret) {
			ww_mutex_unlock(&b);
			continue;
		}
		KUNIT_ASSERT_EQ(test, ret, -EDEADLK);
		KUNIT_EXPECT_PTR_EQ(test, ctx.contending_lock, &b);
		KUNIT_EXPECT_FALSE(test, ww_mutex_is_locked(&b));
		died++;
		ww_mutex_unlock(&a);
		ww_mutex_lock_slow(&b, &ctx);
		ww_mutex_unlock(&b);
		KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, &ctx), 0);
	}
	KUNIT_EXPECT_GE(test, died, 2);
	KUNIT_EXPECT_GT(test, ctx.deadlock_inject_interval, 1);
	ww_mutex_unlock(&a);
	ww_acquire_fini(&ctx);
}

static void injection_is_off(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct ww_mutex a, b;
	int i;

	ww_mutex_init(&a, class_of(test));
	ww_mutex_init(&b, class_of(test));
	ww_acquire_init(&ctx, class_of(test));
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, &ctx), 0);
	for (i = 0; i < 64; i++) {
		KUNIT_EXPECT_EQ(test, ww_mutex_lock(&b, &ctx), 0);
		ww_mutex_unlock(&b);
	}
	ww_mutex_unlock(&a);
	ww_acquire_fini(&ctx);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(lock_and_unlock, classes),
	KUNIT_CASE_PARAM(without_context, classes),
	KUNIT_CASE_PARAM(again_is_ealready, classes),
	KUNIT_CASE_PARAM(stamps_grow, classes),
	KUNIT_CASE_PARAM(abba, classes),
	KUNIT_CASE_PARAM(abba_after_trylock, classes),
	KUNIT_CASE_PARAM(abba_interruptible, classes),
	KUNIT_CASE_PARAM(empty_context_waits, classes),
	KUNIT_CASE_PARAM(queue_by_age, classes),
	KUNIT_CASE_PARAM(behind_an_older_one, classes),
	KUNIT_CASE(wounded_holder_runs_on),
	KUNIT_CASE_PARAM(interrupted, classes),
	KUNIT_CASE(slow_interrupted),
	KUNIT_CASE_PARAM(circle_of_2, classes),
	KUNIT_CASE_PARAM(circle_of_3, classes),
	KUNIT_CASE_PARAM(circle_of_8, classes),
	KUNIT_CASE_PARAM(crowd, classes),
	KUNIT_CASE_PARAM(injected, classes),
	KUNIT_CASE_PARAM(injection_is_off, classes),
	{}
};

static struct kunit_suite suite = {
	.name = "ww_mutex",
	.test_cases = cases,
};
kunit_test_suites(&suite);
