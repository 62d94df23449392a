#!/bin/sh
# What `lockstep test` does with cases that go right and wrong.
. "$(dirname "$0")/lib.sh"

# Parameters, filters, repetition.
fixture good
run 0 test "$work/good.so"
out_has '^    ok 1 init_ran$'
out_has 'answer 42 word default switch 0 list 0: 0 0'
out_has '^ok 1 good$'
out_has '^# cases: 3 passed, 0 failed, 0 skipped$'
run 0 test "$work/good.so" --param answer=7 --param word=other --param switch --param list=5,6
out_has 'answer 7 word other switch 1 list 2: 5 6'
run 0 test "$work/good.so" --filter 'good.*params'
out_has '^    1..1$'
out_hasnt 'init_ran'
run 0 test "$work/good.so" --filter good --repeat 3
[ "$(grep -c 'answer 42' "$work/out")" -eq 3 ] || fail "--repeat 3 did not run three times"
run 0 test "$work/good.so" --fail-nth
run 0 test "$work/good.so" --no-fork
out_has '^ok 1 good$'

# Several modules; selftests by init function.
fixture selftest
run 0 test "$work/good.so" "$work/selftest.so"
out_has '^1..2$'
out_has '^    ok 1 selftest_init$'
out_has '# selftest: result 0'
run 1 test "$work/selftest.so" --param result=-5
out_has '# selftest_init returned -5'
out_has '^    not ok 1 selftest_init$'
run 1 test "$work/selftest.so" --param leak=1
out_has '# leak: '
out_has 'selftest_init .*selftest.c:[0-9]+'

# Everything that can go wrong, each costs one case.
fixture faulty
run 1 test "$work/faulty.so" --timeout 1 --json "$work/faulty.json"
sed -n 's/^ *\(ok\|not ok\) [0-9]* /\1 /p' "$work/out" >"$work/results"
cat >"$work/expected" <<END
ok good
not ok fails
not ok segfaults
not ok overflows_the_stack
not ok bugs
not ok warns
not ok deadlocks
not ok leaks
not ok keeps_a_lock
not ok hangs
not ok spins
not ok misses_a_report
ok expects_a_warning
ok expects_a_deadlock
ok prints
ok number 1
not ok number 2
ok number 3
not ok one_of_three_crashes
not ok faulty
not ok good
not ok unborn
ok good
ok last
END
diff "$work/expected" "$work/results" >&2 || fail "results differ"

# What is said about them.
place='faulty\.c:[0-9]+'
out_has '# EXPECTATION FAILED at .*faulty\.c:[0-9]+'
out_has '#   expected 1 \+ 1 == 3, but'
out_has '#   arithmetic still works'
out_hasnt 'not reached'
out_has '# crash: '
out_has "#     touch +.*$place"
out_has "#     segfaults +.*$place"
out_has 'seen     SIGSEGV: the stack of the task is used up'
out_has 'the same, [0-9]+ times more'
out_has '# bug: '
out_has 'seen     BUG_ON\(test\)'
out_has 'seen     number 7'
out_has 'warn; seen 3 times'
out_has '# deadlock: self-deadlock: '
out_has "#     deadlocks +.*$place"
out_has '3 allocations \(300 bytes\) are still alive'
out_has "#     leaks +.*$place"
out_has '# leak: lock-held: '
out_has '# hang: time-limit: '
# ThreadSanitizer delivers signals late and from a frame of its own, so nothing is to be seen there.
case $(strings "$work/faulty.so" | sed -n 's/^sanitizers=//p') in
*thread*) ;;
*)
	out_has '# warning: 2 more like it' # one place: its loop is not unrolled
	out_has "#     hangs +.*$place"
	out_has "#     spins +.*$place"
	;;
esac
out_has "expected a report of rule 'no-such-rule', which did not come"
out_has '# and one in pieces$'
out_has "the suite's own init failed"
out_has '^# cases: 5 passed, 13 failed, 0 skipped$'

# fail-nth
fixture unsafe
run 0 test "$work/unsafe.so"
run 1 test "$work/unsafe.so" --fail-nth
out_has '# fail-nth: with allocation 2 failing'
out_has '^    not ok 1 leaks_on_failure$'
out_has '# fail-nth: with allocation 1 failing'
out_has '^    not ok 2 crashes_on_failure$'
out_has '^    ok 3 is_fine$'

finish
