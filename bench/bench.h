/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_BENCH_H
#define LOCKSTEP_BENCH_H

/*
 * What the two worlds of the benchmark say to each other: plain C types only.
 * The kernel-world halves do the work; timing, threads and the references
 * (pthread, std::lock, malloc) live in the host world.
 */

#define BENCH_OBJECTS  64   /* objects that the multi-lock rows choose from */
#define BENCH_SETS     1024 /* random choices, the same for every contender */
#define BENCH_SET_MAX  32

/* Indices of the objects to lock, in the order in which to lock them. */
typedef unsigned char bench_set[BENCH_SET_MAX];

/* resv.c */
int bench_resv_init(void);
void bench_resv_lock(unsigned long iterations);
void bench_resv_contended(unsigned long iterations);
void bench_ww(const bench_set *sets, unsigned int objects, unsigned long iterations);

/* fence.c */
int bench_fence_init(void);
unsigned long bench_fence_size(void);
void bench_fence_cycle(unsigned long iterations);
int bench_resv_fences(unsigned int fences);

/* attach.c */
int bench_attach_prepare(unsigned int present);
int bench_attach_cycle(unsigned long iterations);
void bench_attach_finish(void);

/* held.c */
int bench_held_init(void);
void bench_held(unsigned int held, unsigned long iterations);

/* checks.c */
void bench_checks(int on);

/* explore_work.c */
int bench_explore_init(void);
void bench_explore_enter(void);
void bench_explore_task(unsigned int task);

/* ref_pthread.c */
void ref_pthread_lock(unsigned long iterations);
void ref_pthread_contended(unsigned long iterations);
void ref_pthread_ordered(const bench_set *sets, unsigned int objects, unsigned long iterations);
void ref_malloc_cycle(unsigned long size, unsigned long iterations);

/* ref_std.cc */
#ifdef __cplusplus
extern "C"
#endif
void ref_std_lock(const bench_set *sets, unsigned int objects, unsigned long iterations);

#endif /* LOCKSTEP_BENCH_H */
