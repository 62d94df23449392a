/* SPDX-License-Identifier: MIT */
#ifndef __I915_GEM_GTT_H__
#define __I915_GEM_GTT_H__

#include <linux/sizes.h>

#include "harness.h"

#define I915_GTT_PAGE_SIZE_4K  SZ_4K
#define I915_GTT_MAX_PAGE_SIZE SZ_2M

#define for_each_sgt_daddr(addr, iter, sgt)                                                        \
	__for_each_sgt_daddr(addr, iter, sgt, I915_GTT_PAGE_SIZE_4K)

struct i915_address_space;
struct i915_gtt_view;

/* No object shares the reservation object of an address space here. */
static inline void i915_vm_resv_put(struct i915_address_space *vm)
{
	i915_unmodelled("i915_vm_resv_put");
}

#endif
