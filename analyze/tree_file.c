// SPDX-License-Identifier: MIT
/* Files and paths: what the parts of ls_tree_build() need of them. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "tree_work.h"

char *ls_file_read(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	struct stat st;
	char *text;
	ssize_t n;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = EISDIR;
		return NULL;
	}
	text = malloc((size_t)st.st_size + 1);
	if (!text)
		ls_no_memory();
	while (len < (size_t)st.st_size && (n = read(fd, text + len, (size_t)st.st_size - len)) > 0)
		len += (size_t)n;
	close(fd);
	text[len] = '\0';
	if (size)
		*size = len;
	return text;
}

static int write_all(int fd, const char *bytes, size_t size)
{
	while (size) {
		ssize_t n = write(fd, bytes, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		bytes += n;
		size -= (size_t)n;
	}
	return 0;
}

int ls_file_write(struct ls_work *w, const char *path, const void *bytes, size_t size)
{
	static unsigned int count;
	char *temp;
	int fd, err;

	if (asprintf(&temp, "%s/%d-%u.new", w->temp, getpid(), count++) < 0)
		ls_no_memory();
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	err = fd < 0 || write_all(fd, bytes, size);
	if (fd >= 0 && close(fd))
		err = 1;
	if (err || rename(temp, path)) {
		err = errno;
		unlink(temp);
		free(temp);
		return ls_tree_fail(
			w,
			"cannot write %s: %s; free some room, or name another directory "
			"with --cache",
			path, strerror(err));
	}
	free(temp);
	return 0;
}

int ls_file_mkdirs(const char *path)
{
	char *copy = strdup(path);
	int ret = 0;

	if (!copy)
		ls_no_memory();
	for (char *p = copy + 1; !ret; p++) {
		char end = *p;

		if (end && end != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0777) && errno != EEXIST)
			ret = -1;
		*p = end;
		if (!end)
			break;
	}
	free(copy);
	return ret;
}

int ls_file_is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

int ls_file_exists(const char *path)
{
	return !access(path, F_OK);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path);
	return 0;
}

void ls_file_remove(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *ls_file_line(struct ls_work *w, const char *file, const char *word)
{
	char *text = ls_file_read(file, NULL), *rest = text, *line;
	const char *found = NULL;

	while (!found && rest && (line = strsep(&rest, "\n"))) {
		line += strspn(line, " \t");
		if (word ? strstr(line, word) != NULL : *line != '\0')
			found = ls_arena_strdup(w->arena, line);
	}
	free(text);
	return found;
}

const char *ls_path_clean(struct ls_arena *arena, const char *dir, const char *path)
{
	char *all = path[0] == '/' ? ls_arena_strdup(arena, path)
				   : ls_arena_printf(arena, "%s/%s", dir, path);
	char *to = all, *from = all;

	while (*from) {
		size_t len;

		from += strspn(from, "/");
		len = strcspn(from, "/");
		if (len == 2 && !strncmp(from, "..", 2)) {
			while (to > all && *--to != '/')
				;
		} else if (len && !(len == 1 && *from == '.')) {
			*to++ = '/';
			memmove(to, from, len);
			to += len;
		}
		from += len;
	}
	if (to == all)
		*to++ = '/';
	*to = '\0';
	return all;
}

const char *ls_path_below(const char *root, const char *path)
{
	size_t len = strlen(root);

	if (strncmp(path, root, len) || path[len] != '/')
		return NULL;
	return path + len + 1;
}

int ls_path_in(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return !len || (!strncmp(path, dir, len) && (!path[len] || path[len] == '/'));
}
