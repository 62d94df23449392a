// SPDX-License-Identifier: MIT
/*
 * Callbacks: in which state of the lock each runs, and that it leaves it so.
 */
#include <lockstep/syscall.h>

#include "mock.h"

/**
 * struct step - one callback under test
 * @rule: its rule
 * @name: its name, as the report has it
 * @func: the function behind it, as the report has it
 * @call: which one
 * @run: makes the core call it; the lock is held round it if @held
 * @held: the state it has to run in
 * @dynamic: for a dynamic importer
 * @then: report that follows when it left the lock held: the core takes it next
 */
struct step {
	const char *rule;
	const char *name;
	const char *func;
	enum mock_call call;
	void (*run)(struct mock *mock);
	bool held;
	bool dynamic;
	const char *then;
};

static void run_attach(struct mock *mock)
{
	mock_detach(mock);
	mock->attaching = NULL;
	mock->attach = dma_buf_attach(mock->dmabuf, mock->dev);
	if (IS_ERR(mock->attach))
		mock->attach = NULL;
}

static void run_detach(struct mock *mock)
{
	mock_detach(mock);
}

static void run_pin(struct mock *mock)
{
	dma_buf_pin(mock->attach);
}

static void run_unpin(struct mock *mock)
{
	dma_buf_unpin(mock->attach);
}

/* Also with the lock that a misbehaving callback has released back in place. */
static void run_map(struct mock *mock)
{
	mock->sgt = dma_buf_map_attachment(mock->attach, DMA_BIDIRECTIONAL);
	if (!mock_locked(mock))
		dma_resv_lock(&mock->resv, NULL);
	if (!IS_ERR(mock->sgt))
		dma_buf_unmap_attachment(mock->attach, mock->sgt, DMA_BIDIRECTIONAL);
}

static void run_vmap(struct mock *mock)
{
	if (dma_buf_vmap(mock->dmabuf, &mock->map))
		return;
	if (!mock_locked(mock))
		dma_resv_lock(&mock->resv, NULL);
	dma_buf_vunmap(mock->dmabuf, &mock->map);
}

static void run_move(struct mock *mock)
{
	dma_buf_move_notify(mock->dmabuf);
}

static void run_begin(struct mock *mock)
{
	dma_buf_begin_cpu_access(mock->dmabuf, DMA_TO_DEVICE);
}

static void run_end(struct mock *mock)
{
	dma_buf_end_cpu_access(mock->dmabuf, DMA_TO_DEVICE);
}

static void run_mmap(struct mock *mock)
{
	struct vm_area_struct vma = { .vm_end = PAGE_SIZE };

	mock->dmabuf->file->f_op->mmap(mock->dmabuf->file, &vma);
}

static const struct step steps[] = {
	{ "cb-attach-unheld", "dma_buf_ops.attach", "mock_attach_cb", MOCK_ATTACH, run_attach,
	  .then = "self-deadlock" },
	{ "cb-detach-unheld", "dma_buf_ops.detach", "mock_detach_cb", MOCK_DETACH, run_detach },
	{ "cb-pin-held", "dma_buf_ops.pin", "mock_pin_cb", MOCK_PIN, run_pin, .held = true,
	  .dynamic = true },
	{ "cb-unpin-held", "dma_buf_ops.unpin", "mock_unpin_cb", MOCK_UNPIN, run_unpin, .held = true,
	  .dynamic = true },
	{ "cb-map-held", "dma_buf_ops.map_dma_buf", "mock_map_cb", MOCK_MAP, run_map, .held = true },
	{ "cb-unmap-held", "dma_buf_ops.unmap_dma_buf", "mock_unmap_cb", MOCK_UNMAP, run_map,
	  .held = true },
	{ "cb-vmap-held", "dma_buf_ops.vmap", "mock_vmap_cb", MOCK_VMAP, run_vmap, .held = true },
	{ "cb-vunmap-held", "dma_buf_ops.vunmap", "mock_vunmap_cb", MOCK_VUNMAP, run_vmap,
	  .held = true },
	{ "cb-move-notify-held", "dma_buf_attach_ops.move_notify", "mock_move_cb", MOCK_MOVE, run_move,
	  .held = true, .dynamic = true },
	{ "cb-begin-cpu-access-unheld", "dma_buf_ops.begin_cpu_access", "mock_begin_cb", MOCK_BEGIN,
	  run_begin },
	{ "cb-end-cpu-access-unheld", "dma_buf_ops.end_cpu_access", "mock_end_cb", MOCK_END, run_end },
	{ "cb-mmap-unheld", "dma_buf_ops.mmap", "mock_mmap_cb", MOCK_MMAP, run_mmap },
};

static void describe_step(const struct step *step, char *desc)
{
	strscpy(desc, step->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(steps, steps, describe_step);

static void keeps(struct kunit *test)
{
	const struct step *step = test->param_value;
	struct mock *mock = mock_attached(test, step->dynamic);
	unsigned int before = mock->calls[step->call];

	if (step->held)
		dma_resv_lock(&mock->resv, NULL);
	step->run(mock);
	KUNIT_EXPECT_EQ(test, mock->calls[step->call], before + 1);
	KUNIT_EXPECT_EQ(test, mock->held[step->call], step->held);
	if (step->held)
		dma_resv_unlock(&mock->resv);
}

struct attempt {
	const struct step *step;
	struct mock *mock;
};

/* Whatever the callback did to the lock, leave it released. */
static void run_and_repair(void *arg)
{
	struct attempt *attempt = arg;
	struct mock *mock = attempt->mock;

	if (attempt->step->held)
		dma_resv_lock(&mock->resv, NULL);
	mock->flip = attempt->step->call;
	attempt->step->run(mock);
	mock->flip = MOCK_NONE;
	if (mock_locked(mock))
		dma_resv_unlock(&mock->resv);
}

static void leaves_it_changed(struct kunit *test)
{
	const struct step *step = test->param_value;
	struct mock *mock = mock_attached(test, step->dynamic);
	struct attempt attempt = { step, mock };
	const struct ls_report *r;
	int ret;

	lockstep_expect_report(test, step->rule);
	if (step->then) {
		lockstep_expect_report(test, step->then);
		mock_detach(mock); /* so that what is pending is the lost one */
		mock->attaching = NULL;
	}
	ret = lockstep_run_task(run_and_repair, &attempt);
	mock->flip = MOCK_NONE;
	KUNIT_EXPECT_EQ(test, ret, step->then ? -EDEADLK : 0);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), step->then ? 2 : 1);
	if (step->then) {
		/* The last report is the other one; the task had the only pointer to this. */
		kfree(mock->attaching);
		return;
	}

	r = mock_check_report(test, step->rule, LS_BREACH);
	mock_expect_contains(test, r->what, step->func);
	mock_expect_contains(test, r->what, step->name);
	mock_expect_contains(test, r->what,
			     step->held ? "returned with the reservation lock released" :
					  "returned with the reservation lock held");
	KUNIT_EXPECT_PTR_EQ(test, r->lock, (const void *)&mock->resv.lock);
}

/* --- release: whoever drops the last reference decides ----------------------- */

static void release_keeps(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);

	mock_put(mock);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_RELEASE], 1);
	KUNIT_EXPECT_FALSE(test, mock->held[MOCK_RELEASE]);
}

static void release_breaks(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct dma_buf *dmabuf = mock->dmabuf;
	const struct ls_report *r;

	mock->dmabuf = NULL;
	dma_resv_lock(&mock->resv, NULL);
	lockstep_expect_report(test, "cb-release-unheld");
	__fput_sync(dmabuf->file);
	KUNIT_EXPECT_TRUE(test, mock->held[MOCK_RELEASE]);
	dma_resv_unlock(&mock->resv);

	r = mock_check_report(test, "cb-release-unheld", LS_BREACH);
	mock_expect_contains(test, r->what, "mock_release_cb");
	mock_expect_contains(test, r->what,
			     "as dma_buf_ops.release runs with the reservation lock held");
}

/* --- what a callback must not call ------------------------------------------ */

/* An exporter's map that itself takes the lock: the self-deadlock of variant B. */
static struct sg_table *locking_map(struct dma_buf_attachment *attach, enum dma_data_direction dir)
{
	struct iosys_map map;

	dma_buf_vmap_unlocked(attach->dmabuf, &map);
	return ERR_PTR(-EIO);
}

static const struct dma_buf_ops locking_ops = {
	.map_dma_buf = locking_map,
	.unmap_dma_buf = mock_unmap_cb,
	.release = mock_release_cb,
	.vmap = mock_vmap_cb,
};

static void map_it(void *arg)
{
	struct mock *mock = arg;

	dma_buf_map_attachment_unlocked(mock->attach, DMA_BIDIRECTIONAL);
}

static void callback_takes_lock_again(struct kunit *test)
{
	struct mock *mock = mock_new(test, &locking_ops);
	const struct ls_report *r;

	mock_keep_attach(test, mock, dma_buf_attach(mock->dmabuf, mock->dev));
	lockstep_expect_report(test, "vmap-unlocked-unheld");
	KUNIT_EXPECT_EQ(test, lockstep_run_task(map_it, mock), -EDEADLK);
	r = mock_check_report(test, "vmap-unlocked-unheld", LS_DEADLOCK);
	KUNIT_EXPECT_EQ(test, os_function_start(r->stack.pc[1]), (unsigned long)locking_map);
}

static struct kunit_case callback_cases[] = {
	KUNIT_CASE_PARAM(keeps, steps_gen_params),
	KUNIT_CASE_PARAM(leaves_it_changed, steps_gen_params),
	KUNIT_CASE(release_keeps),
	KUNIT_CASE(release_breaks),
	KUNIT_CASE(callback_takes_lock_again),
	{}
};

static struct kunit_suite callback_suite = {
	.name = "convention-callbacks",
	.test_cases = callback_cases,
};
kunit_test_suite(callback_suite);

MODULE_LICENSE("MIT");
