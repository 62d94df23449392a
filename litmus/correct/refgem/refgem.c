// SPDX-License-Identifier: MIT
/*
 * The reference driver with the placement of the lock that i915 has had since Linux 6.12: an import is
 * freed while the shrinker wants it, while the exporter moves it, while it is bound again.
 */
#include "../../rig.h"

static void bind_again(void *arg, unsigned int me)
{
	struct shared_rig *r = arg;

	refgem_rig_bind(&r->rig.importer, r->handle); /* -ENOENT if it is closed already */
}

static void free_against_shrinker(struct kunit *test)
{
	struct shared_rig *r = rig_new(test, REFGEM_LOCK_D, false);

	litmus_run_each(test, r, close_import, reclaim);
	rig_free(r);
}

static void free_against_move(struct kunit *test)
{
	struct shared_rig *r = rig_new(test, REFGEM_LOCK_D, true);

	litmus_run_each(test, r, close_import, move_out);
	rig_free(r);
}

static void bind_against_shrinker(struct kunit *test)
{
	struct shared_rig *r = rig_new(test, REFGEM_LOCK_D, false);

	litmus_run_each(test, r, bind_again, reclaim);
	rig_free(r);
}

static void free_against_bind(struct kunit *test)
{
	struct shared_rig *r = rig_new(test, REFGEM_LOCK_D, false);

	litmus_run_each(test, r, close_import, bind_again);
	rig_free(r);
}

LITMUS_SUITE(KUNIT_CASE(free_against_shrinker), KUNIT_CASE(free_against_move),
	     KUNIT_CASE(bind_against_shrinker), KUNIT_CASE(free_against_bind));
