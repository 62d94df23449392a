/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_MODULE_H
#define LOCKSTEP_MODULE_H

/**
 * DOC: what a module tells about itself
 *
 * A module is a shared object with one &struct lockstep_module in it, named
 * lockstep_module_info. `lockstep build` links it in (see lockstep/modinfo.h).
 * The struct points at the bounds of the module's own sections, so that nothing
 * has to run, and nothing is registered, when the object is mapped: no
 * constructor ever enters the kernel world.
 *
 * The section ".lockstep.stamp" repeats the facts that decide whether the object
 * can be mapped at all as text, one "key=value" a line, so that they can be read
 * before it is.
 */

#define LOCKSTEP_MODULE_MAGIC 0x4c534d31u /* "LSM1" */

struct module;
struct kunit_suite;
struct ls_initcall;
struct ls_exitcall;
struct kernel_param;

/**
 * struct lockstep_module - one module
 * @magic: LOCKSTEP_MODULE_MAGIC
 * @size: of this struct
 * @abi: stamp of the Lockstep it was built for
 * @name: name of the module
 * @linux_version: release its code was written for, KERNEL_VERSION() form
 * @rules: release whose rules it is held to ("6.12"), or NULL: the default
 * @sanitizers: what it was compiled with, "" or "address,undefined"
 * @roots: NULL-terminated path prefixes that reports leave out
 * @self: its THIS_MODULE
 * @suites: KUnit suites; may hold NULLs
 * @suites_end: past the last
 * @inits: init functions; may hold NULLs
 * @inits_end: past the last
 * @exits: exit functions; may hold NULLs
 * @exits_end: past the last
 * @params: module parameters; may hold NULLs
 * @params_end: past the last
 * @rules_named: LOCKSTEP_RULES() in the source; may hold NULLs
 * @rules_named_end: past the last
 */
struct lockstep_module {
	unsigned int magic;
	unsigned int size;
	const char *abi;
	const char *name;
	unsigned int linux_version;
	const char *rules;
	const char *sanitizers;
	const char *const *roots;
	struct module *self;
	struct kunit_suite *const *suites, *const *suites_end;
	const struct ls_initcall *const *inits, *const *inits_end;
	const struct ls_exitcall *const *exits, *const *exits_end;
	const struct kernel_param *const *params, *const *params_end;
	const char *const *rules_named, *const *rules_named_end;
};

/**
 * LOCKSTEP_RULES() - name the kernel release whose rules a module is held to
 * @release: "6.1", "6.12", "6.16" or "7.1"
 *
 * At file scope, at most once a module. `lockstep test --rules` overrides it.
 */
#define LOCKSTEP_RULES(release)                                                                    \
	static const char *const ls_rules_named__                                                  \
		__attribute__((used, section("ls_rules_named"))) = (release)

/* Put a pointer into one of the module's tables. */
#define LS_MODULE_ENTRY(sect, type, name, value)                                                   \
	static type const name __attribute__((used, section(sect))) = (value)

/* --- kernel/core/module.c, for the runner in cmd/ ------------------------- */

/* Release of @mod's rules: its own word, else NULL. */
const char *ls_module_rules(const struct lockstep_module *mod);
/* How many init functions and suites it has. */
unsigned int ls_module_nr_inits(const struct lockstep_module *mod);
unsigned int ls_module_nr_suites(const struct lockstep_module *mod);
/* Name of init function @i, in the order they run. */
const char *ls_module_init_name(const struct lockstep_module *mod, unsigned int i);
/* Run it. Task context. Returns its return value. */
int ls_module_init_call(const struct lockstep_module *mod, unsigned int i);
/* Run the exit functions, last one first. */
void ls_module_exit_call(const struct lockstep_module *mod);
/* Set parameter @name. Returns 0, -ENOENT if there is none, or what its setter says. */
int ls_module_param_set(const struct lockstep_module *mod, const char *name, const char *value);
/* Is there a parameter named by the first @len bytes of @name? */
int ls_module_has_param(const struct lockstep_module *mod, const char *name, unsigned long len);
/* Tell the core which modules are loaded; it keeps the array. */
void ls_modules_set(const struct lockstep_module *const *mods, unsigned int nr);
/* Name of the module that the code at @pc belongs to: "lockstep" for the library, or NULL. */
const char *ls_module_name_of(unsigned long pc);

#endif /* LOCKSTEP_MODULE_H */
