// SPDX-License-Identifier: MIT
/*
 * What there is to run: the modules of a command line, and the cases in them that were asked for.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lockstep/boot.h"
#include "lockstep/symbol.h"
#include "ls_config.h"
#include "run.h"

#define SHARED_SIZE (4UL << 20)

static bool selected(const struct run *run, const char *suite, const char *name)
{
	char full[512];

	if (!run->filter)
		return true;
	if (!strchr(run->filter, '.'))
		return !fnmatch(run->filter, suite, 0);
	snprintf(full, sizeof(full), "%s.%s", suite, name);
	return !fnmatch(run->filter, full, 0);
}

static void add_item(struct run *run, struct item item)
{
	if (!selected(run, item.suite_name, item.name))
		return;
	run->items = realloc(run->items, (run->nr_items + 1) * sizeof(item));
	if (!run->items)
		exit(trouble("out of memory"));
	run->items[run->nr_items++] = item;
}

static void list_module(struct run *run, int mod)
{
	const struct lockstep_module *info = run->mods[mod].info;
	unsigned int nr_suites = ls_module_nr_suites(info);
	unsigned int nr_inits = ls_module_nr_inits(info);

	for (unsigned int s = 0; s < nr_suites; s++) {
		const struct kunit_suite *suite = ls_suite_get(info, s);

		for (unsigned int c = 0; c < ls_suite_nr_cases(suite); c++)
			add_item(run, (struct item){ .mod = mod, .suite = s, .test = c,
						     .suite_name = ls_suite_name(suite),
						     .name = ls_case_name(suite, c),
						     .has_params = ls_case_has_params(suite, c) });
	}
	if (!nr_suites && nr_inits)
		add_item(run, (struct item){ .mod = mod, .suite = -1, .suite_name = info->name,
					     .name = ls_module_init_name(info, nr_inits - 1) });
}

static int list_cases(struct run *run)
{
	bool any = false;

	for (int i = 0; i < run->nr_mods; i++) {
		const struct lockstep_module *info = run->mods[i].info;

		any |= ls_module_nr_suites(info) || ls_module_nr_inits(info);
		list_module(run, i);
	}
	if (!any)
		return trouble("%s: no KUnit suite and no init function in it; nothing to run",
			       run->mods[0].path);
	if (!run->nr_items)
		return trouble("--filter '%s' matches none of the cases; a filter is SUITE or "
			       "SUITE.CASE, with * and ?", run->filter);
	return 0;
}

bool new_suite(const struct run *run, int i)
{
	return !i || run->items[i].mod != run->items[i - 1].mod ||
	       run->items[i].suite != run->items[i - 1].suite;
}

static int check_params(const struct run *run)
{
	for (size_t i = 0; i < run->params.nr; i++) {
		size_t len = strcspn(run->params.v[i], "=");
		bool found = false;

		for (int m = 0; m < run->nr_mods; m++)
			found |= ls_module_has_param(run->mods[m].info, run->params.v[i], len);
		if (!found)
			return trouble("--param %s: no module has a parameter of that name",
				       run->params.v[i]);
	}
	return 0;
}

int run_prepare(struct run *run)
{
	static char cwd[4096];
	int ret;

	os_source_root(LS_SOURCE_ROOT);
	if (getcwd(cwd, sizeof(cwd)))
		os_source_root(cwd);
	ret = load_modules(run);
	if (!ret)
		ret = check_params(run);
	if (!ret)
		ret = list_cases(run);
	if (ret)
		return ret;
	if (ls_shared_reserve(SHARED_SIZE))
		return trouble("no memory to share with workers: %s", strerror(errno));
	ls_progress = mmap(NULL, sizeof(*ls_progress), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ls_progress == MAP_FAILED)
		return trouble("no memory to share with workers: %s", strerror(errno));
	return 0;
}

int run_finish(const struct run *run, int status)
{
	int err = 0;

	if (interrupted()) {
		printf("# interrupted\n");
		status = 128 + interrupted();
	}
	if (fflush(stdout) || ferror(stdout))
		return trouble("cannot write the results: %s", strerror(errno));
	if (run->json_file)
		err = json_write(run->json_file, interrupted() ? "interrupted" :
				 status ? "findings" : "clean");
	return err ? err : status;
}
