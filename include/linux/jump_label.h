/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_JUMP_LABEL_H
#define _LINUX_JUMP_LABEL_H

#include <linux/atomic.h>
#include <linux/types.h>
#include <linux/compiler.h>

/* A static key is a counter that is read; no code is patched. */
struct static_key {
	atomic_t enabled;
};
struct static_key_true {
	struct static_key key;
};
struct static_key_false {
	struct static_key key;
};

#define STATIC_KEY_INIT_TRUE   { .enabled = ATOMIC_INIT(1) }
#define STATIC_KEY_INIT_FALSE  { .enabled = ATOMIC_INIT(0) }
#define STATIC_KEY_TRUE_INIT   (struct static_key_true){ .key = STATIC_KEY_INIT_TRUE }
#define STATIC_KEY_FALSE_INIT  (struct static_key_false){ .key = STATIC_KEY_INIT_FALSE }
#define DEFINE_STATIC_KEY_TRUE(name)   struct static_key_true name = { .key = STATIC_KEY_INIT_TRUE }
#define DEFINE_STATIC_KEY_FALSE(name)  struct static_key_false name = { .key = STATIC_KEY_INIT_FALSE }
#define DECLARE_STATIC_KEY_TRUE(name)  extern struct static_key_true name
#define DECLARE_STATIC_KEY_FALSE(name) extern struct static_key_false name

static inline int static_key_count(struct static_key *key)
{
	return __atomic_load_n(&key->enabled.counter, __ATOMIC_ACQUIRE);
}

#define static_key_false(k)      unlikely(static_key_count(k) > 0)
#define static_key_true(k)       likely(static_key_count(k) > 0)
#define static_key_enabled(x)    (static_key_count((struct static_key *)(x)) > 0)
#define static_branch_likely(x)  likely(static_key_enabled(&(x)->key))
#define static_branch_unlikely(x) unlikely(static_key_enabled(&(x)->key))
#define static_key_slow_inc(k)   atomic_inc(&(k)->enabled)
#define static_key_slow_dec(k)   atomic_dec(&(k)->enabled)
#define static_branch_inc(x)     atomic_inc(&(x)->key.enabled)
#define static_branch_dec(x)     atomic_dec(&(x)->key.enabled)
#define static_branch_enable(x)  atomic_set(&(x)->key.enabled, 1)
#define static_branch_disable(x) atomic_set(&(x)->key.enabled, 0)

#endif
