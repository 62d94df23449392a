/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_STRING_CHOICES_H
#define _LINUX_STRING_CHOICES_H
#include <linux/types.h>
#define LS_CHOICE(name, yes, no)                                                                   \
	static inline const char *str_##name(bool v)                                               \
	{                                                                                          \
		return v ? yes : no;                                                               \
	}
LS_CHOICE(enable_disable, "enable", "disable")
LS_CHOICE(enabled_disabled, "enabled", "disabled")
LS_CHOICE(hi_lo, "hi", "lo")
LS_CHOICE(high_low, "high", "low")
LS_CHOICE(on_off, "on", "off")
LS_CHOICE(read_write, "read", "write")
LS_CHOICE(true_false, "true", "false")
LS_CHOICE(up_down, "up", "down")
LS_CHOICE(yes_no, "yes", "no")

static inline const char *str_plural(size_t num)
{
	return num == 1 ? "" : "s";
}
#endif
