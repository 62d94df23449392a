/* SPDX-License-Identifier: MIT */
#ifndef __I915_SELFTEST_H__
#define __I915_SELFTEST_H__

#include <linux/kernel.h>
#include <linux/typecheck.h>

struct drm_i915_private;

int i915_gem_dmabuf_mock_selftests(void);
int i915_gem_dmabuf_live_selftests(struct drm_i915_private *i915);

struct i915_subtest {
	int (*func)(void *data);
	const char *name;
};

#define SUBTEST(x)                                                                                 \
	{                                                                                          \
		x, #x                                                                              \
	}

int __i915_subtests(const char *caller, const struct i915_subtest *st, unsigned int count,
		    void *data);
#define i915_subtests(T, data) __i915_subtests(__func__, T, ARRAY_SIZE(T), data)
#define i915_live_subtests(T, data)                                                                \
	({                                                                                         \
		typecheck(struct drm_i915_private *, data);                                        \
		__i915_subtests(__func__, T, ARRAY_SIZE(T), data);                                 \
	})

/*
 * Only i915_gem_dmabuf.c is built with its selftests, but members that i915
 * declares for them must be there in every file: the layout is one.
 */
#define I915_SELFTEST_DECLARE(x) x
#define I915_SELFTEST_ONLY(x)	 unlikely(x)

#endif
