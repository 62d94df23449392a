// SPDX-License-Identifier: MIT
/*
 * Pages and traces of made-up executions, for timeline.py to look into.
 * usage: timeline DIRECTORY: writes NAME.html and NAME.json for each of them
 */
#include <unistd.h>

#include "check.h"
#include "made.h"

static char err[LS_VIEW_ERR];

static void write_both(const char *name, const struct ls_view *v)
{
	char path[64];

	snprintf(path, sizeof(path), "%s.html", name);
	check_int(ls_timeline_html(v, path, err), 0);
	snprintf(path, sizeof(path), "%s.json", name);
	check_int(ls_timeline_json(v, path, err), 0);
}

/* @nr_steps of @nr_tasks that take, hold and give back locks, now and then wait, and end stuck. */
static void make_work(unsigned int nr_tasks, unsigned int nr_steps)
{
	unsigned int locks = nr_tasks + 1, holder[64] = { 0 }, seed = 12345;
	char comm[16], *names[] = { "resv", "dev->lock", "bo->pages_lock" };

	nr_made = 0;
	while (nr_made < nr_steps) {
		unsigned int t, o, what;
		struct ls_step *s;

		seed = seed * 1103515245 + 12345;
		t = 1 + (seed >> 16) % nr_tasks;
		o = 1 + (seed >> 8) % locks;
		what = (seed >> 24) % 4;
		snprintf(comm, sizeof(comm), "worker/%u", t);
		if (what == 3) {
			s = step(t, comm, LS_OP_RMW, LS_WRITE, 100 + t, "bo",
				 "refcount_dec_and_test~<drm_gem_object_put<release_pages!<worker_fn!");
		} else if (!holder[o]) {
			s = step(t, comm, LS_OP_LOCK, LS_ACQUIRE, o, names[o % 3],
				 "ww_mutex_lock<dma_resv_lock~<get_pages!<prepare!<worker_fn!");
			holder[o] = t;
		} else if (holder[o] == t) {
			s = step(t, comm, LS_OP_UNLOCK, LS_RELEASE, o, names[o % 3],
				 "ww_mutex_unlock<dma_resv_unlock~<get_pages!<prepare!<worker_fn!");
			holder[o] = 0;
		} else {
			s = step(t, comm, LS_OP_TRYLOCK, LS_TRY_FAILED, o, names[o % 3],
				 "ww_mutex_trylock<dma_resv_trylock~<shrink!<worker_fn!");
			if (nr_made > 5) {
				s->blocked = (int)nr_made - 5;
				s->waited_for = (int)holder[o];
			}
		}
		s->time = nr_made / 50 * 4000000ULL;
	}
}

static void make_odd(void)
{
	struct ls_step *s;

	nr_made = 0;
	s = step(1, "<&\"'>\001\377", LS_OP_LOCK, LS_ACQUIRE_SHARED, 1, "a<b>&\"c\"",
		 "down_read<</script><script>alert(1)</script>!<fn!");
	strcpy(s->text, "<b>taken</b> & \"kept\"");
	step(2, "", LS_OP_RMW, LS_WRITE, 1, "", "");
	s = step(2, "late", LS_OP_ALLOC, LS_NONE, 0, "", "kmalloc<alloc_bo!<fn!");
	s->choice.value = 1;
}

/* Bad ends: each is one line that names the file. */
static void test_trouble(const struct ls_view *v)
{
	check_int(ls_timeline_html(v, "/dev/full", err), -1);
	check_has(err, "cannot write page /dev/full: No space left on device; make room there");
	check_int(ls_timeline_json(v, "/dev/full", err), -1);
	check_has(err, "cannot write trace /dev/full: No space left on device; make room there");
	check_int(ls_timeline_html(v, ".", err), -1);
	check_has(err, "cannot write page .: Is a directory");
	check_int(ls_timeline_json(v, "none/x.json", err), -1);
	check_has(err, "cannot write trace none/x.json: No such file or directory");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		unsigned int tasks, steps;
	} works[] = { { "two", 2, 40 }, { "three", 3, 60 }, { "many", 14, 500 } };
	struct ls_view v;

	if (argc != 2 || chdir(argv[1]))
		return 99;
	for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++) {
		make_work(works[i].tasks, works[i].steps);
		v = made_view(LS_VERDICT_FAILED, "self-deadlock");
		write_both(works[i].name, &v);
		ls_view_fini(&v);
	}
	make_odd();
	v = made_view(LS_VERDICT_FAILED, "<rule>");
	v.title = "suite.<case>&";
	write_both("odd", &v);
	ls_view_fini(&v);
	nr_made = 0;
	v = made_view(LS_VERDICT_OK, "");
	write_both("empty", &v);
	test_trouble(&v);
	ls_view_fini(&v);
	return check_result();
}
