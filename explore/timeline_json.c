// SPDX-License-Identifier: MIT
/*
 * An execution as a trace in Chrome's event format, which Perfetto (ui.perfetto.dev) and
 * chrome://tracing show: a thread for each task, a slice for each step, the time that a lock was held,
 * an arrow from who released to who took. The N-th row begins at N microseconds.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "schedule.h"
#include "view.h"

#define PID	   1
#define STACK_MAX  32
#define STEP_WIDTH 0.9 /* of a microsecond: neighbours do not touch */

static struct json_object *event(struct json_object *all, const char *ph, const char *name)
{
	struct json_object *e = json_object_new_object();

	json_object_object_add(e, "ph", json_object_new_string(ph));
	json_object_object_add(e, "name", json_object_new_string(name));
	json_object_object_add(e, "pid", json_object_new_int(PID));
	json_object_array_add(all, e);
	return e;
}

static void at(struct json_object *e, double ts, int tid, const char *category)
{
	json_object_object_add(e, "ts", json_object_new_double(ts));
	json_object_object_add(e, "tid", json_object_new_int(tid));
	json_object_object_add(e, "cat", json_object_new_string(category));
}

static struct json_object *args_of(struct json_object *e)
{
	struct json_object *args = json_object_new_object();

	json_object_object_add(e, "args", args);
	return args;
}

static void add_string(struct json_object *to, const char *key, const char *value)
{
	if (*value)
		json_object_object_add(to, key, json_object_new_string(value));
}

/* Perfetto leaves thread 0 to the idle task: our task N is thread N + 1. */
static int tid_of(unsigned int task)
{
	return (int)task + 1;
}

static void add_names(const struct ls_view *v, struct json_object *all)
{
	struct json_object *e = event(all, "M", "process_name");
	char name[64];

	json_object_object_add(args_of(e), "name", json_object_new_string(v->title));
	for (unsigned int t = 0; t < LS_TASKS_MAX; t++) {
		struct json_object *sort;
		bool any = false;

		for (unsigned int i = 0; i < v->nr && !any; i++)
			any = v->steps[i].choice.task == t;
		if (!any)
			continue;
		ls_view_task(v, t, name, sizeof(name));
		e = event(all, "M", "thread_name");
		json_object_object_add(e, "tid", json_object_new_int(tid_of(t)));
		json_object_object_add(args_of(e), "name", json_object_new_string(name));
		sort = event(all, "M", "thread_sort_index");
		json_object_object_add(sort, "tid", json_object_new_int(tid_of(t)));
		json_object_object_add(args_of(sort), "sort_index", json_object_new_int((int)t));
	}
}

static struct json_object *stack_of(const struct ls_view *v, unsigned int step)
{
	struct json_object *stack = json_object_new_array();
	struct ls_frame_text lines[STACK_MAX];
	unsigned int nr = ls_view_stack(v, step, lines, STACK_MAX);
	char text[256];

	for (unsigned int i = 0; i < nr; i++) {
		snprintf(text, sizeof(text), "%.63s  %.127s", lines[i].func, lines[i].place);
		json_object_array_add(stack, json_object_new_string(text));
	}
	return stack;
}

static void add_step(const struct ls_view *v, unsigned int i, struct json_object *all)
{
	const struct ls_step *s = &v->steps[i];
	char name[160], text[160];
	struct json_object *e, *args;
	struct ls_call call;

	ls_view_call(v, i, &call);
	snprintf(name, sizeof(name), "%s(%s)", call.func, call.object);
	e = event(all, "X", name);
	at(e, i + 1, tid_of(s->choice.task), "step");
	json_object_object_add(e, "dur", json_object_new_double(STEP_WIDTH));
	args = args_of(e);
	if (ls_view_number(v, i))
		json_object_object_add(args, "step", json_object_new_int((int)ls_view_number(v, i)));
	add_string(args, "caller", call.caller);
	add_string(args, "object", call.object);
	ls_view_outcome(v, i, text, sizeof(text));
	add_string(args, "outcome", text);
	json_object_object_add(args, "virtual_ns", json_object_new_int64((int64_t)s->time));
	json_object_object_add(args, "stack", stack_of(v, i));
	if ((int)i != v->failed)
		return;
	ls_view_verdict(v, text, sizeof(text));
	e = event(all, "i", text);
	at(e, i + 1, tid_of(s->choice.task), "failure");
	json_object_object_add(e, "s", json_object_new_string("t"));
}

/* Locks need not be given back in order, so their slices may overlap: they are asynchronous ones. */
static void add_holds(const struct ls_view *v, struct json_object *all)
{
	unsigned int nr;
	struct ls_hold *holds = ls_view_holds(v, &nr);

	for (unsigned int i = 0; i < nr; i++) {
		const struct ls_hold *h = &holds[i];
		char object[64], task[64], name[160];

		ls_view_name(v, h->object, object, sizeof(object));
		ls_view_task(v, h->task, task, sizeof(task));
		snprintf(name, sizeof(name), "%s held by %s%s", object, task, h->shared ? ", shared" : "");
		for (int end = 0; end < 2; end++) {
			struct json_object *e = event(all, end ? "e" : "b", name);

			at(e, (end ? h->to : h->from) + 1, tid_of(h->task), "lock");
			json_object_object_add(e, "id", json_object_new_int((int)i + 1));
		}
	}
	free(holds);
}

static void add_edges(const struct ls_view *v, struct json_object *all)
{
	unsigned int nr;
	struct ls_edge *edges = ls_view_edges(v, &nr);

	for (unsigned int i = 0; i < nr; i++) {
		const char *name = edges[i].kind == LS_EDGE_RELEASE ? "release" : "wake";

		for (int end = 0; end < 2; end++) {
			unsigned int step = end ? edges[i].to : edges[i].from;
			struct json_object *e = event(all, end ? "f" : "s", name);

			/* Inside of the slices that it binds to. */
			at(e, step + 1 + STEP_WIDTH / 2, tid_of(v->steps[step].choice.task), "edge");
			json_object_object_add(e, "id", json_object_new_int((int)i + 1));
			if (end)
				json_object_object_add(e, "bp", json_object_new_string("e"));
		}
	}
	free(edges);
}

int ls_timeline_json(const struct ls_view *v, const char *path, char *err)
{
	struct json_object *root, *all, *other;
	struct ls_file file;
	char text[1024];

	if (ls_file_begin(&file, "trace", path, err, LS_VIEW_ERR))
		return -1;
	root = json_object_new_object();
	all = json_object_new_array();
	json_object_object_add(root, "traceEvents", all);
	json_object_object_add(root, "displayTimeUnit", json_object_new_string("ns"));
	other = json_object_new_object();
	json_object_object_add(root, "otherData", other);
	json_object_object_add(other, "tool", json_object_new_string("lockstep replay"));
	json_object_object_add(other, "case", json_object_new_string(v->title));
	ls_view_verdict(v, text, sizeof(text));
	json_object_object_add(other, "verdict", json_object_new_string(text));
	json_object_object_add(other, "time", json_object_new_string(
		"step numbers, not time: each step takes 1 us; args.virtual_ns is the clock of the case"));
	add_names(v, all);
	for (unsigned int i = 0; i < v->nr; i++)
		add_step(v, i, all);
	add_holds(v, all);
	add_edges(v, all);
	fputs(json_object_to_json_string_ext(root, JSON_C_TO_STRING_PLAIN |
						   JSON_C_TO_STRING_NOSLASHESCAPE), file.f);
	fputc('\n', file.f);
	json_object_put(root);
	return ls_file_end(&file, "trace", err, LS_VIEW_ERR);
}
