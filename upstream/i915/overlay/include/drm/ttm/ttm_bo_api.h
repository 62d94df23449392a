/* SPDX-License-Identifier: MIT */
#include <drm/ttm/ttm_bo.h>
