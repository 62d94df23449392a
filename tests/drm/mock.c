// SPDX-License-Identifier: MIT
/* A driver of a device that does not exist. */
#include <drm/drm_ioctl.h>
#include <drm/drm_kunit_helpers.h>
#include <kunit/device.h>
#include <linux/dma-buf.h>
#include <linux/file.h>
#include <linux/iosys-map.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <lockstep/syscall.h>
#include "mock.h"

int mock_freed;

static void mock_free(struct drm_gem_object *obj)
{
	struct mock_bo *bo = to_mock(obj);

	if (obj->import_attach)
		drm_prime_gem_destroy(obj, bo->sgt);
	if (bo->pages)
		drm_gem_put_pages(obj, bo->pages, true, true);
	drm_gem_object_release(obj);
	kfree(bo);
	mock_freed++;
}

static int mock_pin(struct drm_gem_object *obj)
{
	struct mock_bo *bo = to_mock(obj);
	struct page **pages;

	dma_resv_assert_held(obj->resv);
	if (!bo->pages) {
		pages = drm_gem_get_pages(obj);
		if (IS_ERR(pages))
			return PTR_ERR(pages);
		bo->pages = pages;
	}
	bo->pins++;
	return 0;
}

static void mock_unpin(struct drm_gem_object *obj)
{
	to_mock(obj)->pins--;
}

static struct sg_table *mock_get_sg_table(struct drm_gem_object *obj)
{
	return drm_prime_pages_to_sg(obj->dev, to_mock(obj)->pages, obj->size >> PAGE_SHIFT);
}

static int mock_vmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	struct mock_bo *bo = to_mock(obj);
	int ret = mock_pin(obj);
	void *p;

	if (ret)
		return ret;
	p = vmap(bo->pages, obj->size >> PAGE_SHIFT, VM_MAP, PAGE_KERNEL);
	if (!p) {
		mock_unpin(obj);
		return -ENOMEM;
	}
	iosys_map_set_vaddr(map, p);
	return 0;
}

static void mock_vunmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	vunmap(map->vaddr);
	mock_unpin(obj);
}

static int mock_evict(struct drm_gem_object *obj)
{
	to_mock(obj)->evicted = true;
	return 0;
}

static vm_fault_t mock_fault(struct vm_fault *vmf)
{
	struct drm_gem_object *obj = vmf->vma->vm_private_data;
	struct mock_bo *bo = to_mock(obj);
	unsigned long i = (vmf->address - vmf->vma->vm_start) >> PAGE_SHIFT;
	vm_fault_t ret = VM_FAULT_SIGBUS;

	dma_resv_lock(obj->resv, NULL);
	if (!mock_pin(obj)) {
		ret = vmf_insert_pfn(vmf->vma, vmf->address, page_to_pfn(bo->pages[i]));
		mock_unpin(obj);
	}
	dma_resv_unlock(obj->resv);
	return ret;
}

static const struct vm_operations_struct mock_vm_ops = {
	.open = drm_gem_vm_open,
	.close = drm_gem_vm_close,
	.fault = mock_fault,
};

static const struct drm_gem_object_funcs mock_funcs = {
	.free = mock_free,
	.pin = mock_pin,
	.unpin = mock_unpin,
	.get_sg_table = mock_get_sg_table,
	.vmap = mock_vmap,
	.vunmap = mock_vunmap,
	.evict = mock_evict,
	.vm_ops = &mock_vm_ops,
};

struct mock_bo *mock_try_create(struct drm_device *drm, size_t size)
{
	struct mock_bo *bo = kzalloc(sizeof(*bo), GFP_KERNEL);
	int ret;

	if (!bo)
		return ERR_PTR(-ENOMEM);
	bo->base.funcs = &mock_funcs;
	ret = drm_gem_object_init(drm, &bo->base, size);
	if (ret) {
		drm_gem_private_object_fini(&bo->base);
		kfree(bo);
		return ERR_PTR(ret);
	}
	return bo;
}

struct mock_bo *mock_create(struct kunit *test, struct drm_device *drm, size_t size)
{
	struct mock_bo *bo = mock_try_create(drm, size);

	KUNIT_ASSERT_FALSE(test, IS_ERR(bo));
	return bo;
}

static struct drm_gem_object *mock_import(struct drm_device *drm,
					  struct dma_buf_attachment *attach, struct sg_table *sgt)
{
	struct mock_bo *bo = kzalloc(sizeof(*bo), GFP_KERNEL);

	if (!bo)
		return ERR_PTR(-ENOMEM);
	bo->base.funcs = &mock_funcs;
	bo->base.resv = attach->dmabuf->resv;
	bo->sgt = sgt;
	drm_gem_private_object_init(drm, &bo->base, attach->dmabuf->size);
	return &bo->base;
}

static int mock_dumb_create(struct drm_file *file, struct drm_device *drm,
			    struct drm_mode_create_dumb *args)
{
	struct mock_bo *bo;
	int ret;

	args->pitch = args->width * args->bpp / 8;
	args->size = PAGE_ALIGN((u64)args->pitch * args->height);
	bo = mock_try_create(drm, args->size);
	if (IS_ERR(bo))
		return PTR_ERR(bo);
	ret = drm_gem_handle_create(file, &bo->base, &args->handle);
	drm_gem_object_put(&bo->base);
	return ret;
}

DEFINE_DRM_GEM_FOPS(mock_fops);

static const struct drm_driver mock_driver = {
	.driver_features = DRIVER_GEM | DRIVER_RENDER | DRIVER_MODESET,
	.gem_prime_import_sg_table = mock_import,
	.dumb_create = mock_dumb_create,
	.name = "mock",
	.desc = "no device",
	.date = "20260101",
	.major = 1,
	.fops = &mock_fops,
};

static void unregister(void *data)
{
	drm_dev_unregister(data);
}

struct drm_device *mock_device(struct kunit *test, const char *name)
{
	struct device *dev = kunit_device_register(test, name);
	struct drm_device *drm;

	KUNIT_ASSERT_FALSE(test, IS_ERR(dev));
	drm = __drm_kunit_helper_alloc_drm_device_with_driver(test, dev, sizeof(*drm), 0,
							      &mock_driver);
	KUNIT_ASSERT_FALSE(test, IS_ERR(drm));
	KUNIT_ASSERT_EQ(test, drm_dev_register(drm, 0), 0);
	KUNIT_ASSERT_EQ(test, devm_add_action_or_reset(dev, unregister, drm), 0);
	return drm;
}

int mock_open(struct kunit *test, struct drm_device *drm, struct drm_file **file)
{
	char node[32];
	struct file *filp;
	int fd;

	snprintf(node, sizeof(node), "/dev/dri/card%d", drm->primary->index);
	fd = ls_open(node, O_RDWR);
	KUNIT_ASSERT_GE(test, fd, 0);
	if (file) {
		filp = fget(fd);
		*file = filp->private_data;
		fput(filp);
	}
	return fd;
}
