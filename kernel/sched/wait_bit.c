// SPDX-License-Identifier: MIT
/*
 * Waiting for a bit of a word, or for a variable, without a wait queue beside
 * it: waiters share a table of queues and are told apart by the address.
 */
#include <linux/wait_bit.h>
#include <linux/hash.h>
#include "internal.h"

#define TABLE_BITS 6
#define TABLE_SIZE (1 << TABLE_BITS)
#define VAR_BIT	   (-1) /* bit number of those who wait for a variable */

static struct wait_queue_head table[TABLE_SIZE];

int ls_wait_bit_boot(void)
{
	int i;

	for (i = 0; i < TABLE_SIZE; i++)
		init_waitqueue_head(&table[i]);
	return 0;
}

/**
 * bit_waitqueue() - the queue of a bit
 * @word: word the bit is in
 * @bit: its number
 *
 * Context: Any.
 * Return: the queue, shared with other words.
 */
struct wait_queue_head *bit_waitqueue(void *word, int bit)
{
	return &table[hash_long((unsigned long)word + (unsigned long)bit, TABLE_BITS)];
}

/**
 * __var_waitqueue() - the queue of a variable
 * @p: its address
 *
 * Context: Any.
 * Return: the queue, shared with other variables.
 */
struct wait_queue_head *__var_waitqueue(void *p)
{
	return &table[hash_long((unsigned long)p, TABLE_BITS)];
}

/**
 * wake_bit_function() - wake a waiter if this is its bit, and the bit is clear
 * @wq_entry: the waiter's entry
 * @mode: TASK_* states
 * @sync: ignored
 * @arg: struct wait_bit_key of the waker
 *
 * Context: Any, with the queue's lock held.
 * Return: 1 if it was woken.
 */
int wake_bit_function(struct wait_queue_entry *wq_entry, unsigned mode, int sync, void *arg)
{
	struct wait_bit_key *key = arg;
	struct wait_bit_queue_entry *wait =
		container_of(wq_entry, struct wait_bit_queue_entry, wq_entry);

	if (wait->key.flags != key->flags || wait->key.bit_nr != key->bit_nr ||
	    test_bit(key->bit_nr, (unsigned long *)key->flags))
		return 0;
	return autoremove_wake_function(wq_entry, mode, sync, key);
}

/**
 * __wait_on_bit() - wait until a bit is clear
 * @wq_head: its queue
 * @wbq_entry: entry of the caller
 * @action: sleeps; an error ends the wait
 * @mode: TASK_* to sleep in
 *
 * Context: Process context. Sleeps.
 * Return: 0, or what @action returned.
 */
int __wait_on_bit(struct wait_queue_head *wq_head, struct wait_bit_queue_entry *wbq_entry,
		  wait_bit_action_f *action, unsigned int mode)
{
	int ret = 0;

	do {
		prepare_to_wait(wq_head, &wbq_entry->wq_entry, (int)mode);
		if (test_bit(wbq_entry->key.bit_nr, (unsigned long *)wbq_entry->key.flags))
			ret = action(&wbq_entry->key, (int)mode);
	} while (!ret &&
		 test_bit_acquire(wbq_entry->key.bit_nr, (unsigned long *)wbq_entry->key.flags));
	finish_wait(wq_head, &wbq_entry->wq_entry);
	return ret;
}

/**
 * __wait_on_bit_lock() - wait until a bit is clear and set it
 * @wq_head: its queue
 * @wbq_entry: entry of the caller
 * @action: sleeps; an error ends the wait
 * @mode: TASK_* to sleep in
 *
 * Context: Process context. Sleeps.
 * Return: 0 with the bit set by the caller, or what @action returned.
 */
int __wait_on_bit_lock(struct wait_queue_head *wq_head, struct wait_bit_queue_entry *wbq_entry,
		       wait_bit_action_f *action, unsigned int mode)
{
	unsigned long *word = wbq_entry->key.flags;
	int bit = wbq_entry->key.bit_nr;
	int ret = 0;

	for (;;) {
		prepare_to_wait_exclusive(wq_head, &wbq_entry->wq_entry, (int)mode);
		if (test_bit(bit, word)) {
			ret = action(&wbq_entry->key, (int)mode);
			/* Off the queue before giving up, lest a wake-up goes to waste. */
			if (ret)
				finish_wait(wq_head, &wbq_entry->wq_entry);
		}
		if (!test_and_set_bit(bit, word)) {
			if (!ret)
				finish_wait(wq_head, &wbq_entry->wq_entry);
			return 0;
		}
		if (ret)
			return ret;
	}
}

/**
 * out_of_line_wait_on_bit() - wait until a bit is clear
 * @word: its word
 * @bit: its number
 * @action: sleeps
 * @mode: TASK_* to sleep in
 *
 * Context: Process context. Sleeps.
 * Return: 0, or what @action returned.
 */
int out_of_line_wait_on_bit(void *word, int bit, wait_bit_action_f *action, unsigned int mode)
{
	DEFINE_WAIT_BIT(wait, word, bit);

	return __wait_on_bit(bit_waitqueue(word, bit), &wait, action, mode);
}

/**
 * out_of_line_wait_on_bit_timeout() - wait until a bit is clear, for a time
 * @word: its word
 * @bit: its number
 * @action: sleeps, and minds the deadline in the key
 * @mode: TASK_* to sleep in
 * @timeout: jiffies
 *
 * Context: Process context. Sleeps.
 * Return: 0, or what @action returned, -EAGAIN for a timeout.
 */
int out_of_line_wait_on_bit_timeout(void *word, int bit, wait_bit_action_f *action,
				    unsigned int mode, unsigned long timeout)
{
	DEFINE_WAIT_BIT(wait, word, bit);

	wait.key.timeout = jiffies + timeout;
	return __wait_on_bit(bit_waitqueue(word, bit), &wait, action, mode);
}

/**
 * out_of_line_wait_on_bit_lock() - wait until a bit is clear and set it
 * @word: its word
 * @bit: its number
 * @action: sleeps
 * @mode: TASK_* to sleep in
 *
 * Context: Process context. Sleeps.
 * Return: 0, or what @action returned.
 */
int out_of_line_wait_on_bit_lock(void *word, int bit, wait_bit_action_f *action, unsigned int mode)
{
	DEFINE_WAIT_BIT(wait, word, bit);

	return __wait_on_bit_lock(bit_waitqueue(word, bit), &wait, action, mode);
}

/**
 * __wake_up_bit() - wake who waits for a bit, given its queue
 * @wq_head: the queue
 * @word: word of the bit
 * @bit: its number
 *
 * Context: Any.
 */
void __wake_up_bit(struct wait_queue_head *wq_head, void *word, int bit)
{
	struct wait_bit_key key = __WAIT_BIT_KEY_INITIALIZER(word, bit);

	if (waitqueue_active(wq_head))
		__wake_up(wq_head, TASK_NORMAL, 1, &key);
}

/**
 * wake_up_bit() - wake who waits for a bit
 * @word: word of the bit, which was cleared with a full barrier after it
 * @bit: its number
 *
 * Context: Any.
 */
void wake_up_bit(void *word, int bit)
{
	__wake_up_bit(bit_waitqueue(word, bit), word, bit);
}

/**
 * bit_wait() - sleep once
 * @key: what is waited for
 * @mode: state that was set
 *
 * Context: Process context. Sleeps.
 * Return: 0, or -EINTR when a signal is pending.
 */
int bit_wait(struct wait_bit_key *key, int mode)
{
	schedule();
	return signal_pending_state((unsigned int)mode, current) ? -EINTR : 0;
}

/**
 * bit_wait_io() - bit_wait() for input or output
 * @key: what is waited for
 * @mode: state that was set
 *
 * Context: Process context. Sleeps.
 * Return: 0, or -EINTR when a signal is pending.
 */
int bit_wait_io(struct wait_bit_key *key, int mode)
{
	return bit_wait(key, mode);
}

/**
 * bit_wait_timeout() - bit_wait() until the deadline in the key
 * @key: what is waited for
 * @mode: state that was set
 *
 * Context: Process context. Sleeps.
 * Return: 0, -EAGAIN at the deadline, or -EINTR when a signal is pending.
 */
int bit_wait_timeout(struct wait_bit_key *key, int mode)
{
	unsigned long now = jiffies;

	if (time_after_eq(now, key->timeout))
		return -EAGAIN;
	schedule_timeout((long)(key->timeout - now));
	return signal_pending_state((unsigned int)mode, current) ? -EINTR : 0;
}

static int wake_var_function(struct wait_queue_entry *wq_entry, unsigned mode, int sync, void *arg)
{
	struct wait_bit_key *key = arg;
	struct wait_bit_queue_entry *wait =
		container_of(wq_entry, struct wait_bit_queue_entry, wq_entry);

	if (wait->key.flags != key->flags || wait->key.bit_nr != key->bit_nr)
		return 0;
	return autoremove_wake_function(wq_entry, mode, sync, key);
}

bool ls_is_bit_wake_function(wait_queue_func_t func)
{
	return func == wake_bit_function || func == wake_var_function;
}

/**
 * init_wait_var_entry() - make an entry that waits for a variable
 * @wbq_entry: the entry
 * @var: address of the variable
 * @flags: WQ_FLAG_*
 *
 * Context: Process context.
 */
void init_wait_var_entry(struct wait_bit_queue_entry *wbq_entry, void *var, int flags)
{
	wbq_entry->key.flags = var;
	wbq_entry->key.bit_nr = VAR_BIT;
	init_wait_entry(&wbq_entry->wq_entry, flags);
	wbq_entry->wq_entry.func = wake_var_function;
}

/**
 * wake_up_var() - wake who waits for a variable
 * @var: its address; it was changed with a full barrier after it
 *
 * Context: Any.
 */
void wake_up_var(void *var)
{
	__wake_up_bit(__var_waitqueue(var), var, VAR_BIT);
}
