// SPDX-License-Identifier: MIT
/*
 * Findings made by hand, through every output. What is printed is compared by the test that runs
 * this: made text|all|json|sarif|baseline|annotate|patch|none-FORMAT, or made against BASELINE.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "output.h"

static const struct ls_step steps[] = {
	{ "toy_free_work", "drivers/gpu/drm/toy/toy_object.c", 356, "toy_flush", NULL },
	{ "toy_flush", "drivers/gpu/drm/toy/toy_object.c", 348, "toy_pages_fini", NULL },
	{ "toy_pages_fini", "drivers/gpu/drm/toy/toy_object.c", 293, "toy_put_pages_dmabuf",
	  "toy_dmabuf_ops.put_pages" },
	{ "toy_put_pages_dmabuf", "drivers/gpu/drm/toy/toy_dmabuf.c", 273,
	  "dma_buf_unmap_attachment", NULL },
};

static const struct ls_other others[] = {
	{ "toy_shrink", "drivers/gpu/drm/toy/toy_shrinker.c", 228,
	  "drivers/gpu/drm/toy/toy_shrinker.c", 222 },
	{ "toy_move", "drivers/gpu/drm/toy/toy_move.c", 51, "include/drm/toy.h", 9 },
	{ "toy_evict", "drivers/gpu/drm/ttm/evict.c", 77, NULL, 0 },
	{ "toy_a", "drivers/gpu/drm/toy/toy_a.c", 1, NULL, 0 },
	{ "toy_b", "drivers/gpu/drm/toy/toy_b.c", 2, NULL, 0 },
};

#define ALSO(f, n, c, r, l, k) { .function = f, .file = n, .callee = c, .rule = r, .line = l, \
				 .lock = "obj->base.resv", .key = k }

/* The first is behind the same call as the finding. */
static const struct ls_also also[] = {
	ALSO("toy_a", "drivers/gpu/drm/toy/toy_a.c", "dma_buf_map_attachment", "map-held", 5,
	     0x0123456789abcdefULL),
	ALSO("toy_b", "drivers/gpu/drm/ttm/b.c", "toy_ops.pin", "pin-held", 6, 11),
	ALSO("toy_c", "c.c", "c", "c", 7, 12), ALSO("toy_d", "d.c", "d", "d", 8, 13),
	ALSO("toy_e", "e.c", "e", "e", 9, 14),
};

static const struct ls_finding made[] = {
	{
		.kind = LS_NOT_HELD,
		.rule = "unmap-held",
		.text = "unmap an attachment with the lock held",
		.function = "toy_put_pages_dmabuf",
		.file = "drivers/gpu/drm/toy/toy_dmabuf.c",
		.line = 273,
		.callee = "dma_buf_unmap_attachment",
		.lock = "obj->base.resv",
		.asserted_function = "toy_pin",
		.asserted_file = "drivers/gpu/drm/toy/toy_pin.c",
		.asserted_line = 31,
		.entry = "runs without the lock: a work item",
		.steps = steps,
		.nr_steps = 4,
		.nr_paths = 7,
		.others = others,
		.nr_others = 5,
		.also = also,
		.nr_also = 5,
		.advice = {
			.function = "toy_pages_fini",
			.file = "drivers/gpu/drm/toy/toy_object.c",
			.line = 293,
			.callee = "toy_put_pages_dmabuf",
			.condition = "obj->base.import_attach",
			.lock = "obj->base.resv",
			.why_not_inner = "toy_shrink() calls it with the lock held",
		},
		.key = 0x0123456789abcdefULL,
	},
	{
		.kind = LS_TAKEN_TWICE,
		.text = "",
		.function = "toy_release",
		.file = "drivers/gpu/drm/toy/a \"strange\"\tname\\%.c",
		.line = 12,
		.callee = "dma_resv_lock",
		.lock = "bo->resv",
		.taken_function = "toy_close",
		.taken_file = "drivers/gpu/drm/toy/toy_close.c",
		.taken_line = 8,
		.steps = steps + 3,
		.nr_steps = 1,
		.nr_paths = 1,
		.advice = { .why_none = "each caller holds it" },
		.key = 2,
	},
	{
		.kind = LS_HELD,
		.confidence = LS_CONFIDENCE_LOW,
		.doubt = "the object is only known as \xff\xc3\xa9",
		.rule = "attach-unlocked",
		.text = "attach without the lock",
		.function = "toy_import",
		.file = "samples/top.c",
		.line = 3,
		.callee = "toy_ops.attach",
		.lock = "dmabuf->resv",
		.entry = "called with it held: dma_buf_ops.map_dma_buf",
		.nr_paths = 1,
		.key = 3,
	},
};

static const struct ls_must_hold annotations[] = {
	{ "toy_put_pages", "drivers/gpu/drm/toy/toy_object.c", 280, "obj->base.resv->lock.base",
	  "dma_buf_unmap_attachment" },
	{ "toy_evict", "drivers/gpu/drm/toy/toy_object.c", 290, "bo->resv->lock.base", NULL },
};

static const struct ls_output_failed failed[] = {
	{ "drivers/gpu/drm/toy/broken.c", "fatal error: 'asm/toy.h' file not found" },
};

static const char *const bounded[] = { "toy_giant" };

static int everywhere(void *arg, const char *file)
{
	return strcmp(file, arg);
}

/* Which of them a baseline knows, and how many of its own are mended, but those in one file. */
static int against(const char *path)
{
	struct ls_findings all = { .finding = (struct ls_finding *)made, .nr = 2 };
	char *error = NULL;
	struct ls_baseline *b = ls_baseline_read(path, &error);

	if (!b) {
		fprintf(stderr, "%s\n", error);
		free(error);
		return 2;
	}
	for (size_t i = 0; i < 3; i++)
		printf("%d\n", ls_baseline_has(b, &made[i]));
	printf("mended %zu\n", ls_baseline_mended(b, &all, everywhere, ""));
	printf("mended %zu\n", ls_baseline_mended(b, &all, everywhere, "samples/top.c"));
	ls_baseline_free(b);
	return 0;
}

/* Through JSON and back: nothing may be lost. */
static struct ls_finding again(const struct ls_finding *f, struct ls_arena *arena)
{
	struct json_object *obj = ls_finding_to_json(f), *parsed;
	struct ls_finding copy;

	parsed = json_tokener_parse(json_object_to_json_string(obj));
	if (!parsed || ls_finding_from_json(parsed, &copy, arena)) {
		fprintf(stderr, "made: the way back from JSON failed\n");
		exit(3);
	}
	json_object_put(parsed);
	json_object_put(obj);
	return copy;
}

int main(int argc, char **argv)
{
	struct ls_arena *arena = ls_arena_create();
	struct ls_finding copy[3];
	struct ls_output_item item[3] = { { &copy[0], 0 }, { &copy[1], 0 }, { &copy[2], 0 } };
	struct ls_findings all = { .finding = copy, .nr = 3 };
	struct ls_output o = { .tree = "/src/my linux", .release = "6.1.0", .rules = "6.12",
			       .version = "1.2.3", .item = item, .nr = 2, .hidden = 1 };
	const char *what = argc > 1 ? argv[1] : "";

	for (size_t i = 0; i < 3; i++)
		copy[i] = again(&made[i], arena);
	if (!strcmp(what, "against") && argc == 3) {
		ls_arena_destroy(arena);
		return against(argv[2]);
	}
	if (!strncmp(what, "none-", 5)) {
		o = (struct ls_output){ .tree = "/src", .rules = "6.12", .version = "1.2.3" };
		what += 5;
	} else if (strcmp(what, "text")) {
		o.nr = 3;
		o.failed = failed;
		o.nr_failed = 1;
		o.bounded = bounded;
		o.nr_bounded = 1;
	}
	if (!strcmp(what, "annotate")) {
		o.nr = 0;
		o.annotation = annotations;
		o.nr_annotations = 2;
	}
	if (!strncmp(what, "patch", 5)) {
		item[0].change = LS_MENDS;
		item[1].change = LS_ADDS;
		what = *(what + 5) ? what + 6 : "text";
	}
	if (!strcmp(what, "json"))
		ls_output_json(&o, stdout);
	else if (!strcmp(what, "sarif"))
		ls_output_sarif(&o, stdout);
	else if (!strcmp(what, "baseline"))
		ls_baseline_print(&all, stdout);
	else
		ls_output_text(&o, stdout);
	ls_arena_destroy(arena);
	return 0;
}
