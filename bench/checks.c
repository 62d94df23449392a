// SPDX-License-Identifier: MIT
#include <lockstep/checks.h>

#include "bench.h"

void bench_checks(int on)
{
	ls_checks = on ? LS_CHECK_ALL : 0;
}
