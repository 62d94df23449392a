// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "map.h"
#include "output.h"
#include "judge_private.h"

static void *fail(char **error, const char *what, const char *path)
{
	if (asprintf(error, "cannot %s %s: %s", what, path, strerror(errno)) < 0)
		ls_no_memory();
	return NULL;
}

/* --- keys -------------------------------------------------------------------------------- */

/* Of this very program: another build of the checker may find other things. */
static int stamp(uint64_t hash[2], char **error)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *bytes;

	if (fd < 0 || fstat(fd, &st)) {
		fail(error, "read", "/proc/self/exe");
		return -1;
	}
	bytes = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (bytes == MAP_FAILED) {
		fail(error, "read", "/proc/self/exe");
		return -1;
	}
	hash[0] = ls_hash(bytes, st.st_size, 1);
	hash[1] = ls_hash_u64(hash[0] + 2);
	munmap(bytes, st.st_size);
	return 0;
}

static void hash_in(uint64_t hash[2], const void *bytes, size_t len)
{
	hash[0] = ls_hash(bytes, len, hash[0]);
	hash[1] = ls_hash(bytes, len, hash[1]);
}

static void make_key(struct ls_judge_private *p, struct ls_judge_group *g, const uint64_t begin[2])
{
	uint64_t hash[2] = { begin[0], begin[1] };

	hash_in(hash, &p->o.model->hash, sizeof(p->o.model->hash));
	hash_in(hash, g->name, strlen(g->name));
	for (size_t i = 0; i < g->nr_units; i++) {
		const struct ls_source *s = p->source[g->unit[i]];

		hash_in(hash, s->path, strlen(s->path) + 1);
		hash_in(hash, s->group, strlen(s->group) + 1);
		hash_in(hash, &s->hash, sizeof(s->hash));
	}
	snprintf(g->key, sizeof(g->key), "%016" PRIx64 "%016" PRIx64, hash[0], hash[1]);
}

/* --- planning -------------------------------------------------------------------------  */

/* Beside the units. */
static int make_dir(struct ls_judge_private *p, char **error)
{
	p->dir = ls_arena_printf(p->arena, "%s/../results", p->o.tree->unit_dir);
	if (!mkdir(p->dir, 0777) || errno == EEXIST)
		return 0;
	fail(error, "make", p->dir);
	return -1;
}

static int open_units(struct ls_judge_private *p, char **error)
{
	const struct ls_tree *tree = p->o.tree;

	p->unit = ls_arena_array(p->arena, tree->nr, sizeof(*p->unit));
	p->source = ls_arena_array(p->arena, tree->nr, sizeof(*p->source));
	for (size_t i = 0; i < tree->nr; i++) {
		if (!tree->source[i].unit)
			continue;
		p->source[p->nr_units] = &tree->source[i];
		p->unit[p->nr_units] = ls_unit_open(tree->source[i].unit, error);
		if (!p->unit[p->nr_units])
			return -1;
		p->nr_units++;
	}
	return 0;
}

struct ls_judge *ls_judge_plan(const struct ls_judge_options *o, char **error)
{
	struct ls_arena *arena = ls_arena_create();
	struct ls_judge *run = ls_arena_alloc(arena, sizeof(*run));
	uint64_t hash[2];

	run->p = ls_arena_alloc(arena, sizeof(*run->p));
	run->p->arena = arena;
	run->p->o = *o;
	if (!run->p->o.jobs)
		run->p->o.jobs = sysconf(_SC_NPROCESSORS_ONLN) > 0 ? sysconf(_SC_NPROCESSORS_ONLN) : 1;
	if (make_dir(run->p, error) || stamp(hash, error) || open_units(run->p, error)) {
		ls_judge_free(run);
		return NULL;
	}
	ls_judge_find_groups(run);
	for (size_t i = 0; i < run->nr; i++)
		make_key(run->p, &run->group[i], hash);
	return run;
}

void ls_judge_skip_same(struct ls_judge *a, struct ls_judge *b)
{
	size_t j = 0;

	for (size_t i = 0; i < a->nr; i++) {
		while (j < b->nr && strcmp(b->group[j].name, a->group[i].name) < 0)
			j++;
		if (j < b->nr && !strcmp(b->group[j].key, a->group[i].key))
			a->group[i].skip = b->group[j].skip = 1;
	}
}

void ls_judge_free(struct ls_judge *run)
{
	if (!run)
		return;
	for (size_t i = 0; i < run->p->nr_units; i++)
		ls_unit_close(run->p->unit[i]);
	for (size_t i = 0; i < run->nr; i++)
		free(run->group[i].lost);
	ls_arena_destroy(run->p->arena);
}

/* --- going ----------------------------------------------------------------------------  */

/* One of the runs that go together, and what came of it. */
struct side {
	struct ls_judge *run;
	struct ls_collected *collected;
};

/* A group that has to be judged. */
struct work {
	struct side *side;
	struct ls_judge_group *group;
};

struct going {
	struct side *side;
	size_t nr_sides;
	struct work *todo;
	size_t nr, done;
};

static void tell(const struct going *going)
{
	const struct ls_judge_options *o = &going->side[0].run->p->o;

	if (o->progress)
		o->progress(o->arg, "analysing", going->done, going->nr);
}

static int judge(void *arg, size_t i)
{
	const struct work *work = &((struct going *)arg)->todo[i];

	return ls_result_make(work->side->run, work->group);
}

static int judged(void *arg, size_t i, const char *why)
{
	struct going *going = arg;
	const struct work *work = &going->todo[i];

	going->done++;
	tell(going);
	if (!why && ls_collect(work->side->collected, work->side->run, work->group))
		why = "its result cannot be read back from the cache";
	if (why)
		work->group->lost = strdup(why);
	if (why && !work->group->lost)
		ls_no_memory();
	/* A full disk will not get better. */
	return why && !strncmp(why, "cannot write ", 13) ? -1 : 0;
}

/* The largest first, so that the end does not wait for one of them. */
static int by_size(const void *a, const void *b)
{
	const struct ls_judge_group *x = ((const struct work *)a)->group;
	const struct ls_judge_group *y = ((const struct work *)b)->group;

	return x->size != y->size ? (x->size < y->size ? 1 : -1) : strcmp(x->name, y->name);
}

static void find_work(struct going *going)
{
	size_t all = 0;

	for (size_t k = 0; k < going->nr_sides; k++)
		all += going->side[k].run->nr;
	going->todo = ls_arena_array(going->side[0].run->p->arena, all, sizeof(*going->todo));
	for (size_t k = 0; k < going->nr_sides; k++) {
		struct side *side = &going->side[k];

		for (size_t i = 0; i < side->run->nr; i++) {
			struct ls_judge_group *g = &side->run->group[i];

			if (g->skip)
				continue;
			g->cached = 1;
			if (!side->run->p->o.anew && !ls_collect(side->collected, side->run, g))
				continue;
			g->cached = 0;
			going->todo[going->nr++] = (struct work){ side, g };
		}
	}
	if (going->nr)
		qsort(going->todo, going->nr, sizeof(*going->todo), by_size);
}

/* Why the pool stopped, in a line; NULL for a signal. */
static char *reason(const struct going *going, int ret)
{
	char *why = NULL;

	for (size_t i = 0; ret == -ECANCELED && i < going->nr; i++) {
		const char *lost = going->todo[i].group->lost;

		if (lost && asprintf(&why, "%s; --cache DIR puts the cache elsewhere", lost) < 0)
			ls_no_memory();
		if (lost)
			return why;
	}
	if (ret != -EINTR && asprintf(&why, "cannot start a process: %s", strerror(-ret)) < 0)
		ls_no_memory();
	return why;
}

int ls_judge_go(struct ls_judge *const *run, struct ls_findings **found, size_t nr, char **error)
{
	struct ls_arena *scratch = ls_arena_create();
	struct going going = { .side = ls_arena_array(scratch, nr, sizeof(*going.side)),
			       .nr_sides = nr };
	struct ls_pool pool = { .nr = run[0]->p->o.jobs, .arg = &going, .work = judge,
				.done = judged };
	int ret;

	for (size_t k = 0; k < nr; k++)
		going.side[k] = (struct side){ run[k], ls_collect_begin() };
	find_work(&going);
	pool.all = going.nr;
	tell(&going);
	ret = ls_pool_run(&pool);
	run[0]->peak_kib = pool.peak_kib;
	run[0]->cpu_seconds = pool.cpu_seconds;
	if (ret)
		*error = reason(&going, ret);
	for (size_t k = 0; k < nr; k++) {
		if (ret)
			ls_collect_drop(going.side[k].collected);
		else
			found[k] = ls_collect_end(going.side[k].collected, run[k]);
	}
	ls_arena_destroy(scratch);
	return ret ? -1 : 0;
}
