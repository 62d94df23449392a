// SPDX-License-Identifier: MIT
/*
 * The ladder: rows of text. A cell has the call at its left edge and the outcome at its right one; what
 * does not fit goes to further lines of the same cell.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "ladder.h"

#define CELL_LINES 12
#define LINE_BYTES 4096

struct cell {
	char line[CELL_LINES][4 * COLUMN_MAX + 1];
	unsigned int nr;
};

static const char *arrow(const struct plan *p)
{
	return p->l->utf8 ? "\xe2\x86\x92" : "->"; /* RIGHTWARDS ARROW */
}

static const char *dots(const struct plan *p)
{
	return p->l->utf8 ? "\xe2\x80\xa6" : "..."; /* HORIZONTAL ELLIPSIS */
}

/* Columns that @s takes: what we print is one column for each character. */
static unsigned int columns_of(const char *s)
{
	unsigned int n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* Names come from the code under test: nothing in them may move the cursor. */
static void tame(char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < ' ' || (unsigned char)*s >= 127)
			*s = '?';
	}
}

static char *new_line(struct cell *c)
{
	char *line = c->line[c->nr < CELL_LINES ? c->nr : CELL_LINES - 1];

	c->nr += c->nr < CELL_LINES;
	line[0] = '\0';
	return line;
}

/* @text in at most @width columns, its middle taken out if it is longer. */
static void put_cut(const struct plan *p, char *line, const char *text, unsigned int width)
{
	unsigned int len = strlen(text), gap = columns_of(dots(p)), head = (width - gap) / 2;

	if (len <= width)
		strcat(line, text);
	else
		sprintf(line + strlen(line), "%.*s%s%s", (int)head, text, dots(p),
			text + len - (width - gap - head));
}

/* "func(object)" from column @indent on; what is too long for a line goes to two. */
static void put_func(const struct plan *p, struct cell *c, char *line, const struct ls_call *call,
		      unsigned int indent)
{
	unsigned int room = p->width - indent, func = strlen(call->func), object = strlen(call->object);

	if (func + object + 2 <= room) {
		sprintf(line + strlen(line), "%s(%s)", call->func, call->object);
		return;
	}
	put_cut(p, line, call->func, room);
	line = new_line(c);
	indent = object + 2 + indent + 2 <= p->width ? indent + 2 : 0;
	sprintf(line, "%*s(", (int)indent, "");
	put_cut(p, line, call->object, p->width - indent - 2);
	strcat(line, ")");
}

/* "caller -> func(object)", in one line or in more. @room: columns that the outcome wants. */
static void put_call(const struct plan *p, struct cell *c, const char *lead,
		     const struct ls_call *call, unsigned int room)
{
	unsigned int width = p->width - strlen(lead), text = strlen(call->func) + strlen(call->object) + 2;
	char *line = new_line(c);

	strcpy(line, lead);
	if (call->caller[0]) {
		unsigned int arrow_width = columns_of(arrow(p)) + 2;
		unsigned int one = strlen(call->caller) + arrow_width + text;
		bool fits = one + room <= width || (one <= width && text + 2 + room > width);

		put_cut(p, line, call->caller, fits ? width : width - arrow_width);
		strcat(line, " ");
		strcat(line, arrow(p));
		if (fits) {
			sprintf(line + strlen(line), " %s(%s)", call->func, call->object);
			return;
		}
		line = new_line(c);
		sprintf(line, "%*s", (int)strlen(lead) + 2, "");
		put_func(p, c, line, call, strlen(lead) + 2);
		return;
	}
	put_func(p, c, line, call, strlen(lead));
}

/* At the right edge: behind the call if there is room, else in lines of its own. */
static void put_outcome(const struct plan *p, struct cell *c, const char *text)
{
	char *line = c->line[c->nr - 1];
	unsigned int used = columns_of(line), len = strlen(text);

	if (!len)
		return;
	if (used + 2 + len <= p->width) {
		sprintf(line + strlen(line), "%*s", (int)(p->width - used), text);
		return;
	}
	while (*text) {
		unsigned int room = p->width, n = strlen(text);

		if (n > room) {
			for (n = room; n && text[n] != ' '; n--)
				;
			if (!n)
				n = room;
		}
		sprintf(new_line(c), "%*s%.*s", (int)(p->width - n), "", (int)n, text);
		text += n;
		while (*text == ' ')
			text++;
	}
}

static void say(struct plan *p, char *line)
{
	size_t n = strlen(line);

	while (n && line[n - 1] == ' ')
		line[--n] = '\0';
	p->line(p->arg, line);
}

/* @number: of the step, 0 for none */
static void put_cell(struct plan *p, const struct cell *c, unsigned int column, unsigned int number)
{
	char line[LINE_BYTES];

	for (unsigned int i = 0; i < c->nr; i++) {
		int indent = (int)(column * (p->width + GAP));

		line[0] = '\0';
		if (p->l->all && !i && number)
			sprintf(line, "%*u  ", GUTTER - 2, number);
		else if (p->l->all)
			sprintf(line, "%*s", GUTTER, "");
		sprintf(line + strlen(line), "%*s%s", indent, "", c->line[i]);
		say(p, line);
	}
}

/* In the column that several share each row says whose it is. */
static void lead_of(const struct plan *p, unsigned int task, char *lead, size_t size)
{
	lead[0] = '\0';
	if (p->other[task])
		snprintf(lead, size, "%u: ", task);
}

static void outcome_of(const struct plan *p, unsigned int step, bool waits, char *text, size_t size)
{
	const struct ls_view *v = p->v;
	const struct ls_step *s = &v->steps[step];
	size_t n;

	if (waits && s->waited_for >= 0)
		snprintf(text, size, "waits for task %d", s->waited_for);
	else if (waits)
		snprintf(text, size, "waits");
	else
		ls_view_outcome(v, step, text, size);
	n = strlen(text);
	if (!waits && (int)step == v->failed && v->rule && *v->rule && !strstr(text, v->rule))
		snprintf(text + n, size - n, "%s%s", n ? ": " : "", v->rule);
	tame(text);
}

void ladder_step(struct plan *p, unsigned int step, bool waits)
{
	const struct ls_step *s = &p->v->steps[step];
	struct ls_call call;
	struct cell c = { .nr = 0 };
	char lead[16], text[160];

	lead_of(p, s->choice.task, lead, sizeof(lead));
	ls_view_call(p->v, step, &call);
	tame(call.caller);
	outcome_of(p, step, waits, text, sizeof(text));
	put_call(p, &c, lead, &call, text[0] ? strlen(text) + 2 : 0);
	put_outcome(p, &c, text);
	put_cell(p, &c, p->column[s->choice.task], waits ? 0 : ls_view_number(p->v, step));
}

void ladder_fold(struct plan *p, unsigned int task, unsigned int nr)
{
	struct cell c = { .nr = 0 };
	char lead[16];

	lead_of(p, task, lead, sizeof(lead));
	snprintf(new_line(&c), sizeof(c.line[0]), "%s%s %u steps %s", lead, dots(p), nr, dots(p));
	put_cell(p, &c, p->column[task], 0);
}

void ladder_time(struct plan *p, unsigned long long ns)
{
	char line[80];

	if (ns >= 1000000)
		snprintf(line, sizeof(line), "(%llu ms later)", ns / 1000000);
	else if (ns >= 1000)
		snprintf(line, sizeof(line), "(%llu us later)", ns / 1000);
	else
		return;
	say(p, line);
}

/* @text in lines of the terminal's width, the first behind @lead, the others indented as far. */
static void say_wrapped(struct plan *p, const char *lead, const char *text)
{
	size_t indent = strlen(lead), room = p->l->width - indent;
	char line[1200];

	for (const char *at = text; *at;) {
		size_t n = strlen(at);

		if (n > room) {
			for (n = room; n && at[n] != ' '; n--)
				;
			if (!n)
				n = room;
		}
		snprintf(line, sizeof(line), "%*s%.*s", (int)indent, at == text ? lead : "", (int)n, at);
		say(p, line);
		at += n;
		at += *at == ' ';
	}
}

/* "(3 steps of task 0 before the others begin are left out)" */
static void note(struct plan *p, unsigned int nr, const char *when)
{
	char text[160];

	if (!nr)
		return;
	snprintf(text, sizeof(text), "(%u step%s of task %d %s %s left out)", nr, nr == 1 ? "" : "s",
		 p->main, when, nr == 1 ? "is" : "are");
	say_wrapped(p, "", text);
}

static void head_text(const struct plan *p, unsigned int column, char *text, size_t size)
{
	size_t n = 0;

	if (p->nr_others && column + 1 == p->nr_columns) {
		n = snprintf(text, size, "other tasks:");
		for (unsigned int t = 0; t < LS_TASKS_MAX && n < size; t++) {
			if (p->other[t])
				n += snprintf(text + n, size - n, " %u", t);
		}
	} else {
		snprintf(text, size, "task %u  %s", p->task[column],
			 ls_view_comm(p->v, p->task[column]));
	}
	tame(text);
	if (strlen(text) > p->width)
		sprintf(text + p->width - 3, "...");
}

void ladder_head(struct plan *p)
{
	char line[LINE_BYTES], text[256];
	int gutter = p->l->all ? GUTTER : 0;

	note(p, p->before, "before the others begin");
	if (!p->nr_columns)
		return;
	sprintf(line, "%*s", gutter, "");
	for (unsigned int c = 0; c < p->nr_columns; c++) {
		head_text(p, c, text, sizeof(text));
		sprintf(line + strlen(line), "%-*s", (int)(p->width + GAP), text);
	}
	say(p, line);
	sprintf(line, "%*s", gutter, "");
	for (unsigned int c = 0; c < p->nr_columns; c++) {
		for (unsigned int i = 0; i < p->width; i++)
			strcat(line, p->l->utf8 ? "\xe2\x94\x80" : "-"); /* BOX DRAWINGS LIGHT HORIZONTAL */
		strcat(line, "  ");
	}
	say(p, line);
}

void ladder_foot(struct plan *p)
{
	char text[1024];

	note(p, p->between, "by which it starts the others and waits for them");
	note(p, p->after, "after the others ended");
	if (p->rest) {
		snprintf(text, sizeof(text), "(%u step%s after the failure left out)", p->rest,
			 p->rest == 1 ? "" : "s");
		say_wrapped(p, "", text);
	}
	if (p->machinery) {
		snprintf(text, sizeof(text), "(%u step%s of the runner, or by which threads begin and end, "
			 "left out)", p->machinery, p->machinery == 1 ? "" : "s");
		say_wrapped(p, "", text);
	}
	ls_view_verdict(p->v, text, sizeof(text));
	tame(text);
	say_wrapped(p, "=> ", text);
}
