// SPDX-License-Identifier: MIT
/*
 * `lockstep demo`: arguments and the order of things. See demo.h.
 */
#include <argp.h>
#include <dlfcn.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo.h"

#define MODULE "refgem_demo.so"

/* The module lies beside the library: in drivers/ of a build tree, in lockstep/ installed. */
static char *find_module(void)
{
	static const char *const dirs[] = { "drivers", "lockstep" };
	char *dir = xstrdup(lockstep_paths()->library), *path;

	*strrchr(dir, '/') = '\0';
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		path = xprintf("%s/%s/" MODULE, dir, dirs[i]);
		if (!access(path, R_OK)) {
			free(dir);
			return path;
		}
		free(path);
	}
	free(dir);
	return NULL;
}

static int load(struct demo *demo)
{
	char *path = find_module();
	void *handle;
	int ret;

	if (!path)
		return trouble("the demo's module " MODULE " is missing; build or install Lockstep again");
	strv_add(&demo->run.paths, path);
	ret = run_prepare(&demo->run);
	if (ret)
		goto out;
	demo->item = demo->run.items[0];

	handle = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
	demo->info = handle ? dlsym(handle, "lockstep_demo") : NULL;
	if (!demo->info)
		ret = trouble("%s has no demo in it; build or install Lockstep again", path);
out:
	free(path);
	return ret;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct demo *demo = state->input;

	switch (key) {
	case 'j':
		demo->json = true;
		return 0;
	case ARGP_KEY_ARG:
		usage_error(state, "'%s' is one argument too many: there are none", arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "print the table and all reports as JSON", 0 },
	{ 0 }
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Try every proposed place for the reservation lock in a driver's free path, in every "
	       "interleaving, and print what came of it.\v"
	       "Exit status: 0 the demo ran, 2 it could not.",
};

int cmd_demo(int argc, char **argv)
{
	static struct demo demo; /* large */
	int ret;

	fix_addresses(argc, argv);
	setlocale(LC_CTYPE, "");
	if (parse_args(&argp, argc, argv, &demo))
		return EXIT_TROUBLE;
	if (explore_refuses())
		return EXIT_TROUBLE;
	ret = load(&demo);
	if (ret)
		return ret;
	catch_interrupts();
	ret = demo_run(&demo);
	if (ret)
		return ret;

	if (demo.json)
		demo_print_json(&demo);
	else
		demo_print(&demo);
	if (fflush(stdout) || ferror(stdout))
		return trouble("cannot write to standard output: %s", strerror(errno));
	return EXIT_CLEAN;
}
