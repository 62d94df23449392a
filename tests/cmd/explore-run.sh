#!/bin/sh
# `lockstep explore`: what it finds, what it covers, and what it leaves behind.
. "$(dirname "$0")/lib.sh"
explores || exit 77

fixture explored
cd "$work" || exit 99
run 1 explore explored.so --filter 'explored.[!i]*' --timeout 1 --json explored.json
sed -n 's/^\(ok\|not ok\) [0-9]* - \([^#]*\) #.*/\1 \2/p' out >results
cat >expected <<END
ok explored.counts
not ok explored.loses_an_update
not ok explored.deadlocks
not ok explored.crashes
not ok explored.spins
not ok explored.loses_a_wakeup
not ok explored.fails_twice
ok explored.second_fails/number 1
not ok explored.second_fails/number 2
ok explored.second_fails/number 3
ok explored.leaks_without_memory
ok explored.fails_without_memory
END
diff expected results >&2 || fail "results differ"
out_has '^1\.\.12$'
out_has '^ok 1 - explored\.counts # [0-9,]+ executions cover every interleaving \(dpor, [0-9.]+ s\)$'
out_has '^not ok 2 - explored\.loses_an_update # found in execution [0-9]+ .*, schedule in explored\.loses_an_update-1\.schedule \([0-9]+ steps, [0-9]+ switches\)$'
out_has '^# EXPECTATION FAILED at .*explored\.c:[0-9]+$'
out_has '^#   expected READ_ONCE\(racy\) == 2, but$'
out_has '^# lock order: '
out_has '^# crash: '
out_has '^#     follow_pointer +.*explored\.c:[0-9]+$'
out_has '^# hang: time-limit: '
out_has '^#     spin +.*explored\.c:[0-9]+$'
out_has '^# lost wake-up: '
out_has '^# => lost-wakeup'
out_has '^# cases: 5 hold in every interleaving, 0 not explored to the end, 7 failed$'
[ ! -s err ] || fail "noise on standard error: $(cat err)"

# Each failure has left its schedule, a crash too, and each can be had again.
for case in loses_an_update deadlocks crashes spins loses_a_wakeup fails_twice second_fails.1; do
	[ -f "explored.$case-1.schedule" ] || { fail "no schedule of $case"; continue; }
	run 1 replay "explored.$case-1.schedule" --timeout 1
	out_has '^The failure came again: '
done

python3 - explored.json <<'END' || fail "the JSON is not what it should be"
import json, sys
d = json.load(open(sys.argv[1]))
assert d['verdict'] == 'findings'
cases = {(c['case'], c.get('param')): c for c in d['cases']}
assert len(cases) == 12, cases.keys()
good = cases['counts', None]
assert good['status'] == 'pass' and good['exploration']['exhaustive']
assert good['exploration']['executions'] == 2 and good['exploration']['findings'] == []
bad = cases['second_fails', 1]
assert bad['status'] == 'fail' and not bad['exploration']['exhaustive']
assert bad['exploration']['findings'][0]['schedule'] == 'explored.second_fails.1-1.schedule'
assert cases['crashes', None]['reports'][0]['class'] == 'crash'
END

# A plain write to freed memory, in one order only. AddressSanitizer sees it as it happens.
if ! strings explored.so | grep -q '^sanitizers=.*address'; then
	run 1 explore explored.so --filter explored.ignores_a_free
	out_has '^# misuse: use-after-free'
	out_has '^#   object +byte 8 of a freed block of 64 bytes'
	out_has '^#   seen +written over after it was freed; '
	out_has "^#   freed by task 'party', at"
	out_has '^#     frees_it +.*explored\.c:[0-9]+$'
	out_has '^#   the block was allocated \(.*\) at'
	out_has '^#     ignores_a_free +.*explored\.c:[0-9]+$'
	run 1 replay explored.ignores_a_free-1.schedule
	out_has '^The failure came again: '
fi

# Further kinds, allocation failures, limits, strategies.
mkdir sub
run 1 explore explored.so --filter explored.fails_twice --keep-going --out sub
out_has '^not ok 1 - explored.fails_twice # 2 kinds of failure in [0-9,]+ executions'
[ -f sub/explored.fails_twice-2.schedule ] || fail "no schedule of the second kind"
run 1 explore explored.so --filter 'explored.*without_memory' --fail-alloc 1
out_has '^not ok 1 - explored.leaks_without_memory '
out_has '^# leak: '
out_has '^ok 2 - explored.fails_without_memory # [0-9,]+ executions cover'
run 0 explore explored.so --filter explored.is_large --executions 100
out_has '# not exhaustive: 100 classes seen in .* \(dpor; limit of executions\)$'
run 0 explore explored.so --filter explored.is_large --time 0.3
out_has '# not exhaustive: .* \(dpor; limit of time\)$'
for strategy in dfs random pos pct bound; do
	run 1 explore explored.so --filter explored.loses_an_update --strategy $strategy
	out_has "^not ok 1 - .* # found in execution .* \($strategy|at most|pct of"
done
run 0 explore explored.so --filter explored.loses_an_update --bound 0
out_has '# 3 executions cover all with at most 0 preemptions \([0-9.]+ s\)$'
run 0 explore explored.so --filter explored.counts --random
out_has '# not exhaustive: '

finish
