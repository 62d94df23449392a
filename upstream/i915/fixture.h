/* SPDX-License-Identifier: MIT */
#ifndef I915_FIXTURE_H
#define I915_FIXTURE_H

#include <kunit/test.h>

#include "i915_drv.h"
#include "gem/i915_gem_dmabuf.h"
#include "gem/i915_gem_object.h"
#include "mock.h"

/**
 * struct fixture - two devices, made anew for each case
 * @i915: the device under test
 * @other: one to share buffers with
 */
struct fixture {
	struct drm_i915_private *i915;
	struct drm_i915_private *other;
};

int fixture_suite_init(struct kunit_suite *suite);
void fixture_suite_exit(struct kunit_suite *suite);
int fixture_init(struct kunit *test);
void fixture_exit(struct kunit *test);

struct drm_i915_gem_object *fixture_import(struct drm_i915_private *i915, struct dma_buf *dmabuf);
int fixture_touch_pages(struct drm_i915_gem_object *obj);
bool fixture_rules_of_6_1(void);

static inline struct drm_i915_private *fixture_device(struct kunit *test)
{
	return ((struct fixture *)test->priv)->i915;
}

static inline struct drm_i915_private *fixture_other(struct kunit *test)
{
	return ((struct fixture *)test->priv)->other;
}

/*
 * What went wrong while a case was being set up is an error of the case, and no
 * reason to leave its objects behind: note it and go on to the clean-up.
 */
#define FIXTURE_OK(test, err, label)                                                               \
	do {                                                                                       \
		int err__ = (err);                                                                 \
		if (err__) {                                                                       \
			KUNIT_FAIL(test, "%s: %d\n", #err, err__);                                 \
			goto label;                                                                \
		}                                                                                  \
	} while (0)

#endif /* I915_FIXTURE_H */
