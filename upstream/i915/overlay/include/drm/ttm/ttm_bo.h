/* SPDX-License-Identifier: MIT */
#ifndef _TTM_BO_H_
#define _TTM_BO_H_

#include <drm/drm_gem.h>

struct ttm_resource;

/* The harness has no TTM backend: only the embedded GEM object is alive. */
struct ttm_buffer_object {
	struct drm_gem_object base;
	struct ttm_resource *resource;
};

#endif
