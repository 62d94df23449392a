/* SPDX-License-Identifier: MIT */
#ifndef __DMA_BUF_H__
#define __DMA_BUF_H__

#include <linux/iosys-map.h>
#include <linux/file.h>
#include <linux/err.h>
#include <linux/scatterlist.h>
#include <linux/list.h>
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/module.h>
#include <linux/wait.h>
#include <lockstep/track.h>

/**
 * DOC: shared buffers
 *
 * An exporter wraps memory of its own into a &struct dma_buf; importers attach
 * their devices to it and map it:
 *
 *	exporter				importer
 *	dmabuf = dma_buf_export(&info);		dmabuf = dma_buf_get(fd);
 *	fd = dma_buf_fd(dmabuf, O_CLOEXEC);	attach = dma_buf_attach(dmabuf, dev);
 *						dma_resv_lock(dmabuf->resv, NULL);
 *						sgt = dma_buf_map_attachment(attach, dir);
 *						dma_resv_unlock(dmabuf->resv);
 *						... and back in reverse order
 *
 * Each call, and each callback, has its place in the locking convention: see
 * docs/convention.md. In short: pin, map, vmap and move_notify run with the
 * reservation lock held by the importer (or, for move_notify, the exporter);
 * everything else without it.
 */

struct device;
struct dma_buf;
struct dma_buf_attachment;
struct vm_area_struct;

/* LOCKSTEP_LINUX is the release a module is compiled against, 0xMMmmpp. */
#if defined(LOCKSTEP_LINUX) && LOCKSTEP_LINUX >= 0x070100
#define __LS_MOVE_NOTIFY invalidate_mappings
#else
#define __LS_MOVE_NOTIFY move_notify
#endif

/** struct dma_buf_ops - what an exporter provides; see docs/convention.md for the locks */
struct dma_buf_ops {
	/** @cache_sgt_mapping: keep the first mapping of an attachment until detach */
	bool cache_sgt_mapping;

	/** @attach: optional; may refuse a device, -EBUSY if the memory cannot be had by it */
	int (*attach)(struct dma_buf *dmabuf, struct dma_buf_attachment *attach);

	/** @detach: optional; undoes @attach */
	void (*detach)(struct dma_buf *dmabuf, struct dma_buf_attachment *attach);

	/** @pin: makes the exporter dynamic: keep the memory where it is. Lock held. */
	int (*pin)(struct dma_buf_attachment *attach);

	/** @unpin: undoes @pin. Lock held. */
	void (*unpin)(struct dma_buf_attachment *attach);

	/**
	 * @map_dma_buf: mandatory; addresses of the memory for the device. Lock
	 * held; may sleep. Returns a table, NULL (taken as -ENOMEM) or ERR_PTR():
	 * -EINTR, -ENOMEM, -EAGAIN and what the exporter likes.
	 */
	struct sg_table *(*map_dma_buf)(struct dma_buf_attachment *attach,
					enum dma_data_direction dir);

	/** @unmap_dma_buf: mandatory; undoes @map_dma_buf and frees the table. Lock held. */
	void (*unmap_dma_buf)(struct dma_buf_attachment *attach, struct sg_table *sgt,
			      enum dma_data_direction dir);

	/** @release: mandatory; the last reference is gone */
	void (*release)(struct dma_buf *dmabuf);

	/** @begin_cpu_access: optional; make memory coherent for the CPU. May sleep. */
	int (*begin_cpu_access)(struct dma_buf *dmabuf, enum dma_data_direction dir);

	/** @end_cpu_access: optional; undoes @begin_cpu_access */
	int (*end_cpu_access)(struct dma_buf *dmabuf, enum dma_data_direction dir);

	/** @mmap: optional; map into user space; size has been checked. mmap_lock held. */
	int (*mmap)(struct dma_buf *dmabuf, struct vm_area_struct *vma);

	/** @vmap: optional; kernel mapping of the whole buffer. Lock held. */
	int (*vmap)(struct dma_buf *dmabuf, struct iosys_map *map);

	/** @vunmap: optional; undoes @vmap. Lock held. */
	void (*vunmap)(struct dma_buf *dmabuf, struct iosys_map *map);
};

/** struct dma_buf - a shared buffer */
struct dma_buf {
	/** @size: bytes; never changes */
	size_t size;
	/** @file: carries the reference count */
	struct file *file;
	/** @attachments: &dma_buf_attachment.node; under @resv */
	struct list_head attachments;
	/** @ops: of the exporter */
	const struct dma_buf_ops *ops;
	/** @vmapping_counter: users of @vmap_ptr; under @resv */
	unsigned vmapping_counter;
	/** @vmap_ptr: kernel mapping while @vmapping_counter > 0; under @resv */
	struct iosys_map vmap_ptr;
	/** @exp_name: name of the exporter */
	const char *exp_name;
	/** @name: given by user space, or NULL; under @name_lock */
	const char *name;
	/** @name_lock: guards @name */
	spinlock_t name_lock;
	/** @owner: module of the exporter, kept loaded */
	struct module *owner;
	/** @list_node: on the list of all buffers that debugfs shows */
	struct list_head list_node;
	/** @priv: the exporter's own */
	void *priv;
	/** @resv: the exporter's, or one that lies behind this structure */
	struct dma_resv *resv;

	/** @poll: waiters of poll() */
	wait_queue_head_t poll;
	/**
	 * @cb_in: sits on one fence that readers wait for
	 * @cb_out: sits on one fence that writers wait for
	 */
	struct dma_buf_poll_cb_t {
		struct dma_fence_cb cb;
		wait_queue_head_t *poll;
		__poll_t active; /* event it stands for, 0 when idle; under poll->lock */
	} cb_in, cb_out;

	/** @ls_id: Lockstep: ordinal for reports */
	unsigned int ls_id;
	/** @track: Lockstep: known to the leak check */
	struct ls_track track;
};

/** struct dma_buf_attach_ops - what a dynamic importer provides */
struct dma_buf_attach_ops {
	/** @allow_peer2peer: the importer copes with memory that has no struct page */
	bool allow_peer2peer;
	/**
	 * @move_notify: the memory is about to move: mappings should be made anew
	 * (invalidate_mappings from 7.1 on). Lock held, by the exporter.
	 */
	void (*__LS_MOVE_NOTIFY)(struct dma_buf_attachment *attach);
};

/** struct dma_buf_attachment - a device attached to a buffer */
struct dma_buf_attachment {
	struct dma_buf *dmabuf;
	struct device *dev;
	/** @node: on &dma_buf.attachments; under its lock */
	struct list_head node;
	/** @sgt: the one cached mapping, or NULL; under the lock */
	struct sg_table *sgt;
	/** @dir: direction of @sgt */
	enum dma_data_direction dir;
	/** @peer2peer: as the importer allowed; the exporter's attach may clear it */
	bool peer2peer;
	/** @importer_ops: not NULL: a dynamic importer */
	const struct dma_buf_attach_ops *importer_ops;
	/** @importer_priv: the importer's own */
	void *importer_priv;
	/** @priv: the exporter's own */
	void *priv;
	/** @ls_maps: Lockstep: mappings handed out and not returned; under the lock */
	unsigned int ls_maps;
	/** @track: Lockstep: known to the leak check */
	struct ls_track track;
	/** @map_track: Lockstep: the same for its mappings, while @ls_maps > 0 */
	struct ls_track map_track;
};

/**
 * struct dma_buf_export_info - arguments of dma_buf_export()
 * @exp_name: name of the exporter
 * @owner: module that must stay loaded
 * @ops: callbacks
 * @size: bytes
 * @flags: access mode for the file
 * @resv: reservation object to share, or NULL to get one
 * @priv: for &dma_buf.priv; not NULL
 */
struct dma_buf_export_info {
	const char *exp_name;
	struct module *owner;
	const struct dma_buf_ops *ops;
	size_t size;
	int flags;
	struct dma_resv *resv;
	void *priv;
};

/** DEFINE_DMA_BUF_EXPORT_INFO - export info on the stack, named after this module */
#define DEFINE_DMA_BUF_EXPORT_INFO(name)                                                           \
	struct dma_buf_export_info name = {                                                        \
		.exp_name = KBUILD_MODNAME,                                                        \
		.owner = THIS_MODULE,                                                              \
	}

/** get_dma_buf - take another reference */
static inline void get_dma_buf(struct dma_buf *dmabuf)
{
	get_file(dmabuf->file);
}

/** dma_buf_is_dynamic - may the exporter move the memory of an unpinned buffer */
static inline bool dma_buf_is_dynamic(struct dma_buf *dmabuf)
{
	return dmabuf->ops->pin != NULL;
}

/** dma_buf_attachment_is_dynamic - will the importer be told about moves */
static inline bool dma_buf_attachment_is_dynamic(struct dma_buf_attachment *attach)
{
	return attach->importer_ops != NULL;
}

struct dma_buf *dma_buf_export(const struct dma_buf_export_info *exp_info);
int dma_buf_fd(struct dma_buf *dmabuf, int flags);
struct dma_buf *dma_buf_get(int fd);
void dma_buf_put(struct dma_buf *dmabuf);

struct dma_buf_attachment *dma_buf_attach(struct dma_buf *dmabuf, struct device *dev);
struct dma_buf_attachment *dma_buf_dynamic_attach(struct dma_buf *dmabuf, struct device *dev,
						  const struct dma_buf_attach_ops *importer_ops,
						  void *importer_priv);
void dma_buf_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach);
int dma_buf_pin(struct dma_buf_attachment *attach);
void dma_buf_unpin(struct dma_buf_attachment *attach);

struct sg_table *dma_buf_map_attachment(struct dma_buf_attachment *attach,
					enum dma_data_direction direction);
void dma_buf_unmap_attachment(struct dma_buf_attachment *attach, struct sg_table *sg_table,
			      enum dma_data_direction direction);
struct sg_table *dma_buf_map_attachment_unlocked(struct dma_buf_attachment *attach,
						 enum dma_data_direction direction);
void dma_buf_unmap_attachment_unlocked(struct dma_buf_attachment *attach,
				       struct sg_table *sg_table,
				       enum dma_data_direction direction);

void dma_buf_move_notify(struct dma_buf *dmabuf);
void dma_buf_invalidate_mappings(struct dma_buf *dmabuf);

int dma_buf_begin_cpu_access(struct dma_buf *dmabuf, enum dma_data_direction direction);
int dma_buf_end_cpu_access(struct dma_buf *dmabuf, enum dma_data_direction direction);
int dma_buf_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma, unsigned long pgoff);
int dma_buf_vmap(struct dma_buf *dmabuf, struct iosys_map *map);
void dma_buf_vunmap(struct dma_buf *dmabuf, struct iosys_map *map);
int dma_buf_vmap_unlocked(struct dma_buf *dmabuf, struct iosys_map *map);
void dma_buf_vunmap_unlocked(struct dma_buf *dmabuf, struct iosys_map *map);

#endif /* __DMA_BUF_H__ */
