/* SPDX-License-Identifier: MIT */
#ifndef HOST_NATIVE_H
#define HOST_NATIVE_H

/* The calls of the native seam, each in the file of its concern. */

#include "lockstep/os.h"

int ls_native_park(const unsigned int *word, unsigned int expect, os_ns deadline);
void ls_native_unpark(const unsigned int *word, int nr);
void ls_native_yield(void);
os_ns ls_native_now(void);
void *ls_native_spawn(void (*fn)(void *arg), void *arg, const char *name);
void ls_native_join(void *thread);
void ls_native_abandon(void);
void ls_native_rcu_register(void);
void ls_native_rcu_unregister(void);
void ls_native_rcu_read_lock(void);
void ls_native_rcu_read_unlock(void);
void ls_native_rcu_synchronize(void);
void ls_native_rcu_call(struct os_rcu_head *head, void (*fn)(struct os_rcu_head *head));
void ls_native_rcu_barrier(void);

#endif
