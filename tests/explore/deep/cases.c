// SPDX-License-Identifier: MIT
/*
 * Cases for the long ways of locks. They are built twice: as they are, where an operation is
 * one step, and with copies of kernel/locking in which each atomic is one. Both must come to the same
 * outcomes: who got what, in which order, and whether anybody was left behind.
 */
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched/signal.h>
#include <linux/semaphore.h>
#include <linux/spinlock.h>
#include <linux/ww_mutex.h>
#include <lockstep/checks.h>

#include "../oracle/party.h"
#include "deep_cases.h"

/* Read by the oracle when an execution is over. */
extern unsigned long long oracle_outcome;
unsigned long long oracle_outcome;

struct task_struct *deep_task(unsigned int i)
{
	return i < party_now.nr ? party_now.seat[i].task : NULL;
}

static DEFINE_WD_CLASS(wait_die);
static DEFINE_WW_CLASS(wound_wait);

static struct mutex m;
static raw_spinlock_t s;
static rwlock_t rw;
static struct rw_semaphore sem;
static struct semaphore count;
static struct ww_class *class;
static struct ww_mutex ww[2];

/* --- who is inside -------------------------------------------------------------- */

static unsigned int readers, writers;
static bool broken;

static void look(bool write)
{
	if (writers > write || (write && readers))
		broken = true;
}

/* Be inside for a moment in which others could come. */
static void inside(unsigned int me, bool write)
{
	if (write) {
		writers++;
		oracle_outcome = oracle_outcome << 3 | (me + 1);
	} else {
		readers++;
	}
	ls_touch(&writers, write ? LS_WRITE : LS_READ);
	look(write);
	ls_point(LS_OP_LOAD, &readers);
	ls_touch(&writers, write ? LS_WRITE : LS_READ);
	look(write);
	if (write)
		writers--;
	else
		readers--;
}

/* What a task was told: in its own bits, so that no order is implied. */
static void told(unsigned int me, unsigned int what)
{
	static const unsigned int shift[] = { 40, 46, 52, 58 };

	oracle_outcome += (unsigned long long)what << shift[me];
}

static int deep_init(struct kunit *test)
{
	/* The copies have no validator, so the model must do without one, too. */
	ls_checks = 0;
	mutex_init(&m);
	raw_spin_lock_init(&s);
	rwlock_init(&rw);
	init_rwsem(&sem);
	sema_init(&count, 1);
	return 0;
}

static void deep_exit(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, broken);
}

/* --- mutex ------------------------------------------------------------------------ */

static void mutex_once(unsigned int me)
{
	mutex_lock(&m);
	inside(me, true);
	mutex_unlock(&m);
}

static void mutex_twice(unsigned int me)
{
	mutex_once(me);
	mutex_once(me);
}

static void mutex_try(unsigned int me)
{
	if (!mutex_trylock(&m))
		return;
	told(me, 1);
	inside(me, true);
	mutex_unlock(&m);
}

static void mutex_interruptible(unsigned int me)
{
	if (mutex_lock_interruptible(&m)) {
		told(me, 1);
		return;
	}
	inside(me, true);
	mutex_unlock(&m);
}

static void signal_first(unsigned int me)
{
	send_sig(SIGINT, party_task(0), 0);
}

/* --- spinlock, rwlock ----------------------------------------------------------------- */

static void spin_once(unsigned int me)
{
	raw_spin_lock(&s);
	inside(me, true);
	raw_spin_unlock(&s);
}

static void spin_try(unsigned int me)
{
	if (!raw_spin_trylock(&s))
		return;
	told(me, 1);
	inside(me, true);
	raw_spin_unlock(&s);
}

static void rw_read(unsigned int me)
{
	read_lock(&rw);
	inside(me, false);
	read_unlock(&rw);
}

static void rw_write(unsigned int me)
{
	write_lock(&rw);
	inside(me, true);
	write_unlock(&rw);
}

static void rw_try_read(unsigned int me)
{
	if (!read_trylock(&rw))
		return;
	told(me, 1);
	inside(me, false);
	read_unlock(&rw);
}

/* --- rwsem, semaphore --------------------------------------------------------------------- */

static void sem_read(unsigned int me)
{
	down_read(&sem);
	inside(me, false);
	up_read(&sem);
}

static void sem_write(unsigned int me)
{
	down_write(&sem);
	inside(me, true);
	up_write(&sem);
}

static void sem_downgrade(unsigned int me)
{
	down_write(&sem);
	inside(me, true);
	downgrade_write(&sem);
	inside(me, false);
	up_read(&sem);
}

static void sem_try_read(unsigned int me)
{
	if (!down_read_trylock(&sem))
		return;
	told(me, 1);
	inside(me, false);
	up_read(&sem);
}

static void sem_write_killable(unsigned int me)
{
	if (down_write_killable(&sem)) {
		told(me, 1);
		return;
	}
	inside(me, true);
	up_write(&sem);
}

static void kill_first(unsigned int me)
{
	send_sig(SIGKILL, party_task(0), 0);
}

static void count_once(unsigned int me)
{
	down(&count);
	inside(me, true);
	up(&count);
}

static void count_try(unsigned int me)
{
	if (down_trylock(&count))
		return;
	told(me, 1);
	inside(me, true);
	up(&count);
}

/* --- ww_mutex -------------------------------------------------------------------------------- */

static void ww_take(unsigned int me, unsigned int nr, unsigned int first)
{
	struct ww_acquire_ctx ctx;
	unsigned int held = 0, i, n, back = 0;

	ls_quiet_begin();
	ww_acquire_init(&ctx, class);
	ls_quiet_end();
retry:
	for (n = 0; n < nr; n++) {
		i = (first + n) % nr;
		if (held & BIT(i))
			continue;
		if (ww_mutex_lock(&ww[i], &ctx)) {
			back++;
			if (held)
				ww_mutex_unlock(&ww[!i]);
			ww_mutex_lock_slow(&ww[i], &ctx);
			held = BIT(i);
			goto retry;
		}
		held |= BIT(i);
	}
	inside(me, true);
	for (i = 0; i < nr; i++)
		ww_mutex_unlock(&ww[i]);
	ww_acquire_fini(&ctx);
	told(me, back);
}

static void ww_one(unsigned int me)
{
	ww_take(me, 1, 0);
}

static void ww_two(unsigned int me)
{
	ww_take(me, 2, me);
}

static void ww_plain(unsigned int me)
{
	ww_mutex_lock(&ww[0], NULL);
	told(me, 1);
	ww_mutex_unlock(&ww[0]);
}

static void ww_use(struct ww_class *c)
{
	class = c;
	ww_mutex_init(&ww[0], c);
	ww_mutex_init(&ww[1], c);
}

#define DEEP_CASE(name, tasks...)                                                                  \
	static void name(struct kunit *test)                                                       \
	{                                                                                          \
		party(test, tasks);                                                                \
	}

#define DEEP_WW(name, tasks...)                                                                    \
	static void wait_die_##name(struct kunit *test)                                            \
	{                                                                                          \
		ww_use(&wait_die);                                                                 \
		party(test, tasks);                                                                \
	}                                                                                          \
	static void wound_wait_##name(struct kunit *test)                                          \
	{                                                                                          \
		ww_use(&wound_wait);                                                               \
		party(test, tasks);                                                                \
	}

DEEP_CASE(mutex_2, mutex_once, mutex_once)
DEEP_CASE(mutex_2_twice, mutex_twice, mutex_once)
DEEP_CASE(mutex_3, mutex_once, mutex_once, mutex_once)
DEEP_CASE(mutex_trylock_2, mutex_once, mutex_try)
DEEP_CASE(mutex_trylock_3, mutex_once, mutex_once, mutex_try)
DEEP_CASE(mutex_signal, mutex_interruptible, mutex_once, signal_first)
DEEP_CASE(spin_2, spin_once, spin_once)
DEEP_CASE(spin_3, spin_once, spin_once, spin_once)
DEEP_CASE(spin_trylock_3, spin_once, spin_try, spin_once)
DEEP_CASE(rwlock_2, rw_read, rw_write)
DEEP_CASE(rwlock_writers, rw_write, rw_write)
DEEP_CASE(rwlock_3, rw_read, rw_write, rw_read)
DEEP_CASE(rwlock_trylock, rw_read, rw_write, rw_try_read)
DEEP_CASE(rwsem_2, sem_read, sem_write)
DEEP_CASE(rwsem_writers, sem_write, sem_write)
DEEP_CASE(rwsem_3, sem_read, sem_write, sem_read)
DEEP_CASE(rwsem_trylock, sem_read, sem_write, sem_try_read)
DEEP_CASE(rwsem_downgrade, sem_downgrade, sem_read)
DEEP_CASE(rwsem_kill, sem_write_killable, sem_read, kill_first)
DEEP_CASE(semaphore_2, count_once, count_once)
DEEP_CASE(semaphore_3, count_once, count_once, count_try)
DEEP_WW(one, ww_one, ww_one)
DEEP_WW(two, ww_two, ww_two)
DEEP_WW(plain, ww_one, ww_plain)

#define DEEP_BOTH(name) KUNIT_CASE(wait_die_##name), KUNIT_CASE(wound_wait_##name)

static struct kunit_case deep_cases[] = {
	KUNIT_CASE(mutex_2),
	KUNIT_CASE(mutex_2_twice),
	KUNIT_CASE(mutex_3),
	KUNIT_CASE(mutex_trylock_2),
	KUNIT_CASE(mutex_trylock_3),
	KUNIT_CASE(mutex_signal),
	KUNIT_CASE(spin_2),
	KUNIT_CASE(spin_3),
	KUNIT_CASE(spin_trylock_3),
	KUNIT_CASE(rwlock_2),
	KUNIT_CASE(rwlock_writers),
	KUNIT_CASE(rwlock_3),
	KUNIT_CASE(rwlock_trylock),
	KUNIT_CASE(rwsem_2),
	KUNIT_CASE(rwsem_writers),
	KUNIT_CASE(rwsem_3),
	KUNIT_CASE(rwsem_trylock),
	KUNIT_CASE(rwsem_downgrade),
	KUNIT_CASE(rwsem_kill),
	KUNIT_CASE(semaphore_2),
	KUNIT_CASE(semaphore_3),
	DEEP_BOTH(one),
	DEEP_BOTH(two),
	DEEP_BOTH(plain),
	{}
};

static struct kunit_suite deep_suite = {
	.name = "deep",
	.init = deep_init,
	.exit = deep_exit,
	.test_cases = deep_cases,
};
kunit_test_suite(deep_suite);

MODULE_LICENSE("MIT");
