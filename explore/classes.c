// SPDX-License-Identifier: MIT
/*
 * The classes seen: a set of fingerprints. Needed where a strategy does not know by itself
 * what is new, and for the oracle that compares strategies.
 */
#include <stdio.h>

#include "internal.h"

static uint64_t *table, *sorted;
static unsigned long mask, nr;

static bool grow(void)
{
	unsigned long size = mask ? 2 * (mask + 1) : 4096;
	uint64_t *bigger = calloc(size, sizeof(*bigger));

	if (!bigger)
		return false;
	for (unsigned long i = 0; mask && i <= mask; i++) {
		unsigned long k = table[i] & (size - 1);

		if (!table[i])
			continue;
		while (bigger[k])
			k = (k + 1) & (size - 1);
		bigger[k] = table[i];
	}
	free(table);
	table = bigger;
	mask = size - 1;
	return true;
}

static bool insert(uint64_t f, bool *is_new)
{
	unsigned long i;

	f = f ? f : 1;
	if (2 * (nr + 1) > mask && !grow())
		return false;
	for (i = f & mask; table[i]; i = (i + 1) & mask) {
		if (table[i] == f) {
			*is_new = false;
			return true;
		}
	}
	table[i] = f;
	nr++;
	*is_new = true;
	return true;
}

bool classes_add(struct ls_explore *x)
{
	bool is_new = true;

	if (!x->fingerprints && E.strategy->exhaustive) {
		x->classes++;
		x->last_new = x->executions;
		return true;
	}
	if (!insert(trace_fingerprint(), &is_new)) {
		snprintf(x->error, sizeof(x->error), "out of memory for %lu classes", nr);
		return false;
	}
	x->classes = nr;
	if (is_new)
		x->last_new = x->executions;
	if (x->saturate && x->executions - x->last_new >= x->saturate) {
		x->why_not = "no new class for a long time";
		return false;
	}
	return true;
}

void classes_free(void)
{
	free(table);
	free(sorted);
	table = sorted = NULL;
	mask = nr = 0;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

const uint64_t *ls_explore_classes(unsigned long *count)
{
	unsigned long n = 0;

	free(sorted);
	*count = 0;
	sorted = malloc((nr + 1) * sizeof(*sorted));
	if (!sorted)
		return NULL;
	for (unsigned long i = 0; mask && i <= mask; i++) {
		if (table[i])
			sorted[n++] = table[i];
	}
	qsort(sorted, n, sizeof(*sorted), compare);
	*count = n;
	return sorted;
}

uint64_t ls_explore_fingerprint(void)
{
	return trace_fingerprint();
}
