/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_CHECKS_H
#define LOCKSTEP_CHECKS_H

/*
 * Which checks run. All of them by default; benchmarks switch them off to show
 * what they cost. Read without a lock: what a task holds or owns while a check is switched on
 * or off may be unknown to it, so change it only while no other task is at work.
 */
enum {
	LS_CHECK_LOCKDEP    = 1u << 0, /* held locks, order, recursion, irq safety, contexts */
	LS_CHECK_CONVENTION = 1u << 1, /* the dma-buf locking convention */
	LS_CHECK_LEAKS      = 1u << 2, /* remember what is alive, and who made it */
	LS_CHECK_SLEEP      = 1u << 3, /* sleeping in atomic context */
	LS_CHECK_ALL        = ~0u,
};

extern unsigned int ls_checks;

#define ls_checking(bit) \
	__builtin_expect((__atomic_load_n(&ls_checks, __ATOMIC_RELAXED) & (bit)) != 0, 1)

#endif /* LOCKSTEP_CHECKS_H */
