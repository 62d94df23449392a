// SPDX-License-Identifier: MIT
/* Rules of the user's own, in own_rule.rules: a library whose bodies are not here. */
/* expect: A pool-map-held not_held high advice case_ioctl:pool_map */
/* expect: B pool-flush-unheld held high */
/* expect: C resv-lock-unheld taken_twice high */
#include "../kernel.h"

struct pool {
	struct thing *bo;
};

struct pool_ops {
	int (*evict)(struct pool *pool);
};

int pool_lock(struct pool *pool, struct ww_acquire_ctx *ctx);
void pool_unlock(struct pool *pool);
int pool_map(struct pool *pool);
void pool_flush(struct pool *pool);

static int case_evict(struct pool *pool)
{
	dma_resv_lock(pool->bo->base.resv, NULL); /* here: C */
	dma_resv_unlock(pool->bo->base.resv);
	return 0;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct pool *pool = file->private_data;
	int ret = pool_lock(pool, NULL);

	if (ret)
		return ret;
	ret = pool_map(pool);
	pool_flush(pool); /* here: B */
	pool_unlock(pool);
	if (!ret)
		ret = pool_map(pool); /* here: A */
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
const struct pool_ops case_pool_ops = { .evict = case_evict };
