// SPDX-License-Identifier: MIT
/*
 * What exploring a case came to, for the file of --json: see lockstep(1) for the members.
 */
#include <json-c/json.h>

#include "exploring.h"

static void add_number(struct json_object *obj, const char *key, unsigned long long n)
{
	json_object_object_add(obj, key, json_object_new_uint64(n));
}

static struct json_object *finding(const struct finding *f)
{
	struct json_object *obj = json_object_new_object();

	add_number(obj, "execution", f->execution);
	add_number(obj, "seen", f->seen);
	add_number(obj, "choices", f->nr_schedule);
	json_object_object_add(obj, "schedule", f->file ? json_object_new_string(f->file) : NULL);
	return obj;
}

void explore_json(const struct explore *x, const struct one_case *c, const struct explored *e)
{
	const struct explore_counts *n = &e->counts;
	struct verdict v = { .status = e->nr_findings || e->error[0] ? LS_FAIL : LS_PASS };
	struct json_object *obj, *findings;

	if (!x->run.json_file)
		return;
	obj = json_object_new_object();
	findings = json_object_new_array();
	json_object_object_add(obj, "strategy",
			       json_object_new_string(ls_strategy_name(x->how.strategy)));
	add_number(obj, "executions", n->executions);
	add_number(obj, "blocked", n->blocked);
	add_number(obj, "cut_by_bound", n->cut_by_bound);
	add_number(obj, "steps", n->steps);
	add_number(obj, "classes", n->classes);
	add_number(obj, "last_new", n->last_new);
	add_number(obj, "depth", n->max_depth);
	add_number(obj, "tasks", n->nr_tasks);
	json_object_object_add(obj, "exhaustive", json_object_new_boolean(n->exhaustive));
	if (e->why_not[0])
		json_object_object_add(obj, "why_not", json_object_new_string(e->why_not));
	if (e->error[0])
		json_object_object_add(obj, "error", json_object_new_string(e->error));
	for (size_t i = 0; i < e->nr_findings; i++)
		json_object_array_add(findings, finding(&e->findings[i]));
	json_object_object_add(obj, "findings", findings);
	json_member("exploration", obj);
	if (c->param >= 0)
		json_member("param", json_object_new_int(c->param));
	json_case(c->item, &v, n->seconds);
}
