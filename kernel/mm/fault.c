// SPDX-License-Identifier: MIT
/* What every allocation passes: context checks, and the fault injector. See lockstep/fault.h. */
#include <linux/kernel.h>
#include <linux/sched/mm.h>
#include <linux/string.h>
#include <lockstep/explore.h>
#include "internal.h"

static unsigned int fail_at; /* 0: none */
static unsigned int seen;
static unsigned int chosen; /* failures that an explorer chose */
static __thread unsigned int paused __attribute__((tls_model("initial-exec")));

/* Explored tasks share a thread. */
static __always_inline unsigned int *paused_of_task(void)
{
	return ls_exploring() ? &current->fail_paused : &paused;
}

/**
 * ls_fail_nth() - fail one allocation
 * @n: which one from now on, 0 for none
 *
 * Context: Any; tasks that allocate at the same time make N ambiguous.
 */
void ls_fail_nth(unsigned int n)
{
	__atomic_store_n(&fail_at, n, __ATOMIC_RELAXED);
	__atomic_store_n(&seen, 0, __ATOMIC_RELAXED);
}

/**
 * ls_fail_nth_seen() - how many allocations there were
 *
 * Context: Any.
 * Return: allocations that could have failed, since ls_fail_nth().
 */
unsigned int ls_fail_nth_seen(void)
{
	return __atomic_load_n(&seen, __ATOMIC_RELAXED);
}

/**
 * ls_fail_chosen() - how many allocations an explorer has let fail in this execution
 *
 * Context: Any.
 * Return: that number, 0 without an explorer.
 */
unsigned int ls_fail_chosen(void)
{
	return chosen;
}

/**
 * ls_fail_pause() - allocations of this thread neither count nor fail
 *
 * For the library's own bookkeeping. Context: Any. Nests; undone by ls_fail_resume().
 */
void ls_fail_pause(void)
{
	++*paused_of_task();
}

/**
 * ls_fail_resume() - undo ls_fail_pause()
 *
 * Context: Any.
 */
void ls_fail_resume(void)
{
	--*paused_of_task();
}

static __always_inline bool may_fail(gfp_t gfp)
{
	return !(gfp & __GFP_NOFAIL) && !*paused_of_task();
}

static __always_inline bool should_fail(gfp_t gfp)
{
	if (!may_fail(gfp))
		return false;
	/* Both ways are explored, as long as the explorer may let another one fail. */
	if (ls_exploring()) {
		bool fails = ls_explorer->choose(LS_OP_ALLOC, 2);

		chosen += fails;
		return fails;
	}
	if (likely(!__atomic_load_n(&fail_at, __ATOMIC_RELAXED))) {
		/* Racy on purpose: without an injector the count only matters to one task. */
		__atomic_store_n(&seen, __atomic_load_n(&seen, __ATOMIC_RELAXED) + 1,
				 __ATOMIC_RELAXED);
		return false;
	}
	return __atomic_add_fetch(&seen, 1, __ATOMIC_RELAXED) ==
	       __atomic_load_n(&fail_at, __ATOMIC_RELAXED);
}

/**
 * ls_should_fail_alloc() - count one allocation
 * @gfp: its flags; __GFP_NOFAIL never fails and does not count
 *
 * Context: Any.
 * Return: true if it is the one to fail.
 */
bool ls_should_fail_alloc(gfp_t gfp)
{
	return should_fail(gfp);
}

bool ls_alloc_enter(gfp_t gfp)
{
	/* Which of two tasks allocates first makes no difference: this is where one may fail. */
	if (may_fail(gfp))
		ls_point(LS_OP_ALLOC, NULL);
	if (ls_checking(LS_CHECK_LOCKDEP | LS_CHECK_SLEEP))
		might_alloc(gfp);
	return !should_fail(gfp);
}

void ls_mm_misuse(const char *rule, const char *text, const void *p, const char *fmt, ...)
{
	struct ls_report r;
	va_list args;

	ls_report_init(&r, LS_MISUSE, rule, text);
	/* The story begins where the allocator was called. */
	if (r.stack.nr > 1)
		memmove(r.stack.pc, r.stack.pc + 1, --r.stack.nr * sizeof(r.stack.pc[0]));
	snprintf(r.object, sizeof(r.object), "memory at %px", p);
	va_start(args, fmt);
	vsnprintf(r.what, sizeof(r.what), fmt, args);
	va_end(args);
	ls_report_emit(&r);
}
