// SPDX-License-Identifier: MIT
/*
 * The same addresses in each run of the command: an order that depends on addresses, in a
 * module, is then the same too, and a schedule can be followed again.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <unistd.h>

#include "cmd.h"

#define GUARD "LOCKSTEP_FIXED_ADDRESSES"

void fix_addresses(int argc, char **argv)
{
	int now = personality(0xffffffff);
	char **args;

	if (now < 0 || (now & ADDR_NO_RANDOMIZE) || getenv(GUARD))
		return;
	/* Where it is not permitted, exploring works all the same. */
	if (personality(now | ADDR_NO_RANDOMIZE) < 0)
		return;
	setenv(GUARD, "1", 1);
	args = xalloc((argc + 2) * sizeof(*args));
	args[0] = "lockstep";
	memcpy(args + 1, argv, argc * sizeof(*args));
	/* "lockstep VERB" is how main() calls a verb. */
	args[1] = strrchr(argv[0], ' ') + 1;
	execv("/proc/self/exe", args);
	free(args);
}
