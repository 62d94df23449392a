// SPDX-License-Identifier: MIT
/*
 * The rows of the convention about GEM objects: each with a case that keeps it, and one
 * that breaks it and looks at the report.
 */
#include <drm/drm_exec.h>
#include <linux/dma-buf.h>
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/file.h>
#include <linux/iosys-map.h>
#include <linux/lockdep.h>
#include <linux/slab.h>
#include <lockstep/convention.h>
#include <lockstep/symbol.h>
#include <lockstep/test.h>
#include "mock.h"

enum call { NONE, PIN, UNPIN, VMAP, VUNMAP, EVICT, SG_TABLE, NR_CALLS };

/**
 * struct rule_bo - an object without storage whose callbacks note how they are called
 * @base: the object
 * @map: of the calls under test
 * @byte: what it maps
 * @calls: how often each callback ran
 * @held: was the lock held when it ran last
 * @flip: callback that leaves the lock in the other state
 * @exec: of the calls that need one; a task that ended cannot free it
 */
struct rule_bo {
	struct drm_gem_object base;
	struct iosys_map map;
	char byte;
	int calls[NR_CALLS];
	bool held[NR_CALLS];
	enum call flip;
	struct drm_exec exec;
};

static bool is_held(struct rule_bo *bo)
{
	return ls_mutex_owner(&bo->base.resv->lock.base) == current;
}

static void called(struct drm_gem_object *obj, enum call call)
{
	struct rule_bo *bo = container_of(obj, struct rule_bo, base);

	bo->calls[call]++;
	bo->held[call] = is_held(bo);
	if (bo->flip != call)
		return;
	if (bo->held[call])
		dma_resv_unlock(obj->resv);
	else
		dma_resv_lock(obj->resv, NULL);
}

static int rule_pin(struct drm_gem_object *obj)
{
	called(obj, PIN);
	return 0;
}

static void rule_unpin(struct drm_gem_object *obj)
{
	called(obj, UNPIN);
}

static int rule_vmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	iosys_map_set_vaddr(map, &container_of(obj, struct rule_bo, base)->byte);
	called(obj, VMAP);
	return 0;
}

static void rule_vunmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	called(obj, VUNMAP);
}

static int rule_evict(struct drm_gem_object *obj)
{
	called(obj, EVICT);
	return 0;
}

/* It has no storage to show. */
static struct sg_table *rule_sg_table(struct drm_gem_object *obj)
{
	called(obj, SG_TABLE);
	return ERR_PTR(-ENXIO);
}

static void rule_free(struct drm_gem_object *obj)
{
	drm_gem_object_release(obj);
	kfree(container_of(obj, struct rule_bo, base));
}

static const struct drm_gem_object_funcs rule_funcs = {
	.free = rule_free,
	.pin = rule_pin,
	.unpin = rule_unpin,
	.vmap = rule_vmap,
	.vunmap = rule_vunmap,
	.evict = rule_evict,
	.get_sg_table = rule_sg_table,
};

static void rule_put(void *obj)
{
	drm_gem_object_put(obj);
}

static struct rule_bo *rule_bo(struct kunit *test)
{
	struct drm_device *drm = mock_device(test, "gem-rules");
	struct rule_bo *bo = kzalloc(sizeof(*bo), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, bo);
	bo->base.funcs = &rule_funcs;
	drm_gem_private_object_init(drm, &bo->base, PAGE_SIZE);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, rule_put, &bo->base), 0);
	return bo;
}

/* --- calls ----------------------------------------------------------------------- */

static void do_pin_locked(struct rule_bo *bo)
{
	drm_gem_pin_locked(&bo->base);
}

static void do_unpin_locked(struct rule_bo *bo)
{
	drm_gem_unpin_locked(&bo->base);
}

static void do_pin(struct rule_bo *bo)
{
	drm_gem_pin(&bo->base);
}

static void do_unpin(struct rule_bo *bo)
{
	drm_gem_unpin(&bo->base);
}

static void do_vmap(struct rule_bo *bo)
{
	drm_gem_vmap(&bo->base, &bo->map);
}

static void do_vunmap(struct rule_bo *bo)
{
	iosys_map_set_vaddr(&bo->map, &bo->byte);
	drm_gem_vunmap(&bo->base, &bo->map);
}

static void do_vmap_locked(struct rule_bo *bo)
{
	drm_gem_vmap_locked(&bo->base, &bo->map);
}

static void do_vunmap_locked(struct rule_bo *bo)
{
	iosys_map_set_vaddr(&bo->map, &bo->byte);
	drm_gem_vunmap_locked(&bo->base, &bo->map);
}

static void do_vmap_unlocked(struct rule_bo *bo)
{
	drm_gem_vmap_unlocked(&bo->base, &bo->map);
}

static void do_vunmap_unlocked(struct rule_bo *bo)
{
	iosys_map_set_vaddr(&bo->map, &bo->byte);
	drm_gem_vunmap_unlocked(&bo->base, &bo->map);
}

static void do_evict(struct rule_bo *bo)
{
	drm_gem_evict(&bo->base);
}

/**
 * struct step - one call under test
 * @rule: its rule
 * @name: its name, as a report has it
 * @call: the call
 * @callback: which callback it makes
 * @held: the lock must be held; else it must not, and the call would wait for itself
 */
static const struct step {
	const char *rule;
	const char *name;
	void (*call)(struct rule_bo *bo);
	enum call callback;
	bool held;
} steps[] = {
	{ "gem-pin-locked-held", "drm_gem_pin_locked", do_pin_locked, PIN, true },
	{ "gem-unpin-locked-held", "drm_gem_unpin_locked", do_unpin_locked, UNPIN, true },
	{ "gem-vmap-held", "drm_gem_vmap", do_vmap, VMAP, true },
	{ "gem-vunmap-held", "drm_gem_vunmap", do_vunmap, VUNMAP, true },
	{ "gem-vmap-held", "drm_gem_vmap", do_vmap_locked, VMAP, true },
	{ "gem-vunmap-held", "drm_gem_vunmap", do_vunmap_locked, VUNMAP, true },
	{ "gem-evict-held", "drm_gem_evict", do_evict, EVICT, true },
	{ "gem-pin-unheld", "drm_gem_pin", do_pin, PIN, false },
	{ "gem-unpin-unheld", "drm_gem_unpin", do_unpin, UNPIN, false },
	{ "gem-vmap-unlocked-unheld", "drm_gem_vmap_unlocked", do_vmap_unlocked, VMAP, false },
	{ "gem-vunmap-unlocked-unheld", "drm_gem_vunmap_unlocked", do_vunmap_unlocked, VUNMAP, false },
};

static void describe_step(const struct step *step, char *desc)
{
	strscpy(desc, step->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(steps, steps, describe_step);

static void keeps(struct kunit *test)
{
	const struct step *step = test->param_value;
	struct rule_bo *bo = rule_bo(test);

	if (step->held)
		dma_resv_lock(bo->base.resv, NULL);
	step->call(bo);
	KUNIT_EXPECT_EQ(test, bo->calls[step->callback], 1);
	KUNIT_EXPECT_TRUE(test, bo->held[step->callback]);
	if (step->held)
		dma_resv_unlock(bo->base.resv);
}

struct attempt {
	void (*call)(struct rule_bo *bo);
	struct rule_bo *bo;
	bool lock;
};

static void attempt(void *arg)
{
	struct attempt *a = arg;

	if (a->lock)
		dma_resv_lock(a->bo->base.resv, NULL);
	a->call(a->bo);
	if (a->lock && is_held(a->bo))
		dma_resv_unlock(a->bo->base.resv);
}

static void breaks(struct kunit *test)
{
	const struct step *step = test->param_value;
	struct rule_bo *bo = rule_bo(test);
	struct attempt a = { step->call, bo, !step->held };
	const struct ls_report *r;
	char want[160];

	lockstep_expect_report(test, step->rule);
	KUNIT_EXPECT_EQ(test, lockstep_run_task(attempt, &a), step->held ? 0 : -EDEADLK);
	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_EQ(test, r->class, step->held ? LS_BREACH : LS_DEADLOCK);
	KUNIT_EXPECT_STREQ(test, r->text, ls_rule_find(step->rule)->text);
	snprintf(want, sizeof(want),
		 step->held ? "%s() called without the reservation lock" :
			      "%s() takes the reservation lock, which its own task holds",
		 step->name);
	KUNIT_EXPECT_STREQ(test, r->what, want);
	KUNIT_EXPECT_NOT_NULL(test, strstr(r->object, "gem object of mock (4096 bytes)"));
	KUNIT_EXPECT_PTR_EQ(test, r->lock, (const void *)&bo->base.resv->lock);
	KUNIT_EXPECT_GT(test, r->stack.nr, 1);
	KUNIT_EXPECT_STREQ(test, r->holder,
			   step->held ? "held by nobody; never taken so far" :
					"held by this task, which took it at");
	/* A breach is reported and the call made; a deadlock stops it. */
	KUNIT_EXPECT_EQ(test, bo->calls[step->callback], step->held);
	KUNIT_EXPECT_FALSE(test, dma_resv_is_locked(bo->base.resv));
}

/* --- callbacks --------------------------------------------------------------------- */

static void do_get_sg_table(struct rule_bo *bo)
{
	struct dma_buf_attachment *attach;
	struct dma_buf *buf;

	buf = drm_gem_prime_export(&bo->base, O_RDWR);
	if (IS_ERR(buf))
		return;
	attach = dma_buf_attach(buf, bo->base.dev->dev);
	if (!IS_ERR(attach)) {
		dma_resv_lock(buf->resv, NULL);
		if (!IS_ERR(dma_buf_map_attachment(attach, DMA_BIDIRECTIONAL)))
			WARN_ON(1);
		/* Back to what detaching needs, whatever the callback did. */
		if (is_held(bo))
			dma_resv_unlock(buf->resv);
		bo->flip = NONE;
		dma_buf_detach(buf, attach);
	}
	__fput_sync(buf->file);
}

static const struct cb_step {
	const char *rule;
	const char *func;
	void (*call)(struct rule_bo *bo);
	enum call callback;
	bool lock; /* the caller takes the lock */
} cb_steps[] = {
	{ "gem-cb-pin-held", "rule_pin", do_pin_locked, PIN, true },
	{ "gem-cb-unpin-held", "rule_unpin", do_unpin_locked, UNPIN, true },
	{ "gem-cb-vmap-held", "rule_vmap", do_vmap, VMAP, true },
	{ "gem-cb-vunmap-held", "rule_vunmap", do_vunmap, VUNMAP, true },
	{ "gem-cb-evict-held", "rule_evict", do_evict, EVICT, true },
	{ "gem-cb-get-sg-table-held", "rule_sg_table", do_get_sg_table, SG_TABLE, false },
};

static void describe_cb(const struct cb_step *step, char *desc)
{
	strscpy(desc, step->rule, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(cb, cb_steps, describe_cb);

static void callback_keeps(struct kunit *test)
{
	const struct cb_step *step = test->param_value;
	struct attempt a = { step->call, rule_bo(test), step->lock };

	attempt(&a);
	KUNIT_EXPECT_EQ(test, a.bo->calls[step->callback], 1);
	KUNIT_EXPECT_TRUE(test, a.bo->held[step->callback]);
}

/* It lets go of the lock. */
static void callback_breaks(struct kunit *test)
{
	const struct cb_step *step = test->param_value;
	struct attempt a = { step->call, rule_bo(test), step->lock };
	bool nested = step->callback == SG_TABLE;
	const struct ls_report *r;

	/* The exporter's map callback, round it, comes back without the lock as well. */
	lockstep_expect_report(test, step->rule);
	if (nested)
		lockstep_expect_report(test, "cb-map-held");
	a.bo->flip = step->callback;
	attempt(&a);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), nested ? 2 : 1);
	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_EQ(test, r->class, LS_BREACH);
	if (nested)
		return;
	KUNIT_EXPECT_STREQ(test, r->text, ls_rule_find(step->rule)->text);
	KUNIT_EXPECT_NOT_NULL(test, strstr(r->what, step->func));
	KUNIT_EXPECT_NOT_NULL(test, strstr(r->what,
					   "returned with the reservation lock released"));
	KUNIT_EXPECT_PTR_EQ(test, r->lock, (const void *)&a.bo->base.resv->lock);
}

/* --- the lock itself: lockdep reports ------------------------------------------------ */

static void do_lock(struct rule_bo *bo)
{
	drm_gem_lock(&bo->base);
	drm_gem_unlock(&bo->base);
}

static void do_unlock(struct rule_bo *bo)
{
	drm_gem_unlock(&bo->base);
}

static void do_lock_reservations(struct rule_bo *bo)
{
	struct drm_gem_object *obj = &bo->base;
	struct ww_acquire_ctx ctx;

	if (!drm_gem_lock_reservations(&obj, 1, &ctx))
		drm_gem_unlock_reservations(&obj, 1, &ctx);
}

static void do_unlock_reservations(struct rule_bo *bo)
{
	struct drm_gem_object *obj = &bo->base;
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, &reservation_ww_class);
	drm_gem_unlock_reservations(&obj, 1, &ctx);
}

static void exec_one(struct rule_bo *bo, bool prepare, bool unlock_twice)
{
	struct drm_exec *exec = &bo->exec;

	drm_exec_init(exec, 0, 1);
	drm_exec_until_all_locked(exec) {
		int ret = prepare ? drm_exec_prepare_obj(exec, &bo->base, 1) :
				    drm_exec_lock_obj(exec, &bo->base);

		drm_exec_retry_on_contention(exec);
		if (ret || !unlock_twice)
			break;
		dma_resv_unlock(bo->base.resv);
		drm_exec_unlock_obj(exec, &bo->base);
	}
	drm_exec_fini(exec);
}

static void do_exec_lock(struct rule_bo *bo)
{
	exec_one(bo, false, false);
}

static void do_exec_prepare(struct rule_bo *bo)
{
	exec_one(bo, true, false);
}

static void do_exec_unlock(struct rule_bo *bo)
{
	exec_one(bo, false, true);
}

static const struct lock_step {
	const char *rule; /* the row whose breach lockdep reports */
	const char *seen; /* as what */
	void (*keep)(struct rule_bo *bo);
	void (*call)(struct rule_bo *bo);
	bool held;
} lock_steps[] = {
	{ "gem-lock-unheld", "self-deadlock", do_lock, do_lock, false },
	{ "gem-unlock-held", "unlock-not-held", do_lock, do_unlock, true },
	{ "gem-lock-reservations-unheld", "self-deadlock", do_lock_reservations,
	  do_lock_reservations, false },
	{ "gem-unlock-reservations-held", "unlock-not-held", do_lock_reservations,
	  do_unlock_reservations, true },
	{ "exec-lock-obj-unheld", "self-deadlock", do_exec_lock, do_exec_lock, false },
	{ "exec-prepare-obj-unheld", "self-deadlock", do_exec_prepare, do_exec_prepare, false },
	{ "exec-unlock-obj-held", "unlock-not-held", do_exec_lock, do_exec_unlock, true },
};

static void describe_lock(const struct lock_step *step, char *desc)
{
	strscpy(desc, step->rule, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(lock, lock_steps, describe_lock);

static void lock_keeps(struct kunit *test)
{
	const struct lock_step *step = test->param_value;
	struct rule_bo *bo = rule_bo(test);

	KUNIT_ASSERT_EQ(test, ls_rule_find(step->rule)->check, LS_BY_LOCKDEP);
	step->keep(bo);
	KUNIT_EXPECT_FALSE(test, dma_resv_is_locked(bo->base.resv));
}

static void lock_breaks(struct kunit *test)
{
	const struct lock_step *step = test->param_value;
	struct rule_bo *bo = rule_bo(test);
	struct attempt a = { step->call, bo, !step->held };
	const struct ls_report *r;

	lockstep_expect_report(test, step->seen);
	ls_lockdep_reset(); /* a context under a lock breaks the order too: not our subject */
	KUNIT_EXPECT_EQ(test, lockstep_run_task(attempt, &a), step->held ? 0 : -EDEADLK);
	ls_lockdep_reset();
	if (!step->held)
		kvfree(bo->exec.objects);
	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_EQ(test, r->class, step->held ? LS_CONTEXT : LS_DEADLOCK);
	KUNIT_EXPECT_PTR_EQ(test, r->lock, (const void *)&bo->base.resv->lock);
	KUNIT_EXPECT_FALSE(test, dma_resv_is_locked(bo->base.resv));
}

/* --- the shrinker's walk ---------------------------------------------------------------- */

static struct drm_gem_lru shrunk;

static bool shrink_one(struct drm_gem_object *obj)
{
	drm_gem_lru_move_tail(&shrunk, obj);
	return is_held(container_of(obj, struct rule_bo, base));
}

/* "gem-lru-scan-unheld": it only tries, so who holds the lock loses the object, not the task. */
static void scan(struct kunit *test)
{
	struct rule_bo *bo = rule_bo(test);
	unsigned long remaining = 0;
	struct drm_gem_lru lru;
	struct mutex lock;

	KUNIT_ASSERT_NOT_NULL(test, ls_rule_find("gem-lru-scan-unheld"));
	mutex_init(&lock);
	drm_gem_lru_init(&lru, &lock);
	drm_gem_lru_init(&shrunk, &lock);
	drm_gem_lru_move_tail(&lru, &bo->base);
	KUNIT_EXPECT_EQ(test, drm_gem_lru_scan(&lru, 1, &remaining, shrink_one), 1);
	KUNIT_EXPECT_PTR_EQ(test, bo->base.lru, &shrunk);
	drm_gem_lru_move_tail(&lru, &bo->base);
	dma_resv_lock(bo->base.resv, NULL);
	KUNIT_EXPECT_EQ(test, drm_gem_lru_scan(&lru, 1, &remaining, shrink_one), 0);
	KUNIT_EXPECT_EQ(test, remaining, 1);
	dma_resv_unlock(bo->base.resv);
	drm_gem_lru_remove(&bo->base);
	mutex_destroy(&lock);
}

static struct kunit_case rules_cases[] = {
	KUNIT_CASE_PARAM(keeps, steps_gen_params),
	KUNIT_CASE_PARAM(breaks, steps_gen_params),
	KUNIT_CASE_PARAM(callback_keeps, cb_gen_params),
	KUNIT_CASE_PARAM(callback_breaks, cb_gen_params),
	KUNIT_CASE_PARAM(lock_keeps, lock_gen_params),
	KUNIT_CASE_PARAM(lock_breaks, lock_gen_params),
	KUNIT_CASE(scan),
	{}
};

static struct kunit_suite rules_suite = {
	.name = "drm_rules",
	.test_cases = rules_cases,
};
kunit_test_suite(rules_suite);
