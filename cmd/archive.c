// SPDX-License-Identifier: MIT
/*
 * Kernel trees that are still archives. Only the files asked for are unpacked, into a
 * cache directory that is keyed by the archive's path, size and time; what a pass found,
 * or did not find, is noted there, so that the next build reads nothing.
 */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build.h"

/* Where the files of @archive are kept; made if need be. NULL with the reason printed. */
static char *cache_dir(const char *archive)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	unsigned long long hash = 14695981039346656037ULL;
	char *path = realpath(archive, NULL), *key, *dir;
	struct stat st;

	if (!path || stat(path, &st)) {
		trouble("cannot read %s: %s", archive, strerror(errno));
		free(path);
		return NULL;
	}
	key = xprintf("%s %lld %lld", path, (long long)st.st_size, (long long)st.st_mtime);
	for (const char *c = key; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 1099511628211ULL;
	if (xdg && *xdg)
		dir = xprintf("%s/lockstep/linux-%016llx/", xdg, hash);
	else
		dir = xprintf("%s/.cache/lockstep/linux-%016llx/", home && *home ? home : "/tmp", hash);
	free(key);
	free(path);
	if (make_dirs(dir)) {
		free(dir);
		return NULL;
	}
	dir[strlen(dir) - 1] = '\0';
	return dir;
}

static char *notes_path(const char *dir)
{
	return xprintf("%s/.unpacked", dir);
}

/* Was a pass made for this pattern? */
static bool noted(const char *dir, const char *pattern)
{
	char *path = notes_path(dir), line[PATH_MAX];
	FILE *f = fopen(path, "r");
	bool found = false;

	free(path);
	while (f && !found && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		found = !strcmp(line, pattern);
	}
	if (f)
		fclose(f);
	return found;
}

static int note(const char *dir, const struct strv *patterns)
{
	char *path = notes_path(dir);
	FILE *f = fopen(path, "a");
	int ret = 0;

	for (size_t i = 0; f && i < patterns->nr; i++)
		fprintf(f, "%s\n", patterns->v[i]);
	if (!f || fclose(f))
		ret = trouble("cannot write %s: %s", path, strerror(errno));
	free(path);
	return ret;
}

/* Path inside the tree: archives put everything below one directory. */
static const char *inner(const char *name)
{
	const char *slash;

	if (!strncmp(name, "./", 2))
		name += 2;
	slash = strchr(name, '/');
	return slash ? slash + 1 : "";
}

/* Is @name wanted? A pattern without a wildcard is done once it was found. */
static bool wanted(const struct strv *patterns, bool *done, const char *name)
{
	for (size_t i = 0; i < patterns->nr; i++) {
		if (done[i] || fnmatch(patterns->v[i], name, FNM_PATHNAME))
			continue;
		done[i] = !strpbrk(patterns->v[i], "*?[");
		return true;
	}
	return false;
}

static bool all_done(const struct strv *patterns, const bool *done)
{
	for (size_t i = 0; i < patterns->nr; i++) {
		if (!done[i])
			return false;
	}
	return true;
}

/* Into a file beside it first, so that the cache never holds half of one. */
static int save(struct archive *a, const char *dir, const char *name)
{
	char *path = xprintf("%s/%s", dir, name), *tmp = xprintf("%s.%d", path, (int)getpid());
	int ret = make_dirs(path), fd = -1;

	if (!ret) {
		fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (fd < 0 || archive_read_data_into_fd(a, fd) != ARCHIVE_OK || close(fd) ||
		    rename(tmp, path)) {
			const char *why = errno ? strerror(errno) : archive_error_string(a);

			ret = trouble("cannot unpack %s to %s: %s", name, dir, why ? why : "?");
			unlink(tmp);
		}
	}
	free(path);
	free(tmp);
	return ret;
}

static void progress(struct archive *a, const char *archive, long long size, bool end)
{
	static int last = -1;
	const char *base = strrchr(archive, '/');
	int percent = size ? archive_filter_bytes(a, -1) * 100 / size : 0;

	if (!isatty(STDERR_FILENO))
		return;
	if (end)
		fputs("\r\033[K", stderr);
	else if (percent != last)
		fprintf(stderr, "\runpacking %s: %d %%", base ? base + 1 : archive, percent);
	last = end ? -1 : percent;
}

static struct archive *open_archive(const char *path)
{
	struct archive *a = archive_read_new();

	if (!a)
		exit(trouble("out of memory"));
	archive_read_support_filter_all(a);
	archive_read_support_format_tar(a);
	if (archive_read_open_filename(a, path, 1 << 18) != ARCHIVE_OK) {
		trouble("%s is neither a kernel tree nor an archive of one: %s", path,
			archive_error_string(a));
		archive_read_free(a);
		return NULL;
	}
	return a;
}

static int read_pass(const char *path, const char *dir, const struct strv *patterns)
{
	bool *done = xalloc(patterns->nr * sizeof(*done));
	struct archive *a = open_archive(path);
	struct archive_entry *entry;
	struct stat st;
	int ret = a ? 0 : EXIT_TROUBLE, got = ARCHIVE_EOF;

	if (stat(path, &st))
		st.st_size = 0;
	while (!ret && !all_done(patterns, done) && !interrupted()) {
		const char *name;

		got = archive_read_next_header(a, &entry);
		if (got == ARCHIVE_EOF || got < ARCHIVE_WARN)
			break;
		progress(a, path, st.st_size, false);
		name = inner(archive_entry_pathname(entry));
		if (archive_entry_filetype(entry) == AE_IFREG && wanted(patterns, done, name))
			ret = save(a, dir, name);
	}
	if (a)
		progress(a, path, st.st_size, true);
	if (!ret && got < ARCHIVE_WARN)
		ret = trouble("cannot read %s: %s; is it complete?", path,
			      archive_error_string(a));
	if (!ret && interrupted())
		ret = EXIT_INTERRUPTED;
	if (!ret)
		ret = note(dir, patterns);
	archive_read_free(a);
	free(done);
	return ret;
}

int archive_unpack(const char *archive, const struct strv *patterns, char **dir)
{
	struct strv missing = { 0 };
	int ret = 0;

	*dir = cache_dir(archive);
	if (!*dir)
		return EXIT_TROUBLE;
	for (size_t i = 0; i < patterns->nr; i++) {
		if (!noted(*dir, patterns->v[i]))
			strv_add(&missing, patterns->v[i]);
	}
	if (!noted(*dir, "Makefile"))
		strv_add(&missing, "Makefile");
	if (missing.nr)
		ret = read_pass(archive, *dir, &missing);
	strv_free(&missing);
	return ret;
}

/* linux-source-6.12.tar.xz, linux-6.12.3.tar.gz; else the name of the first directory. */
int archive_guess_version(const char *archive, int version[3])
{
	const char *base = strrchr(archive, '/');
	struct archive_entry *entry;
	struct archive *a;
	const char *name = base ? base + 1 : archive;

	version[2] = 0;
	for (int i = 0; i < 2; i++) {
		const char *digits = strpbrk(name, "0123456789");

		if (digits && sscanf(digits, "%d.%d.%d", &version[0], &version[1], &version[2]) >= 2)
			return 0;
		if (i)
			break;
		a = open_archive(archive);
		if (!a)
			return EXIT_TROUBLE;
		if (archive_read_next_header(a, &entry) == ARCHIVE_OK)
			name = strdupa(archive_entry_pathname(entry));
		archive_read_free(a);
	}
	return trouble("cannot tell which release %s holds: name it like linux-6.12.tar.xz", archive);
}
