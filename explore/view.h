/* SPDX-License-Identifier: MIT */
#ifndef LS_VIEW_H
#define LS_VIEW_H

#include "lockstep/os.h"
#include "explore.h"

/**
 * DOC: views of an execution
 *
 * What a person sees of one recorded execution: the ladder on the terminal (ladder.c), a page with
 * a picture (timeline_html.c), a trace for Perfetto (timeline_json.c). All of them are made from
 * struct ls_step alone and do not know the engine. view.c finds what they share: words for a step,
 * which locks are held from where to where, who let whom go on.
 */

/**
 * struct ls_view - an execution to show
 * @title: "suite.case"
 * @steps: its steps
 * @nr: how many
 * @verdict: how it ended
 * @rule: of the report, "" if there is none
 * @failed: index of the step that failed, -1: none of them
 * @report_row: index of a row by ls_view_add_report(), -1: there is none
 * @symbolize: os_symbolize(); tests have their own
 * @symbol: os_symbol(), for variables; NULL for none
 */
struct ls_view {
	const char *title;
	const struct ls_step *steps;
	unsigned int nr;
	enum ls_verdict verdict;
	const char *rule;
	int failed, report_row;
	int (*symbolize)(unsigned long pc, struct os_frame *frames, int max);
	const char *(*symbol)(unsigned long addr, unsigned long *offset, unsigned long *size);
	/* by ls_view_init() */
	struct ls_view_object *objects;
	unsigned int nr_objects;
};

/* Find the names of the objects. 0, or -1 without memory. ls_view_fini() gives back. */
int ls_view_init(struct ls_view *v);
void ls_view_fini(struct ls_view *v);

/**
 * struct ls_call - what a step does, in words
 * @caller: who called it, "" if that says nothing new
 * @func: the kernel's function, or the operation if nobody knows
 * @object: "resv#1", "" for none
 * @api: the kernel's function that the code under test called; "" if it is not in the chain
 * @inside: another function of the kernel called @func
 * @called: @func was called by something that is not the runner
 */
struct ls_call {
	char caller[64];
	char func[64];
	char object[64];
	char api[64];
	bool inside, called;
};

/**
 * struct ls_frame_text - a line of a call chain, as reports show it
 * @func: function, or address
 * @place: "file:line", or the object
 */
struct ls_frame_text {
	char func[64];
	char place[128];
};

/* A lock that a task held: from step @from to step @to, @nr of the view if to the end. */
struct ls_hold {
	unsigned int task, object, from, to;
	bool shared;
};

enum ls_edge_kind {
	LS_EDGE_RELEASE,	/* gave a lock back that the other one took */
	LS_EDGE_WAKE,		/* what the other one had waited for */
};

/* Step @from let step @to of another task go on. */
struct ls_edge {
	unsigned int from, to;
	enum ls_edge_kind kind;
};

#define LS_VIEW_REPORT 0xff /* op of a step that is none: there a report was made */

/**
 * ls_view_add_report() - give a report a row of its own
 * @steps: malloc'd; moves
 * @nr: how many; grows by one if need be
 * @failed: the step in which it was made; becomes the row of the report
 * @r: the report
 * @symbolize: os_symbolize()
 *
 * What is wrong with an operation is often seen before its step begins: the step that ran is
 * then the one before.
 *
 * Return: 0, or -1 without memory.
 */
int ls_view_add_report(struct ls_step **steps, unsigned int *nr, int *failed,
		       const struct ls_report *r,
		       int (*symbolize)(unsigned long pc, struct os_frame *frames, int max));

/* Number of a step in the schedule, from 1; 0 for the row of a report. */
unsigned int ls_view_number(const struct ls_view *v, unsigned int step);
/*
 * Where it is seen that tasks are stuck: the last step of one that waits for ever, if possible not
 * of the first task, which waits for the others. -1: nowhere.
 */
int ls_view_stuck(const struct ls_step *steps, unsigned int nr);
/* Does it wait for the end of another task? */
bool ls_view_is_join(const struct ls_step *s);
void ls_view_call(const struct ls_view *v, unsigned int step, struct ls_call *call);
/* "resv#1": numbered among those of its name, by first use; "" for no object. */
void ls_view_name(const struct ls_view *v, unsigned int ordinal, char *buf, size_t size);
void ls_view_object(const struct ls_view *v, unsigned int step, char *buf, size_t size);
/* "taken", "timed out", "allocation fails"; "" if there is nothing to say. */
void ls_view_outcome(const struct ls_view *v, unsigned int step, char *buf, size_t size);
/* "task 2 (shrinker)" */
void ls_view_task(const struct ls_view *v, unsigned int task, char *buf, size_t size);
/* comm of @task, "" if it made no step. */
const char *ls_view_comm(const struct ls_view *v, unsigned int task);
/* The call chain of a step, from the kernel's function outwards. Returns how many lines. */
unsigned int ls_view_stack(const struct ls_view *v, unsigned int step, struct ls_frame_text *lines,
			   unsigned int max);
/* How the execution ended, in one line: "deadlock: task 1 waits for task 2, ...". */
void ls_view_verdict(const struct ls_view *v, char *buf, size_t size);

/* Malloc'd arrays; NULL with *@nr == 0 if there are none. */
struct ls_hold *ls_view_holds(const struct ls_view *v, unsigned int *nr);
struct ls_edge *ls_view_edges(const struct ls_view *v, unsigned int *nr);

/* --- the ladder ----------------------------------------------------------------- */

/**
 * struct ls_ladder - how the ladder is to look
 * @width: columns of the terminal
 * @utf8: arrows and lines of Unicode
 * @all: each step with its number, nothing folded
 */
struct ls_ladder {
	unsigned int width;
	bool utf8, all;
};

/* For the terminal that standard output is: COLUMNS or its size, at least 80; by the locale. */
void ls_ladder_terminal(struct ls_ladder *l);

/**
 * ls_ladder() - an execution as a ladder: a column for each task, a row for each step
 * @v: the execution
 * @l: how it is to look
 * @line: called with each line, without a newline
 * @arg: for @line
 *
 * With more tasks than fit, those that have to do with the failure get a column, and the others
 * share the last. Steps that nobody else can notice are folded.
 *
 * Return: 0, or -1 without memory.
 */
int ls_ladder(const struct ls_view *v, const struct ls_ladder *l,
	      void (*line)(void *arg, const char *text), void *arg);

/* --- files ------------------------------------------------------------------------- */

/* Write a page, or a trace. 0, or -1 with one line in @err (LS_VIEW_ERR bytes). */
#define LS_VIEW_ERR 1024
int ls_timeline_html(const struct ls_view *v, const char *path, char *err);
int ls_timeline_json(const struct ls_view *v, const char *path, char *err);

#endif /* LS_VIEW_H */
