/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MODULE_H
#define _LINUX_MODULE_H

#include <linux/list.h>
#include <linux/cache.h>
#include <linux/kmod.h>
#include <linux/init.h>
#include <linux/stringify.h>
#include <linux/moduleparam.h>
#include <linux/export.h>
#include <linux/errno.h>
#include <linux/err.h>
#include <linux/string.h>
#include <linux/printk.h>
#include <lockstep/initcall.h>

enum module_state {
	MODULE_STATE_LIVE,
	MODULE_STATE_COMING,
	MODULE_STATE_GOING,
	MODULE_STATE_UNFORMED,
};

#define MODULE_NAME_LEN 56

/**
 * struct module - who owns a piece of code
 * @state: MODULE_STATE_*; GOING while its exit functions run
 * @name: of the module; "lockstep" for the library
 * @refcnt: references taken with try_module_get() and __module_get()
 */
struct module {
	enum module_state state;
	char name[MODULE_NAME_LEN];
	int refcnt;
};

/* Hidden: each shared object, the library too, has one of its own. */
extern struct module __this_module __attribute__((visibility("hidden")));
#ifndef THIS_MODULE
#define THIS_MODULE (&__this_module)
#endif

bool try_module_get(struct module *module);
void __module_get(struct module *module);
void module_put(struct module *module);
int module_refcount(struct module *module);

static inline bool module_is_live(struct module *mod)
{
	return mod->state != MODULE_STATE_GOING;
}

static inline const char *module_name(struct module *mod)
{
	return mod ? mod->name : "kernel";
}

/* Facts for modinfo(8); nobody reads them here. */
#define MODULE_INFO(tag, info)           struct ls_module_info_unused
#define MODULE_LICENSE(x)                struct ls_module_info_unused
#define MODULE_AUTHOR(x)                 struct ls_module_info_unused
#define MODULE_DESCRIPTION(x)            struct ls_module_info_unused
#define MODULE_VERSION(x)                struct ls_module_info_unused
#define MODULE_ALIAS(x)                  struct ls_module_info_unused
#define MODULE_SOFTDEP(x)                struct ls_module_info_unused
#define MODULE_FIRMWARE(x)               struct ls_module_info_unused
#define MODULE_IMPORT_NS(x)              struct ls_module_info_unused
#define MODULE_DEVICE_TABLE(type, name)  struct ls_module_info_unused

#define symbol_get(x)      (&(x))
#define symbol_put(x)      do { } while (0)
#define symbol_request(x)  (&(x))

#endif /* _LINUX_MODULE_H */
