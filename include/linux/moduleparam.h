/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MODULEPARAM_H
#define _LINUX_MODULEPARAM_H

#include <linux/types.h>
#include <linux/init.h>
#include <linux/stringify.h>
#include <lockstep/module.h>

/**
 * DOC: module parameters
 *
 * module_param() puts a &struct kernel_param into the module's table;
 * `lockstep test --param NAME=VALUE` sets it before the init functions run.
 * There is no sysfs, so permissions are kept but have no effect.
 */

struct kernel_param;

enum {
	KERNEL_PARAM_OPS_FL_NOARG = 1 << 0, /* "name" alone is enough */
};

/**
 * struct kernel_param_ops - how a type of parameter is read and written
 * @flags: KERNEL_PARAM_OPS_FL_*
 * @set: parse @val; 0 or -errno
 * @get: print into @buffer (PAGE_SIZE); length or -errno
 * @free: what @set allocated
 */
struct kernel_param_ops {
	unsigned int flags;
	int (*set)(const char *val, const struct kernel_param *kp);
	int (*get)(char *buffer, const struct kernel_param *kp);
	void (*free)(void *arg);
};

struct kparam_string {
	unsigned int maxlen;
	char *string;
};

struct kparam_array {
	unsigned int max;
	unsigned int elemsize;
	unsigned int *num;
	const struct kernel_param_ops *ops;
	void *elem;
};

/** struct kernel_param - one parameter of a module */
struct kernel_param {
	const char *name;
	struct module *mod;
	const struct kernel_param_ops *ops;
	const u16 perm;
	s8 level;
	u8 flags;
	union {
		void *arg;
		const struct kparam_string *str;
		const struct kparam_array *arr;
	};
};

#define __ls_param(id, pname, pops, parg, pperm)                                                   \
	static const struct kernel_param __ls_param_##id = {                                       \
		.name = (pname), .ops = (pops), .perm = (pperm), .level = -1, .arg = (void *)(parg), \
	};                                                                                         \
	LS_MODULE_ENTRY("ls_params", struct kernel_param const *, __ls_param_entry_##id,           \
			&__ls_param_##id)

#define module_param_cb(id, ops, arg, perm) __ls_param(id, #id, ops, arg, perm)

#define module_param_named(id, value, type, perm)                                                  \
	static inline type_check_##type __always_unused *__ls_check_##id(void)                     \
	{                                                                                          \
		return &(value);                                                                   \
	}                                                                                          \
	__ls_param(id, #id, &param_ops_##type, &(value), perm)

#define module_param(id, type, perm)        module_param_named(id, id, type, perm)
#define module_param_unsafe(id, type, perm) module_param(id, type, perm)
#define module_param_named_unsafe(id, value, type, perm) module_param_named(id, value, type, perm)

#define module_param_string(id, buf, len, perm)                                                    \
	static const struct kparam_string __ls_param_string_##id = { len, buf };                   \
	__ls_param(id, #id, &param_ops_string, &__ls_param_string_##id, perm)

#define module_param_array_named(id, array, type, nump, perm)                                      \
	static const struct kparam_array __ls_param_array_##id = {                                 \
		.max = sizeof(array) / sizeof((array)[0]), .num = nump, .ops = &param_ops_##type,  \
		.elemsize = sizeof((array)[0]), .elem = array,                                     \
	};                                                                                         \
	__ls_param(id, #id, &param_array_ops, &__ls_param_array_##id, perm)

#define module_param_array(id, type, nump, perm) module_param_array_named(id, id, type, nump, perm)

#define MODULE_PARM_DESC(name, desc) struct ls_module_info_unused

/* What the variable behind each type must be; a mismatch does not compile. */
typedef unsigned char type_check_byte;
typedef short type_check_short;
typedef unsigned short type_check_ushort;
typedef int type_check_int;
typedef unsigned int type_check_uint;
typedef long type_check_long;
typedef unsigned long type_check_ulong;
typedef unsigned long long type_check_ullong;
typedef unsigned int type_check_hexint;
typedef char *type_check_charp;
typedef bool type_check_bool;
typedef bool type_check_bool_enable_only;
typedef bool type_check_invbool;

#define __LS_PARAM_TYPE(type)                                                                      \
	extern const struct kernel_param_ops param_ops_##type;                                     \
	int param_set_##type(const char *val, const struct kernel_param *kp);                      \
	int param_get_##type(char *buffer, const struct kernel_param *kp)

__LS_PARAM_TYPE(byte);
__LS_PARAM_TYPE(short);
__LS_PARAM_TYPE(ushort);
__LS_PARAM_TYPE(int);
__LS_PARAM_TYPE(uint);
__LS_PARAM_TYPE(long);
__LS_PARAM_TYPE(ulong);
__LS_PARAM_TYPE(ullong);
__LS_PARAM_TYPE(hexint);
__LS_PARAM_TYPE(charp);
__LS_PARAM_TYPE(bool);
__LS_PARAM_TYPE(invbool);

#undef __LS_PARAM_TYPE

void param_free_charp(void *arg);
int param_set_bool_enable_only(const char *val, const struct kernel_param *kp);
extern const struct kernel_param_ops param_ops_bool_enable_only;
int param_set_uint_minmax(const char *val, const struct kernel_param *kp, unsigned int min,
			  unsigned int max);
int param_set_copystring(const char *val, const struct kernel_param *kp);
int param_get_string(char *buffer, const struct kernel_param *kp);
extern const struct kernel_param_ops param_ops_string;
extern const struct kernel_param_ops param_array_ops;

#endif /* _LINUX_MODULEPARAM_H */
