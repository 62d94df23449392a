// SPDX-License-Identifier: MIT
/*
 * How the sanitizers behave in a sanitized build, unless their environment variables say
 * otherwise. What they find must cost the case, so it ends the worker; and a worker that
 * leaves by _exit() has no place for LeakSanitizer: Lockstep's own leak check does that work.
 */
#include "cmd.h"

const char *__asan_default_options(void);
const char *__ubsan_default_options(void);
const char *__tsan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_leaks=0:allow_user_segv_handler=1";
}

const char *__ubsan_default_options(void)
{
	return "halt_on_error=1:print_stacktrace=1";
}

/*
 * Lockstep knows the locks of the kernel world better than TSan's deadlock detector does. A
 * fault handler of a driver runs inside of a SIGSEGV that the code itself raised at a load or
 * a store: it may allocate. And a worker ends when its cases have: nothing is to be waited for.
 */
const char *__tsan_default_options(void)
{
	return "halt_on_error=1:detect_deadlocks=0:second_deadlock_stack=0:"
	       "report_signal_unsafe=0:atexit_sleep_ms=0";
}
