#!/bin/sh
# SPDX-License-Identifier: MIT
# lockstep demo: every cell of the table, its width, one report for each kind of failure.
# usage: demo.sh LOCKSTEP SOURCE_ROOT
set -u
lockstep=$1
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
failed=0

fail()
{
	echo "demo: $*" >&2
	failed=1
}

if "$lockstep" explore none.so 2>&1 | grep ThreadSanitizer; then
	exit 77 # skipped: it does not follow fibres
fi
"$lockstep" demo >"$out/text" 2>"$out/err" || fail "exit status $?: $(cat "$out/err")"
[ -s "$out/err" ] && fail "noise on standard error: $(cat "$out/err")"

# Placement and five verdicts; the words between them are not the test's business. Two tables.
awk '/^-----/ { inside = !inside; next }
     inside && /^[^ ]/ { print $1, $(NF-4), $(NF-3), $(NF-2), $(NF-1), $NF }' "$out/text" >"$out/table"
cat >"$out/expected" <<END
none BREACH keeps keeps keeps keeps*
A keeps* keeps keeps keeps keeps*
B keeps DEADLOCK DEADLOCK keeps DEADLOCK
C1 keeps keeps keeps keeps DEADLOCK
C2 LEAK keeps keeps keeps LEAK
D keeps keeps keeps keeps DEADLOCK
none BREACH BREACH BREACH BREACH BREACH
A keeps* keeps* keeps* keeps* keeps?
B keeps DEADLOCK DEADLOCK DEADLOCK DEADLOCK
C1 keeps keeps DEADLOCK DEADLOCK DEADLOCK
C2 LEAK LEAK LEAK LEAK LEAK
D keeps keeps keeps* keeps* keeps?
END
diff -u "$out/expected" "$out/table" || fail "the table differs"

# Below each verdict: all of so many executions, a sample of so many, or the one that failed.
awk '/^-----/ { inside = !inside; next }
     inside && /^[^ ]/ { for (i = 0; i < 5; i++) verdict[i] = $(NF - 4 + i); next }
     inside {
	for (i = 0; i < 5; i++) {
		how = $(2 * i + 1)
		want = verdict[i] ~ /^keeps[*]?$/ ? "all" : verdict[i] == "keeps?" ? "of" : "no."
		if (how != want || $(2 * i + 2) < 1) { print verdict[i], how, $(2 * i + 2); bad = 1 }
	}
     }
     END { exit bad }' "$out/text" || fail "counts and verdicts do not go together"

awk '/^BREACH: / { exit } length($0) > 80 { print; bad = 1 } END { exit bad }' \
	"$out/text" || fail "the table is wider than 80 columns"

# README.md shows the tables as they are printed. The numbers are not compared: how large a sample
# is, is up to the machine, and litmus/ pins how many executions there are.
numbers='s/\(all\|of\|no\.\) [0-9][0-9]* */\1 N /g'
sed '/^BREACH: /,$d' "$out/text" | sed "\$d; $numbers" >"$out/printed"
sed -n '/^    Where must a driver/,/^    make demo/p' "$2/README.md" | sed 's/^    //; /^make demo/d' |
	sed "\$d; $numbers" >"$out/readme"
diff -u "$out/readme" "$out/printed" || fail "README.md shows another table"

for kind in BREACH DEADLOCK LEAK; do
	n=$(grep -c "^$kind: placement" "$out/text")
	[ "$n" = 1 ] || fail "$n reports of kind $kind, not 1"
done
grep -q "unmap-held" "$out/text" || fail "the breach does not name its rule"
grep -q "self-deadlock" "$out/text" || fail "the deadlock does not name its rule"
grep -q "take it.*refgem_object_pages_fini" "$out/text" ||
	fail "the breach does not say where the lock should have been taken"

"$lockstep" demo --json >"$out/json" || fail "--json: exit status $?"
[ "$(grep -c '"verdict"' "$out/json")" = 60 ] || fail "--json has not got 60 cells"

"$lockstep" demo nonsense >"$out/text" 2>"$out/err"
[ $? = 2 ] || fail "an argument is not refused"
[ -s "$out/text" ] && fail "a refusal on standard output"

exit $failed
