// SPDX-License-Identifier: MIT
/* The native seam: a thread of the operating system under each task. */
#include "native.h"
#include "lockstep/checks.h"
#include "lockstep/explore.h"

const struct ls_seam ls_seam_native = {
	.park = ls_native_park,
	.unpark = ls_native_unpark,
	.yield = ls_native_yield,
	.now = ls_native_now,
	.spawn = ls_native_spawn,
	.join = ls_native_join,
	.abandon = ls_native_abandon,
	.rcu_register = ls_native_rcu_register,
	.rcu_unregister = ls_native_rcu_unregister,
	.rcu_read_lock = ls_native_rcu_read_lock,
	.rcu_read_unlock = ls_native_rcu_read_unlock,
	.rcu_synchronize = ls_native_rcu_synchronize,
	.rcu_call = ls_native_rcu_call,
	.rcu_barrier = ls_native_rcu_barrier,
};

const struct ls_seam *ls_seam = &ls_seam_native;
void (*ls_point_hook)(enum ls_op op, const volatile void *obj);
const struct ls_explorer *ls_explorer;
