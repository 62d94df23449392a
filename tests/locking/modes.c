// SPDX-License-Identifier: MIT
/*
 * Every lock in every way it can be taken: with all checks, with none, and under a hook at
 * the scheduling points, as another seam has one. And every wait that a signal can end.
 */
#include "party.h"
#include <linux/bit_spinlock.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>
#include <linux/ww_mutex.h>
#include <lockstep/checks.h>
#include <lockstep/point.h>

static DEFINE_WW_CLASS(mode_class);
static DEFINE_WD_CLASS(mode_wd_class);

enum mode { CHECKED, UNCHECKED, HOOKED };

static const struct mode_param {
	enum mode mode;
	const char *name;
} modes[] = { { CHECKED, "checked" }, { UNCHECKED, "unchecked" }, { HOOKED, "hooked" } };

static void describe_mode(const struct mode_param *mode, char *desc)
{
	strscpy(desc, mode->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(mode, modes, describe_mode);

static unsigned long points;

static void count_point(enum ls_op op, const volatile void *obj)
{
	__atomic_fetch_add(&points, 1, __ATOMIC_RELAXED);
}

/* Checks change only while the kernel's own tasks hold nothing; a sleep would wake one. */
static void let_others_rest(void)
{
	unsigned long end = jiffies + 5;

	while (time_before(jiffies, end))
		cpu_relax();
}

static void leave_mode(void *unused)
{
	if (ls_checks != LS_CHECK_ALL)
		let_others_rest();
	__atomic_store_n(&ls_point_hook, NULL, __ATOMIC_RELEASE);
	__atomic_store_n(&ls_checks, LS_CHECK_ALL, __ATOMIC_RELAXED);
}

static void enter_mode(struct kunit *test)
{
	const struct mode_param *param = test->param_value;

#ifdef __SANITIZE_THREAD__
	if (param->mode != CHECKED)
		kunit_skip(test, "the switch is read without a lock, by design");
#endif
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, leave_mode, NULL), 0);
	points = 0;
	if (param->mode == UNCHECKED) {
		let_others_rest();
		__atomic_store_n(&ls_checks, LS_CHECK_LEAKS, __ATOMIC_RELAXED);
	}
	if (param->mode == HOOKED)
		__atomic_store_n(&ls_point_hook, count_point, __ATOMIC_RELEASE);
}

/**
 * struct locks - one of each kind
 * @count: what two tasks change under each lock in turn
 */
struct locks {
	struct mutex mutex, outer;
	struct rw_semaphore rwsem;
	struct semaphore sem;
	spinlock_t spin;
	raw_spinlock_t raw;
	rwlock_t rw;
	seqlock_t seq;
	unsigned long bits;
	struct ww_mutex ww, wd;
	unsigned long count;
};

static struct locks *locks_new(struct kunit *test)
{
	struct locks *l = kunit_kzalloc(test, sizeof(*l), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, l);
	mutex_init(&l->mutex);
	mutex_init(&l->outer);
	init_rwsem(&l->rwsem);
	sema_init(&l->sem, 1);
	spin_lock_init(&l->spin);
	raw_spin_lock_init(&l->raw);
	rwlock_init(&l->rw);
	seqlock_init(&l->seq);
	ww_mutex_init(&l->ww, &mode_class);
	ww_mutex_init(&l->wd, &mode_wd_class);
	return l;
}

/* --- alone ----------------------------------------------------------------------- */

static void all_mutexes(struct kunit *test, struct locks *l)
{
	atomic_t refs = ATOMIC_INIT(2);

	mutex_lock(&l->outer);
	mutex_lock_nest_lock(&l->mutex, &l->outer);
	mutex_unlock(&l->mutex);
	mutex_lock_nested(&l->mutex, 1);
	mutex_unlock(&l->mutex);
	mutex_unlock(&l->outer);
	KUNIT_EXPECT_EQ(test, mutex_lock_interruptible_nested(&l->mutex, 1), 0);
	mutex_unlock(&l->mutex);
	KUNIT_EXPECT_EQ(test, mutex_lock_killable_nested(&l->mutex, 1), 0);
	mutex_unlock(&l->mutex);
	mutex_lock_io_nested(&l->mutex, 1);
	KUNIT_EXPECT_FALSE(test, mutex_trylock(&l->mutex));
	mutex_unlock(&l->mutex);
	KUNIT_EXPECT_TRUE(test, mutex_trylock(&l->mutex));
	mutex_unlock(&l->mutex);
	KUNIT_EXPECT_FALSE(test, atomic_dec_and_mutex_lock(&refs, &l->mutex));
	KUNIT_EXPECT_TRUE(test, atomic_dec_and_mutex_lock(&refs, &l->mutex));
	mutex_unlock(&l->mutex);
}

static void all_rwsems(struct kunit *test, struct locks *l)
{
	struct rw_semaphore *s = &l->rwsem;

	down_read(s);
	KUNIT_EXPECT_TRUE(test, down_read_trylock(s));
	KUNIT_EXPECT_FALSE(test, down_write_trylock(s));
	up_read(s);
	up_read(s);
	KUNIT_EXPECT_EQ(test, down_read_interruptible(s), 0);
	up_read(s);
	KUNIT_EXPECT_EQ(test, down_read_killable(s), 0);
	up_read(s);
	down_read_nested(s, 1);
	up_read(s);
	KUNIT_EXPECT_EQ(test, down_read_killable_nested(s, 1), 0);
	up_read(s);
	down_write(s);
	KUNIT_EXPECT_FALSE(test, down_read_trylock(s));
	downgrade_write(s);
	up_read(s);
	KUNIT_EXPECT_EQ(test, down_write_killable(s), 0);
	up_write(s);
	down_write_nested(s, 1);
	up_write(s);
	KUNIT_EXPECT_EQ(test, down_write_killable_nested(s, 1), 0);
	up_write(s);
	KUNIT_EXPECT_TRUE(test, down_write_trylock(s));
	up_write(s);
	mutex_lock(&l->outer);
	down_write_nest_lock(s, &l->outer);
	up_write(s);
	mutex_unlock(&l->outer);
	down_read_non_owner(s);
	up_read_non_owner(s);
}

static void all_spinlocks(struct kunit *test, struct locks *l)
{
	atomic_t refs = ATOMIC_INIT(2), more = ATOMIC_INIT(2);
	unsigned long flags;

	spin_lock(&l->spin);
	KUNIT_EXPECT_FALSE(test, spin_trylock(&l->spin));
	spin_unlock(&l->spin);
	spin_lock_bh(&l->spin);
	spin_unlock_bh(&l->spin);
	spin_lock_irq(&l->spin);
	spin_unlock_irq(&l->spin);
	spin_lock_irqsave(&l->spin, flags);
	KUNIT_EXPECT_FALSE(test, raw_spin_trylock_irq(&l->raw) && spin_trylock(&l->spin));
	raw_spin_unlock(&l->raw);
	spin_unlock_irqrestore(&l->spin, flags);
	mutex_lock(&l->outer);
	spin_lock_nest_lock(&l->spin, &l->outer);
	spin_unlock(&l->spin);
	mutex_unlock(&l->outer);
	spin_lock_nested(&l->spin, 1);
	spin_unlock(&l->spin);
	spin_lock_irqsave_nested(&l->spin, flags, 1);
	spin_unlock_irqrestore(&l->spin, flags);
	KUNIT_EXPECT_TRUE(test, spin_trylock(&l->spin));
	KUNIT_EXPECT_FALSE(test, spin_trylock_bh(&l->spin));
	KUNIT_EXPECT_FALSE(test, spin_trylock_irq(&l->spin));
	KUNIT_EXPECT_FALSE(test, spin_trylock_irqsave(&l->spin, flags));
	spin_unlock(&l->spin);
	KUNIT_EXPECT_TRUE(test, spin_trylock_bh(&l->spin));
	spin_unlock_bh(&l->spin);
	KUNIT_EXPECT_TRUE(test, spin_trylock_irqsave(&l->spin, flags));
	spin_unlock_irqrestore(&l->spin, flags);
	KUNIT_EXPECT_FALSE(test, atomic_dec_and_lock(&refs, &l->spin));
	KUNIT_EXPECT_TRUE(test, atomic_dec_and_lock(&refs, &l->spin));
	spin_unlock(&l->spin);
	KUNIT_EXPECT_FALSE(test, atomic_dec_and_lock_irqsave(&more, &l->spin, flags));
	KUNIT_EXPECT_TRUE(test, atomic_dec_and_lock_irqsave(&more, &l->spin, flags));
	spin_unlock_irqrestore(&l->spin, flags);
}

static void all_rwlocks(struct kunit *test, struct locks *l)
{
	unsigned long flags;

	read_lock(&l->rw);
	KUNIT_EXPECT_TRUE(test, read_trylock(&l->rw));
	KUNIT_EXPECT_FALSE(test, write_trylock(&l->rw));
	read_unlock(&l->rw);
	read_unlock(&l->rw);
	read_lock_bh(&l->rw);
	read_unlock_bh(&l->rw);
	read_lock_irq(&l->rw);
	read_unlock_irq(&l->rw);
	read_lock_irqsave(&l->rw, flags);
	read_unlock_irqrestore(&l->rw, flags);
	write_lock(&l->rw);
	KUNIT_EXPECT_FALSE(test, read_trylock(&l->rw));
	write_unlock(&l->rw);
	write_lock_bh(&l->rw);
	write_unlock_bh(&l->rw);
	write_lock_irq(&l->rw);
	write_unlock_irq(&l->rw);
	write_lock_irqsave(&l->rw, flags);
	write_unlock_irqrestore(&l->rw, flags);
	KUNIT_EXPECT_TRUE(test, write_trylock(&l->rw));
	write_unlock(&l->rw);
}

static void all_the_others(struct kunit *test, struct locks *l)
{
	unsigned int seq;

	down(&l->sem);
	KUNIT_EXPECT_NE(test, down_trylock(&l->sem), 0);
	KUNIT_EXPECT_EQ(test, down_timeout(&l->sem, 1), -ETIME);
	up(&l->sem);
	KUNIT_EXPECT_EQ(test, down_interruptible(&l->sem), 0);
	up(&l->sem);
	KUNIT_EXPECT_EQ(test, down_killable(&l->sem), 0);
	up(&l->sem);
	KUNIT_EXPECT_EQ(test, down_timeout(&l->sem, 1), 0);
	up(&l->sem);

	bit_spin_lock(3, &l->bits);
	KUNIT_EXPECT_FALSE(test, bit_spin_trylock(3, &l->bits));
	KUNIT_EXPECT_TRUE(test, bit_spin_is_locked(3, &l->bits));
	__bit_spin_unlock(3, &l->bits);
	KUNIT_EXPECT_TRUE(test, bit_spin_trylock(3, &l->bits));
	bit_spin_unlock(3, &l->bits);

	write_seqlock(&l->seq);
	l->count++;
	write_sequnlock(&l->seq);
	do {
		seq = read_seqbegin(&l->seq);
	} while (read_seqretry(&l->seq, seq));
}

static void all_ww(struct kunit *test, struct ww_mutex *ww, struct ww_class *class)
{
	struct ww_acquire_ctx ctx;

	KUNIT_EXPECT_EQ(test, ww_mutex_lock(ww, NULL), 0);
	KUNIT_EXPECT_FALSE(test, ww_mutex_trylock(ww, NULL));
	ww_mutex_unlock(ww);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock_interruptible(ww, NULL), 0);
	ww_mutex_unlock(ww);
	KUNIT_EXPECT_TRUE(test, ww_mutex_trylock(ww, NULL));
	ww_mutex_unlock(ww);

	ww_acquire_init(&ctx, class);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(ww, &ctx), 0);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(ww, &ctx), -EALREADY);
	ww_mutex_unlock(ww);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock_interruptible(ww, &ctx), 0);
	ww_mutex_unlock(ww);
	KUNIT_EXPECT_TRUE(test, ww_mutex_trylock(ww, &ctx));
	ww_mutex_unlock(ww);
	ctx.contending_lock = ww; /* as -EDEADLK leaves it */
	ww_mutex_lock_slow(ww, &ctx);
	ww_mutex_unlock(ww);
	ctx.contending_lock = ww;
	KUNIT_EXPECT_EQ(test, ww_mutex_lock_slow_interruptible(ww, &ctx), 0);
	ww_acquire_done(&ctx);
	ww_mutex_unlock(ww);
	ww_acquire_fini(&ctx);
}

static void alone(struct kunit *test)
{
	const struct mode_param *param = test->param_value;
	struct locks *l = locks_new(test);

	enter_mode(test);
	all_mutexes(test, l);
	all_rwsems(test, l);
	all_spinlocks(test, l);
	all_rwlocks(test, l);
	all_the_others(test, l);
	all_ww(test, &l->ww, &mode_class);
	all_ww(test, &l->wd, &mode_wd_class);
	KUNIT_EXPECT_EQ(test, points > 0, param->mode == HOOKED);
}

/* --- two tasks -------------------------------------------------------------------- */

#define ROUNDS 400

static void one_round(struct locks *l)
{
	struct ww_acquire_ctx ctx;
	unsigned int seq;

	mutex_lock(&l->mutex);
	l->count++;
	mutex_unlock(&l->mutex);
	down_write(&l->rwsem);
	up_write(&l->rwsem);
	down_read(&l->rwsem);
	up_read(&l->rwsem);
	down(&l->sem);
	up(&l->sem);
	spin_lock(&l->spin);
	spin_unlock(&l->spin);
	write_lock(&l->rw);
	write_unlock(&l->rw);
	read_lock(&l->rw);
	read_unlock(&l->rw);
	bit_spin_lock(0, &l->bits);
	bit_spin_unlock(0, &l->bits);
	write_seqlock(&l->seq);
	write_sequnlock(&l->seq);
	do {
		seq = read_seqbegin(&l->seq);
	} while (read_seqretry(&l->seq, seq));
	ww_acquire_init(&ctx, &mode_class);
	if (!ww_mutex_lock(&l->ww, &ctx))
		ww_mutex_unlock(&l->ww);
	ww_acquire_fini(&ctx);
	if (!ww_mutex_lock(&l->wd, NULL))
		ww_mutex_unlock(&l->wd);
}

static int rounds(struct party *p)
{
	int i;

	party_meet(p);
	for (i = 0; i < ROUNDS; i++)
		one_round(p->arg);
	return 0;
}

static void together(struct kunit *test)
{
	struct locks *l = locks_new(test);
	struct party p[3];
	int i;

	enter_mode(test);
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		party_start(test, &p[i], rounds, l);
		party_await(&p[i]);
	}
	for (i = 0; i < ARRAY_SIZE(p); i++)
		party_go(&p[i]);
	for (i = 0; i < ARRAY_SIZE(p); i++)
		KUNIT_EXPECT_EQ(test, party_join(&p[i]), 0);
	KUNIT_EXPECT_EQ(test, l->count, ARRAY_SIZE(p) * ROUNDS);
}

/**
 * struct busy - a lock that another task keeps for a while without sleeping
 * @locks: all of them
 * @taken: it has them
 */
struct busy {
	struct locks *locks;
	int taken;
};

static int keeps_busy(struct party *p)
{
	struct busy *busy = p->arg;
	struct locks *l = busy->locks;
	unsigned long end;

	bit_spin_lock(1, &l->bits);
	write_seqlock(&l->seq);
	write_lock(&l->rw);
	WRITE_ONCE(busy->taken, 1);
	end = jiffies + 3;
	while (time_before(jiffies, end))
		cpu_relax();
	write_unlock(&l->rw);
	write_sequnlock(&l->seq);
	bit_spin_unlock(1, &l->bits);
	return 0;
}

static void waits(struct kunit *test)
{
	struct busy busy;
	unsigned int seq;
	struct party p;
	int how;

	busy.locks = locks_new(test);
	enter_mode(test);
	for (how = 0; how < 4; how++) {
		busy.taken = 0;
		party_start(test, &p, keeps_busy, &busy);
		while (!READ_ONCE(busy.taken))
			cond_resched();
		if (how == 0) {
			bit_spin_lock(1, &busy.locks->bits);
			bit_spin_unlock(1, &busy.locks->bits);
		} else if (how == 1) {
			seq = read_seqbegin(&busy.locks->seq);
			KUNIT_EXPECT_EQ(test, seq & 1, 0);
		} else if (how == 2) {
			read_lock(&busy.locks->rw);
			read_unlock(&busy.locks->rw);
		} else {
			write_lock(&busy.locks->rw);
			write_unlock(&busy.locks->rw);
		}
		KUNIT_EXPECT_EQ(test, party_join(&p), 0);
	}
}

/* --- a signal ends the wait ----------------------------------------------------------- */

static int holds(struct party *p)
{
	struct locks *l = p->arg;

	mutex_lock(&l->mutex);
	down_write(&l->rwsem);
	down(&l->sem);
	ww_mutex_lock(&l->ww, NULL);
	party_meet(p);
	ww_mutex_unlock(&l->ww);
	up(&l->sem);
	up_write(&l->rwsem);
	mutex_unlock(&l->mutex);
	return 0;
}

static int ww_interrupted(struct locks *l, bool slow)
{
	struct ww_acquire_ctx ctx;
	int ret;

	ww_acquire_init(&ctx, &mode_class);
	ctx.contending_lock = slow ? &l->ww : NULL;
	ret = slow ? ww_mutex_lock_slow_interruptible(&l->ww, &ctx) :
		     ww_mutex_lock_interruptible(&l->ww, &ctx);
	ww_acquire_fini(&ctx);
	return ret;
}

static void interrupted(struct kunit *test)
{
	struct locks *l = locks_new(test);
	struct party p;

	enter_mode(test);
	party_start(test, &p, holds, l);
	party_await(&p);

	ls_send_signal(current);
	KUNIT_EXPECT_EQ(test, mutex_lock_interruptible(&l->mutex), -EINTR);
	KUNIT_EXPECT_EQ(test, mutex_lock_interruptible_nested(&l->mutex, 1), -EINTR);
	KUNIT_EXPECT_EQ(test, down_read_interruptible(&l->rwsem), -EINTR);
	KUNIT_EXPECT_EQ(test, down_interruptible(&l->sem), -EINTR);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock_interruptible(&l->ww, NULL), -EINTR);
	KUNIT_EXPECT_EQ(test, ww_interrupted(l, false), -EINTR);
	KUNIT_EXPECT_EQ(test, ww_interrupted(l, true), -EINTR);
	/* Only a deadly one ends these. */
	KUNIT_EXPECT_EQ(test, down_timeout(&l->sem, 1), -ETIME);
	send_sig(SIGKILL, current, 0);
	KUNIT_EXPECT_EQ(test, mutex_lock_killable(&l->mutex), -EINTR);
	KUNIT_EXPECT_EQ(test, mutex_lock_killable_nested(&l->mutex, 1), -EINTR);
	KUNIT_EXPECT_EQ(test, down_read_killable(&l->rwsem), -EINTR);
	KUNIT_EXPECT_EQ(test, down_read_killable_nested(&l->rwsem, 1), -EINTR);
	KUNIT_EXPECT_EQ(test, down_write_killable(&l->rwsem), -EINTR);
	KUNIT_EXPECT_EQ(test, down_write_killable_nested(&l->rwsem, 1), -EINTR);
	KUNIT_EXPECT_EQ(test, down_killable(&l->sem), -EINTR);
	flush_signals(current);

	party_go(&p);
	KUNIT_EXPECT_EQ(test, party_join(&p), 0);
	/* Who gave up left nothing behind. */
	mutex_lock(&l->mutex);
	mutex_unlock(&l->mutex);
	down_write(&l->rwsem);
	up_write(&l->rwsem);
	down(&l->sem);
	up(&l->sem);
	ww_mutex_lock(&l->ww, NULL);
	ww_mutex_unlock(&l->ww);
}

static struct kunit_case modes_cases[] = {
	KUNIT_CASE_PARAM(alone, mode_gen_params),
	KUNIT_CASE_PARAM(together, mode_gen_params),
	KUNIT_CASE_PARAM(waits, mode_gen_params),
	KUNIT_CASE_PARAM(interrupted, mode_gen_params),
	{}
};

static struct kunit_suite modes_suite = {
	.name = "locking-modes",
	.test_cases = modes_cases,
};
kunit_test_suite(modes_suite);

MODULE_LICENSE("MIT");
