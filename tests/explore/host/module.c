// SPDX-License-Identifier: MIT
/* A shared object with data of all kinds, for snapshot.c. */
#include "module.h"

int module_data = 5;
int module_bss;
static int hidden = 7;
static char large[100000];
static __thread int of_thread = 9;
static int *const pointer = &hidden; /* in RELRO */

int module_sum(void)
{
	int sum = module_data + module_bss + *pointer + of_thread;

	for (unsigned int i = 0; i < sizeof(large); i += 500)
		sum += large[i];
	return sum;
}

void module_change(int by)
{
	module_data += by;
	module_bss += by;
	hidden += by;
	of_thread += by;
	for (unsigned int i = 0; i < sizeof(large); i += 500)
		large[i] += by;
}
