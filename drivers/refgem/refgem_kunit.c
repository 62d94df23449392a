// SPDX-License-Identifier: MIT
/**
 * DOC: the driver's own suite
 *
 * One case for each path, and one for each rival of the free path, with the placement that the
 * module parameters ask for:
 *
 *	lockstep build drivers/refgem -o refgem.so
 *	lockstep test refgem.so
 *
 * A case only walks its path. Whether the convention was kept on the way is for
 * Lockstep to say.
 */
#include <kunit/test.h>

#include "refgem_paths.h"

static void refgem_test_path(struct kunit *test, enum refgem_path path)
{
	struct refgem_config cfg;
	struct refgem_rig rig;
	int ret;

	KUNIT_ASSERT_EQ(test, refgem_config_default(&cfg), 0);

	ret = refgem_rig_init(&rig, &cfg);
	KUNIT_ASSERT_EQ(test, ret, 0);

	ret = refgem_path_run(&rig, path);
	refgem_rig_fini(&rig);
	KUNIT_EXPECT_EQ(test, ret, 0);
}

static void free_import(struct kunit *test)
{
	refgem_test_path(test, REFGEM_PATH_FREE_IMPORT);
}

static void shrinker(struct kunit *test)
{
	refgem_test_path(test, REFGEM_PATH_SHRINKER);
}

static void move_notify(struct kunit *test)
{
	refgem_test_path(test, REFGEM_PATH_MOVE_NOTIFY);
}

static void ttm_delete(struct kunit *test)
{
	refgem_test_path(test, REFGEM_PATH_TTM_DELETE);
}

static const char *const rival_names[REFGEM_NR_RIVALS] = {
	[REFGEM_RIVAL_IMPORTER] = "second importer",
	[REFGEM_RIVAL_SHRINKER] = "shrinker",
	[REFGEM_RIVAL_MOVE] = "move notify",
	[REFGEM_RIVAL_EVICTION] = "eviction",
};

static void refgem_rival_desc(const char *const *name, char *desc)
{
	strscpy(desc, *name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rival, rival_names, refgem_rival_desc);

/* One rival at a time: `lockstep explore refgem.so --filter refgem.free_against` */
static void free_against(struct kunit *test)
{
	const char *const *name = test->param_value;
	struct refgem_config cfg;
	struct refgem_rig rig;
	int ret;

	KUNIT_ASSERT_EQ(test, refgem_config_default(&cfg), 0);
	KUNIT_ASSERT_EQ(test, refgem_rig_init(&rig, &cfg), 0);

	ret = refgem_free_against(&rig, BIT(name - rival_names));
	refgem_rig_fini(&rig);
	KUNIT_EXPECT_EQ(test, ret, 0);
}

static struct kunit_case refgem_cases[] = {
	KUNIT_CASE(free_import),
	KUNIT_CASE(shrinker),
	KUNIT_CASE(move_notify),
	KUNIT_CASE(ttm_delete),
	KUNIT_CASE_PARAM(free_against, rival_gen_params),
	{}
};

static struct kunit_suite refgem_suite = {
	.name = "refgem",
	.test_cases = refgem_cases,
};
kunit_test_suites(&refgem_suite);
