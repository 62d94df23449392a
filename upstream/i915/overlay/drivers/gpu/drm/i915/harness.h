/* SPDX-License-Identifier: MIT */
#ifndef I915_HARNESS_H
#define I915_HARNESS_H

#include <linux/bug.h>
#include <linux/printk.h>

/**
 * i915_unmodelled - end in a BUG that names what the harness does not model
 * @name: the i915 function that was reached
 *
 * The files under test call many parts of i915 that none of the harness's cases
 * needs. If one is reached after all, nothing that follows would mean anything.
 */
#define i915_unmodelled(name)                                                                      \
	do {                                                                                       \
		pr_emerg("i915 harness: %s() is not modelled\n", name);                            \
		BUG();                                                                             \
	} while (0)

#endif
