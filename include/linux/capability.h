/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_CAPABILITY_H
#define _LINUX_CAPABILITY_H

#include <linux/types.h>

#define CAP_DAC_OVERRIDE 1
#define CAP_SYS_RAWIO    17
#define CAP_SYS_ADMIN    21
#define CAP_SYS_NICE     23
#define CAP_SYS_RESOURCE 24
#define CAP_PERFMON      38

struct task_struct;
struct user_namespace;

/* Tasks run as root; capable(CAP_x) says so unless a test drops the capability. */
bool capable(int cap);
bool ns_capable(struct user_namespace *ns, int cap);
bool has_capability(struct task_struct *t, int cap);
bool perfmon_capable(void);
/* Give or take one capability, for every task. */
void ls_set_capable(int cap, bool on);

#endif
