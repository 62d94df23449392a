/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_VERMAGIC_H
#define _LINUX_VERMAGIC_H

#include <linux/version.h>

#define UTS_RELEASE     "6.12.0-lockstep"
#define VERMAGIC_STRING UTS_RELEASE " SMP preempt mod_unload "

#endif /* _LINUX_VERMAGIC_H */
