// SPDX-License-Identifier: MIT
/**
 * DOC: one cell of the tables that `lockstep demo` prints
 *
 * The command says which placement and which path, in lockstep_demo, and explores the one case
 * below in a worker of its own. It knows the verdict from the reports that come, or do not.
 */
#include <kunit/test.h>
#include <lockstep/demo.h>

#include "refgem_paths.h"

/* Columns of the second table. */
enum {
	RACE_IMPORTER = REFGEM_NR_PATHS,
	RACE_SHRINKER,
	RACE_MOVE,
	RACE_EVICTION,
	RACE_ALL,
};

static const unsigned int races[] = {
	[RACE_IMPORTER - REFGEM_NR_PATHS] = BIT(REFGEM_RIVAL_IMPORTER),
	[RACE_SHRINKER - REFGEM_NR_PATHS] = BIT(REFGEM_RIVAL_SHRINKER),
	[RACE_MOVE - REFGEM_NR_PATHS] = BIT(REFGEM_RIVAL_MOVE),
	[RACE_EVICTION - REFGEM_NR_PATHS] = BIT(REFGEM_RIVAL_EVICTION),
	[RACE_ALL - REFGEM_NR_PATHS] = BIT(REFGEM_NR_RIVALS) - 1,
};

extern struct ls_demo lockstep_demo;

struct ls_demo lockstep_demo = {
	.nr_placements = REFGEM_NR_PLACEMENTS,
	.nr_paths = REFGEM_NR_PATHS + ARRAY_SIZE(races),
	.first_race = REFGEM_NR_PATHS,
	.large = RACE_ALL,
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
		[RACE_IMPORTER] = "second\nimporter",
		[RACE_SHRINKER] = "shrinker\n",
		[RACE_MOVE] = "move\nnotify",
		[RACE_EVICTION] = "eviction\n",
		[RACE_ALL] = "all at\nonce",
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
		RACE_SHRINKER,
		RACE_MOVE,
		RACE_EVICTION,
		RACE_IMPORTER,
		RACE_ALL,
		REFGEM_PATH_TTM_DELETE_IMPORT,
	},
};

static struct refgem_rig rig;
static struct refgem_side second;

/* Before the case, which is about buffers: devices do not come and go in each execution. */
static int demo_suite_init(struct kunit_suite *suite)
{
	struct refgem_config cfg = {
		.placement = lockstep_demo.run_placement,
		.ttm_imports = lockstep_demo.run_path == REFGEM_PATH_TTM_DELETE_IMPORT,
		.local_pages = 16,
	};
	int ret;

	ret = refgem_rig_init(&rig, &cfg);
	return ret ?: refgem_side_init(&second, "importer2", &cfg);
}

static void cell(struct kunit *test)
{
	struct ls_demo *demo = &lockstep_demo;

	if (demo->run_path < demo->first_race)
		demo->ret = refgem_path_run(&rig, demo->run_path);
	else
		demo->ret = refgem_free_against(&rig, &second,
						races[demo->run_path - demo->first_race]);
	demo->wide_locks = atomic_read(&rig.importer.refgem->wide_locks);
	refgem_rig_clear(&rig);
	KUNIT_EXPECT_EQ(test, demo->ret, 0);
}

static struct kunit_case demo_cases[] = {
	KUNIT_CASE(cell),
	{}
};

static struct kunit_suite demo_suite = {
	.name = "demo",
	.suite_init = demo_suite_init,
	.test_cases = demo_cases,
};
kunit_test_suites(&demo_suite);
