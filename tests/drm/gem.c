// SPDX-License-Identifier: MIT
/* GEM objects: handles, names, mappings, the reservation lock. */
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/file.h>
#include <linux/iosys-map.h>
#include <lockstep/syscall.h>
#include <lockstep/test.h>
#include "mock.h"

static void handles(struct kunit *test)
{
	struct drm_device *drm = mock_device(test, "gem-handles");
	struct mock_bo *bo = mock_create(test, drm, PAGE_SIZE);
	struct drm_gem_object *obj;
	struct drm_file *client;
	int fd = mock_open(test, drm, &client);
	u32 a = 0, b = 0;

	mock_freed = 0;
	KUNIT_ASSERT_EQ(test, drm_gem_handle_create(client, &bo->base, &a), 0);
	KUNIT_ASSERT_EQ(test, drm_gem_handle_create(client, &bo->base, &b), 0);
	KUNIT_EXPECT_EQ(test, a, 1);
	KUNIT_EXPECT_EQ(test, b, 2);
	KUNIT_EXPECT_EQ(test, bo->base.handle_count, 2);
	KUNIT_EXPECT_EQ(test, kref_read(&bo->base.refcount), 2);
	obj = drm_gem_object_lookup(client, b);
	KUNIT_EXPECT_PTR_EQ(test, obj, &bo->base);
	drm_gem_object_put(obj);
	drm_gem_object_put(&bo->base);
	KUNIT_EXPECT_EQ(test, drm_gem_handle_delete(client, a), 0);
	KUNIT_EXPECT_EQ(test, drm_gem_handle_delete(client, a), -EINVAL);
	KUNIT_EXPECT_NULL(test, drm_gem_object_lookup(client, a));
	KUNIT_EXPECT_EQ(test, mock_freed, 0);
	/* Closing the file closes the other. */
	KUNIT_EXPECT_EQ(test, ls_close(fd), 0);
	KUNIT_EXPECT_EQ(test, mock_freed, 1);
}

static void arrays_of_handles(struct kunit *test)
{
	struct drm_device *drm = mock_device(test, "gem-arrays");
	struct mock_bo *bo = mock_create(test, drm, PAGE_SIZE);
	struct drm_gem_object **objs = NULL;
	struct drm_file *client;
	int fd = mock_open(test, drm, &client);
	u32 h[2] = { 0, 99 };

	KUNIT_ASSERT_EQ(test, drm_gem_handle_create(client, &bo->base, &h[0]), 0);
	drm_gem_object_put(&bo->base);
	KUNIT_EXPECT_EQ(test, drm_gem_objects_lookup(client, h, 2, &objs), -ENOENT);
	KUNIT_ASSERT_NOT_NULL(test, objs);
	KUNIT_EXPECT_PTR_EQ(test, objs[0], &bo->base);
	KUNIT_EXPECT_NULL(test, objs[1]);
	drm_gem_object_put(objs[0]);
	kvfree(objs);
	KUNIT_EXPECT_EQ(test, drm_gem_objects_lookup(client, (void __user *)8, 1, &objs), -EFAULT);
	kvfree(objs);
	KUNIT_EXPECT_EQ(test, drm_gem_dma_resv_wait(client, 99, true, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, drm_gem_dma_resv_wait(client, h[0], true, 0), 0);
	KUNIT_EXPECT_EQ(test, ls_close(fd), 0);
}

static void ioctls(struct kunit *test)
{
	struct drm_device *drm = mock_device(test, "gem-ioctls");
	int fd = mock_open(test, drm, NULL), other = mock_open(test, drm, NULL);
	struct drm_mode_create_dumb dumb = { .width = 64, .height = 64, .bpp = 32 };
	struct drm_get_cap cap = { .capability = DRM_CAP_PRIME };
	struct drm_gem_flink flink = { };
	struct drm_gem_open open = { };
	struct drm_gem_close close = { };
	struct drm_version version = { };
	char name[8] = "";

	version.name = name;
	version.name_len = sizeof(name);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DRM_IOCTL_VERSION, &version), 0);
	KUNIT_EXPECT_STREQ(test, name, "mock");
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DRM_IOCTL_GET_CAP, &cap), 0);
	KUNIT_EXPECT_EQ(test, cap.value, 3);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DRM_IOCTL_GET_CAP, (void *)16), -EFAULT);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DRM_IOW(0x70, int), &cap), -EINVAL);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, _IO('x', 1), NULL), -ENOTTY);

	KUNIT_ASSERT_EQ(test, ls_ioctl(fd, DRM_IOCTL_MODE_CREATE_DUMB, &dumb), 0);
	KUNIT_EXPECT_EQ(test, dumb.size, 16384);
	flink.handle = dumb.handle;
	KUNIT_ASSERT_EQ(test, ls_ioctl(fd, DRM_IOCTL_GEM_FLINK, &flink), 0);
	open.name = flink.name;
	KUNIT_ASSERT_EQ(test, ls_ioctl(other, DRM_IOCTL_GEM_OPEN, &open), 0);
	KUNIT_EXPECT_EQ(test, open.size, 16384);
	open.name = 1234;
	KUNIT_EXPECT_EQ(test, ls_ioctl(other, DRM_IOCTL_GEM_OPEN, &open), -ENOENT);
	close.handle = dumb.handle;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DRM_IOCTL_GEM_CLOSE, &close), 0);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DRM_IOCTL_GEM_CLOSE, &close), -EINVAL);
	KUNIT_EXPECT_EQ(test, ls_close(fd), 0);
	KUNIT_EXPECT_EQ(test, ls_close(other), 0);
}

static void client_mapping(struct kunit *test)
{
	struct drm_device *drm = mock_device(test, "gem-mmap");
	int fd = mock_open(test, drm, NULL), other = mock_open(test, drm, NULL);
	struct drm_mode_create_dumb dumb = { .width = 64, .height = 32, .bpp = 32 };
	struct drm_mode_map_dumb map = { };
	const int rw = PROT_READ | PROT_WRITE;
	u32 *p;

	KUNIT_ASSERT_EQ(test, ls_ioctl(fd, DRM_IOCTL_MODE_CREATE_DUMB, &dumb), 0);
	map.handle = dumb.handle;
	KUNIT_ASSERT_EQ(test, ls_ioctl(fd, DRM_IOCTL_MODE_MAP_DUMB, &map), 0);
	KUNIT_EXPECT_GT(test, map.offset, U32_MAX);
	/* Without a handle of one's own, and where nothing is. */
	KUNIT_EXPECT_EQ(test, PTR_ERR(ls_mmap(other, dumb.size, rw, MAP_SHARED, map.offset)),
			-EACCES);
	KUNIT_EXPECT_EQ(test, PTR_ERR(ls_mmap(fd, dumb.size, rw, MAP_SHARED, 0)), -EINVAL);
	p = ls_mmap(fd, dumb.size, rw, MAP_SHARED, map.offset);
	KUNIT_ASSERT_FALSE(test, IS_ERR(p));
	p[1] = 5;
	KUNIT_EXPECT_EQ(test, p[1], 5);
	KUNIT_EXPECT_EQ(test, ls_close(fd), 0);
	/* The mapping holds file and object. */
	KUNIT_EXPECT_EQ(test, p[1], 5);
	drm_dev_unplug(drm);
	KUNIT_EXPECT_EQ(test, ls_fault(p, 0), 0);
	KUNIT_EXPECT_EQ(test, ls_ioctl(other, DRM_IOCTL_GEM_CLOSE, &map), -ENODEV);
	KUNIT_EXPECT_EQ(test, ls_munmap(p, dumb.size), 0);
	KUNIT_EXPECT_EQ(test, ls_close(other), 0);
}

static void vmap_keeps_the_rule(struct kunit *test)
{
	struct drm_device *drm = mock_device(test, "gem-vmap");
	struct mock_bo *bo = mock_create(test, drm, 2 * PAGE_SIZE);
	struct iosys_map map;

	KUNIT_ASSERT_EQ(test, drm_gem_vmap_unlocked(&bo->base, &map), 0);
	memset(map.vaddr, 0x11, 2 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, bo->pins, 1);
	drm_gem_vunmap_unlocked(&bo->base, &map);
	KUNIT_EXPECT_TRUE(test, iosys_map_is_null(&map));
	drm_gem_lock(&bo->base);
	KUNIT_ASSERT_EQ(test, drm_gem_vmap(&bo->base, &map), 0);
	KUNIT_EXPECT_EQ(test, *(u8 *)map.vaddr, 0x11);
	drm_gem_vunmap(&bo->base, &map);
	KUNIT_EXPECT_EQ(test, drm_gem_evict(&bo->base), 0);
	drm_gem_unlock(&bo->base);
	KUNIT_EXPECT_TRUE(test, bo->evicted);
	KUNIT_EXPECT_EQ(test, bo->pins, 0);
	drm_gem_object_put(&bo->base);
}

static void evict_breaks_the_rule(struct kunit *test)
{
	struct drm_device *drm = mock_device(test, "gem-evict");
	struct mock_bo *bo = mock_create(test, drm, PAGE_SIZE);
	const struct ls_report *r;

	lockstep_expect_report(test, "gem-evict-held");
	KUNIT_EXPECT_EQ(test, drm_gem_evict(&bo->base), 0);
	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_EQ(test, r->class, LS_BREACH);
	KUNIT_EXPECT_NOT_NULL(test, strstr(r->object, "gem object of mock (4096 bytes)"));
	drm_gem_object_put(&bo->base);
}

static void pin_twice(void *arg)
{
	struct mock_bo *bo = arg;

	drm_gem_lock(&bo->base);
	drm_gem_pin(&bo->base);
}

static void pin_breaks_the_rule(struct kunit *test)
{
	struct drm_device *drm = mock_device(test, "gem-pin");
	struct mock_bo *bo = mock_create(test, drm, PAGE_SIZE);

	KUNIT_EXPECT_EQ(test, drm_gem_pin(&bo->base), 0);
	drm_gem_unpin(&bo->base);
	lockstep_expect_report(test, "gem-pin-unheld");
	KUNIT_EXPECT_EQ(test, lockstep_run_task(pin_twice, bo), -EDEADLK);
	drm_gem_object_put(&bo->base);
}

static void lock_twice(void *arg)
{
	struct mock_bo *bo = arg;

	drm_gem_lock(&bo->base);
	drm_gem_lock(&bo->base);
}

static void deadlock_names_the_object(struct kunit *test)
{
	struct drm_device *drm = mock_device(test, "gem-deadlock");
	struct mock_bo *bo = mock_create(test, drm, PAGE_SIZE);
	const struct ls_report *r;
	struct drm_file *client;
	int fd = mock_open(test, drm, &client);
	u32 handle;

	/* Before it has a handle, nobody but its maker knows it. */
	KUNIT_ASSERT_EQ(test, drm_gem_handle_create(client, &bo->base, &handle), 0);
	lockstep_expect_report(test, "self-deadlock");
	KUNIT_EXPECT_EQ(test, lockstep_run_task(lock_twice, bo), -EDEADLK);
	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_NOT_NULL(test, strstr(r->object, " of gem object of mock (4096 bytes)"));
	drm_gem_object_put(&bo->base);
	KUNIT_EXPECT_EQ(test, ls_close(fd), 0);
}

static void sets_of_objects(struct kunit *test)
{
	struct drm_device *drm = mock_device(test, "gem-sets");
	struct drm_gem_object *objs[4];
	struct ww_acquire_ctx ctx;
	int i;

	for (i = 0; i < 3; i++)
		objs[i] = &mock_create(test, drm, PAGE_SIZE)->base;
	objs[3] = objs[1];
	KUNIT_ASSERT_EQ(test, drm_gem_lock_reservations(objs, 3, &ctx), 0);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_TRUE(test, dma_resv_is_locked(objs[i]->resv));
	drm_gem_unlock_reservations(objs, 3, &ctx);
	KUNIT_EXPECT_EQ(test, drm_gem_lock_reservations(objs, 4, &ctx), -EALREADY);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_FALSE(test, dma_resv_is_locked(objs[i]->resv));
		drm_gem_object_put(objs[i]);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(handles),
	KUNIT_CASE(arrays_of_handles),
	KUNIT_CASE(ioctls),
	KUNIT_CASE(client_mapping),
	KUNIT_CASE(vmap_keeps_the_rule),
	KUNIT_CASE(evict_breaks_the_rule),
	KUNIT_CASE(pin_breaks_the_rule),
	KUNIT_CASE(deadlock_names_the_object),
	KUNIT_CASE(sets_of_objects),
	{}
};

static struct kunit_suite suite = { .name = "drm_gem", .test_cases = cases };
kunit_test_suite(suite);
