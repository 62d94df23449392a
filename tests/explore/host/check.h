/* SPDX-License-Identifier: MIT */
#ifndef TESTS_EXPLORE_HOST_CHECK_H
#define TESTS_EXPLORE_HOST_CHECK_H

/* For small programs of the host world: a condition that must hold, or the test ends here. */

#include <stdio.h>
#include <stdlib.h>

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #cond);  \
			exit(1);                                                                   \
		}                                                                                  \
	} while (0)

#define SKIPPED 77

#endif
