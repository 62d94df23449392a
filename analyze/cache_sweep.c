// SPDX-License-Identifier: MIT
/* What was not used for long leaves the cache. */
#include "cache_sweep.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "tree_work.h"

#define DAY	 (24 * 60 * 60)
#define MAX_AGE	 (30 * DAY)
#define MAX_SIZE (4ULL << 30)

struct old_file {
	char *path;
	time_t used;
	uint64_t size;
};

struct sweep {
	struct old_file *file;
	size_t nr, room;
	uint64_t size;
};

static void sweep_dir(struct sweep *s, const char *path, int depth)
{
	DIR *dir = opendir(path);
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		struct stat st;
		char *full;

		if (d->d_name[0] == '.')
			continue;
		if (asprintf(&full, "%s/%s", path, d->d_name) < 0)
			ls_no_memory();
		if (lstat(full, &st)) {
			free(full);
		} else if (S_ISDIR(st.st_mode) && depth) {
			sweep_dir(s, full, depth - 1);
			free(full);
		} else {
			s->file = ls_grow(s->file, s->nr, &s->room, sizeof(*s->file));
			s->file[s->nr++] =
				(struct old_file){ full, st.st_mtime, (uint64_t)st.st_size };
			s->size += (uint64_t)st.st_size;
		}
	}
	if (dir)
		closedir(dir);
}

static int by_use(const void *a, const void *b)
{
	const struct old_file *x = a, *y = b;

	return x->used < y->used ? -1 : x->used > y->used ? 1 : strcmp(x->path, y->path);
}

static void sweep(const char *cache, const char *what, int depth, time_t max_age, uint64_t max_size)
{
	struct sweep s = { 0 };
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", cache, what);
	sweep_dir(&s, path, depth);
	if (s.nr)
		qsort(s.file, s.nr, sizeof(*s.file), by_use);
	for (size_t i = 0; i < s.nr; i++) {
		if (s.file[i].used + max_age < time(NULL) || s.size > max_size) {
			ls_file_remove(s.file[i].path);
			s.size -= s.file[i].size;
		}
		free(s.file[i].path);
	}
	free(s.file);
}

void ls_cache_sweep(const char *cache)
{
	char mark[4096];
	struct stat st;
	int fd;

	snprintf(mark, sizeof(mark), "%s/swept", cache);
	if (!stat(mark, &st) && st.st_mtime + DAY > time(NULL))
		return;
	fd = open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return;
	futimens(fd, NULL);
	close(fd);
	sweep(cache, "units", 1, MAX_AGE, MAX_SIZE);
	sweep(cache, "made", 1, MAX_AGE, MAX_SIZE);
	sweep(cache, "results", 0, MAX_AGE, MAX_SIZE);
	/* A tree's directory is as old as its last use: see ls_tree_build(). */
	sweep(cache, "trees", 0, MAX_AGE, UINT64_MAX);
	sweep(cache, "temp", 0, DAY, UINT64_MAX);
}
