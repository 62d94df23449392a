/* SPDX-License-Identifier: MIT */
#ifndef LS_FILE_H
#define LS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/**
 * struct ls_file - a file in the making
 * @f: write to it
 * @path: what it is to be
 * @temp: its name until it is whole; NULL: written through, to a device or a pipe
 */
struct ls_file {
	FILE *f;
	const char *path;
	char *temp;
};

/**
 * ls_file_begin() - start to make a file that is there as a whole, or not at all
 * @file: filled in
 * @what: what it is, for messages: "schedule"
 * @path: its name; kept by reference
 * @err: for one line that says what went wrong
 * @size: of @err
 *
 * Return: 0, or -1.
 */
int ls_file_begin(struct ls_file *file, const char *what, const char *path, char *err, size_t size);

/* It is written: put it in its place. The same; @err stays as it is if all went well. */
int ls_file_end(struct ls_file *file, const char *what, char *err, size_t size);

#endif /* LS_FILE_H */
