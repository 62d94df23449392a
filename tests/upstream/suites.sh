#!/bin/sh
# The kernel's own suites pass, unmodified: suites.sh LOCKSTEP SOURCE_ROOT RECIPE
. "$(dirname "$0")/lib.sh"

recipe=$3
build "$recipe" 6.12
subtests=34
set -- --timeout 300
# Minutes under ThreadSanitizer: each of 4096 waits walks the fences before it.
if [ "$recipe" = dma-buf-selftests ] && "$lockstep" explore none.so 2>&1 | grep -q ThreadSanitizer; then
	set -- "$@" --param 'st_filter=!dma_fence_chain/wait_backward'
	subtests=33
fi
run 0 "$recipe" 6.12 "$@"
hasnt '^ *not ok'
case $recipe in
dma-buf-selftests)
	has 'dma-buf: Running dma_resv/'
	[ "$(grep -c 'dma-buf: Running [a-z_]*/' "$work/out")" -ge $subtests ] ||
		fail "fewer than $subtests subtests ran"
	;;
drm_exec)
	[ "$(grep -Ec '^ *ok .*(sanitycheck|test_)' "$work/out")" -eq 7 ] || fail "not 7 cases"
	;;
esac
