// SPDX-License-Identifier: MIT
/* drm_exec, going round again by a label: a contention leaves nothing locked. */
/* expect: none */
#include "../kernel.h"

static int prepare(struct drm_exec *exec, struct thing *a, struct thing *b)
{
	int ret;

again:
	if (!drm_exec_cleanup(exec))
		return 0;
	ret = drm_exec_prepare_obj(exec, &a->base, 1);
	if (!ret)
		ret = drm_exec_prepare_obj(exec, &b->base, 1);
	if (ret && !drm_exec_is_contended(exec))
		return ret;
	goto again;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing **pair = file->private_data;
	struct dma_buf *dmabuf = pair[0]->base.dma_buf;
	struct drm_exec exec;
	int ret;

	drm_exec_init(&exec, 0, 0);
	ret = prepare(&exec, pair[0], pair[1]);
	drm_exec_fini(&exec);
	/* All are dropped. */
	if (dmabuf)
		dma_buf_put(dmabuf);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
