/* SPDX-License-Identifier: MIT */
#ifndef __I915_UTILS_H
#define __I915_UTILS_H

#include <linux/bits.h>
#include <linux/bug.h>
#include <linux/list.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/stringify.h>
#include <linux/workqueue.h>

#define MISSING_CASE(x) WARN(1, "no case for %s == %ld\n", __stringify(x), (long)(x))

/* Pointers to pages carry a small number in the bits below the page size. */
#define page_mask_bits(ptr) ((typeof(ptr))((unsigned long)(ptr) & ~(PAGE_SIZE - 1)))

#define page_unpack_bits(ptr, bits)                                                                \
	({                                                                                         \
		typeof(ptr) packed__ = (ptr);                                                      \
		*(bits) = (unsigned long)packed__ & (PAGE_SIZE - 1);                               \
		page_mask_bits(packed__);                                                          \
	})

#define page_pack_bits(ptr, bits)                                                                  \
	({                                                                                         \
		unsigned long bits__ = (bits);                                                     \
		GEM_BUG_ON(bits__ >= PAGE_SIZE);                                                   \
		(typeof(ptr))((unsigned long)(ptr) | bits__);                                      \
	})

#define fetch_and_zero(ptr)                                                                        \
	({                                                                                         \
		typeof(*(ptr)) old__ = *(ptr);                                                     \
		*(ptr) = (typeof(*(ptr)))0;                                                        \
		old__;                                                                             \
	})

#ifndef range_overflows_t
#define range_overflows_t(type, start, size, max)                                                  \
	({                                                                                         \
		type start__ = (start), size__ = (size), max__ = (max);                            \
		start__ >= max__ || size__ > max__ - start__;                                      \
	})
#endif

#endif
