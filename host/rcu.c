// SPDX-License-Identifier: MIT
/*
 * RCU of the native seam. Grace periods are liburcu's. Deferred callbacks run
 * on a thread of our own: liburcu's waits ten milliseconds for each batch, and
 * every test case ends with rcu_barrier().
 *
 * ThreadSanitizer does not see into liburcu, so the edges from the end of a
 * read section to the end of a grace period are announced to it by hand.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Read sections inline, but where ThreadSanitizer would look into them. */
#if !defined(__SANITIZE_THREAD__)
#define _LGPL_SOURCE
#endif
#include <urcu/urcu-memb.h>

#include "native.h"

#if defined(__SANITIZE_THREAD__)
void __tsan_acquire(void *addr);
void __tsan_release(void *addr);
static char gp_sync;
#define reader_done() __tsan_release(&gp_sync)
#define grace_done()  __tsan_acquire(&gp_sync)
#else
#define reader_done() ((void)0)
#define grace_done()  ((void)0)
#endif

/* Let a few more callbacks come before a grace period is paid for them... */
#define LINGER_NS 200000ULL
/* ... unless this many wait already. */
#define BATCH_MAX 512u

struct deferred {
	struct deferred *next;
	void (*fn)(struct os_rcu_head *head);
};

_Static_assert(sizeof(struct deferred) <= sizeof(struct os_rcu_head), "link fits the head");

static struct {
	pthread_mutex_t lock;
	pthread_cond_t wake; /* the callback thread waits for work */
	pthread_cond_t done; /* barriers wait for @finished */
	struct deferred *first, **tail;
	unsigned int nr;
	unsigned long long queued, finished;
	unsigned int barriers;
	int lingering;
	int idle;
	int started;
} cb = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.wake = PTHREAD_COND_INITIALIZER,
	.done = PTHREAD_COND_INITIALIZER,
	.tail = &cb.first,
};

void ls_native_rcu_register(void)
{
	urcu_memb_register_thread();
}

void ls_native_rcu_unregister(void)
{
	urcu_memb_unregister_thread();
}

void ls_native_rcu_read_lock(void)
{
	urcu_memb_read_lock();
}

void ls_native_rcu_read_unlock(void)
{
	reader_done();
	urcu_memb_read_unlock();
}

void ls_native_rcu_synchronize(void)
{
	urcu_memb_synchronize_rcu();
	grace_done();
}

/* Under cb.lock: wait for callbacks, then a little for more of them. */
static void wait_for_work(void)
{
	struct timespec until;
	os_ns end;

	while (!cb.first) {
		cb.idle = 1;
		pthread_cond_wait(&cb.wake, &cb.lock);
	}
	cb.idle = 0;
	end = os_now_real() + LINGER_NS;
	until.tv_sec = (time_t)(end / 1000000000ULL);
	until.tv_nsec = (long)(end % 1000000000ULL);
	while (cb.nr < BATCH_MAX && !cb.barriers) {
		cb.lingering = 1;
		if (pthread_cond_timedwait(&cb.wake, &cb.lock, &until))
			break;
	}
	cb.lingering = 0;
}

static void callback_thread(void *unused)
{
	struct deferred *d, *next;
	unsigned int n;

	/* Registered when the first callback makes this thread a task. */
	(void)unused;
	pthread_mutex_lock(&cb.lock);
	for (;;) {
		wait_for_work();
		d = cb.first;
		cb.first = NULL;
		cb.tail = &cb.first;
		cb.nr = 0;
		pthread_mutex_unlock(&cb.lock);

		ls_native_rcu_synchronize();
		for (n = 0; d; d = next, n++) {
			next = d->next;
			d->fn((struct os_rcu_head *)d);
		}

		pthread_mutex_lock(&cb.lock);
		cb.finished += n;
		if (cb.barriers)
			pthread_cond_broadcast(&cb.done);
	}
}

/* Lives as long as the process. Started late, because a fork must come before it. */
static void start_callback_thread(void)
{
	if (cb.started)
		return;
	if (!ls_native_spawn(callback_thread, NULL, "rcu")) {
		static const char msg[] = "lockstep: cannot start the RCU callback thread\n";

		os_write(2, msg, sizeof(msg) - 1);
		os_exit(2);
	}
	cb.started = 1;
}

void ls_native_rcu_call(struct os_rcu_head *head, void (*fn)(struct os_rcu_head *head))
{
	struct deferred *d = (struct deferred *)head;

	d->next = NULL;
	d->fn = fn;
	pthread_mutex_lock(&cb.lock);
	start_callback_thread();
	*cb.tail = d;
	cb.tail = &d->next;
	cb.nr++;
	cb.queued++;
	if (cb.idle || (cb.lingering && cb.nr == BATCH_MAX)) {
		cb.idle = 0;
		pthread_cond_signal(&cb.wake);
	}
	pthread_mutex_unlock(&cb.lock);
}

/* Callbacks run in the order they were queued in, so a count is enough to wait for. */
void ls_native_rcu_barrier(void)
{
	unsigned long long want;

	pthread_mutex_lock(&cb.lock);
	want = cb.queued;
	if (cb.finished < want) {
		cb.barriers++;
		pthread_cond_signal(&cb.wake);
		while (cb.finished < want)
			pthread_cond_wait(&cb.done, &cb.lock);
		cb.barriers--;
	}
	pthread_mutex_unlock(&cb.lock);
}
