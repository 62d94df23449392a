#!/bin/sh
# Every behaviour test passes on Lockstep and on the kernel's own files.
. "$(dirname "$0")/lib.sh"

"$lockstep" build "$root"/tests/behaviour/*.c -o "$work/ours-.so" >"$work/out" 2>&1 ||
	fail "the behaviour tests do not build"
run 0 ours ''
hasnt '^ *not ok'

build oracle 6.12
run 0 oracle 6.12
hasnt '^ *not ok'
has 'ok .* unlocked_restarts'
