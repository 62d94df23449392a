// SPDX-License-Identifier: MIT
/* Fibres: switching keeps what it must keep, walks end, a stack that is used up is a fault. */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "lockstep/crash.h"
#include "lockstep/fibre.h"
#include "lockstep/os.h"

#define NR 40

static struct os_fibre base, fibres[NR];
static int turns[NR];

static void back(unsigned int me)
{
	os_fibre_switch(&fibres[me], &base);
}

/* Registers, floating point and locals stay, whatever the others do meanwhile. */
static void count(void *arg)
{
	unsigned int me = (unsigned long)arg;
	double x = me + 0.5;
	unsigned long sum = me;

	for (int i = 0;; i++) {
		char local[64];

		memset(local, (int)me, sizeof(local));
		x = x * 1.5 + 1;
		sum = sum * 31 + i;
		back(me);
		CHECK(local[0] == (char)me && local[63] == (char)me);
		CHECK(x > me);
		turns[me]++;
		if (turns[me] == 10) {
			double y = me + 0.5;
			unsigned long s = me;

			for (int j = 0; j <= i; j++) {
				y = y * 1.5 + 1;
				s = s * 31 + j;
			}
			CHECK(fabs(x - y) == 0 && sum == s);
		}
	}
}

static void test_turns(void)
{
	os_fibre_self(&base);
	for (unsigned long i = 0; i < NR; i++)
		os_fibre_make(&fibres[i], i, count, (void *)i);
	for (int round = 0; round < 12; round++)
		for (unsigned int i = 0; i < NR; i++)
			os_fibre_switch(&base, &fibres[(i * 7) % NR]);
	for (unsigned int i = 0; i < NR; i++)
		CHECK(turns[i] == 11);
}

/* --- stacks --------------------------------------------------------------------- */

static int depth_reached;

static __attribute__((noinline)) int deep(int n)
{
	volatile char room[512];

	room[0] = (char)n;
	room[511] = (char)n;
	if (!n) {
		depth_reached = 1;
		back(0);
		return 0;
	}
	n = deep(n - 1) + 1;
	CHECK(room[0] == room[511]);
	return n;
}

static void dig(void *arg)
{
	int n = (int)(unsigned long)arg;

	CHECK(deep(n) == n);
	depth_reached = 2;
	back(0);
}

static void test_depth(void)
{
	os_fibre_make(&fibres[0], 0, dig, (void *)150UL);
	os_fibre_switch(&base, &fibres[0]);
	CHECK(depth_reached == 1);
	os_fibre_switch(&base, &fibres[0]);
	CHECK(depth_reached == 2);
}

static unsigned long low, high;
static unsigned int frames;

__attribute__((noinline, no_sanitize("address", "undefined"))) static void walk(void)
{
	unsigned long *fp = __builtin_frame_address(0);

	os_stack_bounds(&low, &high);
	frames = 0;
	while ((unsigned long)fp >= low && (unsigned long)fp < high && fp[1]) {
		frames++;
		fp = (unsigned long *)fp[0];
	}
	CHECK(fp && !fp[0] && !fp[1]);
}

static void ask_bounds(void *arg)
{
	walk();
	back(1);
}

static void test_bounds(void)
{
	unsigned long other_low, other_high, at;

	os_fibre_make(&fibres[1], 1, ask_bounds, NULL);
	os_fibre_switch(&base, &fibres[1]);
	CHECK(low == (unsigned long)fibres[1].low && high == low + fibres[1].size);
	/* From walk() to ask_bounds() and from there to what the fibre began with. */
	CHECK(frames == 2);
	CHECK(os_fibre_of(fibres[1].low, &at) == 1 && !at);
	CHECK(os_fibre_of(fibres[1].low + 100, &at) == 1 && at == 100);
	CHECK(os_fibre_of(fibres[1].low - 1, &at) == -1 && os_fibre_of(&at, &at) == -1);
	os_stack_bounds(&other_low, &other_high);
	CHECK((unsigned long)&other_low > other_low && (unsigned long)&other_low < other_high);
	CHECK(other_low != low);
}

static volatile int enough;

static __attribute__((noinline)) int without_end(volatile char *above)
{
	volatile char room[1024];

	room[0] = above ? above[0] : 1;
	return enough ? 0 : without_end(room) + room[0];
}

static char *guarded;

static void on_fault(int sig, siginfo_t *info, void *ucontext)
{
	char *at = info->si_addr;

	_exit(at < guarded && at + 16384 >= guarded ? 42 : 1);
}

static void overflow(void *arg)
{
	CHECK(without_end(NULL) == 0);
}

static void test_guard(void)
{
	struct sigaction sa = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	pid_t pid = fork();
	int status;

	CHECK(pid >= 0);
	if (!pid) {
		sigaction(SIGSEGV, &sa, NULL);
		os_fibre_make(&fibres[2], 2, overflow, NULL);
		guarded = fibres[2].low;
		os_fibre_switch(&base, &fibres[2]);
		_exit(2);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 42);
}

/* --- how long it takes: for the eye only --------------------------------------------- */

static void ping(void *arg)
{
	for (;;)
		os_fibre_switch(&fibres[3], &base);
}

static void measure(void)
{
	const int n = 1000000;
	struct timespec a, b;

	os_fibre_make(&fibres[3], 3, ping, NULL);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	for (int i = 0; i < n; i++)
		os_fibre_switch(&base, &fibres[3]);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	printf("a switch: %.1f ns\n",
	       ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / n / 2);
}

int main(void)
{
	int err = os_fibre_reserve(NR);

	if (err == -ENOSYS)
		return SKIPPED;
	CHECK(!err);
	CHECK(os_fibre_reserve(NR) == 0 && os_fibre_reserve(NR + 1) < 0);
	test_turns();
	test_depth();
	test_bounds();
	test_guard();
	measure();
	return 0;
}
