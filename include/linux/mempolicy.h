/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MEMPOLICY_H
#define _LINUX_MEMPOLICY_H
#include <linux/nodemask.h>
#endif
