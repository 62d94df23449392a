/* SPDX-License-Identifier: MIT */
/*
 * Trace points of fences. Nobody listens here, so each is an empty inline
 * function: arguments are still type-checked.
 */
#ifndef _TRACE_DMA_FENCE_H
#define _TRACE_DMA_FENCE_H

struct dma_fence;

#define LS_DMA_FENCE_EVENT(event)                                                                  \
	static inline void trace_dma_fence_##event(struct dma_fence *fence)                        \
	{                                                                                          \
	}                                                                                          \
	static inline bool trace_dma_fence_##event##_enabled(void)                                 \
	{                                                                                          \
		return false;                                                                      \
	}

LS_DMA_FENCE_EVENT(emit)
LS_DMA_FENCE_EVENT(init)
LS_DMA_FENCE_EVENT(destroy)
LS_DMA_FENCE_EVENT(enable_signal)
LS_DMA_FENCE_EVENT(signaled)
LS_DMA_FENCE_EVENT(wait_start)
LS_DMA_FENCE_EVENT(wait_end)

#undef LS_DMA_FENCE_EVENT

#ifndef EXPORT_TRACEPOINT_SYMBOL
#define EXPORT_TRACEPOINT_SYMBOL(name)
#define EXPORT_TRACEPOINT_SYMBOL_GPL(name)
#endif

#endif /* _TRACE_DMA_FENCE_H */
