// SPDX-License-Identifier: MIT
/*
 * The reference driver with placements of the lock that do not work. With the lock left out, the
 * breach only shows if the shrinker or the exporter did not unmap the import before.
 */
#include "../../rig.h"

static void no_lock_against_shrinker(struct kunit *test)
{
	struct shared_rig *r = rig_new(test, REFGEM_LOCK_NONE, false);

	litmus_run_each(test, r, close_import, reclaim);
	rig_free(r);
}

static void no_lock_against_move(struct kunit *test)
{
	struct shared_rig *r = rig_new(test, REFGEM_LOCK_NONE, true);

	litmus_run_each(test, r, close_import, move_out);
	rig_free(r);
}

static void lock_twice_against_shrinker(struct kunit *test)
{
	struct shared_rig *r = rig_new(test, REFGEM_LOCK_B, false);

	litmus_run_each(test, r, reclaim, close_import);
	rig_free(r);
}

static void lock_twice_against_move(struct kunit *test)
{
	struct shared_rig *r = rig_new(test, REFGEM_LOCK_B, true);

	litmus_run_each(test, r, close_import, move_out);
	rig_free(r);
}

LITMUS_SUITE(KUNIT_CASE(no_lock_against_shrinker), KUNIT_CASE(no_lock_against_move),
	     KUNIT_CASE(lock_twice_against_shrinker), KUNIT_CASE(lock_twice_against_move));
