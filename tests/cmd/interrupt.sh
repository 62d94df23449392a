#!/bin/sh
# Ctrl-C: the KTAP stays valid, the status is 130, and no process is left behind.
. "$(dirname "$0")/lib.sh"

fixture faulty
"$lockstep" test "$work/faulty.so" --filter 'faulty.[hp]*' >"$work/out" 2>&1 &
pid=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
	sleep 0.2
	worker=$(ps -o pid= --ppid $pid | head -n 1)
	[ -n "$worker" ] && break
done
sleep 0.3
kill -INT $pid
wait $pid
status=$?
[ $status -eq 130 ] || fail "exit status $status, not 130"
out_has '^    ok 1 hangs # SKIP interrupted$'
out_has '^    ok 2 prints # SKIP interrupted$'
out_has '^ok 1 faulty # SKIP$'
out_has '^# interrupted$'
[ -n "$worker" ] && kill -0 $worker 2>/dev/null && fail "the worker still runs"

finish
