// SPDX-License-Identifier: MIT
/* A helper of another file; all its callers hold the lock. */
/* expect: none */
#include "../kernel.h"

int two_files_pin(struct thing *thing);

int two_files_pin(struct thing *thing)
{
	return drm_gem_pin_locked(&thing->base);
}
