// SPDX-License-Identifier: MIT
/*
 * Tracking of what is alive, stacks, shared memory, modules.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <lockstep/boot.h>
#include <lockstep/module.h>
#include <lockstep/test.h>
#include <lockstep/track.h>

static unsigned int epoch_of_case(void)
{
	struct ls_track probe;
	unsigned int epoch;

	ls_track_add(&probe, LS_KIND_OTHER, "probe", NULL, 0);
	epoch = probe.epoch;
	ls_track_del(&probe);
	return epoch;
}

static void count_ours(const struct ls_track *t, void *arg)
{
	*(unsigned int *)arg += t->obj == arg;
}

static void entries_live_from_add_to_del(struct kunit *test)
{
	static struct ls_track t[3];
	unsigned int epoch = epoch_of_case(), ours = 0, before;

	before = ls_track_epoch_end(epoch, NULL, NULL);
	for (int i = 0; i < 3; i++)
		ls_track_add(&t[i], LS_KIND_FENCE, "fence", &ours, 8);
	KUNIT_EXPECT_EQ(test, ls_track_epoch_end(epoch, count_ours, &ours), before + 3);
	KUNIT_EXPECT_EQ(test, ours, 3);
	for (int i = 0; i < 3; i++)
		ls_track_del(&t[i]);
	ls_track_del(&t[0]); /* once more does nothing */
	KUNIT_EXPECT_EQ(test, ls_track_epoch_end(epoch, NULL, NULL), before);
}

static void pause_makes_epoch_zero(struct kunit *test)
{
	struct ls_track t = { 0 };

	ls_track_pause();
	ls_track_pause();
	ls_track_resume();
	ls_track_add(&t, LS_KIND_OTHER, "service", &t, 0);
	ls_track_resume();
	KUNIT_EXPECT_EQ(test, t.epoch, 0);
	ls_track_del(&t);
	KUNIT_EXPECT_NE(test, epoch_of_case(), 0);
}

static noinline unsigned int depth(unsigned int n, struct ls_stack *stack)
{
	unsigned int r;

	if (!n) {
		ls_stack_save(stack, 0);
		return stack->nr;
	}
	r = depth(n - 1, stack);
	barrier();
	return r;
}

static void stacks_end_within_bounds(struct kunit *test)
{
	struct ls_stack shallow, deep;
	struct ls_trace trace;

	depth(2, &shallow);
	depth(200, &deep);
	KUNIT_EXPECT_GE(test, shallow.nr, 4);
	KUNIT_EXPECT_EQ(test, deep.nr, LS_STACK_MAX);
	ls_trace_save(&trace, 0);
	KUNIT_EXPECT_EQ(test, trace.pid, current->pid);
	KUNIT_EXPECT_GE(test, trace.frame, current->stack_low);
	KUNIT_EXPECT_LT(test, trace.frame, current->stack_high);
}

static void shared_memory_is_zeroed_and_apart(struct kunit *test)
{
	char *a = ls_shared_alloc(100), *b = ls_shared_alloc(100);

	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_ASSERT_NOT_NULL(test, b);
	KUNIT_EXPECT_GE(test, b - a, 100);
	KUNIT_EXPECT_EQ(test, (unsigned long)b % 16, 0);
	KUNIT_EXPECT_NULL(test, ls_shared_alloc(1UL << 40));
}

static void modules_are_counted(struct kunit *test)
{
	int before = module_refcount(THIS_MODULE);

	KUNIT_EXPECT_TRUE(test, try_module_get(THIS_MODULE));
	__module_get(THIS_MODULE);
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), before + 2);
	module_put(THIS_MODULE);
	module_put(THIS_MODULE);
	KUNIT_EXPECT_TRUE(test, try_module_get(NULL));
	module_put(NULL);
	KUNIT_EXPECT_STREQ(test, module_name(THIS_MODULE), KBUILD_MODNAME);
	KUNIT_EXPECT_STREQ(test, ls_module_name_of((unsigned long)modules_are_counted),
			   KBUILD_MODNAME);
	KUNIT_EXPECT_STREQ(test, ls_module_name_of((unsigned long)ls_boot), "lockstep");

	lockstep_expect_report(test, "module-put");
	module_put(THIS_MODULE);
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), before);
}

static struct kunit_case track_cases[] = {
	KUNIT_CASE(entries_live_from_add_to_del),
	KUNIT_CASE(pause_makes_epoch_zero),
	KUNIT_CASE(stacks_end_within_bounds),
	KUNIT_CASE(shared_memory_is_zeroed_and_apart),
	KUNIT_CASE(modules_are_counted),
	{}
};

static struct kunit_suite track_suite = { .name = "track", .test_cases = track_cases };
kunit_test_suite(track_suite);
