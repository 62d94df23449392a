/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_USER_NAMESPACE_H
#define _LINUX_USER_NAMESPACE_H

#include <linux/uidgid.h>

/** struct user_namespace - there is one, init_user_ns */
struct user_namespace {
	int level;
};

extern struct user_namespace init_user_ns;

#endif
