// SPDX-License-Identifier: MIT
/* The lock is handed on in a struct. */
/* expect: none */
#include "../kernel.h"

struct work_on {
	struct dma_resv *resv;
	struct dma_buf *dmabuf;
	struct iosys_map map;
};

static void begin(struct work_on *w)
{
	dma_resv_lock(w->resv, NULL);
}

static int work(struct work_on *w)
{
	return dma_buf_vmap(w->dmabuf, &w->map);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct dma_buf *dmabuf = file->private_data;
	struct work_on w = { .resv = dmabuf->resv, .dmabuf = dmabuf };
	int ret;

	begin(&w);
	ret = work(&w);
	dma_resv_unlock(w.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
