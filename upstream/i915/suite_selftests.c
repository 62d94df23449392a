// SPDX-License-Identifier: MIT
/* i915's own dma-buf selftests, mock and live, each as one case. */
#include <linux/file.h>
#include <linux/anon_inodes.h>

#include "fixture.h"
#include "i915_selftest.h"
#include "gem/i915_gem_context.h"
#include "gem/selftests/mock_context.h"
#include "selftests/mock_drm.h"

static const struct file_operations mock_file_ops = {};

/* The selftests only open a device to make a context, and find no engine in it. */
struct file *mock_file(struct drm_i915_private *i915)
{
	return anon_inode_getfile("i915-mock", &mock_file_ops, NULL, O_RDWR);
}

struct i915_gem_context *live_context(struct drm_i915_private *i915, struct file *file)
{
	static struct i915_gem_context no_engines;

	return &no_engines;
}

int __i915_subtests(const char *caller, const struct i915_subtest *st, unsigned int count,
		    void *data)
{
	for (; count--; st++) {
		int err = st->func(data);

		if (err) {
			pr_err("%s/%s: %d\n", caller, st->name, err);
			return err;
		}
		pr_info("%s/%s ok\n", caller, st->name);
		i915_gem_drain_freed_objects(data);
	}
	return 0;
}

/* Those of 6.1 call the core by the rules of 6.1. */
static void needs_own_rules(struct kunit *test)
{
#if LOCKSTEP_LINUX < KERNEL_VERSION(6, 2, 0)
	if (!fixture_rules_of_6_1())
		kunit_skip(test, "i915's selftests before 6.2 map and vmap without the lock; "
				 "--rules 6.1 runs them");
#endif
}

static void mock(struct kunit *test)
{
	needs_own_rules(test);
	KUNIT_EXPECT_EQ(test, i915_gem_dmabuf_mock_selftests(), 0);
}

static void live(struct kunit *test)
{
	needs_own_rules(test);
	KUNIT_EXPECT_EQ(test, i915_gem_dmabuf_live_selftests(fixture_device(test)), 0);
}

static struct kunit_case selftest_cases[] = { KUNIT_CASE(mock), KUNIT_CASE(live), {} };

static struct kunit_suite selftest_suite = {
	.name = "i915_selftests",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = selftest_cases,
};
kunit_test_suites(&selftest_suite);
