#!/bin/sh
# Many workers, and many machines, see what one sees. usage: explore-jobs.sh LOCKSTEP SOURCE_ROOT
# MODULE.so...
. "$(dirname "$0")/lib.sh"
explores || exit 77
shift 2
export LOCKSTEP_SPLIT_MS=0 # they are small: split them all the same

classes() { # NAME ARGUMENT...
	name=$1
	shift
	run 0 explore "$@" --classes "$work/$name.part" --out "$work"
	cat "$work/$name.part" >>"$work/$name"
	grep '^ok' "$work/out" >>"$work/$name.out"
}

same() { # NAME [THAN]
	than=$work/${2:-alone}.sorted
	sort "$work/$1" >"$work/$1.sorted"
	cmp -s "$than" "$work/$1.sorted" || {
		fail "$1 has not seen the classes that one worker alone sees"
		diff "$than" "$work/$1.sorted" | sed -n "s/^[<>] \([^ ]*\) .*/\1/p" | sort | uniq -c >&2
	}
}

classes alone "$@"
sort "$work/alone" >"$work/alone.sorted"
[ -s "$work/alone" ] || fail "no classes"
[ "$(uniq "$work/alone.sorted" | wc -l)" -eq "$(wc -l <"$work/alone")" ] || fail "classes come twice"

classes two "$@" --jobs 2
same two
classes five "$@" --jobs 5
same five
# A part is a process of its own, and shards make many of them: one module is enough.
for i in 1 2 3; do
	classes shards "$1" --shard $i/3
done
grep "^$(basename "$1" .so)\." "$work/alone.sorted" >"$work/first.sorted"
same shards first
grep -q 'cover part 2 of 3' "$work/shards.out" || fail "a shard does not say that it is one"

# Executions add up as well, where no more than one is needed for a class.
count() { sed -n 's/.* phil_8 # \([0-9,]*\) executions.*/\1/p' "$1" | tr -d , | paste -sd+ | bc; }
[ "$(count "$work/five.out")" = "$(count "$work/alone.out")" ] || fail "five workers did more"

# A failure that one of them finds stops all.
if [ -f "$work/explored.so" ] || fixture explored; then
	run 1 explore "$work/explored.so" --filter explored.loses_an_update --jobs 3 --out "$work"
	out_has '^not ok 1 - explored.loses_an_update # found in execution'
	[ -f "$work/explored.loses_an_update-1.schedule" ] || fail "no schedule"
	run 1 replay "$work/explored.loses_an_update-1.schedule"
	# By chance, each with a seed of its own.
	run 0 explore "$work/explored.so" --filter explored.counts --jobs 2 --random --executions 100
	out_has '# not exhaustive: 2 classes seen in .*, last new one in execution [0-9]+ of 100 '
fi

finish
