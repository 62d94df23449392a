/* SPDX-License-Identifier: MIT */
/* i915_drm.h asks for the drm.h beside it; the one in use is Lockstep's. */
#include <drm/drm.h>
