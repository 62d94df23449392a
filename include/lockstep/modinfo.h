/* SPDX-License-Identifier: MIT */
/*
 * The body of a module's info object. `lockstep build` and tests/meson.build compile a
 * file that includes this, once per module, with these defined on the command line:
 *
 *   LOCKSTEP_ABI          "..."  stamp of this Lockstep
 *   LOCKSTEP_SANITIZERS   "..."  as the library was built
 *   LOCKSTEP_MODULE_NAME  "..."
 *   LOCKSTEP_LINUX        KERNEL_VERSION() form; 6.12 if undefined
 *   LOCKSTEP_MODULE_RULES "6.1"  optional
 *   LOCKSTEP_ROOTS        "a", "b", optional: path prefixes to leave out of reports
 *   LOCKSTEP_RACES        defined: instrumented for data races
 *
 * No include guard: it is a file body, not a set of declarations.
 */
#include <lockstep/module.h>
#include <lockstep/initcall.h>
#include <linux/module.h>
#include <linux/version.h>

struct module __this_module = {
	.name = LOCKSTEP_MODULE_NAME,
	.state = MODULE_STATE_LIVE,
};

/*
 * One NULL in each table makes the section exist, and with it the bounds that the
 * linker defines. They are hidden: each module sees only its own.
 */
#define LS_TABLE(sect, type)                                                                       \
	LS_MODULE_ENTRY(#sect, type, sect##_sentinel, NULL);                                       \
	extern type const __start_##sect[] __attribute__((visibility("hidden")));                  \
	extern type const __stop_##sect[] __attribute__((visibility("hidden")))

LS_TABLE(ls_kunit_suites, struct kunit_suite *);
LS_TABLE(ls_initcalls, struct ls_initcall const *);
LS_TABLE(ls_exitcalls, struct ls_exitcall const *);
LS_TABLE(ls_params, struct kernel_param const *);
LS_TABLE(ls_rules_named, char const *);

#ifndef LOCKSTEP_ROOTS
#define LOCKSTEP_ROOTS
#endif
#ifndef LOCKSTEP_MODULE_RULES
#define LOCKSTEP_MODULE_RULES NULL
#endif

static const char *const module_roots[] = { LOCKSTEP_ROOTS NULL };

extern const struct lockstep_module lockstep_module_info;

const struct lockstep_module lockstep_module_info = {
	.magic = LOCKSTEP_MODULE_MAGIC,
	.size = sizeof(struct lockstep_module),
	.abi = LOCKSTEP_ABI,
	.name = LOCKSTEP_MODULE_NAME,
	.linux_version = LINUX_VERSION_CODE,
	.rules = LOCKSTEP_MODULE_RULES,
	.sanitizers = LOCKSTEP_SANITIZERS,
	.roots = module_roots,
	.self = &__this_module,
	.suites = __start_ls_kunit_suites,
	.suites_end = __stop_ls_kunit_suites,
	.inits = __start_ls_initcalls,
	.inits_end = __stop_ls_initcalls,
	.exits = __start_ls_exitcalls,
	.exits_end = __stop_ls_exitcalls,
	.params = __start_ls_params,
	.params_end = __stop_ls_params,
	.rules_named = __start_ls_rules_named,
	.rules_named_end = __stop_ls_rules_named,
};

#if LS_RACES
#define LS_STAMP_RACES "races=1\n"
#else
#define LS_STAMP_RACES ""
#endif

static const char module_stamp[] __attribute__((used, section(".lockstep.stamp"))) =
	"lockstep-module=1\n"
	"abi=" LOCKSTEP_ABI "\n"
	"sanitizers=" LOCKSTEP_SANITIZERS "\n"
	"name=" LOCKSTEP_MODULE_NAME "\n"
	LS_STAMP_RACES;
