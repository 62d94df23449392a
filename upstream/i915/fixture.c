// SPDX-License-Identifier: MIT
#include <linux/file.h>
#include <lockstep/convention.h>

#include "fixture.h"

/**
 * fixture_suite_init - make what i915 makes at module load
 * @suite: unused
 *
 * Return: 0 or -ENOMEM.
 */
int fixture_suite_init(struct kunit_suite *suite)
{
	return i915_objects_module_init();
}

void fixture_suite_exit(struct kunit_suite *suite)
{
	rcu_barrier();
	i915_objects_module_exit();
}

int fixture_init(struct kunit *test)
{
	struct fixture *f;

	f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	test->priv = f;

	f->i915 = mock_gem_device();
	if (!f->i915)
		return -ENOMEM;

	f->other = mock_gem_device();
	if (!f->other)
		return -ENOMEM;

	return 0;
}

void fixture_exit(struct kunit *test)
{
	struct fixture *f = test->priv;

	if (!f)
		return;

	/* Each may hold the last reference to an object of the other one. */
	if (f->i915)
		i915_gem_drain_freed_objects(f->i915);
	mock_destroy_device(f->other);
	mock_destroy_device(f->i915);
}

/**
 * fixture_import - i915_gem_prime_import() with i915's type
 * @i915: importing device
 * @dmabuf: buffer; the import takes a reference of its own
 *
 * Return: the object, or what i915 returned.
 */
struct drm_i915_gem_object *fixture_import(struct drm_i915_private *i915, struct dma_buf *dmabuf)
{
	struct drm_gem_object *gem = i915_gem_prime_import(&i915->drm, dmabuf);

	return IS_ERR(gem) ? ERR_CAST(gem) : to_intel_bo(gem);
}

/**
 * fixture_touch_pages - pin and unpin an object's pages
 * @obj: object, not locked
 *
 * The pages stay: i915 gives them back when the object goes or the shrinker comes.
 *
 * Return: 0 or what pinning returned.
 */
int fixture_touch_pages(struct drm_i915_gem_object *obj)
{
	int err = i915_gem_object_pin_pages_unlocked(obj);

	if (!err)
		i915_gem_object_unpin_pages(obj);
	return err;
}

/**
 * fixture_rules_of_6_1 - is this run held to the convention before 6.2
 *
 * Then importers map and vmap without the lock, and i915 takes it where it needs it.
 */
bool fixture_rules_of_6_1(void)
{
	return ls_rules_version == LS_LINUX_6_1;
}
