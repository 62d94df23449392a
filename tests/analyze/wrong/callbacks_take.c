// SPDX-License-Identifier: MIT
/* Two callbacks run with the lock held and call a helper that takes it: each has to be changed. */
/* expect: A resv-lock-unheld taken_twice high */
/* expect: B resv-lock-unheld taken_twice high */
#include "../kernel.h"

static int thing_pin(struct thing *thing)
{
	int ret;

	dma_resv_lock(thing->base.resv, NULL);
	ret = drm_gem_pin_locked(&thing->base);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

static int case_pin(struct drm_gem_object *obj)
{
	return thing_pin(to_thing(obj)); /* here: A */
}

static void case_unpin(struct drm_gem_object *obj)
{
	struct thing *thing = to_thing(obj);

	if (thing_pin(thing)) /* here: B */
		thing->dead = true;
}

const struct drm_gem_object_funcs case_funcs = { .pin = case_pin, .unpin = case_unpin };
