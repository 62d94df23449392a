// SPDX-License-Identifier: MIT
/*
 * Shared buffers: the file dma_buf/bufinfo in debugfs.
 */
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/dma-buf.h>
#include <linux/seq_file.h>
#include "dma-buf-internal.h"

static DEFINE_MUTEX(buffers_mutex);
static LIST_HEAD(buffers);

/** ls_dma_buf_debugfs_add - a buffer has been made; may sleep */
void ls_dma_buf_debugfs_add(struct dma_buf *dmabuf)
{
	mutex_lock(&buffers_mutex);
	list_add(&dmabuf->list_node, &buffers);
	mutex_unlock(&buffers_mutex);
}

/** ls_dma_buf_debugfs_del - a buffer goes; may sleep */
void ls_dma_buf_debugfs_del(struct dma_buf *dmabuf)
{
	mutex_lock(&buffers_mutex);
	list_del(&dmabuf->list_node);
	mutex_unlock(&buffers_mutex);
}

/* With the buffer's reservation lock held. */
static void show_buffer(struct seq_file *s, struct dma_buf *dmabuf)
{
	struct dma_buf_attachment *attach;
	unsigned int n = 0;

	spin_lock(&dmabuf->name_lock);
	seq_printf(s, "%08zu\t%08x\t%08x\t%08ld\t%s\t%08lu\t%s\n", dmabuf->size,
		   dmabuf->file->f_flags, (unsigned int)dmabuf->file->f_mode,
		   (long)file_count(dmabuf->file), dmabuf->exp_name,
		   (unsigned long)file_inode(dmabuf->file)->i_ino,
		   dmabuf->name ? dmabuf->name : "<none>");
	spin_unlock(&dmabuf->name_lock);

	dma_resv_describe(dmabuf->resv, s);

	seq_puts(s, "\tAttached Devices:\n");
	list_for_each_entry(attach, &dmabuf->attachments, node) {
		seq_printf(s, "\t%s\n", dev_name(attach->dev));
		n++;
	}
	seq_printf(s, "Total %u devices attached\n\n", n);
}

static int bufinfo_show(struct seq_file *s, void *unused)
{
	struct dma_buf *dmabuf;
	unsigned int n = 0;
	size_t size = 0;
	int ret;

	ret = mutex_lock_interruptible(&buffers_mutex);
	if (ret)
		return ret;

	seq_puts(s, "\nDma-buf Objects:\n");
	seq_printf(s, "%-8s\t%-8s\t%-8s\t%-8s\texp_name\t%-8s\tname\n", "size", "flags", "mode",
		   "count", "ino");
	list_for_each_entry(dmabuf, &buffers, list_node) {
		ret = dma_resv_lock_interruptible(dmabuf->resv, NULL);
		if (ret)
			goto out_unlock;
		show_buffer(s, dmabuf);
		dma_resv_unlock(dmabuf->resv);
		size += dmabuf->size;
		n++;
	}
	seq_printf(s, "\nTotal %u objects, %zu bytes\n", n, size);
out_unlock:
	mutex_unlock(&buffers_mutex);
	return ret;
}

DEFINE_SHOW_ATTRIBUTE(bufinfo);

/**
 * ls_dma_buf_debugfs_init - make the directory and the file
 *
 * Context: boot.
 * Return: 0 or -errno.
 */
int ls_dma_buf_debugfs_init(void)
{
	struct dentry *dir = debugfs_create_dir("dma_buf", NULL);
	struct dentry *file;

	if (IS_ERR(dir))
		return PTR_ERR(dir);
	file = debugfs_create_file("bufinfo", 0444, dir, NULL, &bufinfo_fops);
	if (IS_ERR(file)) {
		debugfs_remove(dir);
		return PTR_ERR(file);
	}
	return 0;
}
