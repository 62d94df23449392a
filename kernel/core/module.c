// SPDX-License-Identifier: MIT
/*
 * Modules: their tables, their references, and whose code an address is.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>
#include <lockstep/initcall.h>
#include <lockstep/module.h>
#include <lockstep/symbol.h>
#include "core.h"

/* The library's own. */
struct module __this_module = {
	.name = "lockstep",
	.state = MODULE_STATE_LIVE,
};

static const struct lockstep_module *const *modules;
static unsigned int nr_modules;

void ls_modules_set(const struct lockstep_module *const *mods, unsigned int nr)
{
	modules = mods;
	nr_modules = nr;
}

const char *ls_module_rules(const struct lockstep_module *mod)
{
	if (mod->rules)
		return mod->rules;
	for (const char *const *r = mod->rules_named; r < mod->rules_named_end; r++) {
		if (*r)
			return *r;
	}
	return NULL;
}

unsigned int ls_module_nr_inits(const struct lockstep_module *mod)
{
	unsigned int nr = 0;

	for (const struct ls_initcall *const *i = mod->inits; i < mod->inits_end; i++)
		nr += *i != NULL;
	return nr;
}

unsigned int ls_module_nr_suites(const struct lockstep_module *mod)
{
	unsigned int nr = 0;

	for (struct kunit_suite *const *s = mod->suites; s < mod->suites_end; s++)
		nr += *s != NULL;
	return nr;
}

/* Init function @nr in running order: by level, then as linked. */
static const struct ls_initcall *find_init(const struct lockstep_module *mod, unsigned int nr)
{
	for (int level = 0; level < 100; level++) {
		for (const struct ls_initcall *const *i = mod->inits; i < mod->inits_end; i++) {
			if (*i && (*i)->level == level && !nr--)
				return *i;
		}
	}
	return NULL;
}

const char *ls_module_init_name(const struct lockstep_module *mod, unsigned int i)
{
	const struct ls_initcall *init = find_init(mod, i);

	return init ? init->name : NULL;
}

int ls_module_init_call(const struct lockstep_module *mod, unsigned int i)
{
	const struct ls_initcall *init = find_init(mod, i);

	mod->self->state = MODULE_STATE_LIVE;
	return init ? init->fn() : -ENOENT;
}

void ls_module_exit_call(const struct lockstep_module *mod)
{
	mod->self->state = MODULE_STATE_GOING;
	for (const struct ls_exitcall *const *e = mod->exits_end; e-- > mod->exits;) {
		if (*e)
			(*e)->fn();
	}
}

const char *ls_module_name_of(unsigned long pc)
{
	return os_object_name(pc);
}

/**
 * try_module_get() - take a reference unless the module is going away
 * @module: NULL stands for the kernel itself
 *
 * Context: Any.
 * Return: true if taken.
 */
bool try_module_get(struct module *module)
{
	if (!module)
		return true;
	if (!module_is_live(module))
		return false;
	__atomic_fetch_add(&module->refcnt, 1, __ATOMIC_RELAXED);
	return true;
}

/**
 * __module_get() - take a reference when one is held already
 * @module: may be NULL
 *
 * Context: Any.
 */
void __module_get(struct module *module)
{
	if (module)
		__atomic_fetch_add(&module->refcnt, 1, __ATOMIC_RELAXED);
}

/**
 * module_put() - give a reference back
 * @module: may be NULL
 *
 * Context: Any.
 */
void module_put(struct module *module)
{
	struct ls_report r;

	if (!module || __atomic_fetch_sub(&module->refcnt, 1, __ATOMIC_RELEASE) > 0)
		return;

	__atomic_fetch_add(&module->refcnt, 1, __ATOMIC_RELAXED);
	ls_report_init(&r, LS_MISUSE, "module-put",
		       "a module reference is given back once for each time it was taken");
	scnprintf(r.object, sizeof(r.object), "module '%s'", module->name);
	scnprintf(r.what, sizeof(r.what), "module_put() without a reference");
	ls_report_emit(&r);
}

/**
 * module_refcount() - references held now
 * @module: the module
 *
 * Context: Any.
 * Return: how many.
 */
int module_refcount(struct module *module)
{
	return __atomic_load_n(&module->refcnt, __ATOMIC_RELAXED);
}
