// SPDX-License-Identifier: MIT
/*
 * Locks for the oracle: each primitive alone, with its trylocks and interruptible forms, and
 * small mixes. Where tasks can wait for each other for ever, that is one of the classes.
 */
#include <linux/bit_spinlock.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched/signal.h>
#include <linux/semaphore.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>

#include "party.h"

static struct mutex m[3];
static raw_spinlock_t s[2];
static rwlock_t rw;
static struct rw_semaphore sem;
static struct semaphore count;
static seqcount_t seq;
static unsigned long bits;

static int locking_init(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(m); i++)
		mutex_init(&m[i]);
	for (i = 0; i < ARRAY_SIZE(s); i++)
		raw_spin_lock_init(&s[i]);
	rwlock_init(&rw);
	init_rwsem(&sem);
	seqcount_init(&seq);
	bits = 0;
	return 0;
}

/* --- mutex --------------------------------------------------------------------- */

static void mutex_once(unsigned int me)
{
	mutex_lock(&m[0]);
	mutex_unlock(&m[0]);
}

static void mutex_try(unsigned int me)
{
	if (mutex_trylock(&m[0]))
		mutex_unlock(&m[0]);
}

static void mutex_try_twice(unsigned int me)
{
	mutex_try(me);
	mutex_try(me);
}

static void mutex_look(unsigned int me)
{
	(void)mutex_is_locked(&m[0]);
}

static void mutex_interruptible(unsigned int me)
{
	if (!mutex_lock_interruptible(&m[0]))
		mutex_unlock(&m[0]);
}

static void mutex_killable(unsigned int me)
{
	if (!mutex_lock_killable(&m[0]))
		mutex_unlock(&m[0]);
}

static void signal_first(unsigned int me)
{
	send_sig(SIGINT, party_task(0), 0);
}

static void kill_first(unsigned int me)
{
	send_sig(SIGKILL, party_task(0), 0);
}

/* The second one is a class of its own: the validator keeps quiet, the explorer must not. */
static void mutex_ab(unsigned int me)
{
	mutex_lock(&m[0]);
	mutex_lock_nested(&m[1], 1);
	mutex_unlock(&m[1]);
	mutex_unlock(&m[0]);
}

static void mutex_ba(unsigned int me)
{
	mutex_lock(&m[1]);
	mutex_lock_nested(&m[0], 1);
	mutex_unlock(&m[0]);
	mutex_unlock(&m[1]);
}

static void mutex_philosopher(unsigned int me)
{
	mutex_lock(&m[me]);
	mutex_lock_nested(&m[(me + 1) % 3], 1);
	mutex_unlock(&m[(me + 1) % 3]);
	mutex_unlock(&m[me]);
}

static void mutex_back_off(unsigned int me)
{
	unsigned int a = me & 1, b = !a;

	mutex_lock(&m[a]);
	if (mutex_trylock(&m[b]))
		mutex_unlock(&m[b]);
	mutex_unlock(&m[a]);
}

static void mutex_twice(unsigned int me)
{
	mutex_once(me);
	mutex_once(me);
}

static void mutex_2(struct kunit *test)
{
	party(test, mutex_twice, mutex_twice);
}

static void mutex_3(struct kunit *test)
{
	party(test, mutex_once, mutex_once, mutex_once);
}

static void mutex_trylock_2(struct kunit *test)
{
	party(test, mutex_once, mutex_try_twice);
}

static void mutex_trylock_3(struct kunit *test)
{
	party(test, mutex_once, mutex_try, mutex_try);
}

static void mutex_trylock_look(struct kunit *test)
{
	party(test, mutex_once, mutex_try, mutex_look);
}

static void mutex_signal(struct kunit *test)
{
	party(test, mutex_interruptible, mutex_once, signal_first);
}

static void mutex_signal_2(struct kunit *test)
{
	party(test, mutex_interruptible, mutex_interruptible, signal_first);
}

static void mutex_signal_killable(struct kunit *test)
{
	party(test, mutex_killable, mutex_once, signal_first);
}

static void mutex_kill(struct kunit *test)
{
	party(test, mutex_killable, mutex_try, kill_first);
}

static void mutex_abba(struct kunit *test)
{
	party(test, mutex_ab, mutex_ba);
}

static void mutex_abab(struct kunit *test)
{
	party(test, mutex_ab, mutex_ab);
}

static void mutex_ring_3(struct kunit *test)
{
	party(test, mutex_philosopher, mutex_philosopher, mutex_philosopher);
}

static void mutex_back_off_2(struct kunit *test)
{
	party(test, mutex_back_off, mutex_back_off);
}

static void mutex_self(unsigned int me)
{
	mutex_lock(&m[0]);
	mutex_lock_nested(&m[0], 1);
}

static void mutex_self_deadlock(struct kunit *test)
{
	party(test, mutex_self, mutex_once);
}

/* Nobody holds it, or somebody else: that is reported, and is no release that others wait for. */
static void mutex_stray(unsigned int me)
{
	mutex_unlock(&m[0]);
}

static void mutex_stray_unlock(struct kunit *test)
{
	party(test, mutex_stray, mutex_once);
}

static void mutex_stray_unlock_3(struct kunit *test)
{
	party(test, mutex_stray, mutex_once, mutex_try);
}

/* --- spinlock, rwlock, bit -------------------------------------------------------- */

static void spin_ab(unsigned int me)
{
	raw_spin_lock(&s[0]);
	raw_spin_lock_nested(&s[1], 1);
	raw_spin_unlock(&s[1]);
	raw_spin_unlock(&s[0]);
}

static void spin_ba(unsigned int me)
{
	raw_spin_lock(&s[1]);
	raw_spin_lock_nested(&s[0], 1);
	raw_spin_unlock(&s[0]);
	raw_spin_unlock(&s[1]);
}

static void spin_once(unsigned int me)
{
	raw_spin_lock(&s[0]);
	raw_spin_unlock(&s[0]);
}

static void spin_irqsave(unsigned int me)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&s[0], flags);
	raw_spin_unlock_irqrestore(&s[0], flags);
}

static void spin_try(unsigned int me)
{
	if (raw_spin_trylock(&s[0]))
		raw_spin_unlock(&s[0]);
}

static void spin_look(unsigned int me)
{
	(void)raw_spin_is_locked(&s[0]);
}

static void spin_3(struct kunit *test)
{
	party(test, spin_once, spin_irqsave, spin_try);
}

static void spin_trylock_look(struct kunit *test)
{
	party(test, spin_try, spin_try, spin_look);
}

static void spin_abba(struct kunit *test)
{
	party(test, spin_ab, spin_ba);
}

static void spin_stray(unsigned int me)
{
	raw_spin_unlock(&s[0]);
}

static void spin_stray_unlock(struct kunit *test)
{
	party(test, spin_stray, spin_once);
}

static void spin_stray_unlock_3(struct kunit *test)
{
	party(test, spin_stray, spin_once, spin_once);
}

static void rw_read(unsigned int me)
{
	read_lock(&rw);
	read_unlock(&rw);
}

static void rw_read_twice(unsigned int me)
{
	read_lock(&rw);
	read_lock(&rw);
	read_unlock(&rw);
	read_unlock(&rw);
}

static void rw_write(unsigned int me)
{
	write_lock(&rw);
	write_unlock(&rw);
}

static void rw_try_read(unsigned int me)
{
	if (read_trylock(&rw))
		read_unlock(&rw);
}

static void rw_try_write(unsigned int me)
{
	if (write_trylock(&rw))
		write_unlock(&rw);
}

static void rw_spin_ab(unsigned int me)
{
	read_lock(&rw);
	raw_spin_lock(&s[0]);
	raw_spin_unlock(&s[0]);
	read_unlock(&rw);
}

static void rw_spin_ba(unsigned int me)
{
	raw_spin_lock(&s[0]);
	write_lock(&rw);
	write_unlock(&rw);
	raw_spin_unlock(&s[0]);
}

static void rwlock_readers(struct kunit *test)
{
	party(test, rw_read, rw_read, rw_write);
}

static void rwlock_recursive(struct kunit *test)
{
	party(test, rw_read_twice, rw_write);
}

static void rwlock_trylock(struct kunit *test)
{
	party(test, rw_read, rw_try_write, rw_try_read);
}

static void rwlock_writers(struct kunit *test)
{
	party(test, rw_write, rw_write, rw_try_read);
}

static void rwlock_abba(struct kunit *test)
{
	party(test, rw_spin_ab, rw_spin_ba);
}

static void rw_stray_read(unsigned int me)
{
	read_unlock(&rw);
}

static void rw_stray_write(unsigned int me)
{
	write_unlock(&rw);
}

static void rwlock_stray_read(struct kunit *test)
{
	party(test, rw_read, rw_stray_read, rw_try_write);
}

static void rwlock_stray_write(struct kunit *test)
{
	party(test, rw_write, rw_stray_write, rw_try_read);
}

static void bit_once(unsigned int me)
{
	bit_spin_lock(me, &bits);
	bit_spin_unlock(me, &bits);
}

static void bit_zero(unsigned int me)
{
	bit_spin_lock(0, &bits);
	bit_spin_unlock(0, &bits);
}

static void bit_try(unsigned int me)
{
	if (bit_spin_trylock(0, &bits))
		bit_spin_unlock(0, &bits);
}

static void bit_both(unsigned int me)
{
	bit_spin_lock(me, &bits);
	bit_spin_lock(!me, &bits);
	bit_spin_unlock(!me, &bits);
	bit_spin_unlock(me, &bits);
}

static void bit_3(struct kunit *test)
{
	party(test, bit_zero, bit_once, bit_try);
}

static void bit_abba(struct kunit *test)
{
	party(test, bit_both, bit_both);
}

/* --- rwsem ---------------------------------------------------------------------------- */

static void sem_read(unsigned int me)
{
	down_read(&sem);
	up_read(&sem);
}

static void sem_write(unsigned int me)
{
	down_write(&sem);
	up_write(&sem);
}

static void sem_try_read(unsigned int me)
{
	if (down_read_trylock(&sem))
		up_read(&sem);
}

static void sem_try_write(unsigned int me)
{
	if (down_write_trylock(&sem))
		up_write(&sem);
}

static void sem_downgrade(unsigned int me)
{
	down_write(&sem);
	downgrade_write(&sem);
	up_read(&sem);
}

static void sem_write_killable(unsigned int me)
{
	if (!down_write_killable(&sem))
		up_write(&sem);
}

static void sem_read_interruptible(unsigned int me)
{
	if (!down_read_interruptible(&sem))
		up_read(&sem);
}

/* A reader behind a writer that waits for a reader that waits for this one. */
static void sem_read_mutex(unsigned int me)
{
	down_read(&sem);
	mutex_lock(&m[0]);
	mutex_unlock(&m[0]);
	up_read(&sem);
}

static void mutex_sem_read(unsigned int me)
{
	mutex_lock(&m[0]);
	down_read(&sem);
	up_read(&sem);
	mutex_unlock(&m[0]);
}

static void rwsem_readers(struct kunit *test)
{
	party(test, sem_read, sem_read, sem_write);
}

static void rwsem_writers(struct kunit *test)
{
	party(test, sem_write, sem_write, sem_read);
}

static void rwsem_trylock(struct kunit *test)
{
	party(test, sem_read, sem_write, sem_try_read);
}

static void rwsem_trylock_write(struct kunit *test)
{
	party(test, sem_read, sem_try_write, sem_try_read);
}

static void rwsem_downgrade(struct kunit *test)
{
	party(test, sem_downgrade, sem_read, sem_try_read);
}

static void rwsem_downgrade_write(struct kunit *test)
{
	party(test, sem_downgrade, sem_write);
}

static void rwsem_kill(struct kunit *test)
{
	party(test, sem_write_killable, sem_read, kill_first);
}


static void rwsem_kill_reader(struct kunit *test)
{
	party(test, sem_write_killable, sem_read, kill_first, sem_try_read);
}

static void rwsem_signal(struct kunit *test)
{
	party(test, sem_read_interruptible, sem_write, signal_first);
}

static void rwsem_behind_writer(struct kunit *test)
{
	party(test, sem_read_mutex, mutex_sem_read, sem_write);
}

static void sem_stray_read(unsigned int me)
{
	up_read(&sem);
}

static void sem_stray_write(unsigned int me)
{
	up_write(&sem);
}

static void rwsem_stray_read(struct kunit *test)
{
	party(test, sem_stray_read, sem_write, sem_read);
}

static void rwsem_stray_write(struct kunit *test)
{
	party(test, sem_stray_write, sem_write, sem_read);
}

static void sem_read_for_others(unsigned int me)
{
	down_read_non_owner(&sem);
}

static void sem_release_of_others(unsigned int me)
{
	up_read_non_owner(&sem);
}

static void rwsem_non_owner(struct kunit *test)
{
	party(test, sem_read_for_others, sem_release_of_others, sem_write);
}

/* --- semaphore ------------------------------------------------------------------------- */

static void count_once(unsigned int me)
{
	down(&count);
	up(&count);
}

static void count_try(unsigned int me)
{
	if (!down_trylock(&count))
		up(&count);
}

static void count_up(unsigned int me)
{
	up(&count);
}

static void count_down(unsigned int me)
{
	down(&count);
}

static void count_interruptible(unsigned int me)
{
	if (!down_interruptible(&count))
		up(&count);
}

static void count_timeout(unsigned int me)
{
	if (!down_timeout(&count, 2))
		up(&count);
}

static void count_try_once(unsigned int me)
{
	if (down_trylock(&count))
		return;
}

static void semaphore_timeout(struct kunit *test)
{
	sema_init(&count, 1);
	party(test, count_timeout, count_once);
}

static void semaphore_timeout_event(struct kunit *test)
{
	sema_init(&count, 0);
	party(test, count_timeout, count_up, count_try_once);
}

static void semaphore_timeouts(struct kunit *test)
{
	sema_init(&count, 1);
	party(test, count_timeout, count_timeout, count_once);
}

static void semaphore_1(struct kunit *test)
{
	sema_init(&count, 1);
	party(test, count_once, count_once, count_try);
}

static void semaphore_2(struct kunit *test)
{
	sema_init(&count, 2);
	party(test, count_once, count_once, count_try);
}

static void semaphore_event(struct kunit *test)
{
	sema_init(&count, 0);
	party(test, count_down, count_try, count_up);
}

static void semaphore_short(struct kunit *test)
{
	sema_init(&count, 0);
	party(test, count_down, count_down, count_up);
}

static void semaphore_signal(struct kunit *test)
{
	sema_init(&count, 1);
	party(test, count_interruptible, count_once, signal_first);
}

/* --- seqlock ------------------------------------------------------------------------------ */

static unsigned int value;

static void seq_write(unsigned int me)
{
	raw_spin_lock(&s[0]);
	write_seqcount_begin(&seq);
	WRITE_ONCE(value, value + 1);
	write_seqcount_end(&seq);
	raw_spin_unlock(&s[0]);
}

static void seq_read(unsigned int me)
{
	unsigned int start;

	do {
		start = read_seqcount_begin(&seq);
		(void)READ_ONCE(value);
	} while (read_seqcount_retry(&seq, start));
}

static void seq_write_raw(unsigned int me)
{
	preempt_disable();
	raw_write_seqcount_begin(&seq);
	raw_write_seqcount_end(&seq);
	preempt_enable();
}

static void seq_read_once(unsigned int me)
{
	(void)read_seqcount_retry(&seq, read_seqcount_begin(&seq));
}

static void seqcount_2(struct kunit *test)
{
	party(test, seq_write, seq_read);
}

static void seqcount_readers(struct kunit *test)
{
	party(test, seq_write_raw, seq_read_once, seq_read_once);
}

static struct kunit_case locking_cases[] = {
	KUNIT_CASE(mutex_2),
	KUNIT_CASE(mutex_3),
	KUNIT_CASE(mutex_trylock_2),
	KUNIT_CASE(mutex_trylock_3),
	KUNIT_CASE(mutex_trylock_look),
	KUNIT_CASE(mutex_signal),
	KUNIT_CASE(mutex_signal_2),
	KUNIT_CASE(mutex_signal_killable),
	KUNIT_CASE(mutex_kill),
	KUNIT_CASE(mutex_abba),
	KUNIT_CASE(mutex_abab),
	KUNIT_CASE(mutex_ring_3),
	KUNIT_CASE(mutex_back_off_2),
	KUNIT_CASE(mutex_self_deadlock),
	KUNIT_CASE(mutex_stray_unlock),
	KUNIT_CASE(mutex_stray_unlock_3),
	KUNIT_CASE(spin_3),
	KUNIT_CASE(spin_stray_unlock),
	KUNIT_CASE(spin_stray_unlock_3),
	KUNIT_CASE(spin_trylock_look),
	KUNIT_CASE(spin_abba),
	KUNIT_CASE(rwlock_readers),
	KUNIT_CASE(rwlock_recursive),
	KUNIT_CASE(rwlock_trylock),
	KUNIT_CASE(rwlock_writers),
	KUNIT_CASE(rwlock_abba),
	KUNIT_CASE(rwlock_stray_read),
	KUNIT_CASE(rwlock_stray_write),
	KUNIT_CASE(bit_3),
	KUNIT_CASE(bit_abba),
	KUNIT_CASE(rwsem_readers),
	KUNIT_CASE(rwsem_writers),
	KUNIT_CASE(rwsem_trylock),
	KUNIT_CASE(rwsem_trylock_write),
	KUNIT_CASE(rwsem_downgrade),
	KUNIT_CASE(rwsem_downgrade_write),
	KUNIT_CASE(rwsem_kill),
	KUNIT_CASE(rwsem_kill_reader),
	KUNIT_CASE(rwsem_signal),
	KUNIT_CASE(rwsem_behind_writer),
	KUNIT_CASE(rwsem_non_owner),
	KUNIT_CASE(rwsem_stray_read),
	KUNIT_CASE(rwsem_stray_write),
	KUNIT_CASE(semaphore_1),
	KUNIT_CASE(semaphore_2),
	KUNIT_CASE(semaphore_event),
	KUNIT_CASE(semaphore_short),
	KUNIT_CASE(semaphore_signal),
	KUNIT_CASE(semaphore_timeout),
	KUNIT_CASE(semaphore_timeout_event),
	KUNIT_CASE(semaphore_timeouts),
	KUNIT_CASE(seqcount_2),
	KUNIT_CASE(seqcount_readers),
	{}
};

static struct kunit_suite locking_suite = {
	.name = "oracle_locking",
	.init = locking_init,
	.test_cases = locking_cases,
};
kunit_test_suite(locking_suite);

MODULE_LICENSE("MIT");
