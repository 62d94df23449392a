// SPDX-License-Identifier: MIT
/* Threads: start, join, stack bounds, and a call at the end of a foreign thread. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fixed.h"
#include "native.h"

/* Plenty for a kernel call chain, even with the frames of a sanitizer. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STACK_SIZE (4UL << 20)
#else
#define STACK_SIZE (1UL << 20)
#endif

struct thread {
	pthread_t id;
	void (*fn)(void *arg);
	void *arg;
	char name[16];
};

static void *thread_main(void *arg)
{
	struct thread *t = arg;
	void (*fn)(void *arg) = t->fn;

	pthread_setname_np(pthread_self(), t->name);
	/* After this call the joiner may free *t. */
	fn(t->arg);
	return NULL;
}

/*
 * Signals for the process as a whole belong to the thread that runs main(): a
 * new thread starts with the asynchronous ones blocked. Faults stay open.
 */
static void block_async_signals(sigset_t *old)
{
	sigset_t set;

	sigfillset(&set);
	sigdelset(&set, SIGSEGV);
	sigdelset(&set, SIGBUS);
	sigdelset(&set, SIGFPE);
	sigdelset(&set, SIGILL);
	sigdelset(&set, SIGTRAP);
	sigdelset(&set, SIGABRT);
	sigdelset(&set, SIGSYS);
	/* Profilers' timers, and the signals that tools send to one thread to see its stack. */
	sigdelset(&set, SIGPROF);
	sigdelset(&set, SIGUSR1);
	sigdelset(&set, SIGUSR2);
	pthread_sigmask(SIG_SETMASK, &set, old);
}

void *ls_native_spawn(void (*fn)(void *arg), void *arg, const char *name)
{
	struct thread *t = calloc(1, sizeof(*t));
	pthread_attr_t attr;
	sigset_t old;
	int err;

	if (!t)
		return NULL;
	t->fn = fn;
	t->arg = arg;
	snprintf(t->name, sizeof(t->name), "%s", name);
	if (pthread_attr_init(&attr)) {
		free(t);
		return NULL;
	}
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	block_async_signals(&old);
	err = pthread_create(&t->id, &attr, thread_main, t);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	if (err) {
		free(t);
		return NULL;
	}
	return t;
}

void ls_native_join(void *thread)
{
	struct thread *t = thread;

	pthread_join(t->id, NULL);
	free(t);
}

/*
 * The C library is not told: it would unwind the stack, or give it to another thread. A run
 * may abandon thousands, so a thread that sleeps for ever in the place of each is no way.
 */
void ls_native_abandon(void)
{
	for (;;)
		syscall(SYS_exit, 0);
}

void os_stack_bounds(unsigned long *low, unsigned long *high)
{
	pthread_attr_t attr;
	void *addr = NULL;
	size_t size = 0;

	if (ls_fibre_bounds((unsigned long)__builtin_frame_address(0), low, high))
		return;
	*low = 0;
	*high = 0;
	if (pthread_getattr_np(pthread_self(), &attr))
		return;
	if (!pthread_attr_getstack(&attr, &addr, &size)) {
		*low = (unsigned long)addr;
		*high = (unsigned long)addr + size;
	}
	pthread_attr_destroy(&attr);
}

static pthread_key_t exit_key LS_KEEP;
static pthread_once_t exit_once LS_KEEP = PTHREAD_ONCE_INIT;
static void (*exit_fn)(void *arg);
static int exit_key_err LS_KEEP;

static void run_exit_fn(void *arg)
{
	exit_fn(arg);
}

static void make_exit_key(void)
{
	exit_key_err = pthread_key_create(&exit_key, run_exit_fn);
}

int os_at_thread_exit(void (*fn)(void *arg), void *arg)
{
	exit_fn = fn;
	pthread_once(&exit_once, make_exit_key);
	if (exit_key_err)
		return -exit_key_err;
	return -pthread_setspecific(exit_key, arg);
}

int os_catch(void (*fn)(void *arg), void *arg, void **env)
{
	jmp_buf here;

	*env = here;
	if (_setjmp(here))
		return 1;
	fn(arg);
	return 0;
}

void os_throw(void *env)
{
	longjmp(env, 1);
}
