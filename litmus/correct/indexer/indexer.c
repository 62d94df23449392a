// SPDX-License-Identifier: MIT
/*
 * The other classic: N tasks put four words each into one hash table of 128 slots by
 * compare-and-swap, and go one slot on when theirs is taken. Only from 12 tasks on do any two
 * meet, and then in three slots more with each further task: 8^(N - 11) classes for N from 11 to 15. Whoever
 * does not compare addresses as they are at run time explores millions.
 */
#include "../../litmus.h"
#include <linux/atomic.h>

#define INDEXER_SLOTS 128
#define INDEXER_WORDS 4

static void insert_words(void *arg, unsigned int me)
{
	atomic_t *table = arg;
	unsigned int m, h;

	for (m = 1; m <= INDEXER_WORDS; m++) {
		int word = m * 11 + me;

		h = (word * 7) % INDEXER_SLOTS;
		while (atomic_cmpxchg(&table[h], 0, word))
			h = (h + 1) % INDEXER_SLOTS;
	}
}

static void indexer(struct kunit *test, unsigned int nr)
{
	atomic_t *table = kunit_kcalloc(test, INDEXER_SLOTS, sizeof(*table), GFP_KERNEL);
	unsigned int i, used = 0;

	KUNIT_ASSERT_NOT_NULL(test, table);
	litmus_run(test, nr, insert_words, table);
	for (i = 0; i < INDEXER_SLOTS; i++)
		used += atomic_read(&table[i]) != 0;
	KUNIT_EXPECT_EQ(test, used, nr * INDEXER_WORDS);
}

#ifndef LITMUS_LARGE
LITMUS_SIZE(indexer, 11)
LITMUS_SIZE(indexer, 12)
LITMUS_SIZE(indexer, 13)
LITMUS_SIZE(indexer, 14)

LITMUS_SUITE(KUNIT_CASE(indexer_11), KUNIT_CASE(indexer_12), KUNIT_CASE(indexer_13),
	     KUNIT_CASE(indexer_14));
#else
LITMUS_SIZE(indexer, 15)

LITMUS_SUITE(KUNIT_CASE(indexer_15));
#endif
