// SPDX-License-Identifier: MIT
/**
 * DOC: the free path and its rivals
 *
 * One client drops the last reference to an import while others are at the same buffer: a
 * second importer, the shrinker, the exporter that moves the buffer, one that evicts it to make
 * room. Each is a task of its own. In which order they come to the lock decides whether a
 * placement of it is right, so this is for `lockstep explore` and the demo; natively it shows
 * one order of many.
 */
#include <drm/drm_file.h>
#include <linux/completion.h>
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <lockstep/test.h>

#include "refgem_paths.h"

#define RIVAL_PAGES 4

/**
 * struct refgem_race - what all tasks of one race share
 * @rig: exporter, importer
 * @second: a further importer, or NULL
 * @obj: the exporter's object, which its handle keeps
 * @dmabuf: that object, exported
 * @handle: the importer's handle of it
 */
struct refgem_race {
	struct refgem_rig *rig;
	struct refgem_side *second;
	struct refgem_object *obj;
	struct dma_buf *dmabuf;
	u32 handle;
};

static int refgem_run_free(struct refgem_race *race)
{
	return drm_gem_handle_delete(race->rig->importer.file, race->handle);
}

/* Import, use, give back: as long as the buffer lives, that is anybody's right. */
static int refgem_run_importer(struct refgem_race *race)
{
	struct refgem_device *refgem = race->second->refgem;
	struct drm_gem_object *gem;
	struct refgem_object *obj;
	int ret;

	gem = refgem_prime_import(&refgem->drm, race->dmabuf);
	if (IS_ERR(gem))
		return PTR_ERR(gem);
	obj = to_refgem_object(gem);

	refgem_object_lock(obj);
	ret = refgem_bind(obj);
	refgem_object_unlock(obj);

	refgem_object_put(obj);
	return ret;
}

static int refgem_run_shrinker(struct refgem_race *race)
{
	unsigned long scanned = 0;

	refgem_shrink(race->rig->importer.refgem, ULONG_MAX, &scanned);
	return 0;
}

/* The exporter wants the buffer elsewhere, and waits for the lock. */
static int refgem_run_move(struct refgem_race *race)
{
	int ret;

	refgem_object_lock(race->obj);
	ret = refgem_bo_validate(race->obj, false);
	refgem_object_unlock(race->obj);
	return ret;
}

/* Somebody wants the whole local region. What cannot be had at once stays. */
static int refgem_run_eviction(struct refgem_race *race)
{
	struct refgem_device *refgem = race->rig->exporter.refgem;
	struct refgem_object *other;
	int ret;

	other = refgem_ttm_create(refgem, refgem->cfg.local_pages * PAGE_SIZE);
	if (IS_ERR(other))
		return PTR_ERR(other);
	refgem_object_lock(other);
	ret = refgem_bo_validate(other, true);
	refgem_object_unlock(other);
	refgem_object_put(other);
	return ret == -ENOSPC || ret == -EBUSY ? 0 : ret;
}

static const struct refgem_runner {
	const char *name;
	int (*run)(struct refgem_race *race);
} refgem_free_runner = { "free", refgem_run_free }, refgem_rivals[REFGEM_NR_RIVALS] = {
	[REFGEM_RIVAL_IMPORTER] = { "importer 2", refgem_run_importer },
	[REFGEM_RIVAL_SHRINKER] = { "shrinker", refgem_run_shrinker },
	[REFGEM_RIVAL_MOVE] = { "move", refgem_run_move },
	[REFGEM_RIVAL_EVICTION] = { "evict", refgem_run_eviction },
};

/* --- tasks ----------------------------------------------------------------------- */

struct refgem_task {
	struct refgem_race *race;
	const struct refgem_runner *runner;
	struct completion done;
	int ret;
};

static int refgem_task_main(void *data)
{
	struct refgem_task *task = data;

	task->ret = task->runner->run(task->race);
	complete(&task->done);
	return 0;
}

static int refgem_task_start(struct refgem_task *task, struct refgem_race *race,
			     const struct refgem_runner *runner)
{
	task->race = race;
	task->runner = runner;
	init_completion(&task->done);
	return PTR_ERR_OR_ZERO(kthread_run(refgem_task_main, task, "%s", runner->name));
}

/* Start all, wait for all. The first error of any. */
static int refgem_race_run(struct refgem_race *race, unsigned int rivals)
{
	struct refgem_task tasks[REFGEM_NR_RIVALS + 1];
	unsigned int nr = 0, i;
	int ret;

	ret = refgem_task_start(&tasks[nr], race, &refgem_free_runner);
	nr += !ret;
	for (i = 0; i < REFGEM_NR_RIVALS && !ret; i++) {
		if (!(rivals & BIT(i)))
			continue;
		ret = refgem_task_start(&tasks[nr], race, &refgem_rivals[i]);
		nr += !ret;
	}
	for (i = 0; i < nr; i++) {
		wait_for_completion(&tasks[i].done);
		ret = ret ?: tasks[i].ret;
	}
	return ret;
}

/* --- the race --------------------------------------------------------------------- */

/* A buffer in the exporter's local region, imported and bound by the importer. */
static int refgem_race_init(struct refgem_race *race)
{
	struct refgem_rig *rig = race->rig;
	int ret;

	race->obj = refgem_ttm_create(rig->exporter.refgem, RIVAL_PAGES * PAGE_SIZE);
	if (IS_ERR(race->obj))
		return PTR_ERR(race->obj);
	ret = refgem_rig_share(rig, race->obj, &race->handle);
	if (ret)
		return ret;
	ret = refgem_rig_bind(&rig->importer, race->handle);
	if (ret)
		return ret;
	race->dmabuf = race->obj->base.dma_buf;
	get_dma_buf(race->dmabuf);
	return 0;
}

/**
 * refgem_free_against - drop the last reference to an import, against rivals
 * @rig: devices
 * @second: a further importer; needed if it takes part
 * @rivals: BIT() of each enum refgem_rival that takes part
 *
 * Context: Process context, no lock held. With an unlucky placement and order tasks do not
 * come back.
 * Return: 0, or what went wrong on the way: -ENOMEM, -EMFILE.
 */
int refgem_free_against(struct refgem_rig *rig, struct refgem_side *second, unsigned int rivals)
{
	struct refgem_race race = { .rig = rig, .second = second };
	int ret;

	ret = refgem_race_init(&race);
	if (ret)
		return ret;
	lockstep_settle(); /* what the preparations have put off is no rival */
	ret = refgem_race_run(&race, rivals);
	lockstep_settle();
	if (second)
		refgem_flush_free(second->refgem);
	dma_buf_put(race.dmabuf);
	return ret;
}
