// SPDX-License-Identifier: MIT
/**
 * DOC: one cell of the table that `lockstep demo` prints
 *
 * The command says which placement and which path, in lockstep_demo, and runs the one case
 * below in a worker of its own. It knows the verdict from the reports that come, or do not.
 */
#include <kunit/test.h>
#include <lockstep/demo.h>

#include "refgem_paths.h"

extern struct ls_demo lockstep_demo;

struct ls_demo lockstep_demo = {
	.nr_placements = REFGEM_NR_PLACEMENTS,
	.nr_paths = REFGEM_NR_PATHS,
	.placement = {
		[REFGEM_LOCK_NONE] = "none",
		[REFGEM_LOCK_A] = "A",
		[REFGEM_LOCK_B] = "B",
		[REFGEM_LOCK_C1] = "C1",
		[REFGEM_LOCK_C2] = "C2",
		[REFGEM_LOCK_D] = "D",
	},
	.placement_text = {
		[REFGEM_LOCK_NONE] = "nowhere (Linux 6.1)",
		[REFGEM_LOCK_A] = "around pages_fini",
		[REFGEM_LOCK_B] = "in put_pages",
		[REFGEM_LOCK_C1] = "the same, if dead",
		[REFGEM_LOCK_C2] = "no unmap, if dead",
		[REFGEM_LOCK_D] = "around put_pages (6.12)",
	},
	.path = {
		[REFGEM_PATH_FREE_IMPORT] = "free of\nan import",
		[REFGEM_PATH_SHRINKER] = "shrinker\n",
		[REFGEM_PATH_MOVE_NOTIFY] = "move\nnotify",
		[REFGEM_PATH_TTM_DELETE] = "TTM\ndelete",
		[REFGEM_PATH_TTM_DELETE_IMPORT] = "TTM delete\nof import",
	},
	/*
	 * In the shrinker and in move_notify put_pages is seen with the lock held, so
	 * the report about a free without it can say: not there, but further up.
	 */
	.order = {
		REFGEM_PATH_SHRINKER,
		REFGEM_PATH_MOVE_NOTIFY,
		REFGEM_PATH_TTM_DELETE,
		REFGEM_PATH_FREE_IMPORT,
		REFGEM_PATH_TTM_DELETE_IMPORT,
	},
};

static void cell(struct kunit *test)
{
	struct ls_demo *demo = &lockstep_demo;
	struct refgem_config cfg = {
		.placement = demo->run_placement,
		.ttm_imports = demo->run_path == REFGEM_PATH_TTM_DELETE_IMPORT,
		.local_pages = 16,
	};
	struct refgem_rig rig;

	demo->ret = refgem_rig_init(&rig, &cfg);
	KUNIT_ASSERT_EQ(test, demo->ret, 0);

	demo->ret = refgem_path_run(&rig, demo->run_path);
	demo->wide_locks = atomic_read(&rig.importer.refgem->wide_locks);
	refgem_rig_fini(&rig);
	KUNIT_EXPECT_EQ(test, demo->ret, 0);
}

static struct kunit_case demo_cases[] = {
	KUNIT_CASE(cell),
	{}
};

static struct kunit_suite demo_suite = {
	.name = "demo",
	.test_cases = demo_cases,
};
kunit_test_suites(&demo_suite);
