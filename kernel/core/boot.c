// SPDX-License-Identifier: MIT
/*
 * Start of the kernel world: see lockstep/boot.h.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <lockstep/boot.h>
#include <lockstep/os.h>

static const struct part {
	const char *name;
	int (*init)(void);
} parts[] = {
	{ "memory", ls_mm_init },     { "tasks", ls_sched_init }, { "lockdep", ls_lockdep_init },
	{ "files", ls_fs_init },      { "dma-buf", ls_dma_buf_init }, { "drm", ls_drm_init },
};

void ls_boot(void)
{
	static bool booted;

	if (booted)
		return;
	booted = true;

	for (unsigned int i = 0; i < ARRAY_SIZE(parts); i++) {
		int err = parts[i].init();

		if (err) {
			char line[128];
			int len = scnprintf(line, sizeof(line),
					    "lockstep: cannot start (%s: error %d); is memory short?\n",
					    parts[i].name, -err);

			os_write(2, line, len);
			os_exit(2);
		}
	}
}
