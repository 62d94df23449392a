// SPDX-License-Identifier: MIT
/*
 * The demo's tables as JSON.
 */
#include <json-c/json.h>

#include "lockstep/symbol.h"
#include "demo.h"

static const char *const verdict_words[] = {
	[KEEPS] = "keeps the convention",
	[LEAKS] = "leak",
	[BREACHES] = "breach",
	[DEADLOCKS] = "deadlock",
	[OTHER] = "other",
};

static void add_line(void *arg, const char *text)
{
	json_object_array_add(arg, json_object_new_string(text));
}

static void add_string(struct json_object *obj, const char *key, const char *value)
{
	json_object_object_add(obj, key, json_object_new_string(value));
}

static struct json_object *cell_json(const struct demo *demo, unsigned int placement,
				     unsigned int path)
{
	const struct demo_cell *cell = &demo->cells[placement][path];
	struct json_object *obj = json_object_new_object(), *lines;
	char name[64];

	add_string(obj, "placement", demo->info->placement[placement]);
	add_string(obj, "path", demo_path_name(demo, path, name));
	add_string(obj, "verdict", verdict_words[cell->verdict]);
	json_object_object_add(obj, "exhaustive",
			       json_object_new_boolean(cell->e.counts.exhaustive));
	json_object_object_add(obj, "executions",
			       json_object_new_uint64(cell->e.counts.executions));
	json_object_object_add(obj, "foreign_lock_over_bindings",
			       json_object_new_boolean(cell->e.counts.observed != 0));
	if (!cell->report)
		return obj;

	lines = json_object_new_array();
	ls_report_render(cell->report, add_line, lines);
	add_string(obj, "rule", cell->report->rule);
	json_object_object_add(obj, "execution",
			       json_object_new_uint64(cell->e.findings[0].execution));
	json_object_object_add(obj, "report", lines);
	return obj;
}

void demo_print_json(const struct demo *demo)
{
	struct json_object *root = json_object_new_object();
	struct json_object *cells = json_object_new_array();

	for (unsigned int i = 0; i < demo->info->nr_placements; i++)
		for (unsigned int k = 0; k < demo->info->nr_paths; k++)
			json_object_array_add(cells, cell_json(demo, i, k));
	json_object_object_add(root, "cells", cells);
	puts(json_object_to_json_string_ext(root, JSON_C_TO_STRING_PRETTY |
						  JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(root);
}
