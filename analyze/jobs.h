/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_JOBS_H
#define LOCKSTEP_ANALYZE_JOBS_H

/**
 * DOC: jobs
 *
 * Other programs, so many at once. One thread starts them and waits for them; who wants
 * the work done says in two callbacks what comes next.
 */

/* A program to run. All of it must live until it has ended. */
struct ls_command {
	const char *const *argv;	/* argv[0] is looked up in $PATH */
	const char *dir;		/* to run it in; NULL: here */
	const char *out;		/* file for its standard output; NULL: /dev/null */
	const char *err;		/* file for its standard error; NULL: /dev/null */
};

#define LS_JOB_NOT_STARTED	(-1)	/* as @status of done(): no such program */

struct ls_jobs {
	unsigned int nr;		/* at once; a slot is a number below it */
	void *arg;
	/* Return: 1 if @command is to be run in this slot, 0 if nothing is left. */
	int (*next)(void *arg, unsigned int slot, struct ls_command *command);
	/*
	 * The slot's program has ended; @status is as of wait(2).
	 * Return: 1 to run @command in the same slot, 0 if the slot is free, -1 to stop all.
	 */
	int (*done)(void *arg, unsigned int slot, int status, struct ls_command *command);
};

/**
 * ls_jobs_run() - run programs until nothing is left
 *
 * Return: 0; -ECANCELED if done() said -1; -EINTR if a signal came after ls_jobs_signals_begin();
 * -EMFILE and the like. Whatever it is: none of the programs runs any more.
 */
int ls_jobs_run(const struct ls_jobs *jobs);

/**
 * ls_jobs_one() - run one program
 * @status: set as by wait(2), or to LS_JOB_NOT_STARTED
 * Return: as ls_jobs_run().
 */
int ls_jobs_one(const struct ls_command *command, int *status);

/* From now on SIGINT and SIGTERM are noted, and stop ls_jobs_run(). Within such a time it changes nothing. */
void ls_jobs_signals_begin(void);
/* As before; but if one came, another one changes nothing either. */
void ls_jobs_signals_end(void);
/* Return: whether such a signal came. */
int ls_jobs_interrupted(void);

#endif
