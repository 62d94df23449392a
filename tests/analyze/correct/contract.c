// SPDX-License-Identifier: MIT
/* Nobody calls it here; it says at its beginning what its callers owe it. */
/* expect: none */
#include "../kernel.h"

int thing_pin(struct thing *thing);

int thing_pin(struct thing *thing)
{
	dma_resv_assert_held(thing->base.resv);
	return drm_gem_pin_locked(&thing->base);
}
