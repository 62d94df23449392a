// SPDX-License-Identifier: MIT
/* PRIME: sharing within a client, between clients, between devices. */
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/file.h>
#include <linux/iosys-map.h>
#include <lockstep/syscall.h>
#include <lockstep/test.h>
#include "mock.h"

static u32 create(struct kunit *test, int fd)
{
	struct drm_mode_create_dumb dumb = { .width = 32, .height = 64, .bpp = 32 };

	KUNIT_ASSERT_EQ(test, ls_ioctl(fd, DRM_IOCTL_MODE_CREATE_DUMB, &dumb), 0);
	return dumb.handle;
}

static int export(struct kunit *test, int fd, u32 handle)
{
	struct drm_prime_handle args = { .handle = handle, .flags = DRM_CLOEXEC | DRM_RDWR };

	KUNIT_ASSERT_EQ(test, ls_ioctl(fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &args), 0);
	return args.fd;
}

static u32 import(struct kunit *test, int fd, int buf)
{
	struct drm_prime_handle args = { .fd = buf };

	KUNIT_ASSERT_EQ(test, ls_ioctl(fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &args), 0);
	return args.handle;
}

static void close_handle(struct kunit *test, int fd, u32 handle)
{
	struct drm_gem_close args = { .handle = handle };

	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DRM_IOCTL_GEM_CLOSE, &args), 0);
}

static void ones_own_handle_comes_back(struct kunit *test)
{
	struct drm_device *drm = mock_device(test, "prime-self");
	int fd = mock_open(test, drm, NULL), a, b;
	u32 h = create(test, fd);

	mock_freed = 0;
	a = export(test, fd, h);
	b = export(test, fd, h);
	KUNIT_EXPECT_EQ(test, import(test, fd, a), h);
	KUNIT_EXPECT_EQ(test, import(test, fd, b), h);
	close_handle(test, fd, h);
	KUNIT_EXPECT_EQ(test, mock_freed, 0);
	/* The handle is gone, the buffer is not: it comes back as the same object. */
	h = import(test, fd, a);
	KUNIT_EXPECT_EQ(test, ls_close(a), 0);
	KUNIT_EXPECT_EQ(test, ls_close(b), 0);
	KUNIT_EXPECT_EQ(test, mock_freed, 0);
	close_handle(test, fd, h);
	flush_delayed_fput();
	KUNIT_EXPECT_EQ(test, mock_freed, 1);
	KUNIT_EXPECT_EQ(test, ls_close(fd), 0);
}

static void between_devices(struct kunit *test)
{
	struct drm_device *one = mock_device(test, "prime-one"), *two = mock_device(test, "prime-two");
	struct drm_file *client;
	int a = mock_open(test, one, NULL), b = mock_open(test, two, &client), buf, again;
	struct drm_gem_object *obj;
	u32 h = create(test, a), g;

	mock_freed = 0;
	buf = export(test, a, h);
	g = import(test, b, buf);
	KUNIT_EXPECT_EQ(test, import(test, b, buf), g);
	obj = drm_gem_object_lookup(client, g);
	KUNIT_ASSERT_NOT_NULL(test, obj);
	KUNIT_EXPECT_TRUE(test, drm_gem_is_imported(obj));
	KUNIT_EXPECT_PTR_EQ(test, obj->resv, obj->import_attach->dmabuf->resv);
	KUNIT_EXPECT_EQ(test, drm_prime_get_contiguous_size(to_mock(obj)->sgt) % PAGE_SIZE, 0);
	drm_gem_object_put(obj);
	/* Exporting an import gives the buffer it came from. */
	again = export(test, b, g);
	KUNIT_EXPECT_EQ(test, import(test, a, again), h);

	KUNIT_EXPECT_EQ(test, ls_close(buf), 0);
	KUNIT_EXPECT_EQ(test, ls_close(again), 0);
	KUNIT_EXPECT_EQ(test, ls_close(a), 0);
	KUNIT_EXPECT_EQ(test, mock_freed, 0); /* the import keeps the exporter's object */
	KUNIT_EXPECT_EQ(test, ls_close(b), 0);
	KUNIT_EXPECT_EQ(test, mock_freed, 2);
}

static void what_is_refused(struct kunit *test)
{
	struct drm_device *drm = mock_device(test, "prime-bad");
	int fd = mock_open(test, drm, NULL);
	struct drm_prime_handle args = { .handle = 77 };

	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &args), -ENOENT);
	args.flags = 1 << 30;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &args), -EINVAL);
	args.fd = fd;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &args), -EINVAL);
	args.fd = 500;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &args), -EBADF);
	KUNIT_EXPECT_EQ(test, ls_close(fd), 0);
}

static void mapping_through_the_buffer(struct kunit *test)
{
	struct drm_device *drm = mock_device(test, "prime-mmap");
	int fd = mock_open(test, drm, NULL), buf;
	u32 h = create(test, fd), *p;
	struct drm_mode_map_dumb map = { .handle = h };

	KUNIT_ASSERT_EQ(test, ls_ioctl(fd, DRM_IOCTL_MODE_MAP_DUMB, &map), 0);
	buf = export(test, fd, h);
	p = ls_mmap(buf, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(p));
	p[5] = 6;
	KUNIT_EXPECT_EQ(test, p[5], 6);
	KUNIT_EXPECT_EQ(test, ls_munmap(p, 8192), 0);
	KUNIT_EXPECT_EQ(test, ls_close(buf), 0);
	KUNIT_EXPECT_EQ(test, ls_close(fd), 0);
}

/* drm_prime_gem_destroy() takes the lock. */
static void free_with_the_lock(void *arg)
{
	struct drm_gem_object *obj = arg;

	dma_resv_lock(obj->resv, NULL);
	drm_gem_object_put(obj);
}

static void freeing_an_import_keeps_the_rule(struct kunit *test)
{
	struct drm_device *one = mock_device(test, "prime-x"), *two = mock_device(test, "prime-y");
	struct mock_bo *bo = mock_create(test, one, PAGE_SIZE);
	struct dma_buf *buf = drm_gem_prime_export(&bo->base, O_RDWR);
	struct drm_gem_object *obj;

	KUNIT_ASSERT_FALSE(test, IS_ERR(buf));
	drm_gem_object_put(&bo->base);
	obj = drm_gem_prime_import(two, buf);
	KUNIT_ASSERT_FALSE(test, IS_ERR(obj));
	drm_gem_object_get(obj); /* the first put keeps the rule */
	drm_gem_object_put(obj);
	drm_gem_object_put(obj);
	dma_buf_put(buf);
	flush_delayed_fput();
}

static void freeing_an_import_breaks_the_rule(struct kunit *test)
{
	struct drm_device *one = mock_device(test, "prime-x"), *two = mock_device(test, "prime-y");
	struct mock_bo *bo = mock_create(test, one, PAGE_SIZE), *imp;
	struct dma_buf *buf = drm_gem_prime_export(&bo->base, O_RDWR);
	struct drm_gem_object *obj;

	KUNIT_ASSERT_FALSE(test, IS_ERR(buf));
	drm_gem_object_put(&bo->base);
	obj = drm_gem_prime_import(two, buf);
	KUNIT_ASSERT_FALSE(test, IS_ERR(obj));
	imp = to_mock(obj);
	lockstep_expect_report(test, "prime-gem-destroy-unheld");
	KUNIT_EXPECT_EQ(test, lockstep_run_task(free_with_the_lock, obj), -EDEADLK);
	/* It was stopped at the door: finish by hand what it did not do. */
	drm_prime_gem_destroy(obj, imp->sgt);
	drm_gem_object_release(obj);
	kfree(imp);
	dma_buf_put(buf);
	flush_delayed_fput();
}

/* Every allocation on the way may fail; nothing stays behind. */
static int share(struct drm_device *one, struct drm_device *two)
{
	struct drm_gem_object *imp;
	struct iosys_map map;
	struct dma_buf *buf;
	struct mock_bo *bo;
	int err;

	bo = mock_try_create(one, 2 * PAGE_SIZE);
	if (IS_ERR(bo))
		return PTR_ERR(bo);
	buf = drm_gem_prime_export(&bo->base, O_RDWR);
	drm_gem_object_put(&bo->base);
	if (IS_ERR(buf))
		return PTR_ERR(buf);
	imp = drm_gem_prime_import(two, buf);
	err = PTR_ERR_OR_ZERO(imp);
	if (!err) {
		err = dma_buf_vmap_unlocked(buf, &map);
		if (!err)
			dma_buf_vunmap_unlocked(buf, &map);
		drm_gem_object_put(imp);
	}
	dma_buf_put(buf);
	return err;
}

static void clean_when_memory_is_short(struct kunit *test)
{
	struct drm_device *one = mock_device(test, "nth-x"), *two = mock_device(test, "nth-y");

	KUNIT_EXPECT_EQ(test, share(one, two), 0);
	flush_delayed_fput();
}

/* The same by a client's calls. */
static void clean_when_a_client_runs_short(struct kunit *test)
{
	struct drm_device *one = mock_device(test, "nth-a"), *two = mock_device(test, "nth-b");
	struct drm_mode_create_dumb dumb = { .width = 32, .height = 64, .bpp = 32 };
	struct drm_prime_handle out = { .flags = DRM_RDWR }, in = { };
	char node[2][24];
	int a, b, err;

	snprintf(node[0], sizeof(node[0]), "/dev/dri/card%d", one->primary->index);
	snprintf(node[1], sizeof(node[1]), "/dev/dri/renderD%d", two->render->index);
	a = ls_open(node[0], O_RDWR);
	b = ls_open(node[1], O_RDWR);
	err = ls_ioctl(a, DRM_IOCTL_MODE_CREATE_DUMB, &dumb);
	out.handle = dumb.handle;
	if (!err)
		err = ls_ioctl(a, DRM_IOCTL_PRIME_HANDLE_TO_FD, &out);
	if (!err) {
		in.fd = out.fd;
		err = ls_ioctl(b, DRM_IOCTL_PRIME_FD_TO_HANDLE, &in);
		ls_close(out.fd);
	}
	KUNIT_EXPECT_EQ(test, err, 0);
	ls_close(a);
	ls_close(b);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(clean_when_memory_is_short),
	KUNIT_CASE(clean_when_a_client_runs_short),
	KUNIT_CASE(ones_own_handle_comes_back),
	KUNIT_CASE(between_devices),
	KUNIT_CASE(what_is_refused),
	KUNIT_CASE(mapping_through_the_buffer),
	KUNIT_CASE(freeing_an_import_keeps_the_rule),
	KUNIT_CASE(freeing_an_import_breaks_the_rule),
	{}
};

static struct kunit_suite suite = { .name = "drm_prime", .test_cases = cases };
kunit_test_suite(suite);
