// SPDX-License-Identifier: MIT
/*
 * The results as one JSON object: see lockstep(1) for its members.
 */
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lockstep/os.h"
#include "lockstep/symbol.h"
#include "ls_config.h"
#include "run.h"

#define FRAMES_PER_PC 16

static struct json_object *top, *cases, *reports, *params, *lines;
static struct json_object *members; /* further ones of the next case */
static struct json_object *outside; /* reports that came in no case */

static const char *const status_name[] = { [LS_PASS] = "pass", [LS_FAIL] = "fail",
					   [LS_SKIP] = "skip" };

static void add_string(struct json_object *obj, const char *key, const char *s)
{
	json_object_object_add(obj, key, s ? json_object_new_string(s) : NULL);
}

static void add_int(struct json_object *obj, const char *key, int n)
{
	json_object_object_add(obj, key, json_object_new_int(n));
}

static struct json_object *frame(const struct os_frame *f)
{
	struct json_object *obj = json_object_new_object();

	add_string(obj, "function", f->func);
	add_string(obj, "file", f->file);
	add_int(obj, "line", f->line);
	add_string(obj, "module", f->object);
	json_object_object_add(obj, "inlined", json_object_new_boolean(f->inlined));
	return obj;
}

static struct json_object *stack(const unsigned long *pc, unsigned int nr)
{
	struct json_object *array = json_object_new_array();
	struct os_frame frames[FRAMES_PER_PC];

	nr = ls_stack_trim(pc, nr);
	for (unsigned int i = 0; i < nr; i++) {
		int n = os_symbolize(pc[i], frames, FRAMES_PER_PC);

		for (int j = 0; j < n; j++)
			json_object_array_add(array, frame(&frames[j]));
	}
	return array;
}

void json_begin(struct run *run)
{
	top = json_object_new_object();
	cases = json_object_new_array();
	outside = json_object_new_array();
	add_string(top, "lockstep", LS_VERSION);
	add_string(top, "rules", run->rules);
	json_object_object_add(top, "cases", cases);
	json_object_object_add(top, "reports", outside);
}

void json_report(const struct ls_report *r, int root, bool in_case)
{
	struct json_object *obj, *parts, *part;

	if (!top)
		return;
	obj = json_object_new_object();
	add_string(obj, "class", ls_report_class_name(r->class));
	add_string(obj, "rule", r->rule);
	add_string(obj, "text", r->text);
	add_int(obj, "root_cause", root);
	add_string(obj, "object", r->object);
	add_string(obj, "seen", r->what);
	add_string(obj, "holder", r->holder);
	add_int(obj, "task", r->pid);
	add_string(obj, "task_name", r->comm);
	json_object_object_add(obj, "stack", stack(r->stack.pc, r->stack.nr));
	json_object_object_add(obj, "holder_stack", stack(r->holder_trace.pc, r->holder_trace.nr));
	parts = json_object_new_array();
	for (unsigned int i = 0; i < r->nr_parts && i < LS_PARTS_MAX; i++) {
		part = json_object_new_object();
		add_string(part, "label", r->parts[i].label);
		json_object_object_add(part, "stack",
				       stack(r->parts[i].stack.pc, r->parts[i].stack.nr));
		json_object_array_add(parts, part);
	}
	json_object_object_add(obj, "parts", parts);
	if (r->suggest_pc) {
		struct os_frame frames[FRAMES_PER_PC];
		int n = os_symbolize(r->suggest_pc, frames, FRAMES_PER_PC);

		if (n)
			json_object_object_add(obj, "take_it_in", frame(&frames[n - 1]));
		add_string(obj, "why", r->suggest_why);
	}
	if (!in_case) {
		json_object_array_add(outside, obj);
		return;
	}
	if (!reports)
		reports = json_object_new_array();
	json_object_array_add(reports, obj);
}

/* A line of the running case that belongs to no report. */
void json_line(const char *text)
{
	if (!top)
		return;
	if (!lines)
		lines = json_object_new_array();
	json_object_array_add(lines, json_object_new_string(text));
}

void json_param(const char *desc, const struct verdict *v)
{
	struct json_object *obj;

	if (!top)
		return;
	obj = json_object_new_object();
	add_string(obj, "param", desc);
	add_string(obj, "status", status_name[v->status]);
	if (!params)
		params = json_object_new_array();
	json_object_array_add(params, obj);
}

void json_member(const char *key, struct json_object *value)
{
	if (!members)
		members = json_object_new_object();
	json_object_object_add(members, key, value);
}

static void add_members(struct json_object *obj)
{
	if (!members)
		return;
	json_object_object_foreach(members, key, value)
		json_object_object_add(obj, key, json_object_get(value));
	json_object_put(members);
	members = NULL;
}

void json_case(const struct item *item, const struct verdict *v, double seconds)
{
	struct json_object *obj;

	if (!top)
		return;
	obj = json_object_new_object();
	add_string(obj, "suite", item->suite_name);
	add_string(obj, "case", item->name);
	add_string(obj, "status", status_name[v->status]);
	if (v->status == LS_SKIP)
		add_string(obj, "comment", v->comment);
	json_object_object_add(obj, "seconds", json_object_new_double(seconds));
	json_object_object_add(obj, "reports", reports ? reports : json_object_new_array());
	if (params)
		json_object_object_add(obj, "params", params);
	if (lines)
		json_object_object_add(obj, "output", lines);
	add_members(obj);
	reports = params = lines = NULL;
	json_object_array_add(cases, obj);
}

/* To a file beside it first: nobody ever sees half of one. */
int json_write(const char *path, const char *verdict)
{
	struct stat st;
	/* A device, a pipe or a link to one (/dev/stdout) is written, not replaced. */
	bool there = !lstat(path, &st) && !S_ISREG(st.st_mode);
	char *tmp = there ? xstrdup(path) : xprintf("%s.%d", path, (int)getpid());
	int ret = 0;

	add_string(top, "verdict", verdict);
	if (json_object_to_file_ext(tmp, top, JSON_C_TO_STRING_PRETTY |
				    JSON_C_TO_STRING_NOSLASHESCAPE) ||
	    (!there && rename(tmp, path))) {
		ret = trouble("cannot write %s: %s", path, strerror(errno));
		if (!there)
			unlink(tmp);
	}
	json_object_put(top);
	top = NULL;
	free(tmp);
	return ret;
}
