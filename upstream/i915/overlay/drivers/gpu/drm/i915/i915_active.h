/* SPDX-License-Identifier: MIT */
#ifndef _I915_ACTIVE_H_
#define _I915_ACTIVE_H_

#include <linux/types.h>

#endif
