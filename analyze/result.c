// SPDX-License-Identifier: MIT
/*
 * What came of a group, as a file in the cache: JSON, put there by rename().
 */
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyze.h"
#include "map.h"
#include "output.h"
#include "judge_private.h"

#define FORM "lockstep-result"

char *ls_result_path(const struct ls_judge *run, const struct ls_judge_group *g)
{
	char *path;

	if (asprintf(&path, "%s/%s.json", run->p->dir, g->key) < 0)
		ls_no_memory();
	return path;
}

/* --- making one ------------------------------------------------------------------------ */

static struct json_object *result_to_json(const struct ls_findings *f,
					  const struct ls_analysis_counts *counts)
{
	struct json_object *top = json_object_new_object(), *list;

	json_object_object_add(top, FORM, json_object_new_int(1));
	json_object_object_add(top, "functions", json_object_new_int64(counts->functions));
	json_object_object_add(top, "contexts", json_object_new_int64(counts->contexts));
	list = json_object_new_array();
	for (size_t i = 0; i < counts->bounded; i++)
		json_object_array_add(list, ls_json_text(counts->bounded_names[i]));
	json_object_object_add(top, "bounded", list);
	list = json_object_new_array();
	for (size_t i = 0; i < f->nr; i++)
		json_object_array_add(list, ls_finding_to_json(&f->finding[i]));
	json_object_object_add(top, "findings", list);
	list = json_object_new_array();
	for (size_t i = 0; i < f->nr_annotations; i++)
		json_object_array_add(list, ls_must_hold_to_json(&f->annotation[i]));
	json_object_object_add(top, "annotations", list);
	return top;
}

static int put(const struct ls_judge *run, const struct ls_judge_group *g, struct json_object *top)
{
	char *path = ls_result_path(run, g), *tmp;
	int ret = 0;

	if (asprintf(&tmp, "%s.%d", path, (int)getpid()) < 0)
		ls_no_memory();
	if (json_object_to_file_ext(tmp, top, JSON_C_TO_STRING_PLAIN) || rename(tmp, path)) {
		fprintf(stderr, "cannot write %s: %s\n", tmp, strerror(errno));
		unlink(tmp);
		ret = 2;
	}
	free(tmp);
	free(path);
	return ret;
}

int ls_result_make(const struct ls_judge *run, const struct ls_judge_group *g)
{
	struct ls_judge_private *p = run->p;
	struct ls_unit **units = ls_arena_array(p->arena, g->nr_units, sizeof(*units));
	const char **groups = ls_arena_array(p->arena, g->nr_units, sizeof(*groups));
	struct ls_analysis_options o = { .model = p->o.model, .judge = g->name };
	struct ls_analysis_counts counts = { 0 };
	struct ls_findings *found;
	struct json_object *top;
	int ret;

	for (size_t i = 0; i < g->nr_units; i++) {
		units[i] = p->unit[g->unit[i]];
		groups[i] = p->source[g->unit[i]]->group;
	}
	o.program = ls_program_create(o.model, units, groups, g->nr_units);
	found = ls_analyze(&o, &counts);
	top = result_to_json(found, &counts);
	ret = put(run, g, top);
	json_object_put(top);
	ls_findings_free(found);
	ls_program_free(o.program);
	return ret;
}

/* --- collecting ----------------------------------------------------------------------------- */

struct collected_finding {
	struct ls_finding finding;
	size_t group;		/* settles which of two equal ones stays */
};

struct ls_collected {
	struct ls_arena *arena;
	struct collected_finding *finding;
	size_t nr, room;
	struct ls_must_hold *annotation;
	size_t nr_annotations, annotation_room;
	const char **bounded;
	size_t nr_bounded, bounded_room;
};

struct ls_collected *ls_collect_begin(void)
{
	struct ls_collected *c = calloc(1, sizeof(*c));

	if (!c)
		ls_no_memory();
	c->arena = ls_arena_create();
	return c;
}

/* The array under @key, which has to be there. */
static int list_of(struct json_object *top, const char *key, struct json_object **list)
{
	*list = json_object_object_get(top, key);
	return json_object_is_type(*list, json_type_array) ? 0 : -1;
}

static int collect_findings(struct ls_collected *c, struct json_object *list, size_t group)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		c->finding = ls_grow(c->finding, c->nr, &c->room, sizeof(*c->finding));
		c->finding[c->nr].group = group;
		if (ls_finding_from_json(json_object_array_get_idx(list, i),
					 &c->finding[c->nr].finding, c->arena))
			return -1;
		c->nr++;
	}
	return 0;
}

static int collect_annotations(struct ls_collected *c, struct json_object *list)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		c->annotation = ls_grow(c->annotation, c->nr_annotations, &c->annotation_room,
					sizeof(*c->annotation));
		if (ls_must_hold_from_json(json_object_array_get_idx(list, i),
					   &c->annotation[c->nr_annotations], c->arena))
			return -1;
		c->nr_annotations++;
	}
	return 0;
}

static void collect_bounded(struct ls_collected *c, struct json_object *list)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		const char *name = json_object_get_string(json_object_array_get_idx(list, i));

		c->bounded = ls_grow(c->bounded, c->nr_bounded, &c->bounded_room,
				     sizeof(*c->bounded));
		c->bounded[c->nr_bounded++] = ls_arena_strdup(c->arena, name);
	}
}

int ls_collect(struct ls_collected *c, struct ls_judge *run, const struct ls_judge_group *g)
{
	size_t nr = c->nr, nr_annotations = c->nr_annotations;
	char *path = ls_result_path(run, g);
	struct json_object *top = access(path, R_OK) ? NULL : json_object_from_file(path);
	struct json_object *findings, *annotations, *bounded;
	int ret = -1;

	if (json_object_object_get(top, FORM) && !list_of(top, "findings", &findings) &&
	    !list_of(top, "annotations", &annotations) && !list_of(top, "bounded", &bounded) &&
	    !collect_findings(c, findings, g - run->group) &&
	    !collect_annotations(c, annotations)) {
		collect_bounded(c, bounded);
		/* So it is not taken for unused. */
		utimensat(AT_FDCWD, path, NULL, 0);
		if (!g->cached) {
			run->functions += json_object_get_int64(json_object_object_get(top, "functions"));
			run->contexts += json_object_get_int64(json_object_object_get(top, "contexts"));
		}
		ret = 0;
	} else {
		c->nr = nr;
		c->nr_annotations = nr_annotations;
	}
	json_object_put(top);
	free(path);
	return ret;
}

static int order(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int by_place(const void *a, const void *b)
{
	const struct collected_finding *ca = a, *cb = b;
	const struct ls_finding *x = &ca->finding, *y = &cb->finding;
	int ret = order(x->file, y->file);

	if (!ret)
		ret = (x->line > y->line) - (x->line < y->line);
	if (!ret)
		ret = order(x->rule, y->rule);
	if (!ret)
		ret = order(x->callee, y->callee);
	if (!ret)
		ret = (x->key > y->key) - (x->key < y->key);
	return ret ? ret : (ca->group > cb->group) - (ca->group < cb->group);
}

static int annotations_by_place(const void *a, const void *b)
{
	const struct ls_must_hold *x = a, *y = b;
	int ret = order(x->file, y->file);

	if (!ret)
		ret = (x->line > y->line) - (x->line < y->line);
	if (!ret)
		ret = order(x->function, y->function);
	if (!ret)
		ret = order(x->lock, y->lock);
	return ret ? ret : order(x->because, y->because);
}

static int names_by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* qsort() does not want NULL, even for nothing. */
static void sort(void *list, size_t nr, size_t size, int (*order)(const void *, const void *))
{
	if (nr)
		qsort(list, nr, size, order);
}

/* Sorted, each once. */
static void settle_findings(struct ls_collected *c, struct ls_findings *all)
{
	struct ls_map keys = { 0 };
	int is_new;

	sort(c->finding, c->nr, sizeof(*c->finding), by_place);
	all->finding = ls_arena_array(c->arena, c->nr, sizeof(*all->finding));
	for (size_t i = 0; i < c->nr; i++) {
		ls_map_put(&keys, c->finding[i].finding.key, &is_new);
		if (is_new)
			all->finding[all->nr++] = c->finding[i].finding;
	}
	ls_map_fini(&keys);
}

static void settle_annotations(struct ls_collected *c, struct ls_findings *all)
{
	struct ls_must_hold *out = ls_arena_array(c->arena, c->nr_annotations, sizeof(*out));
	size_t nr = 0;

	sort(c->annotation, c->nr_annotations, sizeof(*out), annotations_by_place);
	for (size_t i = 0; i < c->nr_annotations; i++) {
		const struct ls_must_hold *m = &c->annotation[i];

		/* One line for a function and its lock, whatever needs it. */
		if (!nr || strcmp(out[nr - 1].file, m->file) || out[nr - 1].line != m->line ||
		    strcmp(out[nr - 1].function, m->function) || strcmp(out[nr - 1].lock, m->lock))
			out[nr++] = *m;
	}
	all->annotation = out;
	all->nr_annotations = nr;
}

struct ls_findings *ls_collect_end(struct ls_collected *c, struct ls_judge *run)
{
	struct ls_findings *all = ls_arena_alloc(c->arena, sizeof(*all));
	struct ls_arena *keep = run->p->arena;

	all->arena = c->arena;
	settle_findings(c, all);
	settle_annotations(c, all);
	sort(c->bounded, c->nr_bounded, sizeof(*c->bounded), names_by_name);
	run->bounded = ls_arena_array(keep, c->nr_bounded, sizeof(*run->bounded));
	for (size_t i = 0; i < c->nr_bounded; i++) {
		if (!i || strcmp(c->bounded[i], c->bounded[i - 1]))
			run->bounded[run->nr_bounded++] = ls_arena_strdup(keep, c->bounded[i]);
	}
	c->arena = NULL;
	ls_collect_drop(c);
	return all;
}

void ls_collect_drop(struct ls_collected *c)
{
	ls_arena_destroy(c->arena);
	free(c->finding);
	free(c->annotation);
	free(c->bounded);
	free(c);
}
