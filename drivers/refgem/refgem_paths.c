// SPDX-License-Identifier: MIT
/**
 * DOC: the paths to put_pages, as a client would take them
 *
 * Two devices and a client of each. A buffer is made on one, passed to the other as
 * a file descriptor, bound there, and then something happens to it. Nothing in here
 * takes a reservation lock that a real client would not.
 */
#include <drm/drm_file.h>
#include <drm/drm_prime.h>
#include <linux/device.h>
#include <linux/fcntl.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/shrinker.h>
#include <lockstep/test.h>

#include "refgem_paths.h"

#define RIG_PAGES 4

/* --- the rig --------------------------------------------------------------- */

/**
 * refgem_side_init - a device and a client of it
 * @side: to be filled in
 * @name: of its parent device
 * @cfg: what the device is like
 *
 * Context: Process context.
 * Return: 0, -ENOMEM, or -ENFILE if no more files can be opened.
 */
int refgem_side_init(struct refgem_side *side, const char *name,
		     const struct refgem_config *cfg)
{
	int ret;

	side->parent = root_device_register(name);
	if (IS_ERR(side->parent))
		return PTR_ERR(side->parent);

	side->refgem = refgem_device_create(side->parent, cfg);
	if (IS_ERR(side->refgem)) {
		ret = PTR_ERR(side->refgem);
		goto err_parent;
	}

	side->filp = mock_drm_getfile(side->refgem->drm.primary, O_RDWR);
	if (IS_ERR(side->filp)) {
		ret = PTR_ERR(side->filp);
		goto err_parent;
	}
	side->file = side->filp->private_data;
	return 0;

err_parent:
	root_device_unregister(side->parent);
	return ret;
}

/* Closing the client drops its handles, and with them the objects. */
static void refgem_side_close(struct refgem_side *side)
{
	fput(side->filp);
	flush_delayed_fput();
	refgem_flush_free(side->refgem);
}

/**
 * refgem_side_fini - close the client, remove the device
 * @side: the side
 *
 * Context: Process context.
 */
void refgem_side_fini(struct refgem_side *side)
{
	refgem_side_close(side);
	root_device_unregister(side->parent);
}

/**
 * refgem_rig_init - two devices and a client of each
 * @rig: to be filled in
 * @cfg: what the importer is like; the exporter has the same, without ttm_imports
 *
 * Context: Process context.
 * Return: 0, -ENOMEM, or -ENFILE if no more files can be opened.
 */
int refgem_rig_init(struct refgem_rig *rig, const struct refgem_config *cfg)
{
	struct refgem_config exporter = *cfg;
	int ret;

	exporter.ttm_imports = false;
	rig->exported = rig->imported = 0;
	ret = refgem_side_init(&rig->exporter, "exporter", &exporter);
	if (ret)
		return ret;

	ret = refgem_side_init(&rig->importer, "importer", cfg);
	if (ret)
		refgem_side_fini(&rig->exporter);
	return ret;
}

/**
 * refgem_rig_fini - close the clients, remove the devices
 * @rig: the rig
 *
 * Context: Process context.
 */
void refgem_rig_fini(struct refgem_rig *rig)
{
	/* Imports first: they keep the exporter's objects. */
	refgem_side_close(&rig->importer);
	refgem_side_close(&rig->exporter);
	root_device_unregister(rig->importer.parent);
	root_device_unregister(rig->exporter.parent);
}

/**
 * refgem_rig_clear - have the clients give up what they shared last
 * @rig: the rig
 *
 * For who keeps the devices and walks one path after the other. A handle that its client has
 * closed already is none any more.
 *
 * Context: Process context.
 */
void refgem_rig_clear(struct refgem_rig *rig)
{
	drm_gem_handle_delete(rig->importer.file, rig->imported);
	lockstep_settle();
	refgem_flush_free(rig->importer.refgem);
	drm_gem_handle_delete(rig->exporter.file, rig->exported);
	lockstep_settle();
	flush_delayed_fput();
	refgem_flush_free(rig->exporter.refgem);
}

/**
 * refgem_rig_handle - give a client a handle for an object
 * @side: whose client
 * @obj: the object; the caller's reference becomes the handle's, also on failure
 * @handle: the handle
 *
 * Return: 0 or -ENOMEM.
 */
int refgem_rig_handle(struct refgem_side *side, struct refgem_object *obj, u32 *handle)
{
	int ret = drm_gem_handle_create(side->file, &obj->base, handle);

	refgem_object_put(obj);
	return ret;
}

/**
 * refgem_rig_share - pass an object from the exporter's client to the importer's
 * @rig: the rig
 * @obj: object of the exporter; the caller's reference becomes the handle's, also on
 *	failure
 * @handle: the importer's handle
 *
 * Return: 0, -ENOMEM, -EMFILE.
 */
int refgem_rig_share(struct refgem_rig *rig, struct refgem_object *obj, u32 *handle)
{
	struct refgem_side *exporter = &rig->exporter, *importer = &rig->importer;
	int fd, ret;

	ret = refgem_rig_handle(exporter, obj, &rig->exported);
	if (ret)
		return ret;

	ret = drm_gem_prime_handle_to_fd(&exporter->refgem->drm, exporter->file, rig->exported,
					 DRM_CLOEXEC | DRM_RDWR, &fd);
	if (ret)
		return ret;

	ret = drm_gem_prime_fd_to_handle(&importer->refgem->drm, importer->file, fd, handle);
	close_fd(fd);
	if (!ret)
		rig->imported = *handle;
	return ret;
}

/**
 * refgem_rig_bind - make the device use a buffer
 * @side: the device and its client
 * @handle: the client's handle
 *
 * Return: 0, -ENOENT for a handle that is none, or as refgem_bind().
 */
int refgem_rig_bind(struct refgem_side *side, u32 handle)
{
	struct drm_gem_object *gem = drm_gem_object_lookup(side->file, handle);
	struct refgem_object *obj;
	int ret;

	if (!gem)
		return -ENOENT;
	obj = to_refgem_object(gem);

	refgem_object_lock(obj);
	ret = refgem_bind(obj);
	refgem_object_unlock(obj);

	refgem_object_put(obj);
	return ret;
}

/**
 * refgem_rig_close - the client is done with a buffer
 * @side: the device and its client
 * @handle: the client's handle; the last reference, in these paths
 *
 * Returns when the object is gone.
 *
 * Return: 0, or -EINVAL for a handle that is none.
 */
int refgem_rig_close(struct refgem_side *side, u32 handle)
{
	int ret = drm_gem_handle_delete(side->file, handle);

	refgem_flush_free(side->refgem);
	return ret;
}

/* --- the paths ------------------------------------------------------------- */

static int refgem_share_sysmem(struct refgem_rig *rig, u32 *handle)
{
	struct refgem_object *obj;
	int ret;

	obj = refgem_sysmem_create(rig->exporter.refgem, RIG_PAGES * PAGE_SIZE);
	if (IS_ERR(obj))
		return PTR_ERR(obj);

	ret = refgem_rig_share(rig, obj, handle);
	if (ret)
		return ret;
	return refgem_rig_bind(&rig->importer, *handle);
}

/* Both kinds of import: the importer's configuration makes the difference. */
static int refgem_path_free_import(struct refgem_rig *rig)
{
	u32 handle;
	int ret;

	ret = refgem_share_sysmem(rig, &handle);
	if (ret)
		return ret;
	return refgem_rig_close(&rig->importer, handle);
}

static int refgem_path_shrinker(struct refgem_rig *rig)
{
	u32 handle;
	int ret;

	ret = refgem_share_sysmem(rig, &handle);
	if (ret)
		return ret;

	if (!ls_shrink_all())
		return -EIO; /* the import should have been dropped */
	return 0;
}

static int refgem_path_move_notify(struct refgem_rig *rig)
{
	struct refgem_device *exporter = rig->exporter.refgem;
	struct refgem_object *obj, *other;
	unsigned long room;
	u32 handle;
	int ret;

	obj = refgem_ttm_create(exporter, RIG_PAGES * PAGE_SIZE);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	ret = refgem_rig_share(rig, obj, &handle);
	if (ret)
		return ret;
	ret = refgem_rig_bind(&rig->importer, handle);
	if (ret)
		return ret;

	/* Somebody wants the whole region. The shared buffer has to leave it. */
	room = exporter->cfg.local_pages;
	other = refgem_ttm_create(exporter, room * PAGE_SIZE);
	if (IS_ERR(other))
		return PTR_ERR(other);
	refgem_object_lock(other);
	ret = refgem_bo_validate(other, true);
	refgem_object_unlock(other);

	refgem_object_put(other);
	refgem_flush_free(exporter);
	return ret;
}

static int refgem_path_ttm_delete(struct refgem_rig *rig)
{
	struct refgem_side *side = &rig->importer;
	struct refgem_object *obj;
	u32 handle;
	int ret;

	obj = refgem_ttm_create(side->refgem, RIG_PAGES * PAGE_SIZE);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	ret = refgem_rig_handle(side, obj, &handle);
	if (ret)
		return ret;
	ret = refgem_rig_bind(side, handle);
	if (ret)
		return ret;
	return refgem_rig_close(side, handle);
}

static const struct {
	const char *name;
	int (*run)(struct refgem_rig *rig);
} refgem_paths[REFGEM_NR_PATHS] = {
	[REFGEM_PATH_FREE_IMPORT] = { "free of an import", refgem_path_free_import },
	[REFGEM_PATH_SHRINKER] = { "shrinker", refgem_path_shrinker },
	[REFGEM_PATH_MOVE_NOTIFY] = { "move notify", refgem_path_move_notify },
	[REFGEM_PATH_TTM_DELETE] = { "TTM delete", refgem_path_ttm_delete },
	[REFGEM_PATH_TTM_DELETE_IMPORT] = { "TTM delete of an import", refgem_path_free_import },
};

/**
 * refgem_path_name - what a path is called
 * @path: the path
 *
 * Return: Its name, static storage.
 */
const char *refgem_path_name(enum refgem_path path)
{
	return refgem_paths[path].name;
}

/**
 * refgem_path_run - go one path
 * @rig: devices; for REFGEM_PATH_TTM_DELETE_IMPORT the importer has ttm_imports
 * @path: the path
 *
 * Context: Process context, no lock held. With an unlucky placement the task
 * does not come back.
 * Return: 0, or what went wrong on the way: -ENOMEM, -EMFILE, -EIO.
 */
int refgem_path_run(struct refgem_rig *rig, enum refgem_path path)
{
	return refgem_paths[path].run(rig);
}
