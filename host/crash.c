// SPDX-License-Identifier: MIT
/*
 * Deadly signals, and looking at other threads.
 */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "fault.h"
#include "fixed.h"
#include "lockstep/crash.h"
#include "lockstep/fibre.h"
#include "lockstep/os.h"
#include "lockstep/symbol.h"

#define CRASH_STACK_SIZE (64 * 1024)
#define VISIT_SIGNAL     SIGUSR2 /* one that tasks do not block: see host/thread.c */

static const int deadly[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP };

#if defined(__x86_64__)
/*
 * The processor does not tell which address it was when it can be none (not canonical). One that
 * was read from freed memory is still in a register.
 */
LS_UNCOUNTED static unsigned long impossible_address(const ucontext_t *uc)
{
	for (int i = REG_R8; i <= REG_RCX; i++) {
		unsigned long value = (unsigned long)uc->uc_mcontext.gregs[i];

		if (value >> 16 == OS_POISON_FREED >> 16)
			return value;
	}
	return OS_NO_ADDRESS;
}
#endif

LS_UNCOUNTED struct os_context ls_context_of(const void *ucontext, const siginfo_t *info)
{
	const ucontext_t *uc = ucontext;
	struct os_context ctx = { .addr = (unsigned long)info->si_addr };

#if defined(__x86_64__)
	ctx.pc = uc->uc_mcontext.gregs[REG_RIP];
	ctx.fp = uc->uc_mcontext.gregs[REG_RBP];
	ctx.sp = uc->uc_mcontext.gregs[REG_RSP];
	if (info->si_signo == SIGSEGV && info->si_code == SI_KERNEL)
		ctx.addr = impossible_address(uc);
#elif defined(__aarch64__)
	ctx.pc = uc->uc_mcontext.pc;
	ctx.fp = uc->uc_mcontext.regs[29];
	ctx.sp = uc->uc_mcontext.sp;
#else
#error "Lockstep knows the registers of x86-64 and arm64 only"
#endif
	return ctx;
}

/* @ret may be any word: what is there is looked at blindly. */
__attribute__((no_sanitize("address", "undefined")))
int os_is_return_into(unsigned long ret, unsigned long pc)
{
#if defined(__x86_64__)
	const unsigned char *call = (const unsigned char *)ret - 5;
	int distance;

	if (!os_object_name(ret) || call[0] != 0xe8)
		return 0;
	memcpy(&distance, call + 1, sizeof(distance));
	return ret + distance == os_function_start(pc + 1);
#else
	return 0; /* the return address of a leaf is in a register */
#endif
}

static const char *signal_name(int sig)
{
	switch (sig) {
	case SIGSEGV: return "SIGSEGV";
	case SIGBUS:  return "SIGBUS";
	case SIGFPE:  return "SIGFPE";
	case SIGILL:  return "SIGILL";
	case SIGABRT: return "SIGABRT";
	default:      return "SIGTRAP";
	}
}

static int reporting LS_KEEP;

LS_UNCOUNTED static void on_deadly(int sig, siginfo_t *info, void *ucontext)
{
	struct os_context ctx = ls_context_of(ucontext, info);

	if (sig == SIGSEGV && (os_snapshot_fault(ctx.addr) || ls_resolve_fault(&ctx, ucontext)))
		return;
	ls_deadly(sig, &ctx);
}

/* Telling of it may write to memory that a snapshot covers, for the first time. */
LS_UNCOUNTED static void on_second(int sig, siginfo_t *info, void *ucontext)
{
	if (!os_snapshot_fault((unsigned long)info->si_addr))
		signal(sig, SIG_DFL);
}

/*
 * The report leaves through a pipe; then the process ends, without atexit handlers: its
 * state is not to be trusted. A second fault in here ends it too.
 */
void ls_deadly(int sig, const struct os_context *ctx)
{
	struct sigaction sa = { .sa_sigaction = on_second,
				.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };

	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
		signal(deadly[i], SIG_DFL);
	if (reporting)
		sigaction(SIGSEGV, &sa, NULL);
	else
		return; /* it happens again, and the debugger sees it */
	ls_crash_report(sig, signal_name(sig), ctx);
	_exit(128 + sig);
}

void os_crash_init(int report)
{
	/* Not deferred: a crash in the fault handler of a driver is reported as well. */
	struct sigaction sa = { .sa_sigaction = on_deadly,
				.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };

	reporting = report;
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++) {
		if (report || deadly[i] == SIGSEGV)
			sigaction(deadly[i], &sa, NULL);
	}
}

static pthread_key_t crash_stack_key LS_KEEP;
static pthread_once_t crash_stack_once LS_KEEP = PTHREAD_ONCE_INIT;

/* The thread ends, whichever way. */
static void free_crash_stack(void *stack)
{
	stack_t ss = { .ss_flags = SS_DISABLE };

	sigaltstack(&ss, NULL);
	munmap(stack, CRASH_STACK_SIZE);
}

static void make_crash_stack_key(void)
{
	pthread_key_create(&crash_stack_key, free_crash_stack);
}

void os_crash_stack(void)
{
	stack_t ss, old;

	/* A sanitizer may have given it one already. */
	if (sigaltstack(NULL, &old) || !(old.ss_flags & SS_DISABLE))
		return;
	pthread_once(&crash_stack_once, make_crash_stack_key);
	ss = (stack_t){ .ss_size = CRASH_STACK_SIZE };
	ss.ss_sp = mmap(NULL, CRASH_STACK_SIZE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (ss.ss_sp == MAP_FAILED)
		return; /* an overflow will then just end the process */
	if (sigaltstack(&ss, NULL) || pthread_setspecific(crash_stack_key, ss.ss_sp))
		free_crash_stack(ss.ss_sp);
}

/* --- other threads ------------------------------------------------------------ */

static struct {
	void (*fn)(const struct os_context *ctx, void *arg);
	void *arg;
	int done;
} visit;

static void on_visit(int sig, siginfo_t *info, void *ucontext)
{
	struct os_context ctx = ls_context_of(ucontext, info);
	int saved = errno;

	/* Whoever sent the signal set the rest up before it cleared this. */
	if (__atomic_load_n(&visit.done, __ATOMIC_ACQUIRE))
		return;
	visit.fn(&ctx, visit.arg);
	__atomic_store_n(&visit.done, 1, __ATOMIC_RELEASE);
	errno = saved;
}

/* A thread that blocks signals, or just ended, is given up after a tenth of a second. */
static void wait_for_visit(void)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	for (int i = 0; i < 100 && !__atomic_load_n(&visit.done, __ATOMIC_ACQUIRE); i++)
		nanosleep(&ms, NULL);
}

void os_each_thread(void (*fn)(const struct os_context *ctx, void *arg), void *arg)
{
	struct sigaction sa = { .sa_sigaction = on_visit,
				.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK };
	pid_t self = syscall(SYS_gettid);
	DIR *dir = opendir("/proc/self/task");
	struct dirent *entry;

	if (!dir)
		return;
	sigemptyset(&sa.sa_mask);
	sigaction(VISIT_SIGNAL, &sa, NULL);
	visit.fn = fn;
	visit.arg = arg;
	while ((entry = readdir(dir))) {
		pid_t tid = atoi(entry->d_name);

		if (tid <= 0 || tid == self)
			continue;
		__atomic_store_n(&visit.done, 0, __ATOMIC_RELEASE);
		if (!syscall(SYS_tgkill, getpid(), tid, VISIT_SIGNAL))
			wait_for_visit();
	}
	closedir(dir);
}
