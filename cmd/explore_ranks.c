// SPDX-License-Identifier: MIT
/*
 * Rank 0's side of exploring on many machines: see explore_ranks.h.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "explore_messages.h"

#define SILENCE_S   20 /* after which a rank that has work is lost; LOCKSTEP_RANK_SILENCE */
#define PATIENCE_US 1000

const struct transport *ranks;
static double silence = SILENCE_S;

static struct peer {
	double heard; /* last sign of life */
	bool lost;
} *peers;

double ranks_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* Beside the library in a build tree (cmd/), in lockstep/ when installed. */
static char *find_module(void)
{
	static const char *const dirs[] = { "cmd", "lockstep" };
	const char *library = lockstep_paths()->library;
	int len = strrchr(library, '/') - library;

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		char *path = xprintf("%.*s/%s/lockstep_mpi.so", len, library, dirs[i]);

		if (!access(path, R_OK))
			return path;
		free(path);
	}
	return NULL;
}

int ranks_begin(void)
{
	const char *size = getenv("OMPI_COMM_WORLD_SIZE");
	const struct transport *(*begin)(void);
	char *path;
	void *module;

	if (!size || atoi(size) < 2)
		return 0;
	path = find_module();
	if (!path)
		return trouble("started by mpirun, but this Lockstep was built without Open MPI; install "
			       "libopenmpi-dev and build it again, or explore with --shard");
	module = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
	begin = module ? (const struct transport *(*)(void))dlsym(module, "lockstep_transport") : NULL;
	if (!begin)
		return trouble("cannot load %s: %s", path, dlerror());
	free(path);
	ranks = begin();
	if (!ranks)
		return trouble("Open MPI does not start; its message stands above");
	if (getenv("LOCKSTEP_RANK_SILENCE"))
		silence = atof(getenv("LOCKSTEP_RANK_SILENCE"));
	peers = xalloc(ranks->size * sizeof(*peers));
	return 0;
}

int ranks_others(void)
{
	return ranks ? ranks->size - 1 : 0;
}

bool ranks_lost(int rank)
{
	return peers[rank].lost;
}

bool ranks_serving(void)
{
	return ranks && ranks->rank;
}

/* A rank may have died while it had nothing to do: who does not say goodbye is lost. */
static bool all_say_goodbye(void)
{
	double begun = ranks_now();
	int missing = ranks->size - 1, from;
	void *data;
	size_t len;

	for (int i = 1; i < ranks->size; i++)
		missing -= peers[i].lost;
	while (missing && ranks_now() < begun + silence) {
		if (!ranks->receive(&from, &data, &len)) {
			usleep(PATIENCE_US);
			continue;
		}
		missing -= ((struct message *)data)->kind == MESSAGE_BYE && !peers[from].lost;
		free(data);
	}
	for (int i = 1; i < ranks->size; i++)
		missing += peers[i].lost;
	return !missing;
}

static void tell_others(const struct message *m)
{
	for (int i = 1; i < ranks->size; i++)
		ranks->send(i, m, sizeof(*m));
}

void ranks_end(void)
{
	struct message m = { .kind = MESSAGE_QUIT };

	if (!ranks || ranks->rank)
		return;
	tell_others(&m);
	m.whole = all_say_goodbye();
	m.kind = MESSAGE_END;
	tell_others(&m);
	ranks->end(m.whole);
}

/* --- stand-ins ---------------------------------------------------------------------- */

struct worker *ranks_start(int rank, int unit, const struct ls_explore *how, struct job job,
			   struct explored *out, struct jobs *given)
{
	struct message *m;
	struct worker *w;

	m = xalloc(sizeof(*m) + job.size);
	m->kind = MESSAGE_START;
	m->unit = unit;
	m->how = *how;
	m->whole = !job.data;
	if (job.data)
		memcpy(m->data, job.data, job.size);
	ranks->send(rank, m, sizeof(*m) + job.size);
	free(m);

	peers[rank].heard = ranks_now();
	w = xalloc(sizeof(*w));
	w->fd = -1;
	w->rank = rank;
	w->job = job;
	w->out = out;
	w->given = given;
	w->shared = xalloc(sizeof(*w->shared));
	return w;
}

static void ask(struct worker *w, volatile int *flag, enum message_kind kind)
{
	const struct message m = { .kind = kind };

	if (w->rank && !*flag)
		ranks->send(w->rank, &m, sizeof(m));
	*flag = 1;
}

void worker_split(struct worker *w)
{
	ask(w, &w->shared->split, MESSAGE_SPLIT);
}

void worker_stop(struct worker *w)
{
	ask(w, &w->shared->stop, MESSAGE_STOP);
}

static void stand_in_free(struct worker *w)
{
	free(w->job.data);
	free(w->shared);
	free(w);
}

/* Its records are all in one message: what a rank that dies has begun counts for nothing. */
static void take_done(struct worker *w, const char *data, size_t len)
{
	while (len >= sizeof(struct record)) {
		struct record rec;
		void *copy;

		memcpy(&rec, data, sizeof(rec));
		if (rec.len > len - sizeof(rec))
			break;
		copy = xalloc(rec.len + 1UL); /* aligned */
		memcpy(copy, data + sizeof(rec), rec.len);
		explore_take(w, &rec, copy);
		free(copy);
		data += sizeof(rec) + rec.len;
		len -= sizeof(rec) + rec.len;
	}
}

static int find(struct worker *const *workers, int nr, int rank)
{
	for (int i = 0; i < nr; i++) {
		if (workers[i] && workers[i]->rank == rank)
			return i;
	}
	return -1;
}

/* True if it is done. */
static bool take_message(struct worker *w, const struct message *m, size_t len)
{
	switch (m->kind) {
	case MESSAGE_JOB:
		w->shared->split = 0;
		jobs_put(w->given, m->data, len - sizeof(*m));
		return false;
	case MESSAGE_DONE:
		take_done(w, m->data, len - sizeof(*m));
		return true;
	default:
		return false;
	}
}

/* A rank that is gone: its part goes back to the others. */
static void lose(struct worker *w)
{
	fprintf(stderr, "lockstep: rank %d has been silent for %.0f s; its part is done again\n",
		w->rank, silence);
	peers[w->rank].lost = true;
	if (w->job.data)
		jobs_put(w->given, w->job.data, w->job.size);
	else
		jobs_put_whole(w->given);
}

int ranks_poll(struct worker **workers, int nr)
{
	int from, over = -1;
	void *data;
	size_t len;

	while (over < 0 && ranks && ranks->receive(&from, &data, &len)) {
		int i = find(workers, nr, from);

		peers[from].heard = ranks_now();
		if (i >= 0 && len >= sizeof(struct message) && take_message(workers[i], data, len))
			over = i;
		free(data);
	}
	for (int i = 0; i < nr && over < 0; i++) {
		if (!workers[i] || !workers[i]->rank ||
		    ranks_now() < peers[workers[i]->rank].heard + silence)
			continue;
		lose(workers[i]);
		over = i;
	}
	if (over < 0)
		return -1;
	stand_in_free(workers[over]);
	workers[over] = NULL;
	return over;
}
