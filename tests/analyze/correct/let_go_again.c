// SPDX-License-Identifier: MIT
/*
 * What locks an object and lets it go again, on one of its ways, has done nothing that who calls it
 * needs to tell apart; else ten such calls would have a thousand ends.
 */
/* expect: none */
#include "../kernel.h"

struct many {
	struct thing *thing[10];
};

static void take(struct thing *thing)
{
	dma_resv_lock(thing->base.resv, NULL);
}

static void let_go(struct thing *thing)
{
	dma_resv_unlock(thing->base.resv);
}

static void touch(struct thing *thing)
{
	if (!thing)
		return;
	take(thing);
	drm_gem_pin_locked(&thing->base);
	let_go(thing);
}

/* Nobody is known to call it: what is held is not known. */
int touch_all(struct many *many)
{
	touch(many->thing[0]);
	touch(many->thing[1]);
	touch(many->thing[2]);
	touch(many->thing[3]);
	touch(many->thing[4]);
	touch(many->thing[5]);
	touch(many->thing[6]);
	touch(many->thing[7]);
	touch(many->thing[8]);
	touch(many->thing[9]);
	return 0;
}
