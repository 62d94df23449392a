// SPDX-License-Identifier: MIT
/* Reference counts: the rare cases. See linux/refcount.h. */
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/kernel.h>
#include <lockstep/report.h>

static const struct {
	const char *rule, *text, *what;
} events[] = {
	[REFCOUNT_ADD_NOT_ZERO_OVF] = { "refcount-saturated", "references are dropped as often as taken",
					"the count overflowed" },
	[REFCOUNT_ADD_OVF] = { "refcount-saturated", "references are dropped as often as taken",
			       "the count overflowed" },
	[REFCOUNT_ADD_UAF] = { "refcount-use-after-free", "a reference is taken only while there is one",
			       "a reference was taken from zero" },
	[REFCOUNT_SUB_UAF] = { "refcount-use-after-free", "references are dropped as often as taken",
			       "a reference was dropped that nobody held" },
	[REFCOUNT_DEC_LEAK] = { "refcount-leak", "the last reference is dropped by who can free",
				"refcount_dec() dropped the last reference" },
};

/**
 * refcount_warn_saturate() - pin a count that went wrong, and report it
 * @r: the count
 * @t: what happened
 *
 * Context: Any.
 */
void refcount_warn_saturate(refcount_t *r, enum refcount_saturation_type t)
{
	int value = __atomic_exchange_n(&r->refs.counter, REFCOUNT_SATURATED, __ATOMIC_RELAXED);
	struct ls_report report;

	ls_report_init(&report, LS_MISUSE, events[t].rule, events[t].text);
	scnprintf(report.object, sizeof(report.object), "refcount at %px", r);
	scnprintf(report.what, sizeof(report.what), "%s; it was %d", events[t].what, value);
	ls_report_emit(&report);
}

/**
 * refcount_dec_if_one() - drop the last reference, or none
 * @r: the count
 *
 * Context: Any.
 * Return: whether it was one and is zero now.
 */
bool refcount_dec_if_one(refcount_t *r)
{
	int one = 1;

	return atomic_try_cmpxchg(&r->refs, &one, 0);
}

/**
 * refcount_dec_not_one() - drop a reference unless it is the last
 * @r: the count
 *
 * Context: Any.
 * Return: false if it was the last: nothing was dropped.
 */
bool refcount_dec_not_one(refcount_t *r)
{
	int old;

	ls_point(LS_OP_RMW, r);
	old = __atomic_load_n(&r->refs.counter, __ATOMIC_RELAXED);
	do {
		if (unlikely(old == REFCOUNT_SATURATED))
			return true;
		if (old == 1)
			return false;
		if (unlikely(old <= 0)) {
			refcount_warn_saturate(r, REFCOUNT_SUB_UAF);
			return true;
		}
	} while (!__atomic_compare_exchange_n(&r->refs.counter, &old, old - 1, false,
					      __ATOMIC_RELEASE, __ATOMIC_RELAXED));
	return true;
}

/**
 * refcount_dec_and_mutex_lock() - drop a reference; the last one under a lock
 * @r: the count
 * @lock: taken for the last one
 *
 * Context: May sleep.
 * Return: true if the count is zero; then @lock is held.
 */
bool refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock)
{
	if (refcount_dec_not_one(r))
		return false;
	mutex_lock(lock);
	if (refcount_dec_and_test(r))
		return true;
	mutex_unlock(lock);
	return false;
}

/**
 * refcount_dec_and_lock() - drop a reference; the last one under a lock
 * @r: the count
 * @lock: taken for the last one
 *
 * Context: Any.
 * Return: true if the count is zero; then @lock is held.
 */
bool refcount_dec_and_lock(refcount_t *r, spinlock_t *lock)
{
	if (refcount_dec_not_one(r))
		return false;
	spin_lock(lock);
	if (refcount_dec_and_test(r))
		return true;
	spin_unlock(lock);
	return false;
}

/**
 * refcount_dec_and_lock_irqsave() - refcount_dec_and_lock(), interrupts off
 * @r: the count
 * @lock: taken for the last one
 * @flags: for spin_unlock_irqrestore()
 *
 * Context: Any.
 * Return: true if the count is zero; then @lock is held.
 */
bool refcount_dec_and_lock_irqsave(refcount_t *r, spinlock_t *lock, unsigned long *flags)
{
	if (refcount_dec_not_one(r))
		return false;
	spin_lock_irqsave(lock, *flags);
	if (refcount_dec_and_test(r))
		return true;
	spin_unlock_irqrestore(lock, *flags);
	return false;
}
