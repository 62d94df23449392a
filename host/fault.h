/* SPDX-License-Identifier: MIT */
#ifndef HOST_FAULT_H
#define HOST_FAULT_H

/* What host/crash.c and host/fault.c share. */

#include <signal.h>

#include "lockstep/crash.h"

struct os_context ls_context_of(const void *ucontext, const siginfo_t *info);
/* A fault in a client's mapping is resolved: 1 if so. May not return, but go on where it was. */
int ls_resolve_fault(const struct os_context *ctx, void *ucontext);
/* Report, and end the process; returns only if a debugger is to see the signal again. */
void ls_deadly(int sig, const struct os_context *ctx);

#endif
