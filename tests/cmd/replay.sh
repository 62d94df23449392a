# SPDX-License-Identifier: MIT
# lockstep replay: the same failure again, its views, and schedules that cannot be followed.
. "$(dirname "$0")/lib.sh"
explores || exit 77

export LC_ALL=C COLUMNS=80 # plain characters, and known edges
fixture abba
cd "$work" || exit 99
run 1 explore abba.so --time 20
file=locks.abba-1.schedule
[ -f "$file" ] || { fail "no $file"; finish; }

# --- again ------------------------------------------------------------------------------

run 1 replay "$file" --timeline out.html --json out.json
out_has '^locks\.abba: [0-9]+ steps, [0-9]+ switch'
out_has '^task 3  one +task 4  two$'
out_has 'take_both -> mutex_lock\(a\) +taken'
out_has 'taken: lock-order$|: lock-order$'
out_has '^lock order: locks of two classes'
out_has '^The failure came again: lock-order\.$'
[ "$(awk '{ if (length > n) n = length } /^=>/ { print n; exit }' "$work/out")" -le 80 ] ||
	fail "the ladder is wider than 80 columns"
grep -q '<svg' out.html || fail "no picture in out.html"
grep -q '"traceEvents"' out.json || fail "no events in out.json"
cp "$work/out" first
run 1 replay "$file"
cmp -s first "$work/out" || fail "a replay differs from the one before"

# Each step has its number, and it is that of the file.
run 1 replay "$file" --steps
steps=$(grep -c '^[0-9]* *[a-z]* *[0-9]*  *#' "$file")
out_has "^ +$steps  "
out_hasnt '[0-9]+ steps? \.\.\.|left out'

# Cut down to nothing: the case runs without preemption, and nothing is wrong.
sed '/^choices/q' "$file" >none.schedule
echo "end 0 $(sha256sum none.schedule | cut -c1-16)" >>none.schedule
run 0 replay none.schedule
out_has '^The schedule ran to its end without a failure; it was made of one: lock-order\.$'

# --- where modules are --------------------------------------------------------------------

mkdir away
mv abba.so away/moved.so
refuses 'cannot read module .*abba\.so.* say where it is with --module' replay "$file"
run 1 replay "$file" --module away/moved.so
refuses 'cannot read module none\.so: No such file' replay "$file" --module none.so
"$lockstep" build "$here/fixtures/good.c" -o good.so >build.out 2>&1 || fail "good.c does not build"
refuses 'module good\.so is none that the schedule was made with' replay "$file" --module good.so
cp good.so abba.so
refuses 'is not the one that .* was made with' replay "$file"
mv away/moved.so abba.so

# --- what is no schedule of ours ------------------------------------------------------------

refuses 'no schedule given.*--help' replay
refuses 'one schedule at a time' replay "$file" "$file"
refuses 'cannot read schedule nowhere: No such file' replay nowhere
refuses '\. is a directory' replay .
refuses 'abba\.so is no schedule' replay abba.so
: >empty
refuses 'empty is no schedule' replay empty
head -n 20 "$file" >cut
refuses 'cut:20: the file breaks off here' replay cut
sed 's/^lockstep .*/lockstep 9.9.9-0123456789ab/' "$file" >other
refuses 'other:2: made by another Lockstep' replay other
sed 's/^lockstep-schedule 1/lockstep-schedule 2/' "$file" >newer
refuses 'newer:1: a schedule of format 2' replay newer
sed 's/^fail-alloc 0/fail-alloc 1/' "$file" >edited
refuses 'edited:[0-9]+: the file was edited' replay edited
sed 's/^case .*/case locks.gone/' "$file" | sed '/^end/d' >gone
echo "end $steps $(sed 's/ *#.*//' gone | sha256sum | cut -c1-16)" >>gone
refuses 'gone: its module has no case locks\.gone' replay gone

# A step that is another one: the operation at fault is named.
sed '/^end/d; s/^\(0 *\)wake /\1load /' "$file" >wrong
echo "end $steps $(sed 's/ *#.*//' wrong | sha256sum | cut -c1-16)" >>wrong
refuses 'wrong: step [0-9]+: task 0 .* is about to wake, the schedule says load' replay wrong

refuses 'cannot write page /dev/full: No space left' replay "$file" --timeline /dev/full
refuses 'cannot write trace nowhere/x: No such file' replay "$file" --json nowhere/x

# --- gdb --------------------------------------------------------------------------------------

real=$lockstep
printf '#!/bin/sh\nPATH=/nowhere exec "%s" "$@"\n' "$real" >nogdb
chmod +x nogdb
lockstep=$work/nogdb
refuses 'cannot run gdb: .*apt-get install gdb' replay "$file" --gdb
lockstep=$real
if gdb -q -batch -ex run --args true 2>/dev/null | grep -q 'exited normally'; then
	printf '%s\n' lockstep-tasks 'lockstep-bt 4' lockstep-step continue |
		timeout 120 "$lockstep" replay "$file" --gdb >gdb.out 2>&1
	grep -q 'lockstep: it fails in step' gdb.out || fail "gdb: no greeting"
	grep -q 'ls_replay_step (step=' gdb.out || fail "gdb: does not stop"
	grep -Eq '\* task 4 \(two\): step [0-9]+, take_both -> mutex_' gdb.out || fail "gdb: no tasks"
	grep -Eq '^    b_then_a +.*abba\.c:[0-9]+' gdb.out || fail "gdb: no call chain"
	grep -q 'The failure came again' gdb.out || fail "gdb: does not go on"
	[ "$failed" -eq 0 ] || cat gdb.out >&2
else
	echo "gdb cannot run a program here: not tested"
fi
[ -z "$(ls -A "$TMPDIR")" ] || fail "left in TMPDIR: $(ls -A "$TMPDIR")"

finish
