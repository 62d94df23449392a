/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_EXPORT_H
#define _LINUX_EXPORT_H

/*
 * Every global of the library and of a module is visible to other modules, so
 * an export has nothing to do; the names stay for the source's sake.
 */
#define EXPORT_SYMBOL(sym)
#define EXPORT_SYMBOL_GPL(sym)
#define EXPORT_SYMBOL_NS(sym, ns)
#define EXPORT_SYMBOL_NS_GPL(sym, ns)
#define EXPORT_SYMBOL_FOR_TESTS_ONLY(sym)
#define EXPORT_PER_CPU_SYMBOL(var)
#define EXPORT_PER_CPU_SYMBOL_GPL(var)
#define THIS_MODULE (&__this_module)

struct module;
/* One per module: kernel/core provides the library's, `lockstep build` the module's. */
extern struct module __this_module __attribute__((visibility("hidden")));

#endif
