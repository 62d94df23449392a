// SPDX-License-Identifier: MIT
/* Two kinds of object: only the path of the imported one is wrong. */
/* expect: A unmap-held not_held high */
#include "../kernel.h"

static void put_pages_own(struct thing *thing)
{
	kfree(thing->sgt);
}

static void put_pages_import(struct thing *thing)
{
	dma_buf_unmap_attachment(thing->base.import_attach, thing->sgt, DMA_BIDIRECTIONAL); /* here: A */
}

static const struct thing_ops own_ops = { .put_pages = put_pages_own };
static const struct thing_ops import_ops = { .put_pages = put_pages_import };

static void put_pages(struct thing *thing)
{
	thing->ops->put_pages(thing);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = kzalloc(sizeof(*thing), 0);

	if (!thing)
		return -ENOMEM;
	thing->ops = &own_ops;
	put_pages(thing);
	kfree(thing);
	return 0;
}

static int case_open(struct inode *inode, struct file *file)
{
	struct dma_buf_attachment *attach = file->private_data;
	struct thing *thing = kzalloc(sizeof(*thing), 0);

	if (!thing)
		return -ENOMEM;
	thing->ops = &import_ops;
	thing->base.import_attach = attach;
	thing->base.resv = attach->dmabuf->resv;
	put_pages(thing);
	kfree(thing);
	return 0;
}

const struct file_operations case_fops = { .open = case_open, .unlocked_ioctl = case_ioctl };
