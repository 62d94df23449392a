/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_CRED_H
#define _LINUX_CRED_H

#include <linux/types.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

/**
 * struct cred - who a task is. There is one, root's, and it is never freed.
 */
struct cred {
	kuid_t uid, suid, euid, fsuid;
	kgid_t gid, sgid, egid, fsgid;
	struct user_namespace *user_ns;
};

extern const struct cred ls_init_cred;

#define current_cred()       (&ls_init_cred)
#define current_real_cred()  (&ls_init_cred)
#define __task_cred(task)    (&ls_init_cred)
#define current_uid()        (current_cred()->uid)
#define current_gid()        (current_cred()->gid)
#define current_euid()       (current_cred()->euid)
#define current_egid()       (current_cred()->egid)
#define current_fsuid()      (current_cred()->fsuid)
#define current_fsgid()      (current_cred()->fsgid)
#define current_user_ns()    (current_cred()->user_ns)
#define task_uid(task)       (__task_cred(task)->uid)
#define task_euid(task)      (__task_cred(task)->euid)

static inline const struct cred *get_cred(const struct cred *cred)
{
	return cred;
}

static inline void put_cred(const struct cred *cred)
{
}

static inline const struct cred *get_current_cred(void)
{
	return current_cred();
}

static inline const struct cred *override_creds(const struct cred *new_cred)
{
	return new_cred;
}

static inline void revert_creds(const struct cred *old)
{
}

#endif
