// SPDX-License-Identifier: MIT
#include <linux/kernel.h>
#include <lockstep/boot.h>
#include "internal.h"

/**
 * ls_mm_init() - start of memory: pages, then caches, then mapped ranges
 *
 * Context: Boot.
 * Return: 0, or -errno when there is not enough address space.
 */
int ls_mm_init(void)
{
	int err;

	err = ls_page_init();
	if (err)
		return err;
	err = ls_slab_init();
	if (err)
		return err;
	return ls_vmalloc_init();
}
