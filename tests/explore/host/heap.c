// SPDX-License-Identifier: MIT
/* The exploring heap: addresses by owner alone, states, late writes. */
#include <stdint.h>
#include <string.h>

#include "check.h"
#include "lockstep/fibre.h"
#include "lockstep/os.h"

#define NR   50
#define PART (64UL << 20) /* of an owner */

#if defined(__SANITIZE_THREAD__)
#define UNDER_TSAN 1
#else
#define UNDER_TSAN 0
#endif

static void *take_for(unsigned int owner, unsigned long size)
{
	os_heap_owner = owner;
	return os_alloc_raw(size, 16);
}

/* Where in its own part of the heap. */
static unsigned long place_of(const void *p, unsigned int owner)
{
	unsigned long at = 0;

	CHECK(os_heap_owner_of(p, &at) == (int)owner && at < PART);
	CHECK(os_heap_offset(p) % PART == at);
	return at;
}

/* 10 and 11 take turns; 12 and 13 do the same one after the other: addresses are alike. */
static void test_owners(void)
{
	unsigned long place[2][NR];

	for (int i = 0; i < NR; i++) {
		place[0][i] = place_of(take_for(10, i * 7), 10);
		place[1][i] = place_of(take_for(11, i * 9), 11);
		CHECK(!i || place[0][i] > place[0][i - 1]);
	}
	for (int i = 0; i < NR; i++)
		CHECK(place_of(take_for(13, i * 9), 13) == place[1][i]);
	for (int i = 0; i < NR; i++)
		CHECK(place_of(take_for(12, i * 7), 12) == place[0][i]);
}

static void test_contents(void)
{
	unsigned char *raw, *again, *zeroed;

	os_heap_owner = 1;
	zeroed = os_alloc(1000);
	for (int i = 0; i < 1000; i++)
		CHECK(!zeroed[i]);
	raw = os_alloc_raw(100, 16);
	again = os_alloc_raw(100, 256);
	CHECK(!((uintptr_t)again & 255));
	CHECK(!memcmp(raw, again, 100));
	CHECK(!os_alloc(65UL << 20));
	CHECK(!os_alloc(~0UL));
	/* What is too large for it takes nothing away. */
	CHECK(os_alloc_raw(16, 16));
}

static void test_states(void)
{
	unsigned long size;
	char *a, *b, *c, on_stack;

	os_heap_owner = 2;
	a = os_alloc(40);
	b = os_alloc(5000);
	c = os_alloc(1);
	CHECK(os_heap_state(&on_stack) == OS_HEAP_FOREIGN && !os_heap_block(&on_stack, NULL));
	CHECK(os_heap_offset(&on_stack) == ~0UL && os_heap_owner_of(&on_stack, &size) == -1);
	CHECK(os_heap_state(a) == OS_HEAP_LIVE && os_heap_state(a + 39) == OS_HEAP_LIVE);
	CHECK(os_heap_state(c + 4096) == OS_HEAP_UNUSED);
	CHECK(os_heap_state(a - 1) == OS_HEAP_UNUSED);
	CHECK(os_heap_block(b + 4999, &size) == b && size == 5000);
	CHECK(os_heap_block(b, &size) == b && size == 5000);
	os_free(b);
	CHECK(os_heap_state(b) == OS_HEAP_FREED && os_heap_state(b + 4999) == OS_HEAP_FREED);
	CHECK(os_heap_state(a) == OS_HEAP_LIVE && os_heap_state(c) == OS_HEAP_LIVE);
	CHECK(os_heap_block(b + 4999, &size) == b && size == 5000);
	CHECK(os_heap_block(c, &size) == c && size == 1);
	os_free(b);	/* twice: the caller's concern, nothing happens here */
	os_free(c + 1); /* no block */
	CHECK(os_heap_state(c) == OS_HEAP_LIVE && os_heap_state(b) == OS_HEAP_FREED);
	os_free(c);
	CHECK((char *)os_alloc(16) > c); /* never given out again */
}

struct late {
	const void *block;
	unsigned long size, at;
	unsigned int calls;
};

static void note(const void *block, unsigned long size, unsigned long at, void *arg)
{
	struct late *l = arg;

	*l = (struct late){ block, size, at, l->calls + 1 };
}

__attribute__((no_sanitize("address"))) static void poke(volatile char *p)
{
	*p = 1;
}

static void test_late(void)
{
	struct late late = { 0 };
	char *a, *b;

	os_heap_owner = 3;
	a = os_alloc(100);
	b = os_alloc(333);
	memset(a, 'a', 100);
	memset(b, 'b', 333);
	os_free_but(a, 8);
	os_free(b);
	CHECK(!memcmp(a, "aaaaaaaa", 8));
	CHECK(os_heap_scan(note, &late) == 0 && !late.calls);
	poke(a + 4); /* was left to the caller */
	CHECK(os_heap_scan(note, &late) == 0);
	poke(b + 332);
	CHECK(os_heap_scan(note, &late) == 1 && late.calls == 1);
	CHECK(late.block == b && late.size == 333 && late.at == 332);
	poke(a + 8);
	CHECK(os_heap_scan(NULL, NULL) == 2);
}

int main(void)
{
	void *before = os_alloc(10);

	if (UNDER_TSAN)
		return SKIPPED;
	CHECK(before);
	CHECK(!os_heap_is_on() && os_heap_state(before) == OS_HEAP_FOREIGN);
	CHECK(!os_heap_on() && !os_heap_on() && os_heap_is_on());
	os_free(before);
	test_owners();
	test_contents();
	test_states();
	test_late();
	return 0;
}
