/* SPDX-License-Identifier: MIT */
#ifndef REFGEM_PATHS_H
#define REFGEM_PATHS_H

#include "refgem.h"

struct drm_file;
struct file;

/**
 * enum refgem_path - the ways that lead to put_pages
 * @REFGEM_PATH_FREE_IMPORT: the last reference to an import is dropped
 * @REFGEM_PATH_SHRINKER: memory is short and the shrinker takes an import
 * @REFGEM_PATH_MOVE_NOTIFY: the exporter moves its memory and tells the importer
 * @REFGEM_PATH_TTM_DELETE: the last reference to a TTM-like object is dropped
 * @REFGEM_PATH_TTM_DELETE_IMPORT: the same, when imports are TTM-like objects
 * @REFGEM_NR_PATHS: how many there are
 */
enum refgem_path {
	REFGEM_PATH_FREE_IMPORT,
	REFGEM_PATH_SHRINKER,
	REFGEM_PATH_MOVE_NOTIFY,
	REFGEM_PATH_TTM_DELETE,
	REFGEM_PATH_TTM_DELETE_IMPORT,
	REFGEM_NR_PATHS
};

/**
 * enum refgem_rival - who may be at a buffer while an import of it is freed
 * @REFGEM_RIVAL_IMPORTER: a second importer, which imports, binds and frees
 * @REFGEM_RIVAL_SHRINKER: the importer's shrinker
 * @REFGEM_RIVAL_MOVE: the exporter, which moves it and tells the importers
 * @REFGEM_RIVAL_EVICTION: the same, to make room for another buffer
 * @REFGEM_NR_RIVALS: how many there are
 */
enum refgem_rival {
	REFGEM_RIVAL_IMPORTER,
	REFGEM_RIVAL_SHRINKER,
	REFGEM_RIVAL_MOVE,
	REFGEM_RIVAL_EVICTION,
	REFGEM_NR_RIVALS
};

/**
 * struct refgem_side - one of two devices that share buffers
 * @parent: its parent device
 * @refgem: the device
 * @filp: the device, opened by a client
 * @file: that client
 */
struct refgem_side {
	struct device *parent;
	struct refgem_device *refgem;
	struct file *filp;
	struct drm_file *file;
};

/**
 * struct refgem_rig - an exporter and an importer
 * @exporter: the one
 * @importer: the other
 * @exported: handle of what was shared last, at the exporter
 * @imported: and at the importer
 */
struct refgem_rig {
	struct refgem_side exporter;
	struct refgem_side importer;
	u32 exported, imported;
};

int refgem_side_init(struct refgem_side *side, const char *name, const struct refgem_config *cfg);
void refgem_side_fini(struct refgem_side *side);
int refgem_rig_init(struct refgem_rig *rig, const struct refgem_config *cfg);
void refgem_rig_fini(struct refgem_rig *rig);
void refgem_rig_clear(struct refgem_rig *rig);
int refgem_rig_handle(struct refgem_side *side, struct refgem_object *obj, u32 *handle);
int refgem_rig_share(struct refgem_rig *rig, struct refgem_object *obj, u32 *handle);
int refgem_rig_bind(struct refgem_side *side, u32 handle);
int refgem_rig_close(struct refgem_side *side, u32 handle);

const char *refgem_path_name(enum refgem_path path);
int refgem_path_run(struct refgem_rig *rig, enum refgem_path path);
int refgem_free_against(struct refgem_rig *rig, struct refgem_side *second, unsigned int rivals);

#endif /* REFGEM_PATHS_H */
