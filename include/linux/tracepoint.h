/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_TRACEPOINT_H
#define _LINUX_TRACEPOINT_H

#include <linux/types.h>

/*
 * Trace events are functions that do nothing, so that calls of them compile;
 * trace/define_trace.h has nothing to add.
 */
#define TP_PROTO(args...)      args
#define TP_ARGS(args...)       args
#define TP_STRUCT__entry(args...) args
#define TP_fast_assign(args...)
#define TP_printk(fmt, args...)
#define TP_CONDITION(args...)  args
#define PARAMS(args...)        args

#define __LS_TRACE(name, proto)                                                                    \
	static inline void trace_##name(proto)                                                     \
	{                                                                                          \
	}                                                                                          \
	static inline bool trace_##name##_enabled(void)                                            \
	{                                                                                          \
		return false;                                                                      \
	}

#define DECLARE_TRACE(name, proto, args) __LS_TRACE(name, PARAMS(proto))
#define TRACE_EVENT(name, proto, args, tstruct, assign, print) __LS_TRACE(name, PARAMS(proto))
#define TRACE_EVENT_CONDITION(name, proto, args, cond, tstruct, assign, print)                     \
	__LS_TRACE(name, PARAMS(proto))
#define DECLARE_EVENT_CLASS(name, proto, args, tstruct, assign, print)
#define DEFINE_EVENT(template, name, proto, args) __LS_TRACE(name, PARAMS(proto))
#define DEFINE_EVENT_PRINT(template, name, proto, args, print) __LS_TRACE(name, PARAMS(proto))
#define EXPORT_TRACEPOINT_SYMBOL(name)
#define EXPORT_TRACEPOINT_SYMBOL_GPL(name)
#define tracepoint_synchronize_unregister() ((void)0)
#define TRACE_DEFINE_ENUM(x)

#endif
