#!/bin/sh
# `lockstep check` on a real tree, which takes minutes: only if LOCKSTEP_TREE_6_1 names one of Linux
# 6.1. i915's free path there puts an import's pages without the lock; the patch that the thread on the
# mailing list came to, made here with sed, mends it.
. "$(dirname "$0")/lib.sh"
linux=${LOCKSTEP_TREE_6_1:-}
[ -n "$linux" ] || exit 77
[ -n "${LOCKSTEP_CHECK_CACHE:-}" ] && XDG_CACHE_HOME=$LOCKSTEP_CHECK_CACHE
gem=drivers/gpu/drm/i915/gem
cd "$work" || exit 99

long_run() { # EXPECTED_STATUS ARGUMENT...
	want=$1
	shift
	"$lockstep" "$@" >out 2>err
	got=$?
	[ $got -eq "$want" ] || { fail "lockstep $*: exit status $got, not $want"; cat err >&2; }
}

long_run 1 check "$linux" drivers/gpu/drm/i915 --rules 6.12
line=$(grep -n '^	__i915_gem_object_put_pages(obj);$' "$linux/$gem/i915_gem_object.c" | cut -d: -f1)
out_has "^$gem/i915_gem_dmabuf.c:[0-9]+: dma_buf_unmap_attachment\(\) needs obj->base.resv held \[unmap-held\]$"
out_has 'through i915_gem_object_dmabuf_ops.put_pages$'
out_has "^  take it at: $gem/i915_gem_object.c:$line, before the call to __i915_gem_object_put_pages\(\)$"
out_has 'where it is obj->base.resv; only if obj->base.import_attach$'
out_has 'not further in: .*: i915_gem_shrink comes there with the lock held, and would wait for itself$'

mkdir -p a/$gem b/$gem
cp "$linux/$gem/i915_gem_object.c" a/$gem/
sed "${line}s/.*/	if (obj->base.import_attach)\\
		i915_gem_object_lock(obj, NULL);\\
	__i915_gem_object_put_pages(obj);\\
	if (obj->base.import_attach)\\
		i915_gem_object_unlock(obj);/" a/$gem/i915_gem_object.c >b/$gem/i915_gem_object.c
{
	printf 'From: A <a@example.com>\nSubject: [PATCH 06/21] drm/i915: lock it\n\n---\n'
	diff -u a/$gem/i915_gem_object.c b/$gem/i915_gem_object.c
} >lock.mbox
begin=$(date +%s)
long_run 0 check "$linux" --rules 6.12 --patch lock.mbox
echo "the patch took $(($(date +%s) - begin)) s"
out_has "^$gem/i915_gem_dmabuf.c:[0-9]+: mends: dma_buf_unmap_attachment\(\) needs"
out_hasnt ': adds: '

finish
