/* SPDX-License-Identifier: MIT */
#ifndef LS_SCHEDULE_H
#define LS_SCHEDULE_H

#include <stddef.h>

#include "explore.h"

/**
 * DOC: schedule files
 *
 * The choices of one execution, and what must be the same for them to mean the same again. Text,
 * to be read and compared by people:
 *
 *   lockstep-schedule 1			version of the format
 *   lockstep 0.1.0-4be1...			the Lockstep that made it
 *   module 9f86d0... my-driver.so		SHA-256 of a module, and where it is
 *   case suite.case
 *   parameter 2				only of a case with parameters
 *   rules 6.12
 *   set name=value				once for each --param
 *   strategy dpor
 *   seed 0
 *   fail-alloc 0
 *   verdict deadlock
 *   rule self-deadlock				only if a report says so
 *   choices
 *   1    lock     3             # importer: map_buf -> dma_resv_lock(resv#1) taken
 *   1    alloc    0     = 1     # a value chosen: this allocation fails
 *   end 2 5f4dcc3b5aa765d6
 *
 * A choice is a task, an operation, the ordinal of its object (0: none) and, if a value
 * was chosen instead of a task, the value. "# ..." is for people: it may be changed, and is in
 * no checksum. `end` counts the choices and seals the lines.
 *
 * No function here prints or exits: what is wrong is told in one line by @err.
 */

#define LS_SCHEDULE_FORMAT 1
#define LS_SCHEDULE_ERR	   1024 /* enough room for any message */

struct ls_view;

/**
 * struct ls_schedule_module - a module that the case needs
 * @path: as it was given
 * @hash: SHA-256 of the file, 64 hexadecimal digits
 */
struct ls_schedule_module {
	char *path;
	char hash[65];
};

/**
 * struct ls_schedule - a schedule file
 * @abi: LOCKSTEP_ABI of the Lockstep that made it
 * @modules: what the case needs, in order of loading
 * @nr_modules: how many
 * @test: "suite.case"
 * @param: index of its parameter, -1 if it has none
 * @rules: release whose convention was in force
 * @params: "name=value" of each module parameter that was set
 * @nr_params: how many
 * @strategy: that found it
 * @bound: its bound (preemptions of LS_BOUND, depth of LS_PCT), 0 for the others
 * @seed: its seed
 * @fail_alloc: allocations that might fail
 * @verdict: what it shows
 * @rule: rule of the report that it shows, "" if there is none
 * @choices: the schedule
 * @nr: how many
 */
struct ls_schedule {
	char *abi;
	struct ls_schedule_module *modules;
	unsigned int nr_modules;
	char *test;
	int param;
	char *rules;
	char **params;
	unsigned int nr_params;
	enum ls_strategy_kind strategy;
	unsigned int bound;
	unsigned long long seed;
	unsigned int fail_alloc;
	enum ls_verdict verdict;
	char *rule;
	struct ls_choice *choices;
	unsigned int nr;
};

/**
 * ls_schedule_write() - make a schedule file
 * @s: the schedule; each module's @hash may be "" and is then taken from its file
 * @path: where to; an existing file is replaced as a whole, or not at all
 * @v: what is said behind each choice; NULL for nothing
 * @err: LS_SCHEDULE_ERR bytes, for one line that says what went wrong
 *
 * Return: 0, or -1.
 */
int ls_schedule_write(const struct ls_schedule *s, const char *path, const struct ls_view *v,
		      char *err);

/**
 * ls_schedule_read() - read and check a schedule file
 * @s: filled in; ls_schedule_free() gives back what it has, also after an error
 * @path: the file
 * @abi: LOCKSTEP_ABI of this Lockstep
 * @err: LS_SCHEDULE_ERR bytes, for one line that says what is wrong and what to do
 *
 * Modules are not looked at.
 *
 * Return: 0, or -1.
 */
int ls_schedule_read(struct ls_schedule *s, const char *path, const char *abi, char *err);

/**
 * ls_schedule_find_modules() - find the modules of a schedule, unchanged
 * @s: read; the path of each module becomes the one found
 * @path: of the schedule: modules may lie beside it
 * @given: paths that take the place of what the file says
 * @nr_given: how many
 * @err: LS_SCHEDULE_ERR bytes, for one line that says what is wrong and what to do
 *
 * Return: 0, or -1.
 */
int ls_schedule_find_modules(struct ls_schedule *s, const char *path, char *const *given,
			     unsigned int nr_given, char *err);

void ls_schedule_free(struct ls_schedule *s);

/* Their words in files and on the terminal: "lock", "deadlock", "dpor". NULL: no such one. */
const char *ls_op_name(enum ls_op op);
const char *ls_verdict_name(enum ls_verdict verdict);
const char *ls_strategy_name(enum ls_strategy_kind strategy);

#endif /* LS_SCHEDULE_H */
