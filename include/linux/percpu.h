/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PERCPU_H
#define _LINUX_PERCPU_H

#include <linux/percpu-defs.h>
#include <linux/preempt.h>
#include <linux/cpumask.h>
#include <linux/cleanup.h>
#include <linux/gfp.h>
#include <linux/slab.h>

void __percpu *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp);
void __percpu *__alloc_percpu(size_t size, size_t align);
void free_percpu(void __percpu *ptr);

#define alloc_percpu_gfp(type, gfp)                                                                \
	((typeof(type) __percpu *)__alloc_percpu_gfp(sizeof(type), __alignof__(type), gfp))
#define alloc_percpu(type)                                                                         \
	((typeof(type) __percpu *)__alloc_percpu(sizeof(type), __alignof__(type)))

#endif
