/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_INITCALL_H
#define LOCKSTEP_INITCALL_H

#include <lockstep/module.h>

/*
 * Initcalls of a module. They are put in a table and called by the runner, in the
 * order of their levels and, inside one, in link order; nothing is called when the
 * module is mapped. The library's own parts do not use them: see lockstep/boot.h.
 */

typedef int (*initcall_t)(void);
typedef void (*exitcall_t)(void);

/** struct ls_initcall - one init function of a module */
struct ls_initcall {
	initcall_t fn;
	const char *name;
	const char *file;
	int level; /* lower ones run first */
};

/** struct ls_exitcall - one exit function of a module */
struct ls_exitcall {
	exitcall_t fn;
	const char *name;
};

#define __ls_initcall(func, lvl)                                                                   \
	static const struct ls_initcall __ls_initcall_##func = {                                   \
		.fn = (func), .name = #func, .file = __FILE__, .level = (lvl),                     \
	};                                                                                         \
	LS_MODULE_ENTRY("ls_initcalls", struct ls_initcall const *, __ls_initcall_entry_##func,    \
			&__ls_initcall_##func)

#define __exitcall(func)                                                                           \
	static const struct ls_exitcall __ls_exitcall_##func = {                                   \
		.fn = (func), .name = #func,                                                       \
	};                                                                                         \
	LS_MODULE_ENTRY("ls_exitcalls", struct ls_exitcall const *, __ls_exitcall_entry_##func,    \
			&__ls_exitcall_##func)

#define early_initcall(fn)         __ls_initcall(fn, 0)
#define pure_initcall(fn)          __ls_initcall(fn, 10)
#define core_initcall(fn)          __ls_initcall(fn, 20)
#define core_initcall_sync(fn)     __ls_initcall(fn, 25)
#define postcore_initcall(fn)      __ls_initcall(fn, 30)
#define postcore_initcall_sync(fn) __ls_initcall(fn, 35)
#define arch_initcall(fn)          __ls_initcall(fn, 40)
#define arch_initcall_sync(fn)     __ls_initcall(fn, 45)
#define subsys_initcall(fn)        __ls_initcall(fn, 50)
#define subsys_initcall_sync(fn)   __ls_initcall(fn, 55)
#define fs_initcall(fn)            __ls_initcall(fn, 60)
#define fs_initcall_sync(fn)       __ls_initcall(fn, 65)
#define rootfs_initcall(fn)        __ls_initcall(fn, 66)
#define device_initcall(fn)        __ls_initcall(fn, 70)
#define device_initcall_sync(fn)   __ls_initcall(fn, 75)
#define late_initcall(fn)          __ls_initcall(fn, 80)
#define late_initcall_sync(fn)     __ls_initcall(fn, 85)

#define __initcall(fn)             device_initcall(fn)
#define console_initcall(fn)       device_initcall(fn)

#define module_init(fn)            __initcall(fn)
#define module_exit(fn)            __exitcall(fn)

#endif /* LOCKSTEP_INITCALL_H */
