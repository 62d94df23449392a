// SPDX-License-Identifier: MIT
#include <linux/module.h>
#include <lockstep/checks.h>

#include "bench.h"

/* A module gets this from `lockstep build`; the benchmark is a program. */
struct module __this_module = { .name = "bench" };

void bench_checks(int on)
{
	__atomic_store_n(&ls_checks, on ? LS_CHECK_ALL : 0, __ATOMIC_RELAXED);
}
