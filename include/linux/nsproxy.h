/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_NSPROXY_H
#define _LINUX_NSPROXY_H

#include <linux/sched.h>

#endif
