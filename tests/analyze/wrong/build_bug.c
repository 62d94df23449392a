// SPDX-License-Identifier: MIT
/*
 * A helper asks at compile time for a constant, which it gets where it is inlined: what comes behind
 * a call of it is reached.
 */
/* expect: A gem-pin-locked-held not_held high */
#include "../kernel.h"

extern __attribute__((noreturn)) void __compiletime_assert_7(void);

static inline bool is_platform(struct thing *thing, int platform)
{
	if (!__builtin_constant_p(platform))
		__compiletime_assert_7();
	return thing->base.size & (1ul << platform);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;

	if (is_platform(thing, 3))
		return -EINVAL;
	return drm_gem_pin_locked(&thing->base); /* here: A */
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
