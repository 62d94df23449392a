// SPDX-License-Identifier: MIT
/* Going back: data of an object, heap, stacks, arena pages, mappings. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "lockstep/crash.h"
#include "lockstep/fibre.h"
#include "lockstep/os.h"
#include "module.h"

#define PAGE   4096UL
#define ROUNDS 4

static struct os_fibre base, task, other;
static struct os_arena arena;
static char *old_block, *old_freed, *window, *reserved_before;
static char *new_block[ROUNDS], *new_reserved[ROUNDS];
static char area[3 * PAGE] __attribute__((aligned(4096)));
static char odd[100];
static int round_nr; /* of this program: not covered */
static volatile char *nobodys;

/* --- one execution -------------------------------------------------------------------- */

static void change_arena(void)
{
	char *p = arena.base;

	CHECK(p[0] == 'a' && p[PAGE] == 'b' && !p[10 * PAGE]);
	p[0] = 'x';
	p[10 * PAGE] = 'x';
	/* Through another mapping: one from before, and one of this execution. */
	CHECK(window[0] == 'b');
	window[0] = 'y';
	CHECK(p[PAGE] == 'y');
	CHECK(!os_arena_unmap(window, PAGE));
	CHECK(!os_arena_map(&arena, window + PAGE, 20 * PAGE, PAGE, 3));
	window[PAGE] = 'z';
	CHECK(p[20 * PAGE] == 'z');
}

static void change_reserved(void)
{
	char *r = os_reserve(5 * PAGE), *p = arena.base;

	CHECK(r && r != reserved_before);
	new_reserved[round_nr] = r;
	CHECK(!os_arena_map(&arena, r + PAGE, 30 * PAGE, 2 * PAGE, 3));
	CHECK(!r[PAGE]);
	r[PAGE] = 1;
	CHECK(p[30 * PAGE] == 1);
	os_unreserve(r, 5 * PAGE);
	os_unreserve(reserved_before, 2 * PAGE);
}

static void change_heap(void)
{
	char *b;

	CHECK(old_block[0] == 'o' && old_block[9999] == 'o');
	CHECK(os_heap_state(old_block) == OS_HEAP_LIVE);
	CHECK(os_heap_state(old_freed) == OS_HEAP_FREED);
	old_block[0] = 'n';
	os_free(old_block);
	CHECK(os_heap_state(old_block) == OS_HEAP_FREED);
	for (int i = 0; i < 10; i++) {
		b = os_alloc_raw(1000, 16);
		CHECK(b && b[0] == b[999]);
		memset(b, 'h', 1000);
	}
	new_block[round_nr] = b;
	os_free(b);
	CHECK(!os_heap_scan(NULL, NULL));
}

static void change_data(void)
{
	CHECK(module_sum() == MODULE_SUM);
	module_change(3);
	CHECK(module_sum() != MODULE_SUM);
	for (unsigned int i = 0; i < sizeof(area); i++) {
		CHECK(area[i] == 1);
		area[i] = 2;
	}
	for (unsigned int i = 0; i < sizeof(odd); i++) {
		CHECK(odd[i] == 3);
		odd[i] = 4;
	}
}

/* A system call writes: it must find pages that it may write to. */
static void change_by_system(void)
{
	static char from[2 * PAGE];

	CHECK(os_copy_user((char *)arena.base + 40 * PAGE, from, sizeof(from), 1) == sizeof(from));
	CHECK(os_copy_user((char *)arena.base + 50 * PAGE, from, sizeof(from), 0) == sizeof(from));
}

static void work(void *arg)
{
	int here = 1, seen = 0;
	char local[3 * PAGE];

	memset(local, 1, sizeof(local));
	os_fibre_switch(&task, &base);
	/* The snapshot is taken here, and here each execution begins. */
	CHECK(here == 1 && !seen);
	for (unsigned int i = 0; i < sizeof(local); i++)
		CHECK(local[i] == 1);
	here = 2;
	seen++;
	memset(local, 2, sizeof(local));
	change_data();
	change_heap();
	change_arena();
	change_reserved();
	change_by_system();
	os_fibre_switch(&task, &base);
	CHECK(0);
}

static void another(void *arg)
{
	os_fibre_switch(&other, &base);
	CHECK(0);
}

/* --- before and after -------------------------------------------------------------------- */

static void set_up(void)
{
	char *p;

	memset(area, 1, sizeof(area));
	memset(odd, 3, sizeof(odd));
	CHECK(!os_heap_on());
	CHECK(!os_arena_create(&arena, 64UL << 20));
	p = arena.base;
	p[0] = 'a';
	p[PAGE] = 'b';
	window = os_reserve(2 * PAGE);
	reserved_before = os_reserve(2 * PAGE);
	CHECK(window && reserved_before);
	CHECK(!os_arena_map(&arena, window, PAGE, PAGE, 3));
	CHECK(!os_arena_map(&arena, reserved_before, 0, PAGE, 1));
	os_heap_owner = 1;
	old_block = os_alloc_raw(10000, 16);
	memset(old_block, 'o', 10000);
	old_freed = os_alloc(100);
	os_free(old_freed);
	CHECK(!os_snapshot_object(&module_data));
	CHECK(!os_snapshot_object(&module_data)); /* twice is once */
	CHECK(os_snapshot_object((void *)nobodys) == -ENOENT);
	CHECK(!os_snapshot_object(&ls_seam)); /* of the library */
	CHECK(!os_snapshot_range(area, sizeof(area)));
	CHECK(!os_snapshot_range(odd, sizeof(odd)));
}

static void check_all_back(void)
{
	char *p = arena.base;

	CHECK(module_sum() == MODULE_SUM);
	CHECK(area[0] == 1 && area[2 * PAGE] == 1 && odd[0] == 3 && odd[99] == 3);
	CHECK(p[0] == 'a' && p[PAGE] == 'b' && !p[10 * PAGE] && !p[20 * PAGE] && !p[30 * PAGE]);
	CHECK(window[0] == 'b' && reserved_before[0] == 'a');
	CHECK(os_heap_state(old_block) == OS_HEAP_LIVE && old_block[0] == 'o');
	CHECK(os_heap_state(new_block[round_nr]) == OS_HEAP_UNUSED);
	CHECK(!os_heap_scan(NULL, NULL));
}

/* What is not covered, or not mapped any more, is a crash as ever. */
static void dies(volatile char *at)
{
	pid_t pid = fork();
	int status;

	CHECK(pid >= 0);
	if (!pid) {
		/* No word of a sanitizer about it. */
		close(2);
		*at = 1;
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFSIGNALED(status) ? WTERMSIG(status) == SIGSEGV : WEXITSTATUS(status) != 0);
}

static void test_rounds(void)
{
	struct os_snapshot_stats stats, last = { 0 };

	CHECK(!os_snapshot_take());
	for (round_nr = 0; round_nr < ROUNDS; round_nr++) {
		os_heap_owner = 1;
		os_fibre_switch(&base, &task);
		CHECK(odd[0] == 4);
		os_snapshot_restore();
		check_all_back();
		/* Nothing depends on what an execution before did. */
		CHECK(new_block[round_nr] == new_block[0]);
		CHECK(new_reserved[round_nr] == new_reserved[0]);
		os_snapshot_stats(&stats);
		CHECK(stats.pages > 100 && stats.hot > 5 && stats.heap_peak > 10000);
		/* After the first one no page is written to for the first time. */
		CHECK(!round_nr || stats.hot == last.hot);
		last = stats;
	}
	dies(nobodys);
	dies(window + PAGE);
	dies(NULL);
}

/* A later snapshot replaces the first. */
static void test_again(void)
{
	module_change(1);
	area[0] = 7;
	CHECK(!os_snapshot_take());
	CHECK(area[0] == 7);
	module_change(1);
	area[0] = 8;
	os_snapshot_restore();
	CHECK(area[0] == 7 && module_data == 6 && module_bss == 1);
}

/* For the eye: what it costs to go back over 20 pages. */
static void measure(void)
{
	const int n = 20000, nr = 20;
	char *p = arena.base;
	struct os_snapshot_stats stats;
	struct timespec a, b;

	CHECK(!os_snapshot_take());
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	for (int i = 0; i < n; i++)
		os_snapshot_restore();
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	os_snapshot_stats(&stats);
	printf("going back over %lu pages: %.0f ns\n", stats.hot,
	       ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / n);
	for (int i = 0; i < nr; i++)
		p[i * 7 * PAGE] = 1;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	for (int i = 0; i < n; i++)
		os_snapshot_restore();
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	os_snapshot_stats(&stats);
	printf("going back over %lu pages: %.0f ns\n", stats.hot,
	       ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / n);
}

int main(void)
{
	int err = os_fibre_reserve(4);

	if (err == -ENOSYS)
		return SKIPPED;
	CHECK(!err);
	os_crash_init(0);
	nobodys = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	set_up();
	os_fibre_self(&base);
	os_fibre_make(&task, 0, work, NULL);
	os_fibre_make(&other, 2, another, NULL);
	os_fibre_switch(&base, &task);
	os_fibre_switch(&base, &other);
	test_rounds();
	test_again();
	measure();
	return 0;
}
