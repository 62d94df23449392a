#!/bin/sh
# `lockstep explore`: input that is none, disks that are full, interrupts.
. "$(dirname "$0")/lib.sh"
explores || exit 77

refuses 'no module given' explore
refuses 'cannot open module' explore "$work/none.so"
fixture explored
cd "$work" || exit 99
refuses 'matches none' explore explored.so --filter 'none.*'
refuses 'there are dpor, dfs, bound, random, pos and pct' explore explored.so --strategy best
refuses 'not a number of at least 1;' explore explored.so --executions 0
refuses 'not a number of seconds' explore explored.so --time soon
refuses 'not a number' explore explored.so --seed -1
refuses 'not a number' explore explored.so --jobs 0
refuses 'not a number' explore explored.so --fail-alloc x
refuses '3/2: not I/N' explore explored.so --shard 3/2
refuses '0/2: not I/N' explore explored.so --shard 0/2
refuses 'chance has no parts' explore explored.so --shard 1/2 --random
refuses 'there are rules for' explore explored.so --rules 5.4
refuses 'no module has a parameter' explore explored.so --param none=1
refuses 'none: No such file' explore explored.so --out none
refuses 'not a directory' explore explored.so --out explored.so
refuses 'cannot write none/x' explore explored.so --classes none/x --filter explored.counts
stamp=$(strings explored.so | sed -n 's/^abi=//p')
sed "s/abi=$stamp/abi=$(echo "$stamp" | tr '0-9a-f' '1-9a-f0')/" explored.so >old.so
refuses 'built for another Lockstep' explore old.so

# A full disk: the case is told, then the trouble.
mkdir full
if mount -t tmpfs -o size=4k none full 2>/dev/null; then
	head -c 4096 /dev/zero >full/fill 2>/dev/null
	run 2 explore explored.so --filter explored.loses_an_update --out full
	err_has 'cannot write schedule full/.*: No space left'
	out_has '^not ok 1 - explored.loses_an_update '
	umount full
fi
"$lockstep" explore explored.so --filter explored.counts >/dev/full 2>err
[ $? -eq 2 ] || fail "results into a full disk: not exit status 2"
err_has 'cannot write the results'

# Ctrl-C: what was covered so far, and no process is left behind.
"$lockstep" explore explored.so --filter explored.is_large >out 2>&1 &
pid=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
	sleep 0.2
	worker=$(ps -o pid= --ppid $pid | head -n 1)
	[ -n "$worker" ] && break
done
sleep 0.5
kill -INT $pid
wait $pid
status=$?
[ $status -eq 130 ] || fail "exit status $status, not 130"
out_has '^ok 1 - explored.is_large # not exhaustive: [0-9,]+ class(es)? seen .* \(dpor; interrupted\)$'
out_has '^# interrupted$'
[ -n "$worker" ] && kill -0 $worker 2>/dev/null && fail "the worker still runs"

finish
