#!/bin/sh
# The kernel's own suites pass, unmodified: suites.sh LOCKSTEP SOURCE_ROOT RECIPE
. "$(dirname "$0")/lib.sh"

build "$3" 6.12
# One of them is a single case of minutes under ThreadSanitizer: millions of callbacks.
run 0 "$3" 6.12 --timeout 1500
hasnt '^ *not ok'
case $3 in
dma-buf-selftests)
	has 'dma-buf: Running dma_resv/'
	[ "$(grep -c 'dma-buf: Running [a-z_]*/' "$work/out")" -ge 34 ] || fail "fewer than 34 subtests ran"
	;;
drm_exec)
	[ "$(grep -Ec '^ *ok .*(sanitycheck|test_)' "$work/out")" -eq 7 ] || fail "not 7 cases"
	;;
esac
