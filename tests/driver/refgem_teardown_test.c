// SPDX-License-Identifier: MIT
/*
 * Clients close and devices vanish in every order, with a buffer shared, bound and mapped.
 * Nothing may be left, nothing may be used after its end.
 */
#include "rig.h"

enum step { CLOSE_EXPORTER, CLOSE_IMPORTER, REMOVE_EXPORTER, REMOVE_IMPORTER, NR_STEPS };

static const char *const step_name[NR_STEPS] = {
	[CLOSE_EXPORTER] = "close exporter",
	[CLOSE_IMPORTER] = "close importer",
	[REMOVE_EXPORTER] = "remove exporter",
	[REMOVE_IMPORTER] = "remove importer",
};

struct order {
	u8 step[NR_STEPS];
};

/* All 24 orders of four steps. */
static const void *next_order(const void *prev, char *desc)
{
	static struct order orders[24];
	static unsigned int nr;
	const struct order *p = prev;
	unsigned int i = p ? p - orders + 1 : 0;

	if (!nr) {
		for (unsigned int k = 0; k < 256; k++) {
			struct order o = { { k & 3, k >> 2 & 3, k >> 4 & 3, k >> 6 } };
			u8 used = 1 << o.step[0] | 1 << o.step[1] | 1 << o.step[2] | 1 << o.step[3];

			if (used == 0xf)
				orders[nr++] = o;
		}
	}
	if (i == nr)
		return NULL;
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s, %s, %s, %s", step_name[orders[i].step[0]],
		 step_name[orders[i].step[1]], step_name[orders[i].step[2]],
		 step_name[orders[i].step[3]]);
	return &orders[i];
}

static void take_apart(struct refgem_rig *rig, const struct order *order)
{
	for (int i = 0; i < NR_STEPS; i++) {
		switch (order->step[i]) {
		case CLOSE_EXPORTER:
			__fput_sync(rig->exporter.filp);
			break;
		case CLOSE_IMPORTER:
			__fput_sync(rig->importer.filp);
			break;
		case REMOVE_EXPORTER:
			root_device_unregister(rig->exporter.parent);
			break;
		case REMOVE_IMPORTER:
			root_device_unregister(rig->importer.parent);
			break;
		}
	}
}

static void sysmem(struct kunit *test)
{
	struct refgem_rig *rig = rig_create(test, REFGEM_LOCK_D, false);
	struct refgem_object *obj = refgem_sysmem_create(rig->exporter.refgem, OBJ_SIZE);
	u32 handle;

	refgem_object_put(rig_import(test, rig, obj, &handle));
	KUNIT_ASSERT_EQ(test, refgem_rig_bind(&rig->importer, handle), 0);
	take_apart(rig, test->param_value);
}

static void moving(struct kunit *test)
{
	struct refgem_rig *rig = rig_create(test, REFGEM_LOCK_D, false);
	struct refgem_object *obj = refgem_ttm_create(rig->exporter.refgem, OBJ_SIZE);
	u32 handle;

	refgem_object_put(rig_import(test, rig, obj, &handle));
	KUNIT_ASSERT_EQ(test, refgem_rig_bind(&rig->importer, handle), 0);
	take_apart(rig, test->param_value);
}

static struct kunit_case teardown_cases[] = {
	KUNIT_CASE_PARAM(sysmem, next_order),
	KUNIT_CASE_PARAM(moving, next_order),
	{}
};

static struct kunit_suite teardown_suite = {
	.name = "refgem_teardown",
	.test_cases = teardown_cases,
};
kunit_test_suites(&teardown_suite);
