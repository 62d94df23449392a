// SPDX-License-Identifier: MIT
/*
 * A unit that was cut short or changed is refused, or is good enough to be walked from end to end:
 * printing looks at every record. Built with ASan and UBSan.   usage: unit-fuzz UNIT
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "unit.h"

static char scratch[64];	/* a file in memory */
static int fd;
static FILE *null;
static unsigned long opened, refused;

static void try(const unsigned char *bytes, size_t size)
{
	struct ls_unit *unit;
	char *error = NULL;

	if (ftruncate(fd, 0) || pwrite(fd, bytes, size, 0) != (ssize_t)size) {
		perror(scratch);
		exit(2);
	}
	unit = ls_unit_open(scratch, &error);
	if (unit) {
		ls_unit_print(unit, null);
		ls_unit_close(unit);
		opened++;
	} else {
		if (!error || strchr(error, '\n') || !strstr(error, scratch)) {
			printf("no line for the user: %s\n", error ? error : "nothing");
			exit(1);
		}
		free(error);
		refused++;
	}
}

static uint32_t rnd(uint32_t below)
{
	static uint64_t x = 88172645463325252ULL;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x % below;
}

/* Each byte of the header, then bytes and words anywhere. */
static void change(unsigned char *bytes, size_t size)
{
	static const uint32_t words[] = {0, 1, 0x7fffffff, 0x80000000, UINT32_MAX, UINT32_MAX - 1};

	for (size_t i = 0; i < sizeof(struct ls_unit_header); i++) {
		bytes[i] ^= 1 << i % 8;
		try(bytes, size);
		bytes[i] ^= 1 << i % 8;
	}
	for (int i = 0; i < 2000; i++) {
		size_t at = rnd(size / 4) * 4;
		uint32_t old, new;

		memcpy(&old, bytes + at, 4);
		new = i % 2 ? old ^ 1u << rnd(32) : words[rnd(sizeof(words) / sizeof(*words))];
		memcpy(bytes + at, &new, 4);
		try(bytes, size);
		memcpy(bytes + at, &old, 4);
	}
}

int main(int argc, char **argv)
{
	static unsigned char bytes[1 << 20];
	FILE *f = argc == 2 ? fopen(argv[1], "rb") : NULL;
	size_t size = f ? fread(bytes, 1, sizeof(bytes), f) : 0;

	null = fopen("/dev/null", "w");
	if (!size || size == sizeof(bytes) || !null) {
		fputs("usage: unit-fuzz UNIT\n", stderr);
		return 2;
	}
	fclose(f);
	fd = memfd_create("unit", 0);
	snprintf(scratch, sizeof(scratch), "/proc/self/fd/%d", fd);
	try(bytes, size);
	if (!opened) {
		puts("the unit itself is refused");
		return 1;
	}
	for (size_t cut = 0; cut < size; cut += 1 + cut / 50)
		try(bytes, cut);
	if (opened != 1) {
		puts("a unit that was cut short is not refused");
		return 1;
	}
	change(bytes, size);
	printf("opened %lu, refused %lu\n", opened, refused);
	fclose(null);
	return !(opened > 100 && refused > 100);
}
