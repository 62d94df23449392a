// SPDX-License-Identifier: MIT
/*
 * Stands for the core of the kernel, which comes along with each driver: debug information has only
 * the types that some file looks into, and paths of the model are followed through these.
 */
#include "kernel.h"

struct dma_resv *core_attachment(struct dma_buf_attachment *attach);
struct dma_resv *core_buffer(struct drm_gem_object *obj);
struct dma_resv *core_bo(struct ttm_buffer_object *bo);
struct ww_acquire_ctx *core_exec(struct drm_exec *exec);
long core_resv(struct dma_resv *resv);

struct dma_resv *core_attachment(struct dma_buf_attachment *attach)
{
	return attach->dmabuf->resv;
}

struct dma_resv *core_buffer(struct drm_gem_object *obj)
{
	return obj->dma_buf ? obj->dma_buf->resv : obj->resv;
}

struct dma_resv *core_bo(struct ttm_buffer_object *bo)
{
	return bo->base.resv;
}

struct ww_acquire_ctx *core_exec(struct drm_exec *exec)
{
	return &exec->ticket;
}

long core_resv(struct dma_resv *resv)
{
	return resv->lock.base.owner + (long)resv->lock.base.dep_map.name;
}
