// SPDX-License-Identifier: MIT
/*
 * What an address is (lockstep/describe.h): reservation locks, fences, shared buffers.
 */
#include <linux/container_of.h>
#include <linux/dma-buf.h>
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/fs.h>
#include <linux/sprintf.h>
#include <lockstep/describe.h>
#include <lockstep/os.h>
#include <lockstep/track.h>
#include "dma-buf-internal.h"

static bool name_resv(const void *obj, char *buf, unsigned long size)
{
	const struct dma_resv *resv;
	struct dma_resv copy;

	/* The lock is the first of it, but only if it is one. */
	resv = container_of((const struct ww_mutex *)obj, struct dma_resv, lock);
	if (os_copy_user(&copy, resv, sizeof(copy), 0) != sizeof(copy))
		return false;
	if (copy.lock.base.magic != obj ||
	    copy.lock.base.dep_map.key != &reservation_ww_class.mutex_key || !copy.ls_id)
		return false;
	snprintf(buf, size, "resv#%u", copy.ls_id);
	return true;
}

struct wanted {
	const void *obj;
	char *buf;
	unsigned long size;
};

static bool inside(const void *obj, const void *start, unsigned long size)
{
	return obj >= start && obj < start + size;
}

static bool name_fence(const void *obj, void *arg)
{
	const struct dma_fence *fence = obj;
	struct wanted *w = arg;
	const char *part = "";

	if (w->obj == fence->lock && !inside(w->obj, fence, sizeof(*fence)))
		return false; /* the driver's own, for several fences: lockdep has a name for it */
	if (w->obj == &fence->refcount)
		part = " refs";
	else if (!inside(w->obj, fence, sizeof(*fence)))
		return false;
	snprintf(w->buf, w->size, "fence#%llu:%llu%s", fence->context, fence->seqno, part);
	return true;
}

static bool name_dmabuf(const void *obj, void *arg)
{
	const struct dma_buf *dmabuf = obj;
	struct wanted *w = arg;

	if (dmabuf->file && w->obj == &dmabuf->file->f_count)
		snprintf(w->buf, w->size, "dma_buf#%u refs", dmabuf->ls_id);
	else if (inside(w->obj, dmabuf, sizeof(*dmabuf)))
		snprintf(w->buf, w->size, "dma_buf#%u", dmabuf->ls_id);
	else
		return false;
	return true;
}

static bool name(enum ls_op op, const void *obj, char *buf, unsigned long size)
{
	struct wanted w = { obj, buf, size };

	if (op == LS_OP_LOCK || op == LS_OP_TRYLOCK || op == LS_OP_UNLOCK)
		return name_resv(obj, buf, size);
	return ls_track_find(LS_KIND_FENCE, name_fence, &w) ||
	       ls_track_find(LS_KIND_DMABUF, name_dmabuf, &w);
}

void ls_dma_buf_describe_init(void)
{
	static struct ls_describer describer = { .name = name };

	ls_describe_add(&describer);
}
