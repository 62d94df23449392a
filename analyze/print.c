// SPDX-License-Identifier: MIT
/*
 * Findings as text: "FILE:LINE: what is wrong", then how one gets there, who does it right, and
 * where the lock belongs.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "output.h"

#define MOST_OTHERS 4	/* callers that hold it: the rest is a number */
#define MANY_PATHS 1000	/* the analysis counts no further */

const char *ls_finding_rule(const struct ls_finding *f)
{
	return f->rule && *f->rule ? f->rule : "self-deadlock";
}

struct ls_finding ls_finding_of_also(const struct ls_finding *f, size_t nth)
{
	const struct ls_also *a = &f->also[nth];

	return (struct ls_finding) {
		.kind = a->kind, .confidence = f->confidence, .doubt = f->doubt, .rule = a->rule,
		.function = a->function, .file = a->file, .line = a->line, .callee = a->callee,
		.lock = a->lock, .key = a->key,
	};
}

/* "put_pages()" but "dma_buf_ops.pin": parentheses only for what is called by name. */
static const char *parentheses(const char *callee)
{
	return strchr(callee, '.') ? "" : "()";
}

char *ls_finding_message(const struct ls_finding *f)
{
	static const char *const format[] = {
		[LS_NOT_HELD] = "%s%s needs %s held",
		[LS_HELD] = "%s%s must be called without %s held",
		[LS_TAKEN_TWICE] = "%s%s takes %s, which this task holds already",
	};
	char *text;

	if (asprintf(&text, format[f->kind], f->callee, parentheses(f->callee), f->lock) < 0)
		ls_no_memory();
	return text;
}

/* The file of a place as told for @f: without the directory if it is that of the finding. */
static const char *brief(const struct ls_finding *f, const char *file)
{
	const char *slash = strrchr(f->file, '/');
	size_t len = slash ? slash - f->file + 1 : 0;

	if (file && !strncmp(file, f->file, len) && !strchr(file + len, '/'))
		return file + len;
	return file ? file : "?";
}

static void print_path(const struct ls_finding *f, FILE *out)
{
	int width = 0;

	for (size_t i = 0; i < f->nr_steps; i++) {
		int len = strlen(f->steps[i].function);

		width = len > width ? len : width;
	}
	if (f->entry)
		fprintf(out, "    (%s)\n", f->entry);
	for (size_t i = 0; i < f->nr_steps; i++) {
		const struct ls_step *s = &f->steps[i];

		fprintf(out, "    %-*s  %s:%u", width, s->function, brief(f, s->file), s->line);
		if (s->via)
			fprintf(out, "  through %s", s->via);
		putc('\n', out);
	}
}

/* "taken at FILE:LINE, in FUNCTION", as the beginning of a line. */
static void print_taken(const struct ls_finding *f, FILE *out)
{
	if (!f->taken_line) {
		fprintf(out, "  held on entry of");
		return;
	}
	fprintf(out, "  taken at: %s:%u", f->taken_file, f->taken_line);
	if (f->taken_function)
		fprintf(out, ", in %s()", f->taken_function);
	fprintf(out, "\n  still held on");
}

static void print_where(const struct ls_finding *f, FILE *out)
{
	if (!f->nr_steps)
		return;
	if (f->kind == LS_NOT_HELD)
		fprintf(out, "  held nowhere on");
	else
		print_taken(f, out);
	if (f->nr_paths > 1)
		fprintf(out, " this path, one of %zu%s:\n", f->nr_paths,
			f->nr_paths >= MANY_PATHS ? " or more" : "");
	else
		fprintf(out, " this path:\n");
	print_path(f, out);
}

static void print_others(const struct ls_finding *f, FILE *out)
{
	size_t nr = f->nr_others <= MOST_OTHERS ? f->nr_others : MOST_OTHERS;

	if (!nr)
		return;
	fprintf(out, f->kind == LS_NOT_HELD ? "  other callers hold it:\n" :
					      "  other callers do not hold it:\n");
	for (size_t i = 0; i < nr; i++) {
		const struct ls_other *o = &f->others[i];

		fprintf(out, "    %s:%u, %s()", brief(f, o->file), o->line, o->function);
		if (o->taken_file && !strcmp(o->taken_file, o->file))
			fprintf(out, " (taken at :%u)", o->taken_line);
		else if (o->taken_file)
			fprintf(out, " (taken at %s:%u)", brief(f, o->taken_file), o->taken_line);
		else if (f->kind == LS_NOT_HELD)
			fprintf(out, " (its own callers take it)");
		putc('\n', out);
	}
	if (f->nr_others > nr)
		fprintf(out, "    and %zu more\n", f->nr_others - nr);
}

/* One line, however many there are. */
static void print_also(const struct ls_finding *f, FILE *out)
{
	size_t nr = f->nr_also <= MOST_OTHERS ? f->nr_also : MOST_OTHERS;

	if (!nr)
		return;
	fprintf(out, "  also reached:");
	for (size_t i = 0; i < nr; i++) {
		const struct ls_also *o = &f->also[i];

		fprintf(out, "%s %s:%u %s%s", i ? "," : "", brief(f, o->file), o->line, o->callee,
			parentheses(o->callee));
	}
	if (f->nr_also > nr)
		fprintf(out, " and %zu more", f->nr_also - nr);
	putc('\n', out);
}

static void print_advice(const struct ls_advice *a, FILE *out)
{
	if (a->line) {
		fprintf(out, "  take it at: %s:%u, before the call to %s%s\n", a->file, a->line,
			a->callee, parentheses(a->callee));
		fprintf(out, "    in %s()", a->function);
		if (a->lock)
			fprintf(out, ", where it is %s", a->lock);
		if (a->condition)
			fprintf(out, "; only if %s", a->condition);
		putc('\n', out);
		if (a->why_not_inner)
			fprintf(out, "    not further in: %s\n", a->why_not_inner);
	} else if (a->why_none) {
		fprintf(out, "  no place to take it: %s\n", a->why_none);
	}
}

static void print_finding(const struct ls_output_item *item, FILE *out)
{
	static const char *const change[] = { [LS_ADDS] = "adds: ", [LS_MENDS] = "mends: " };
	const struct ls_finding *f = item->finding;
	char *message = ls_finding_message(f);

	fprintf(out, "%s:%u: %s%s [%s]\n", f->file, f->line,
		change[item->change] ? change[item->change] : "", message, ls_finding_rule(f));
	free(message);
	if (f->doubt)
		fprintf(out, "  not certain: %s\n", f->doubt);
	/* What is mended is not to be looked at further. */
	if (item->change == LS_MENDS)
		return;
	if (f->text && *f->text)
		fprintf(out, "  rule: %s\n", f->text);
	if (f->asserted_line)
		fprintf(out, "  asserted at: %s:%u, in %s()\n", brief(f, f->asserted_file),
			f->asserted_line, f->asserted_function);
	print_where(f, out);
	print_also(f, out);
	print_others(f, out);
	print_advice(&f->advice, out);
}

static void print_annotations(const struct ls_output *o, FILE *out)
{
	for (size_t i = 0; i < o->nr_annotations; i++) {
		const struct ls_must_hold *m = &o->annotation[i];

		fprintf(out, "%s:%u: %s() __must_hold(&%s)", m->file, m->line, m->function, m->lock);
		if (m->because)
			fprintf(out, "  for %s", m->because);
		putc('\n', out);
	}
}

void ls_output_text(const struct ls_output *o, FILE *out)
{
	for (size_t i = 0; i < o->nr; i++) {
		if (i)
			putc('\n', out);
		print_finding(&o->item[i], out);
	}
	if (o->nr && o->nr_annotations)
		putc('\n', out);
	print_annotations(o, out);
}
