// SPDX-License-Identifier: MIT
/*
 * The table: look-up, names by release, and what other releases' rules change.
 */
#include "mock.h"

static void parse(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ls_release_parse("6.1"), LS_LINUX_6_1);
	KUNIT_EXPECT_EQ(test, ls_release_parse("6.12"), LS_LINUX_6_12);
	KUNIT_EXPECT_EQ(test, ls_release_parse("6.12.117"), LS_LINUX_6_12);
	KUNIT_EXPECT_EQ(test, ls_release_parse("6.1.192"), LS_LINUX_6_1);
	KUNIT_EXPECT_EQ(test, ls_release_parse("6.16"), LS_LINUX_6_16);
	KUNIT_EXPECT_EQ(test, ls_release_parse("7.1"), LS_LINUX_7_1);
	KUNIT_EXPECT_EQ(test, ls_release_parse("6.2"), -1);
	KUNIT_EXPECT_EQ(test, ls_release_parse("6"), -1);
	KUNIT_EXPECT_EQ(test, ls_release_parse(""), -1);
	KUNIT_EXPECT_EQ(test, ls_release_parse("6.12x"), -1);
	KUNIT_EXPECT_EQ(test, ls_release_parse("6.12.1.1"), -1);
	KUNIT_EXPECT_EQ(test, ls_release_parse("6.123"), -1);
}

static void find(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, ls_rule_find("unmap-held"),
			    &ls_rules[LS_RULE_dma_buf_unmap_attachment]);
	KUNIT_EXPECT_NULL(test, ls_rule_find("unmap-hel"));
	KUNIT_EXPECT_NULL(test, ls_rule_find("unmap-held-"));
	KUNIT_EXPECT_NULL(test, ls_rule_find(""));
}

static void names(struct kunit *test)
{
	const struct ls_rule *move = &ls_rules[LS_RULE_dma_buf_move_notify];
	char buf[64], tiny[4];

	KUNIT_EXPECT_STREQ(test, ls_rule_name(move, LS_LINUX_6_16, buf, sizeof(buf)),
			   "dma_buf_move_notify");
	KUNIT_EXPECT_STREQ(test, ls_rule_name(move, LS_LINUX_7_1, buf, sizeof(buf)),
			   "dma_buf_invalidate_mappings");
	KUNIT_EXPECT_STREQ(test,
			   ls_rule_name(&ls_rules[LS_RULE_drm_gem_vmap], LS_LINUX_6_16, buf,
					sizeof(buf)),
			   "drm_gem_vmap_locked");
	KUNIT_EXPECT_STREQ(test,
			   ls_rule_name(&ls_rules[LS_RULE_drm_gem_vmap_unlocked], LS_LINUX_7_1, buf,
					sizeof(buf)),
			   "drm_gem_vmap");
	KUNIT_EXPECT_STREQ(test, ls_rule_name(move, LS_LINUX_6_12, tiny, sizeof(tiny)), "dma");
	tiny[0] = 'x';
	ls_rule_name(move, LS_LINUX_6_12, tiny, 0);
	KUNIT_EXPECT_EQ(test, tiny[0], 'x');
}

/* Each row is found by its own id, and says something. */
static void rows(struct kunit *test)
{
	int i;

	for (i = 0; i < LS_NR_RULES; i++) {
		KUNIT_EXPECT_PTR_EQ(test, ls_rule_find(ls_rules[i].id), &ls_rules[i]);
		KUNIT_EXPECT_NE(test, ls_rules[i].text[0], '\0');
	}
}

static void restore_version(void *unused)
{
	ls_rules_version = LS_LINUX_6_12;
}

static void use_version(struct kunit *test, int release)
{
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, restore_version, NULL), 0);
	ls_rules_version = release;
}

static void map_unmap(struct mock *mock)
{
	struct sg_table *sgt = dma_buf_map_attachment(mock->attach, DMA_BIDIRECTIONAL);

	if (!IS_ERR(sgt))
		dma_buf_unmap_attachment(mock->attach, sgt, DMA_BIDIRECTIONAL);
}

/* In 6.1 the lock was for dynamic ones only. */
static void old_static_map(struct kunit *test)
{
	struct mock *mock = mock_attached(test, false);

	use_version(test, LS_LINUX_6_1);
	map_unmap(mock);
	KUNIT_EXPECT_FALSE(test, mock->held[MOCK_MAP]);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_UNMAP], 1);
}

static void old_dynamic_map(struct kunit *test)
{
	struct mock *mock = mock_attached(test, true);

	use_version(test, LS_LINUX_6_1);
	lockstep_expect_report(test, "map-held");
	lockstep_expect_report(test, "unmap-held");
	map_unmap(mock);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 2);
}

/* In 6.1 vmap had a lock of its own, outside of the reservation lock. */
static void old_vmap(struct kunit *test)
{
	struct mock *mock = mock_attached(test, false);

	use_version(test, LS_LINUX_6_1);
	KUNIT_EXPECT_EQ(test, dma_buf_vmap(mock->dmabuf, &mock->map), 0);
	dma_resv_lock(&mock->resv, NULL);
	lockstep_expect_report(test, "vunmap-held");
	dma_buf_vunmap(mock->dmabuf, &mock->map);
	dma_resv_unlock(&mock->resv);
	mock_expect_contains(test, lockstep_last_report(test)->what,
			     "dma_buf_vunmap() called with the reservation lock held");
}

/* A report uses the name that the release has. */
static void new_name(struct kunit *test)
{
	struct mock *mock = mock_attached(test, true);

	use_version(test, LS_LINUX_7_1);
	lockstep_expect_report(test, "move-notify-held");
	dma_buf_invalidate_mappings(mock->dmabuf);
	KUNIT_EXPECT_STREQ(test, lockstep_last_report(test)->what,
			   "dma_buf_invalidate_mappings() called without the reservation lock");
	dma_resv_lock(&mock->resv, NULL);
	dma_buf_invalidate_mappings(mock->dmabuf);
	dma_resv_unlock(&mock->resv);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_MOVE], 2);
}

/* Switched off, nothing is said. */
static void unchecked(struct kunit *test)
{
	struct mock *mock = mock_attached(test, true);

	__atomic_and_fetch(&ls_checks, ~LS_CHECK_CONVENTION, __ATOMIC_RELAXED);
	dma_buf_move_notify(mock->dmabuf);
	dma_resv_assert_held(&mock->resv);
	map_unmap(mock);
	__atomic_or_fetch(&ls_checks, LS_CHECK_CONVENTION, __ATOMIC_RELAXED);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_MOVE], 1);
}

static struct kunit_case table_cases[] = {
	KUNIT_CASE(parse),
	KUNIT_CASE(find),
	KUNIT_CASE(names),
	KUNIT_CASE(rows),
	KUNIT_CASE(old_static_map),
	KUNIT_CASE(old_dynamic_map),
	KUNIT_CASE(old_vmap),
	KUNIT_CASE(new_name),
	KUNIT_CASE(unchecked),
	{}
};

static struct kunit_suite table_suite = {
	.name = "convention-table",
	.test_cases = table_cases,
};
kunit_test_suite(table_suite);

MODULE_LICENSE("MIT");
