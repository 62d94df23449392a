#!/bin/sh
# The question of the thread, asked of i915 itself: 6.1 breaks the rules of 6.12 in
# one place, 6.12 keeps them, and 6.1 keeps its own.
. "$(dirname "$0")/lib.sh"

build i915 6.1 kernel_tree
run 1 i915 6.1
has '1 root cause'
has 'dma_buf_unmap_attachment'
# The chain, innermost first ...
frames=$(grep -Eo 'i915_gem_object_put_pages_dmabuf|__i915_gem_object_put_pages|__i915_gem_object_pages_fini|__i915_gem_free_objects' "$work/out" | awk '!seen[$0]++' | tr '\n' ' ')
[ "$frames" = "i915_gem_object_put_pages_dmabuf __i915_gem_object_put_pages __i915_gem_object_pages_fini __i915_gem_free_objects " ] ||
	fail "unexpected chain: $frames"
# ... and the place where 6.12 takes the lock.
has 'take it.*__i915_gem_object_pages_fini.*i915_gem_object\.c:[0-9]+'
has '^ *ok .* import_shrink$'
has '^ *not ok .* import_free$'
hasnt 'deadlock|BUG|leak'

run 0 i915 6.1 --rules 6.1 --filter 'i915_selftests.*'
run 0 i915 6.1 --rules 6.1 --filter 'i915_export.*'

build i915 6.12 kernel_tree
run 0 i915 6.12
hasnt '^ *not ok'
hasnt 'SKIP'
run 0 i915 6.12 --filter 'i915_import.*' --fail-nth
