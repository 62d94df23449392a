/* SPDX-License-Identifier: MIT */
#ifndef LS_CMD_RUN_H
#define LS_CMD_RUN_H

#include <stdbool.h>
#include <stdio.h>

#include "lockstep/module.h"
#include "lockstep/report.h"
#include "lockstep/run.h"
#include "cmd.h"

/**
 * DOC: `lockstep test`
 *
 * The parent (test.c) maps the modules, lists the cases and forks a worker (worker.c), which
 * runs them and sends events through a pipe. The parent prints (ktap.c), keeps the books,
 * and forks another worker for the rest when one dies.
 */

/**
 * struct loaded - a mapped module
 * @path: as given
 * @info: its lockstep_module_info
 * @filtered: no case of it was selected
 */
struct loaded {
	const char *path;
	const struct lockstep_module *info;
	bool filtered;
};

/**
 * struct item - one case to run
 * @mod: index of its module
 * @suite: index of its suite; -1: the case is the module's init function
 * @test: index of the case in the suite
 * @suite_name: for display and filters
 * @name: for display and filters
 * @has_params: runs once for each parameter
 */
struct item {
	int mod, suite, test;
	const char *suite_name, *name;
	bool has_params;
};

/**
 * struct run - one `lockstep test`
 */
struct run {
	/* what was asked for */
	struct strv paths, params;
	const char *filter, *json_file, *rules;
	unsigned int repeat, timeout;
	bool fail_nth, no_fork, verbose;

	/* what there is */
	struct loaded *mods;
	const struct lockstep_module **infos;
	struct item *items;
	int nr_mods, nr_items;
};

/* --- options.c --------------------------------------------------------------- */

/* Options of verbs that run cases; those of a verb's own begin with OPT_RUN_END. */
enum { OPT_JSON = 256, OPT_RULES, OPT_PARAM, OPT_RUN_END };

#define RUN_OPTIONS                                                                                \
	{ "filter", 'f', "GLOB", 0, "only cases whose SUITE.CASE, or whose SUITE, matches", 0 },   \
	{ "rules", OPT_RULES, "RELEASE", 0,                                                        \
	  "hold the code to the rules of this kernel release", 0 },                                \
	{ "param", OPT_PARAM, "NAME=VALUE", 0, "set a module parameter", 0 },                      \
	{ "json", OPT_JSON, "FILE", 0, "also write the results to FILE", 0 }

struct argp_state;
/* One of them, or a module. 0, or ARGP_ERR_UNKNOWN. */
int run_option(int key, char *arg, struct argp_state *state, struct run *run);

/* --- cases.c ----------------------------------------------------------------- */

/*
 * Map the modules, list the cases in @run->items, reserve what workers share. 0, or EXIT_TROUBLE
 * with the reason printed.
 */
int run_prepare(struct run *run);
/*
 * Say that an interrupt came, and write what --json asks for. @status is the exit status so
 * far; returns the one to exit with.
 */
int run_finish(const struct run *run, int status);
/* Is item @i the first one of its suite? */
bool new_suite(const struct run *run, int i);

/* --- load.c ------------------------------------------------------------------ */

/* Map all modules. 0, or EXIT_TROUBLE with the reason printed. */
int load_modules(struct run *run);

/* --- worker.c ---------------------------------------------------------------- */

/* Run items from @first on, the first one from its parameter @first_param. Does not return
 * unless the run is --no-fork. */
void worker_run(struct run *run, int first, int first_param, int fd);

/* --- settings.c --------------------------------------------------------------- */

/* The release whose rules a module is held to: "6.12". */
const char *module_rules(const struct run *run, const struct loaded *m);
/* In a worker, with the kernel world up: the rules and parameters of a module. */
void worker_settings(const struct run *run, const struct loaded *m);

/* --- ktap.c ------------------------------------------------------------------ */

/* How a case ended, for the books. */
struct verdict {
	int status; /* enum ls_status */
	const char *comment;
};

void ktap_begin(int nr_suites);
void ktap_suite_begin(const char *name, int nr_cases);
void ktap_suite_end(void);
/* Lines inside the running case, or the suite if none runs. */
void ktap_case_begin(const struct item *item);
void ktap_line(const char *text);
void ktap_param(const char *desc, const struct verdict *v);
void ktap_case_end(const struct verdict *v);
void ktap_report(const struct ls_report *r, const char *where, bool in_case);
void ktap_again(const struct ls_event_again *again);
/* One line for each class of finding. False if there was none. */
bool ktap_findings(void);
/* These and the last lines; the exit status they mean. */
int ktap_summary(void);
/* Innermost address outside of Lockstep itself: two breaches of a driver differ there. */
unsigned long report_site(const struct ls_report *r);

/* --- json.c ------------------------------------------------------------------- */

void json_begin(struct run *run);
void json_report(const struct ls_report *r, int root, bool in_case);
void json_line(const char *text);
/* A further member of the next json_case(), which takes @value over. */
struct json_object;
void json_member(const char *key, struct json_object *value);
void json_param(const char *desc, const struct verdict *v);
void json_case(const struct item *item, const struct verdict *v, double seconds);
/* Write it. 0, or EXIT_TROUBLE with the reason printed. */
int json_write(const char *path, const char *verdict);

#endif /* LS_CMD_RUN_H */
