/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_CACHE_SWEEP_H
#define LOCKSTEP_ANALYZE_CACHE_SWEEP_H

/* Remove from the cache what was not used for 30 days, or is too much. At most once a day. */
void ls_cache_sweep(const char *cache);

#endif
