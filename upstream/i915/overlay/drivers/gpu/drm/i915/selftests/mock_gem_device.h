/* SPDX-License-Identifier: MIT */
#ifndef __MOCK_GEM_DEVICE_H__
#define __MOCK_GEM_DEVICE_H__

#include "i915_drv.h"

#endif
