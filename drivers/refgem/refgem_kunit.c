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

/*
 * The devices are there before the first case and stay: what a case explores is the path, not
 * how devices come and go.
 */
static struct refgem_rig rig;
static struct refgem_side second;

static int refgem_suite_init(struct kunit_suite *suite)
{
	struct refgem_config cfg;
	int ret;

	ret = refgem_config_default(&cfg);
	if (ret)
		return ret;
	ret = refgem_rig_init(&rig, &cfg);
	if (ret)
		return ret;
	ret = refgem_side_init(&second, "importer2", &cfg);
	if (ret)
		refgem_rig_fini(&rig);
	return ret;
}

static void refgem_suite_exit(struct kunit_suite *suite)
{
	refgem_side_fini(&second);
	refgem_rig_fini(&rig);
}

static void refgem_test_path(struct kunit *test, enum refgem_path path)
{
	int ret = refgem_path_run(&rig, path);

	refgem_rig_clear(&rig);
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

static const char *const rival_names[REFGEM_NR_RIVALS + 1] = {
	[REFGEM_RIVAL_IMPORTER] = "second importer",
	[REFGEM_RIVAL_SHRINKER] = "shrinker",
	[REFGEM_RIVAL_MOVE] = "move notify",
	[REFGEM_RIVAL_EVICTION] = "eviction",
	[REFGEM_NR_RIVALS] = "all at once",
};

static void refgem_rival_desc(const char *const *name, char *desc)
{
	strscpy(desc, *name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rival, rival_names, refgem_rival_desc);

/* One rival at a time, then all: `lockstep explore refgem.so --filter refgem.free_against` */
static void free_against(struct kunit *test)
{
	const char *const *name = test->param_value;
	unsigned int rival = name - rival_names;
	int ret = refgem_free_against(&rig, &second, rival < REFGEM_NR_RIVALS ? BIT(rival) :
						     BIT(REFGEM_NR_RIVALS) - 1);

	refgem_rig_clear(&rig);
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
	.suite_init = refgem_suite_init,
	.suite_exit = refgem_suite_exit,
	.test_cases = refgem_cases,
};
kunit_test_suites(&refgem_suite);
