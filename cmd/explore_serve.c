// SPDX-License-Identifier: MIT
/*
 * The side of the other ranks: see explore_ranks.h.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "explore_messages.h"

#define ALIVE_S 1
#define TICK_US 2000

static struct {
	struct worker *w;
	struct explored out;
	struct jobs given;
	double told;
	bool all; /* ranks are there at the end */
	/* records of a message */
	char *data;
	size_t len;
} s;

static void tell(enum message_kind kind, const void *data, size_t len)
{
	struct message *m = xalloc(sizeof(*m) + len);

	m->kind = kind;
	if (len)
		memcpy(m->data, data, len);
	ranks->send(0, m, sizeof(*m) + len);
	free(m);
	s.told = ranks_now();
}

static void add(unsigned int type, const void *data, size_t len)
{
	const struct record rec = { .type = type, .len = len, .in_case = 1 };

	s.data = realloc(s.data, s.len + sizeof(rec) + len);
	if (!s.data)
		exit(trouble("out of memory"));
	memcpy(s.data + s.len, &rec, sizeof(rec));
	if (len)
		memcpy(s.data + s.len + sizeof(rec), data, len);
	s.len += sizeof(rec) + len;
}

static void add_finding(const struct finding *f)
{
	const struct explore_found found = { .key = f->key, .verdict = f->verdict,
					     .execution = f->execution };
	const struct explore_seen seen = { .key = f->key, .seen = f->seen };

	for (unsigned int i = 0; i < f->nr_reports; i++)
		add(LS_EVENT_REPORT, &f->reports[i], sizeof(f->reports[i]));
	for (size_t i = 0; i < f->lines.nr; i++)
		add(LS_EVENT_LINE, f->lines.v[i], strlen(f->lines.v[i]) + 1);
	add(EXPLORE_CHOICES, f->schedule, f->nr_schedule * sizeof(*f->schedule));
	add(EXPLORE_FINDING, &found, sizeof(found));
	add(EXPLORE_SEEN, &seen, sizeof(seen));
}

/* All that came of a part, at once. */
static void tell_done(void)
{
	struct explore_end end = { .counts = s.out.counts, .failed = s.out.error[0] != 0 };

	for (size_t i = 0; i < s.out.nr_findings; i++)
		add_finding(&s.out.findings[i]);
	if (s.out.nr_classes)
		add(EXPLORE_CLASSES, s.out.classes, s.out.nr_classes * sizeof(*s.out.classes));
	memcpy(end.why_not, s.out.why_not, sizeof(end.why_not));
	memcpy(end.error, s.out.error, sizeof(end.error));
	add(EXPLORE_END, &end, sizeof(end));
	tell(MESSAGE_DONE, s.data, s.len);
	free(s.data);
	s.data = NULL;
	s.len = 0;
	explored_free(&s.out);
}

static void begin(const struct explore *x, const struct message *m, size_t len,
		  const struct one_case *c)
{
	struct job job = { .size = m->whole ? 0 : len - sizeof(*m) };
	struct ls_explore how = m->how;

	if (job.size) {
		job.data = xalloc(job.size);
		memcpy(job.data, m->data, job.size);
	}
	s.out.counts.exhaustive = true;
	s.w = explore_start(x, &how, c, job, &s.out, &s.given, false);
	if (!s.w)
		exit(EXIT_TROUBLE);
}

static bool take(const struct explore *x, const struct message *m, size_t len,
		 const struct one_case *(*find)(int unit))
{
	switch (m->kind) {
	case MESSAGE_START:
		begin(x, m, len, find(m->unit));
		break;
	case MESSAGE_SPLIT:
		if (s.w)
			s.w->shared->split = 1;
		break;
	case MESSAGE_STOP:
		if (s.w)
			s.w->shared->stop = 1;
		break;
	case MESSAGE_QUIT:
		tell(MESSAGE_BYE, NULL, 0);
		break;
	case MESSAGE_END:
		s.all = m->whole;
		return false;
	default:
		break;
	}
	return true;
}

static void work(void)
{
	if (!s.w) {
		usleep(TICK_US);
	} else if (explore_wait(&s.w, 1) >= 0) {
		tell_done();
	}
	while (s.given.nr) {
		struct job job = jobs_take(&s.given);

		tell(MESSAGE_JOB, job.data, job.size);
		free(job.data);
	}
	if (s.w && ranks_now() > s.told + ALIVE_S)
		tell(MESSAGE_ALIVE, NULL, 0);
}

void ranks_serve(const struct explore *x, const struct one_case *(*find)(int unit))
{
	bool more = true;

	while (more) {
		void *data;
		size_t len;
		int from;

		while (more && ranks->receive(&from, &data, &len)) {
			more = take(x, data, len, find);
			free(data);
		}
		if (more)
			work();
	}
	ranks->end(s.all);
}
