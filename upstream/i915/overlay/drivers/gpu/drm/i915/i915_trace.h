/* SPDX-License-Identifier: MIT */
#ifndef _I915_TRACE_H_
#define _I915_TRACE_H_

#define trace_i915_gem_object_destroy(obj) ((void)(obj))

#endif
