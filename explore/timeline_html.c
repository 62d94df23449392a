// SPDX-License-Identifier: MIT
/*
 * An execution as a page: time goes down, each task has a lane. One file with nothing from elsewhere.
 * The picture is SVG; a table below it has the same for who does not see it, and the call chains.
 */
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "schedule.h"
#include "timeline.h"
#include "view.h"

#define ROW	   24  /* pixels of a step */
#define TOP	   8   /* above the first */
#define GUTTER	   96  /* numbers and times at the left */
#define BAR	   8   /* a lock that is held */
#define CHAR	   7.3 /* width of a character */
#define LANE_IDLE  170 /* a task without code under test */
#define NR_COLOURS 8
#define STACK_MAX  32

/**
 * struct lane - where a task is drawn
 * @x, @width: in pixels; 0: the task does nothing
 * @dot: x of its steps, behind the locks that it holds
 * @first, @last: its steps
 * @depth: locks that it holds at most at once
 * @tested: the code under test runs in it
 */
struct lane {
	unsigned int x, width, dot, first, last, depth;
	bool used, tested;
};

struct page {
	const struct ls_view *v;
	FILE *f;
	struct lane lane[LS_TASKS_MAX];
	unsigned int width, nr_lanes;
	struct ls_hold *holds;
	unsigned int *level; /* of each hold: its place beside the others of its task */
	unsigned int nr_holds;
	struct ls_edge *edges;
	unsigned int nr_edges;
};

/* --- text ---------------------------------------------------------------------------- */

static void put(struct page *p, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '<')
			fputs("&lt;", p->f);
		else if (c == '>')
			fputs("&gt;", p->f);
		else if (c == '&')
			fputs("&amp;", p->f);
		else if (c == '"')
			fputs("&quot;", p->f);
		else
			fputc(c < ' ' || c >= 127 ? '?' : c, p->f);
	}
}

/* @text in at most @width pixels. */
static void put_cut(struct page *p, const char *text, double width)
{
	size_t room = width > 4 * CHAR ? (size_t)(width / CHAR) : 4, len = strlen(text);
	char cut[256];

	if (len <= room || room >= sizeof(cut)) {
		put(p, text);
		return;
	}
	snprintf(cut, sizeof(cut), "%.*s", (int)room - 1, text);
	put(p, cut);
	fputs("\xe2\x80\xa6", p->f); /* HORIZONTAL ELLIPSIS */
}

static void call_text(struct page *p, unsigned int step, bool caller, char *buf, size_t size)
{
	struct ls_call call;

	ls_view_call(p->v, step, &call);
	snprintf(buf, size, "%s%s%s(%s)", caller ? call.caller : "",
		 caller && call.caller[0] ? " -> " : "", call.func, call.object);
}

/* Of a step, as schedules count; a row of the page may be no step. */
static const char *number_text(const struct page *p, unsigned int step, char *buf, size_t size)
{
	unsigned int n = ls_view_number(p->v, step);

	snprintf(buf, size, n ? "%u" : "report", n);
	return buf;
}

/* With the rule, at the step that failed. */
static void outcome_text(struct page *p, unsigned int step, char *buf, size_t size)
{
	const struct ls_view *v = p->v;
	size_t n;

	ls_view_outcome(v, step, buf, size);
	n = strlen(buf);
	if ((int)step == v->failed && v->rule && *v->rule && !strstr(buf, v->rule))
		snprintf(buf + n, size - n, "%s%s", n ? ": " : "", v->rule);
}

/* --- where things are ------------------------------------------------------------------ */

static unsigned int y_of(unsigned int step)
{
	return TOP + step * ROW + ROW / 2;
}

static unsigned int height(const struct page *p)
{
	return 2 * TOP + p->v->nr * ROW;
}

/* Locks held at once stand beside each other. */
static int place_holds(struct page *p)
{
	p->holds = ls_view_holds(p->v, &p->nr_holds);
	p->level = calloc(p->nr_holds + 1, sizeof(*p->level));
	if (!p->level)
		return -1;
	for (unsigned int i = 0; i < p->nr_holds; i++) {
		struct ls_hold *h = &p->holds[i];
		struct lane *lane = &p->lane[h->task];
		unsigned int level = 0;

		/* Those of a task come in order; a level is free when its last one has ended. */
		for (unsigned int k = i; k-- > 0;) {
			if (p->holds[k].task == h->task && p->holds[k].to > h->from &&
			    p->level[k] >= level)
				level = p->level[k] + 1;
		}
		p->level[i] = level > 11 ? 11 : level;
		if (p->level[i] + 1 > lane->depth)
			lane->depth = p->level[i] + 1;
	}
	return 0;
}

static void place_lanes(struct page *p)
{
	const struct ls_view *v = p->v;
	unsigned int nr_tested = 0, wide, x = GUTTER;

	for (unsigned int i = 0; i < v->nr; i++) {
		struct lane *lane = &p->lane[v->steps[i].choice.task];
		struct ls_call call;

		if (!lane->used)
			lane->first = i;
		lane->used = true;
		lane->last = i;
		ls_view_call(v, i, &call);
		if (call.api[0] && !lane->tested) {
			lane->tested = true;
			nr_tested++;
		}
	}
	wide = nr_tested <= 2 ? 460 : nr_tested <= 3 ? 400 : nr_tested <= 5 ? 340 : 290;
	for (unsigned int t = 0; t < LS_TASKS_MAX; t++) {
		struct lane *lane = &p->lane[t];

		if (!lane->used)
			continue;
		lane->x = x;
		lane->width = (lane->tested || !nr_tested ? wide : LANE_IDLE) + lane->depth * BAR;
		lane->dot = x + 12 + lane->depth * BAR;
		x += lane->width;
		p->nr_lanes++;
	}
	p->width = x;
}

static unsigned int colour_of(const struct page *p, unsigned int object)
{
	/* By order of first taking, so that few locks have colours far apart. */
	for (unsigned int i = 0, n = 0; i < p->nr_holds; i++) {
		bool first = true;

		for (unsigned int k = 0; k < i && first; k++)
			first = p->holds[k].object != p->holds[i].object;
		if (p->holds[i].object == object)
			return n % NR_COLOURS;
		n += first;
	}
	return 0;
}

/* --- the picture ------------------------------------------------------------------------- */

static void put_heads(struct page *p)
{
	char name[64];

	fprintf(p->f, "<div class=\"heads\" aria-hidden=\"true\"><div class=\"dim\" style=\"width:%dpx\">"
		      "step</div>", GUTTER);
	for (unsigned int t = 0; t < LS_TASKS_MAX; t++) {
		if (!p->lane[t].used)
			continue;
		ls_view_task(p->v, t, name, sizeof(name));
		fprintf(p->f, "<div%s style=\"width:%upx\" title=\"", p->lane[t].tested ? "" : " class=\"dim\"",
			p->lane[t].width);
		put(p, name);
		fputs("\">", p->f);
		put(p, name);
		fputs("</div>", p->f);
	}
	fputs("</div>\n", p->f);
}

static void put_lanes(struct page *p)
{
	unsigned int n = 0;

	for (unsigned int t = 0; t < LS_TASKS_MAX; t++) {
		const struct lane *lane = &p->lane[t];

		if (!lane->used)
			continue;
		if (n++ % 2 == 0)
			fprintf(p->f, "<rect class=\"lane\" x=\"%u\" y=\"0\" width=\"%u\" height=\"%u\"/>\n",
				lane->x, lane->width, height(p));
		fprintf(p->f, "<line class=\"life\" x1=\"%u\" x2=\"%u\" y1=\"%u\" y2=\"%u\"/>\n", lane->dot,
			lane->dot, y_of(lane->first), y_of(lane->last));
	}
}

static void put_holds(struct page *p)
{
	for (unsigned int i = 0; i < p->nr_holds; i++) {
		const struct ls_hold *h = &p->holds[i];
		const struct lane *lane = &p->lane[h->task];
		bool open = h->to == p->v->nr;
		unsigned int y = y_of(h->from), end = open ? height(p) - 2 : y_of(h->to);
		char object[64], task[64];

		ls_view_name(p->v, h->object, object, sizeof(object));
		ls_view_task(p->v, h->task, task, sizeof(task));
		fprintf(p->f, "<rect x=\"%u\" y=\"%u\" width=\"%d\" height=\"%u\" rx=\"2\" "
			      "style=\"%s:var(--lock%u)\"%s><title>",
			lane->x + 6 + p->level[i] * BAR, y, BAR - 3, end > y ? end - y : 1,
			h->shared ? "stroke" : "fill", colour_of(p, h->object),
			h->shared ? " fill=\"none\"" : "");
		put(p, object);
		fputs(" held by ", p->f);
		put(p, task);
		fprintf(p->f, " from step %u to ", ls_view_number(p->v, h->from));
		if (open)
			fputs("the end</title></rect>\n", p->f);
		else
			fprintf(p->f, "step %u</title></rect>\n", ls_view_number(p->v, h->to));
	}
}

static void put_waits(struct page *p)
{
	for (unsigned int i = 0; i < p->v->nr; i++) {
		const struct ls_step *s = &p->v->steps[i];
		unsigned int x = p->lane[s->choice.task].dot;

		if (s->blocked < 0 || (unsigned int)s->blocked + 1 >= i)
			continue;
		fprintf(p->f, "<line class=\"wait\" x1=\"%u\" x2=\"%u\" y1=\"%u\" y2=\"%u\"><title>waits", x, x,
			y_of(s->blocked) + ROW / 2, y_of(i) - 5);
		if (s->waited_for >= 0)
			fprintf(p->f, " for task %d", s->waited_for);
		fputs("</title></line>\n", p->f);
	}
}

static void put_edges(struct page *p)
{
	for (unsigned int i = 0; i < p->nr_edges; i++) {
		const struct ls_edge *e = &p->edges[i];
		unsigned int x1 = p->lane[p->v->steps[e->from].choice.task].dot, y1 = y_of(e->from);
		unsigned int x2 = p->lane[p->v->steps[e->to].choice.task].dot, y2 = y_of(e->to) - 6;
		unsigned int bend = (y2 - y1) / 2 < 60 ? (y2 - y1) / 2 : 60;
		bool wake = e->kind == LS_EDGE_WAKE;

		fprintf(p->f, "<path class=\"edge%s\" d=\"M%u %uC%u %u %u %u %u %u\" "
			      "marker-end=\"url(#%s)\"><title>step %u %s step %u</title></path>\n",
			wake ? " wake" : "", x1, y1, x1, y1 + bend, x2, y2 - bend, x2, y2,
			wake ? "waketip" : "tip", ls_view_number(p->v, e->from),
			wake ? "wakes" : "releases what it takes:", ls_view_number(p->v, e->to));
	}
}

/* From the number of each step to its lane, which may be far. */
static void put_leads(struct page *p)
{
	for (unsigned int i = 0; i < p->v->nr; i++)
		fprintf(p->f, "<line class=\"lead\" x1=\"%d\" x2=\"%u\" y1=\"%u\" y2=\"%u\"/>\n", GUTTER - 4,
			p->lane[p->v->steps[i].choice.task].dot, y_of(i), y_of(i));
}

static void put_time(struct page *p, unsigned int i)
{
	unsigned long long ns = p->v->steps[i].time, before = i ? p->v->steps[i - 1].time : ns;

	if (ns < before + 1000)
		return;
	if (ns - before >= 1000000)
		fprintf(p->f, "<text class=\"no\" x=\"38\" y=\"%u\">+%llu ms</text>", y_of(i) + 4,
			(ns - before) / 1000000);
	else
		fprintf(p->f, "<text class=\"no\" x=\"38\" y=\"%u\">+%llu us</text>", y_of(i) + 4,
			(ns - before) / 1000);
}

static void put_step(struct page *p, unsigned int i)
{
	const struct ls_step *s = &p->v->steps[i];
	const struct lane *lane = &p->lane[s->choice.task];
	double room = lane->x + lane->width - lane->dot - 18;
	char call[200], full[260], outcome[160], task[64];
	bool failed = (int)i == p->v->failed;
	char number[16];
	struct ls_call c;
	size_t used;

	ls_view_call(p->v, i, &c);
	call_text(p, i, room > 300, call, sizeof(call));
	call_text(p, i, true, full, sizeof(full));
	outcome_text(p, i, outcome, sizeof(outcome));
	ls_view_task(p->v, s->choice.task, task, sizeof(task));
	fprintf(p->f, "<a class=\"step%s%s\" id=\"at-%u\" href=\"#step-%u\" aria-label=\"step %s, ",
		c.api[0] || failed ? "" : " outside", failed ? " failed" : "", i + 1, i + 1,
		number_text(p, i, number, sizeof(number)));
	put(p, task);
	fputs(": ", p->f);
	put(p, full);
	if (outcome[0]) {
		fputs(", ", p->f);
		put(p, outcome);
	}
	fprintf(p->f, "\"><rect class=\"row\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%d\" rx=\"3\"/>",
		lane->dot - 8, y_of(i) - ROW / 2 + 1, lane->x + lane->width - lane->dot + 6, ROW - 2);
	fprintf(p->f, "<text class=\"no\" x=\"8\" y=\"%u\">%s</text>", y_of(i) + 4, number);
	put_time(p, i);
	fprintf(p->f, "<circle class=\"dot\" cx=\"%u\" cy=\"%u\" r=\"4\"/><text x=\"%u\" y=\"%u\">",
		lane->dot, y_of(i), lane->dot + 10, y_of(i) + 4);
	put_cut(p, call, room);
	used = strlen(call) + 2;
	if (outcome[0] && room / CHAR > used + 4) {
		fprintf(p->f, " <tspan class=\"%s\">", failed ? "bad" : "out");
		put_cut(p, outcome, room - used * CHAR);
		fputs("</tspan>", p->f);
	}
	fputs("</text></a>\n", p->f);
}

static void put_picture(struct page *p)
{
	fprintf(p->f, "<div class=\"picture\" tabindex=\"0\" role=\"region\" aria-label=\"Picture of the "
		      "execution\">\n");
	put_heads(p);
	fprintf(p->f, "<svg width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\" role=\"group\" "
		      "aria-labelledby=\"svgtitle svgdesc\">\n<title id=\"svgtitle\">", p->width, height(p),
		p->width, height(p));
	put(p, p->v->title);
	fprintf(p->f, "</title>\n<desc id=\"svgdesc\">%u steps of %u tasks, one below the other, each in the "
		      "lane of its task. Bars are locks that are held, dashed lines tasks that wait, arrows go "
		      "from a step to the one that it lets go on. The table below says the same.</desc>\n",
		p->v->nr, p->nr_lanes);
	for (int wake = 0; wake < 2; wake++)
		fprintf(p->f, "<marker id=\"%s\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" "
			      "markerHeight=\"7\" orient=\"auto\"><path class=\"%s\" d=\"M0 0L8 4L0 8z\"/></marker>\n",
			wake ? "waketip" : "tip", wake ? "waketip" : "tip");
	put_lanes(p);
	put_leads(p);
	put_holds(p);
	put_waits(p);
	put_edges(p);
	for (unsigned int i = 0; i < p->v->nr; i++)
		put_step(p, i);
	fputs("</svg>\n</div>\n", p->f);
}

/* --- what stands around it ------------------------------------------------------------- */

static void put_legend(struct page *p)
{
	fputs("<ul class=\"legend\">\n", p->f);
	for (unsigned int i = 0, n = 0; i < p->nr_holds && n < 16; i++) {
		bool first = true;
		char object[64];

		for (unsigned int k = 0; k < i && first; k++)
			first = p->holds[k].object != p->holds[i].object;
		if (!first)
			continue;
		n++;
		ls_view_name(p->v, p->holds[i].object, object, sizeof(object));
		fprintf(p->f, "<li><svg width=\"10\" height=\"14\" aria-hidden=\"true\"><rect width=\"6\" height=\"14\" "
			      "rx=\"2\" style=\"fill:var(--lock%u)\"/></svg>", colour_of(p, p->holds[i].object));
		put(p, object);
		fputs(" held</li>\n", p->f);
	}
	fputs("<li><svg width=\"10\" height=\"14\" aria-hidden=\"true\"><line class=\"wait\" x1=\"5\" x2=\"5\" y1=\"0\" "
	      "y2=\"14\"/></svg>waits</li>\n"
	      "<li><svg width=\"24\" height=\"14\" aria-hidden=\"true\"><path class=\"edge\" d=\"M1 7H20\"/></svg>"
	      "releases what the other takes</li>\n"
	      "<li><svg width=\"24\" height=\"14\" aria-hidden=\"true\"><path class=\"edge wake\" d=\"M1 7H20\"/></svg>"
	      "wakes</li>\n</ul>\n", p->f);
}

static void put_table_row(struct page *p, unsigned int i)
{
	struct ls_frame_text lines[STACK_MAX];
	unsigned int nr = ls_view_stack(p->v, i, lines, STACK_MAX);
	char text[260];

	number_text(p, i, text, sizeof(text));
	fprintf(p->f, "<tr id=\"step-%u\"%s><td>%s</td><td>", i + 1,
		(int)i == p->v->failed ? " class=\"failed\"" : "", text);
	ls_view_task(p->v, p->v->steps[i].choice.task, text, sizeof(text));
	put(p, text);
	fputs("</td><td>", p->f);
	call_text(p, i, true, text, sizeof(text));
	put(p, text);
	fputs("</td><td>", p->f);
	outcome_text(p, i, text, sizeof(text));
	put(p, text);
	fputs("</td><td>", p->f);
	if (nr) {
		put(p, lines[nr - 1].func);
		fputs("<pre hidden>", p->f);
		for (unsigned int k = 0; k < nr; k++) {
			snprintf(text, sizeof(text), "%-32.63s %.127s", lines[k].func, lines[k].place);
			put(p, text);
			fputc('\n', p->f);
		}
		fputs("</pre>", p->f);
	}
	fputs("</td></tr>\n", p->f);
}

static void put_table(struct page *p)
{
	fputs("<h2 id=\"steps\">Steps</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Step</th>"
	      "<th scope=\"col\">Task</th><th scope=\"col\">Does</th><th scope=\"col\">Outcome</th>"
	      "<th scope=\"col\">Call chain</th></tr></thead>\n<tbody>\n", p->f);
	for (unsigned int i = 0; i < p->v->nr; i++)
		put_table_row(p, i);
	fputs("</tbody></table></div>\n", p->f);
}

static void put_page(struct page *p)
{
	const struct ls_view *v = p->v;
	char verdict[1024];

	ls_view_verdict(v, verdict, sizeof(verdict));
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>", p->f);
	put(p, v->title);
	fputs("</title>\n<style>\n", p->f);
	fputs(ls_timeline_style, p->f);
	fputs("</style>\n</head>\n<body>\n<h1>", p->f);
	put(p, v->title);
	fprintf(p->f, "</h1>\n<p class=\"verdict%s\">", v->verdict == LS_VERDICT_OK ? "" : " bad");
	put(p, verdict);
	fprintf(p->f, "</p>\n<p class=\"dim\">%u steps of %u tasks, one after the other from top to bottom. Point "
		      "at a step, or go to it with Tab and the arrow keys, for its call chain", v->nr, p->nr_lanes);
	if (v->failed >= 0)
		fprintf(p->f, "; it fails <a href=\"#at-%d\">here</a>", v->failed + 1);
	fputs(".</p>\n", p->f);
	put_legend(p);
	put_picture(p);
	put_table(p);
	fputs("<div id=\"panel\" role=\"status\" hidden></div>\n<script>\n", p->f);
	fputs(ls_timeline_script, p->f);
	fputs("</script>\n</body>\n</html>\n", p->f);
}

int ls_timeline_html(const struct ls_view *v, const char *path, char *err)
{
	struct page *p = calloc(1, sizeof(*p));
	struct ls_file file;
	int ret = -1;

	if (!p) {
		snprintf(err, LS_VIEW_ERR, "out of memory for page %.512s", path);
		return -1;
	}
	p->v = v;
	if (place_holds(p)) {
		snprintf(err, LS_VIEW_ERR, "out of memory for page %.512s", path);
	} else if (!ls_file_begin(&file, "page", path, err, LS_VIEW_ERR)) {
		p->f = file.f;
		p->edges = ls_view_edges(v, &p->nr_edges);
		place_lanes(p);
		put_page(p);
		ret = ls_file_end(&file, "page", err, LS_VIEW_ERR);
	}
	free(p->holds);
	free(p->level);
	free(p->edges);
	free(p);
	return ret;
}
