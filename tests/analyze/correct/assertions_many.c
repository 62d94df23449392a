// SPDX-License-Identifier: MIT
/*
 * Five objects, of each of which something is asserted, or not: that makes no 32 sets of locks, which
 * would be too many to follow.
 */
/* expect: none */
#include "../kernel.h"

static void touch(struct thing *thing)
{
	if (thing->dead)
		return;
	dma_resv_assert_held(thing->base.resv);
	thing->base.size = 0;
}

int case_five(struct thing **things);

int case_five(struct thing **things)
{
	struct thing *one = things[0];

	touch(one);
	touch(things[1]);
	touch(things[2]);
	touch(things[3]);
	touch(things[4]);
	dma_resv_lock(things[5]->base.resv, NULL);
	if (drm_gem_pin_locked(&things[5]->base))
		one->dead = true;
	dma_resv_unlock(things[5]->base.resv);
	return 0;
}
