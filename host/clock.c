// SPDX-License-Identifier: MIT
/* Clocks, and what else the process asks about itself. */
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "native.h"

static os_ns read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (os_ns)ts.tv_sec * 1000000000ULL + (os_ns)ts.tv_nsec;
}

os_ns ls_native_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

os_ns os_now_real(void)
{
	return read_clock(CLOCK_REALTIME);
}

/* Processors that this process may use: a container is often given fewer than there are. */
unsigned int os_nr_cpus(void)
{
	cpu_set_t set;
	int nr;

	if (!sched_getaffinity(0, sizeof(set), &set)) {
		nr = CPU_COUNT(&set);
		if (nr > 0)
			return (unsigned int)nr;
	}
	nr = (int)sysconf(_SC_NPROCESSORS_ONLN);
	return nr > 0 ? (unsigned int)nr : 1;
}

const char *os_getenv(const char *name)
{
	return getenv(name);
}
