// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

static int fail(const struct ls_file *file, const char *what, int error, char *err, size_t size)
{
	snprintf(err, size, "cannot write %s %s: %s%s", what, file->path, strerror(error),
		 error == ENOSPC || error == EDQUOT ? "; make room there, or write it elsewhere" : "");
	return -1;
}

/* A new file beside the one that it will replace. Returns 0 or errno. */
static int make_temp(struct ls_file *file)
{
	size_t size = strlen(file->path) + sizeof(".XXXXXX");
	mode_t mask = umask(0);
	int fd, error = ENOMEM;

	umask(mask);
	file->temp = malloc(size);
	if (!file->temp)
		return error;
	snprintf(file->temp, size, "%s.XXXXXX", file->path);
	fd = mkostemp(file->temp, O_CLOEXEC);
	if (fd >= 0) {
		file->f = fdopen(fd, "w");
		if (file->f) {
			fchmod(fd, 0666 & ~mask);
			return 0;
		}
		error = errno;
		close(fd);
		unlink(file->temp);
	} else {
		error = errno;
	}
	free(file->temp);
	return error;
}

int ls_file_begin(struct ls_file *file, const char *what, const char *path, char *err, size_t size)
{
	struct stat st;
	int error = 0;

	*file = (struct ls_file){ .path = path };
	if (!stat(path, &st) && S_ISDIR(st.st_mode)) {
		error = EISDIR;
	} else if (!stat(path, &st) && !S_ISREG(st.st_mode)) {
		/* It takes it as it comes: there is no file to replace. */
		file->f = fopen(path, "we");
		error = file->f ? 0 : errno;
	} else {
		error = make_temp(file);
	}
	return error ? fail(file, what, error, err, size) : 0;
}

int ls_file_end(struct ls_file *file, const char *what, char *err, size_t size)
{
	int error = 0;

	errno = 0;
	if (fflush(file->f) || ferror(file->f) || (file->temp && fsync(fileno(file->f))))
		error = errno ? errno : EIO;
	if (fclose(file->f) && !error)
		error = errno;
	if (file->temp && !error && rename(file->temp, file->path))
		error = errno;
	if (file->temp && error)
		unlink(file->temp);
	free(file->temp);
	return error ? fail(file, what, error, err, size) : 0;
}
