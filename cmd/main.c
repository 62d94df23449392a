// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "ls_config.h"

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *args;
	const char *help;
} verbs[] = {
	{ "build", cmd_build, "DIR|FILE.c... [--linux TREE] [-o MODULE.so]",
	  "make a module of kernel sources" },
	{ "test", cmd_test, "MODULE.so... [--filter GLOB] [--fail-nth]",
	  "run the suites and selftests of modules" },
	{ "explore", cmd_explore, "MODULE.so... [--filter GLOB] [--time S]",
	  "run their cases in every interleaving" },
	{ "replay", cmd_replay, "FILE.schedule [--timeline FILE.html] [--gdb]",
	  "the same failure again, step by step" },
	{ "check", cmd_check, "TREE [PATH...] [--rules RELEASE] [--patch F]",
	  "check the convention over a kernel source tree" },
	{ "rules", cmd_rules, "[--for RELEASE] [--format table|json]", "print the convention" },
#ifdef LS_HAVE_DEMO
	{ "demo", cmd_demo, "[--json]", "six lock placements, ten ways to get there" },
#endif
};

#define NR_VERBS (sizeof(verbs) / sizeof(verbs[0]))

static void help(void)
{
	puts("Usage: lockstep VERB [ARGUMENT...]\n\n"
	     "The Linux buffer-sharing stack in user space, held to its locking convention.\n");
	for (size_t i = 0; i < NR_VERBS; i++)
		printf("  %-7s %-46s %s\n", verbs[i].name, verbs[i].args, verbs[i].help);
	puts("\nlockstep VERB --help tells about a verb; lockstep --version says which one this is.\n"
	     "Exit status: 0 nothing found, 1 findings, 2 the command could not do its work.");
}

int main(int argc, char **argv)
{
	char name[64];

	atexit(check_stdout);
	if (argc < 2)
		return trouble("no verb given; `lockstep --help` lists them");
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		help();
		return EXIT_CLEAN;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("lockstep " LS_VERSION);
		return EXIT_CLEAN;
	}
	for (size_t i = 0; i < NR_VERBS; i++) {
		if (strcmp(argv[1], verbs[i].name))
			continue;
		snprintf(name, sizeof(name), "lockstep %s", verbs[i].name);
		argv[1] = name;
		return verbs[i].run(argc - 1, argv + 1);
	}
	return trouble("'%s' is no verb; `lockstep --help` lists them", argv[1]);
}
