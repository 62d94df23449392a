// SPDX-License-Identifier: MIT
/* The table. */
#include "../kernel.h"

int elsewhere_pin(struct drm_gem_object *obj);

const struct drm_gem_object_funcs elsewhere_funcs = { .pin = elsewhere_pin };
