// SPDX-License-Identifier: MIT
/*
 * The ladder, as text.   usage: ladder GOLDEN: compare with the texts in that file
 *				  ladder --show: print them, to become that file
 */
#include <stdarg.h>

#include "check.h"
#include "made.h"

static char text[16 << 20];
static size_t len;
static unsigned int widest;
static bool show;
static char golden[1 << 20];

static void take(void *arg, const char *line)
{
	unsigned int columns = 0;

	for (const char *p = line; *p; p++)
		columns += ((unsigned char)*p & 0xc0) != 0x80;
	if (columns > widest)
		widest = columns;
	len += snprintf(text + len, sizeof(text) - len, "%s\n", line);
	check(len < sizeof(text));
	check(!*line || line[strlen(line) - 1] != ' ');
}

static void draw(enum ls_verdict verdict, const char *rule, struct ls_ladder l)
{
	struct ls_view v = made_view(verdict, rule);

	len = widest = 0;
	text[0] = '\0';
	check_int(ls_ladder(&v, &l, take, NULL), 0);
	ls_view_fini(&v);
	check(widest <= l.width);
}

/* As ladder.golden has it, where it stands behind "--- NAME". */
static void looks(const char *name)
{
	char head[64], *at;

	if (show) {
		printf("--- %s\n%s", name, text);
		return;
	}
	snprintf(head, sizeof(head), "--- %s\n", name);
	at = strstr(golden, head);
	check_has(golden, head);
	if (at)
		check_at(!strncmp(at + strlen(head), text, len) &&
				 (!at[strlen(head) + len] || !strncmp(at + strlen(head) + len, "--- ", 4)),
			 __LINE__, name, text, at);
}

#define LOCK   "ww_mutex_lock<dma_resv_lock~<"
#define UNLOCK "ww_mutex_unlock<dma_resv_unlock~<"

/* The last reference is dropped while the shrinker is at work on the same buffer. */
static void make_free_and_shrinker(void)
{
	struct ls_step *s;

	nr_made = 0;
	step(1, "last unref", LS_OP_RMW, LS_WRITE, 3, "bo", "refcount_dec_and_test~<kref_put~<unref!");
	strcpy(made[0].text, "-> 0");
	step(2, "shrinker", LS_OP_LOCK, LS_ACQUIRE, 4, "resv", LOCK "shrink!");
	s = step(2, "shrinker", LS_OP_LOCK, LS_ACQUIRE, 4, "resv", LOCK "put_pages!<shrink!");
	strcpy(s->text, "already held by task 2");
}

static void test_two(void)
{
	struct ls_step *s;

	make_free_and_shrinker();
	nr_made--;
	/* Task 1 comes to the lock behind its step 0, but cannot have it before the end. */
	s = step(1, "last unref", LS_OP_LOCK, LS_NONE, 4, "resv", LOCK "unref!");
	s->blocked = 0;
	s->waited_for = 2;
	s->result = LS_WAIT_STUCK;
	draw(LS_VERDICT_DEADLOCK, "", (struct ls_ladder){ .width = 80 });
	looks("deadlock-80");
	make_free_and_shrinker();
	draw(LS_VERDICT_FAILED, "self-deadlock", (struct ls_ladder){ .width = 80 });
	looks("self-80");
	draw(LS_VERDICT_FAILED, "self-deadlock", (struct ls_ladder){ .width = 100, .utf8 = true });
	looks("self-100-utf8");
	draw(LS_VERDICT_FAILED, "self-deadlock", (struct ls_ladder){ .width = 80, .all = true });
	looks("self-80-all");
}

/* A ring of @nr tasks, each of which holds one lock and wants that of the next. */
static void make_ring(unsigned int nr)
{
	char comm[16];

	nr_made = 0;
	for (unsigned int i = 0; i < 4; i++)
		step(0, "case", LS_OP_STORE, LS_WRITE, 100 + i, "", "init!<case!");
	for (unsigned int t = 1; t <= nr; t++) {
		snprintf(comm, sizeof(comm), "philosopher %u", t);
		step(t, comm, LS_OP_LOCK, LS_ACQUIRE, t, "fork", "mutex_lock<eat!<philosopher!");
	}
	for (unsigned int t = 1; t <= nr; t++) {
		struct ls_step *s;

		snprintf(comm, sizeof(comm), "philosopher %u", t);
		s = step(t, comm, LS_OP_LOCK, LS_NONE, t % nr + 1, "fork", "mutex_lock<eat!<philosopher!");
		s->blocked = (int)(3 + t);
		s->waited_for = (int)(t % nr + 1);
		s->result = LS_WAIT_STUCK;
	}
}

static void test_rings(void)
{
	make_ring(3);
	draw(LS_VERDICT_DEADLOCK, "", (struct ls_ladder){ .width = 80 });
	looks("ring-3-80");
	make_ring(5);
	draw(LS_VERDICT_DEADLOCK, "", (struct ls_ladder){ .width = 80 });
	looks("ring-5-80");
	make_ring(5);
	draw(LS_VERDICT_DEADLOCK, "", (struct ls_ladder){ .width = 132 });
	looks("ring-5-132");
}

/* What one task does on its own is folded; setup and the end of the case are left out. */
static void test_folds(void)
{
	struct ls_step *s;

	nr_made = 0;
	for (unsigned int i = 0; i < 20; i++)
		step(0, "case", LS_OP_ALLOC, LS_NONE, 0, "", "kmalloc<make_bo!<case!");
	step(0, "case", LS_OP_LOCK, LS_ACQUIRE, 1, "dev", "mutex_lock<case!");
	for (unsigned int i = 0; i < 12; i++)
		step(1, "importer", LS_OP_STORE, LS_WRITE, 50 + i, "", "fill!<import!<importer_fn!");
	step(1, "importer", LS_OP_STORE, LS_WRITE, 2, "", "import!<importer_fn!");
	s = step(2, "exporter", LS_OP_LOAD, LS_READ, 2, "", "export!<exporter_fn!");
	s->time = 3000000;
	s = step(2, "exporter", LS_OP_ALLOC, LS_NONE, 0, "", "__kmalloc<kmalloc~<export!<exporter_fn!");
	s->choice.value = 1;
	s->time = 3000000;
	s = step(2, "exporter", LS_OP_TRYLOCK, LS_TRY_FAILED, 1, "dev",
		 "mutex_trylock<export!<exporter_fn!");
	s->time = 3000000;
	step(1, "importer", LS_OP_RCU, LS_NONE, 0, "", "rcu_read_lock~<import!<importer_fn!");
	for (unsigned int i = 0; i < 14; i++)
		step(1, "importer", LS_OP_RMW, LS_WRITE, 7, "count",
		     i == 6 ? "atomic_inc~<odd_one!<importer_fn!" : "atomic_inc~<import!<importer_fn!");
	step(2, "exporter", LS_OP_RMW, LS_WRITE, 7, "count", "atomic_dec~<export!<exporter_fn!");
	step(0, "case", LS_OP_UNLOCK, LS_RELEASE, 1, "dev", "mutex_unlock<case!");
	for (unsigned int i = 0; i < 9; i++)
		step(0, "case", LS_OP_STORE, LS_WRITE, 70 + i, "", "destroy!<case!");
	draw(LS_VERDICT_OK, "", (struct ls_ladder){ .width = 80 });
	looks("folds");
}

/* The case starts two threads and waits for them: it needs no column. */
static void test_main(void)
{
	struct ls_step *s;

	nr_made = 0;
	step(0, "case", LS_OP_QUEUE, LS_WRITE, 9, "", "kthread_run~<case!");
	step(1, "a", LS_OP_LOCK, LS_ACQUIRE, 1, "resv", LOCK "a_fn!");
	step(0, "case", LS_OP_QUEUE, LS_WRITE, 10, "", "kthread_run~<case!");
	s = step(1, "a", LS_OP_UNLOCK, LS_RELEASE, 1, "resv", UNLOCK "a_fn!");
	s = step(2, "b", LS_OP_LOCK, LS_ACQUIRE, 1, "resv", LOCK "b_fn!");
	s->blocked = 2;
	s->waited_for = 1;
	s = step(0, "case", LS_OP_WAIT, LS_READ, 11, "done", "wait_for_completion<case!");
	s->blocked = 3;
	step(2, "b", LS_OP_UNLOCK, LS_RELEASE, 1, "resv", UNLOCK "b_fn!");
	step(0, "case", LS_OP_WAIT, LS_READ, 12, "done", "wait_for_completion<case!");
	draw(LS_VERDICT_OK, "", (struct ls_ladder){ .width = 80 });
	looks("main");
}

/* Names longer than a column, control characters in them, and chains without any names. */
static void test_odd(void)
{
	struct ls_step *s;

	nr_made = 0;
	s = step(1, "a\033[2J\nb", LS_OP_LOCK, LS_ACQUIRE, 1, "reservation_of_a_very_long_named_thing",
		 "some_lock_function_with_a_name_that_has_no_end_at_all<"
		 "a_driver_function_whose_name_goes_on_for_ever_and_ever!<fn!");
	strcpy(s->text, "taken at the third attempt only");
	step(2, "", LS_OP_RMW, LS_WRITE, 1, "", "");
	s = step(2, "", LS_OP_UNLOCK, LS_RELEASE, 1, "", "?");
	s->stack.pc[0] = 4294967295;
	draw(LS_VERDICT_FAILED, "wrong-unlocker", (struct ls_ladder){ .width = 80 });
	looks("odd");
	/* No steps at all: the verdict alone. */
	nr_made = 0;
	draw(LS_VERDICT_CRASH, "", (struct ls_ladder){ .width = 80 });
	looks("no-steps");
	/* One task. */
	for (unsigned int i = 0; i < 30; i++)
		step(0, "case", LS_OP_STORE, LS_WRITE, i + 1, "", "init!<case!");
	draw(LS_VERDICT_FAILED, "warn", (struct ls_ladder){ .width = 80 });
	looks("one-task");
}

/* Of many tasks and steps each line still fits, and each is at most as long as asked for. */
static void test_many(void)
{
	char comm[16], *lines;
	unsigned int nr = 0;

	for (unsigned int width = 80; width < 400; width += 37) {
		nr_made = 0;
		for (unsigned int i = 0; i < 5000; i++) {
			unsigned int t = i * 2654435761u % 200;

			snprintf(comm, sizeof(comm), "worker/%u", t);
			step(t, comm, LS_OP_LOCK, LS_ACQUIRE, i % 17, "lock", "mutex_lock<work!<fn!");
		}
		draw(LS_VERDICT_FAILED, "lock-order", (struct ls_ladder){ .width = width });
		draw(LS_VERDICT_FAILED, "lock-order", (struct ls_ladder){ .width = width, .all = true });
	}
	/* With all of them shown each step has its number. */
	for (lines = text; (lines = strchr(lines, '\n')); lines++)
		nr++;
	check(nr >= 5000);
	check_has(text, "\n5000 ");
	check_has(text, "\n   1 ");
}

int main(int argc, char **argv)
{
	FILE *f;

	if (argc != 2)
		return 99;
	show = !strcmp(argv[1], "--show");
	f = show ? NULL : fopen(argv[1], "r");
	if (!show && (!f || !fread(golden, 1, sizeof(golden) - 1, f)))
		return 99;
	test_two();
	test_rings();
	test_folds();
	test_main();
	test_odd();
	test_many();
	return check_result();
}
