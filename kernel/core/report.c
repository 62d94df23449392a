// SPDX-License-Identifier: MIT
/*
 * Reports: matched against what the case expects, counted, and handed on.
 *
 * A finding that repeats in a loop must not drown the rest, so the same one (class, rule and
 * call chain) is sent once a case and then only counted.
 */
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <lockstep/checks.h>
#include <lockstep/os.h>
#include <lockstep/report.h>
#include <lockstep/symbol.h>
#include <lockstep/test.h>
#include "core.h"

#define NR_EXPECT 16
#define NR_SEEN   128

unsigned int ls_checks = LS_CHECK_ALL;
void (*ls_event_hook)(enum ls_event type, const void *data, unsigned long len);
bool ls_quiet;
bool (*ls_name_lock)(const struct lockdep_map *map, char *buf, unsigned long size);

/* Which reports the case saw, by hash of what makes two the same. */
struct seen {
	unsigned long hash;
	struct ls_event_again again;
};

static struct {
	struct ls_word lock;
	const char *expect[NR_EXPECT];
	bool met[NR_EXPECT];
	unsigned int nr_expect, nr_met;
	unsigned int unexpected;
	struct ls_report last; /* the one that met an expectation last */
	struct seen seen[NR_SEEN];
	int stay;
} state = { .stay = 1 };

/**
 * ls_report_init() - start a report
 * @r: cleared and filled in: class, rule, text, the current task, the caller's call chain
 * @class: what kind of finding
 * @rule: id of the rule, static storage
 * @text: the rule in words, static storage
 *
 * The call chain begins with the caller itself. A finder that is not where the fault was
 * made saves @r->stack again, with frames to skip.
 *
 * Context: Any.
 */
noinline void ls_report_init(struct ls_report *r, enum ls_report_class class,
					      const char *rule, const char *text)
{
	struct task_struct *task = current;

	memset(r, 0, sizeof(*r));
	r->class = class;
	r->rule = rule;
	r->text = text;
	if (task) {
		r->pid = task->pid;
		strscpy(r->comm, task->comm, sizeof(r->comm));
	}
	ls_stack_save(&r->stack, 1);
}

/**
 * ls_report_say_holder() - who holds a lock, or had it last
 * @r: its holder_trace says where the lock was taken, or released if nobody holds it
 * @holder: pid of the holder; 0: nobody; -1: a task that is not known
 *
 * Context: Any.
 */
void ls_report_say_holder(struct ls_report *r, int holder)
{
	const struct ls_trace *at = &r->holder_trace;
	const char *took = at->nr ? ", which took it at" : "";

	if (holder && holder == r->pid)
		snprintf(r->holder, sizeof(r->holder), "held by this task%s", took);
	else if (holder && at->pid)
		snprintf(r->holder, sizeof(r->holder), "held by task %d (%.15s)%s", at->pid,
			 at->comm, took);
	else if (holder)
		snprintf(r->holder, sizeof(r->holder), "held by another task");
	else if (!at->pid)
		snprintf(r->holder, sizeof(r->holder), "held by nobody; never taken so far");
	else if (at->pid == r->pid)
		snprintf(r->holder, sizeof(r->holder),
			 "held by nobody; this task released it last, at");
	else
		snprintf(r->holder, sizeof(r->holder),
			 "held by nobody; task %d (%.15s) released it last, at", at->pid, at->comm);
}

static unsigned long report_hash(const struct ls_report *r)
{
	unsigned long h = (unsigned long)r->rule * 31 + r->class;

	for (unsigned int i = 0; i < r->stack.nr; i++)
		h = h * 1000003 + r->stack.pc[i];
	return h | 1;
}

/* Is it expected? Called with the lock held. */
static bool match_expectation(const struct ls_report *r)
{
	for (unsigned int i = 0; i < state.nr_expect; i++) {
		if (state.met[i] || strcmp(state.expect[i], r->rule))
			continue;
		state.met[i] = true;
		state.nr_met++;
		state.last = *r;
		return true;
	}
	return false;
}

/* Did the case see it before? Called with the lock held. */
static bool count_again(const struct ls_report *r)
{
	unsigned long hash = report_hash(r);

	for (unsigned int i = 0; i < NR_SEEN; i++) {
		struct seen *s = &state.seen[(hash + i) % NR_SEEN];

		if (s->hash == hash) {
			s->again.count++;
			return true;
		}
		if (!s->hash) {
			s->hash = hash;
			s->again = (struct ls_event_again){
				.class = r->class,
				.rule = r->rule,
				.pc = r->stack.nr ? r->stack.pc[0] : 0,
			};
			return false;
		}
	}
	return true; /* 128 different ones: enough is enough */
}

/* Returns true when the report was one the case asked for. */
static bool emit(struct ls_report *r, enum ls_event type)
{
	bool expected, again = false;

	ls_word_lock(&state.lock);
	expected = match_expectation(r);
	if (!expected) {
		state.unexpected++;
		again = count_again(r);
	}
	ls_word_unlock(&state.lock);

	if (!expected && !again)
		ls_event_send(type, r, sizeof(*r));
	return expected;
}

/**
 * ls_report_emit() - hand a report on
 * @r: complete
 *
 * It meets an expectation of the case (lockstep_expect_report()), or fails the case and is
 * printed. The caller goes on.
 *
 * Context: Any; does not sleep.
 */
void ls_report_emit(struct ls_report *r)
{
	emit(r, LS_EVENT_REPORT);
}

/**
 * ls_report_fatal() - hand a report on and end the task
 * @r: complete
 *
 * For what cannot go on: it would hang, or BUG(). An unexpected one also ends a test worker,
 * whose state is no longer to be trusted.
 *
 * Context: Any; does not return.
 */
void ls_report_fatal(struct ls_report *r)
{
	if (!emit(r, LS_EVENT_FATAL) && !state.stay && ls_event_hook)
		os_exit(1);
	ls_task_abort();
}

void ls_case_reports_begin(int stay)
{
	ls_word_lock(&state.lock);
	state.nr_expect = 0;
	state.nr_met = 0;
	state.unexpected = 0;
	state.last.rule = NULL;
	state.stay = stay;
	memset(state.met, 0, sizeof(state.met));
	memset(state.seen, 0, sizeof(state.seen));
	ls_word_unlock(&state.lock);
	ls_once_reset();
}

unsigned int ls_case_reports_end(void)
{
	ls_event_flush();
	for (unsigned int i = 0; i < NR_SEEN; i++) {
		if (state.seen[i].hash && state.seen[i].again.count)
			ls_event_send(LS_EVENT_AGAIN, &state.seen[i].again,
				      sizeof(state.seen[i].again));
	}
	return ls_case_reports();
}

unsigned int ls_case_reports(void)
{
	return __atomic_load_n(&state.unexpected, __ATOMIC_RELAXED);
}

const char *ls_case_unmet(void)
{
	for (unsigned int i = 0; i < state.nr_expect; i++) {
		if (!state.met[i])
			return state.expect[i];
	}
	return NULL;
}

void lockstep_expect_report(struct kunit *test, const char *rule)
{
	ls_word_lock(&state.lock);
	if (state.nr_expect < NR_EXPECT) {
		state.expect[state.nr_expect++] = rule;
		rule = NULL;
	}
	ls_word_unlock(&state.lock);
	if (rule)
		ls_event_line("lockstep_expect_report: more than %d at a time; '%s' not noted",
			      NR_EXPECT, rule);
}

const struct ls_report *lockstep_last_report(struct kunit *test)
{
	return state.last.rule ? &state.last : NULL;
}

unsigned int lockstep_nr_expected(struct kunit *test)
{
	return __atomic_load_n(&state.nr_met, __ATOMIC_RELAXED);
}
