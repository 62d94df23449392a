#!/bin/sh
# i915's import and free in every interleaving: two importers, the free worker and the shrinker.
# 6.12 holds in all of them; 6.1 breaks the rule of 6.12 in the first.
. "$(dirname "$0")/lib.sh"

explore() { # EXPECTED_STATUS RELEASE [OPTION...]
	want=$1 module=$work/i915-$2.so
	shift 2
	"$lockstep" explore "$module" --out "$work" --time 0 "$@" >"$work/out" 2>&1
	status=$?
	[ "$status" -eq "$want" ] || fail "exit status $status, not $want"
}

build i915 6.12 kernel_tree
explore 0 6.12 --filter 'i915_import.import_free'
has '^ok 1 - i915_import.import_free # [0-9,]+ executions cover every interleaving'
explore 0 6.12 --filter 'i915_import.import_free_two_and_shrinker'
has '^ok 1 - i915_import.import_free_two_and_shrinker # [0-9,]{5,} executions cover every interleaving'

build i915 6.1 kernel_tree
explore 1 6.1 --filter 'i915_import.import_free_two_and_shrinker'
has '1 breach \(1 root cause\): unmap-held'
schedule=$(find "$work" -name '*.schedule' | head -n 1)
[ -n "$schedule" ] || fail "no schedule was written"
"$lockstep" replay "$schedule" >"$work/out" 2>&1
[ $? -eq 1 ] || fail "the schedule does not fail again"
has 'unmap-held'
