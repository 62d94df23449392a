// SPDX-License-Identifier: MIT
/*
 * The table of verdicts, from the inside: which placements keep the convention on which paths,
 * and what the reports of the others say. Cells that end in a deadlock leave a wreck by their
 * nature, so here each is provoked where it can be cleared up; the whole table is compared
 * in tests/driver/demo.sh.
 */
#include "rig.h"

#define BIT_OF(p) (1u << (p))

/* Paths that each placement survives; the free path of an import is bit 0, and so on. */
static const unsigned int survives[REFGEM_NR_PLACEMENTS] = {
	[REFGEM_LOCK_NONE] = 0x1e, /* all but the free */
	[REFGEM_LOCK_A] = 0x1f,
	[REFGEM_LOCK_B] = 0x09,	 /* no path that has the lock already */
	[REFGEM_LOCK_C1] = 0x0f, /* "refcount 0" and "unlocked" differ on the last */
	[REFGEM_LOCK_C2] = 0x0e, /* nobody unmaps what is freed */
	[REFGEM_LOCK_D] = 0x0f,
};

struct pair {
	enum refgem_placement placement;
	enum refgem_path path;
};

static const void *next_good_pair(const void *prev, char *desc)
{
	static struct pair pairs[REFGEM_NR_PLACEMENTS * REFGEM_NR_PATHS];
	const struct pair *p = prev;
	unsigned int i = p ? p - pairs + 1 : 0;

	for (; i < ARRAY_SIZE(pairs); i++) {
		pairs[i].placement = i / REFGEM_NR_PATHS;
		pairs[i].path = i % REFGEM_NR_PATHS;
		if (!(survives[pairs[i].placement] & BIT_OF(pairs[i].path)))
			continue;
		snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s: %s",
			 refgem_placement_name(pairs[i].placement), refgem_path_name(pairs[i].path));
		return &pairs[i];
	}
	return NULL;
}

static void keeps(struct kunit *test)
{
	const struct pair *pair = test->param_value;
	bool ttm_imports = pair->path == REFGEM_PATH_TTM_DELETE_IMPORT;
	struct refgem_rig *rig = rig_create(test, pair->placement, ttm_imports);
	bool wide;

	KUNIT_EXPECT_EQ(test, refgem_path_run(rig, pair->path), 0);

	/* Who holds the exporter's lock while it takes its own bindings apart. */
	wide = ttm_imports ||
	       (pair->placement == REFGEM_LOCK_A && pair->path == REFGEM_PATH_FREE_IMPORT);
	KUNIT_EXPECT_EQ(test, atomic_read(&rig->importer.refgem->wide_locks), wide);
	refgem_rig_fini(rig);
}

static void free_without_the_lock(struct kunit *test)
{
	struct refgem_rig *rig = rig_create(test, REFGEM_LOCK_NONE, false);
	const struct ls_report *r;

	lockstep_expect_report(test, "unmap-held");
	KUNIT_EXPECT_EQ(test, refgem_path_run(rig, REFGEM_PATH_FREE_IMPORT), 0);
	refgem_rig_fini(rig);

	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_EQ(test, r->class, LS_BREACH);
	KUNIT_EXPECT_STREQ(test, r->rule, "unmap-held");
	KUNIT_EXPECT_NE(test, r->stack.nr, 0);
	KUNIT_EXPECT_NE(test, r->suggest_pc, 0UL);
	KUNIT_EXPECT_NOT_NULL(test, strstr(r->object, "refgem"));
}

/* --- deadlocks -------------------------------------------------------------- */

static void put_pages_locked(void *arg)
{
	struct refgem_object *obj = arg;

	refgem_object_lock(obj);
	refgem_put_pages(obj);
	refgem_object_unlock(obj);
}

/* Placement B on any path that holds the lock. */
static void lock_taken_twice(struct kunit *test)
{
	struct refgem_rig *rig = rig_create(test, REFGEM_LOCK_B, false);
	struct refgem_object *obj = refgem_sysmem_create(rig->exporter.refgem, OBJ_SIZE);
	struct refgem_object *import;
	const struct ls_report *r;
	struct sg_table *sgt;
	u32 handle;

	import = rig_import(test, rig, obj, &handle);
	KUNIT_ASSERT_EQ(test, refgem_pin_pages_unlocked(import), 0);
	refgem_unpin_pages(import);
	sgt = import->mm.pages;

	lockstep_expect_report(test, "self-deadlock");
	KUNIT_EXPECT_EQ(test, lockstep_run_task(put_pages_locked, import), -EDEADLK);

	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_EQ(test, r->class, LS_DEADLOCK);
	KUNIT_EXPECT_PTR_EQ(test, r->lock, (const void *)import->base.resv);
	KUNIT_EXPECT_NE(test, r->holder_trace.nr, 0);
	KUNIT_EXPECT_STREQ(test, r->holder, "held by this task, which took it at");
	/* The buffer, and not just the class of its lock. */
	KUNIT_EXPECT_NOT_NULL(test, strstr(r->object, "dma_buf#"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(r->object, "(exporter 'refgem"));

	/* What the task did not come to. Its lock has been taken from it. */
	dma_buf_unmap_attachment_unlocked(import->base.import_attach, sgt, DMA_BIDIRECTIONAL);
	refgem_object_put(import);
	refgem_rig_fini(rig);
}

static struct kunit_case verdict_cases[] = {
	KUNIT_CASE_PARAM(keeps, next_good_pair),
	KUNIT_CASE(free_without_the_lock),
	KUNIT_CASE(lock_taken_twice),
	{}
};

static struct kunit_suite verdict_suite = {
	.name = "refgem_verdict",
	.test_cases = verdict_cases,
};
kunit_test_suites(&verdict_suite);
