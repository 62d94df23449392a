#!/bin/sh
# Several ranks on one machine see what one process sees, also if one of them dies.
# usage: explore-mpi.sh LOCKSTEP SOURCE_ROOT BUILT_WITH_MPI MODULE.so...
. "$(dirname "$0")/lib.sh"
explores || exit 77
with=$3
shift 3

if [ "$with" != true ]; then
	export OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0
	refuses 'built without Open MPI; install libopenmpi-dev' explore "$1"
	finish
fi
command -v mpirun >/dev/null || {
	echo "skipped: mpirun is missing; install openmpi-bin (scripts/setup check)" >&2
	exit 77
}

# mpirun wants to be told that root is meant, and there may be fewer processors than ranks.
ranks() { # NUMBER ARGUMENT...
	n=$1
	shift
	root=
	[ "$(id -u)" -eq 0 ] && root=--allow-run-as-root
	timeout 200 mpirun $root --oversubscribe $recovery -np "$n" "$lockstep" explore "$@"
}

recovery=
export LOCKSTEP_SPLIT_MS=0
run 0 explore "$@" --classes "$work/alone"
sort "$work/alone" >"$work/alone.sorted"
ranks 3 "$@" --classes "$work/three" >"$work/out" 2>"$work/err" ||
	fail "three ranks: $(cat "$work/out" "$work/err")"
sort "$work/three" | cmp - "$work/alone.sorted" >&2 || fail "three ranks have not seen the same classes"
[ "$(grep -c '^KTAP version' "$work/out")" -eq 1 ] || fail "more than one rank prints"

# A failure is found at rank 0, with its schedule.
fixture explored
ranks 2 "$work/explored.so" --filter explored.loses_an_update --out "$work" >"$work/out" 2>&1
out_has '^not ok 1 - explored.loses_an_update # found in execution'
run 1 replay "$work/explored.loses_an_update-1.schedule"

# A rank dies in the middle. mpirun ends all the others then, unless it is told to go on.
recovery=--enable-recovery
export LOCKSTEP_RANK_SILENCE=3 LOCKSTEP_SPLIT_MS=20
run 0 explore "$work/explored.so" --filter explored.is_medium --classes "$work/alone"
sort "$work/alone" >"$work/alone.sorted"

process_of_rank() { # RANK
	for p in $(pgrep -f "^$lockstep explore|^lockstep explore"); do
		[ "$(tr '\0' '\n' <"/proc/$p/environ" 2>/dev/null |
			grep -c -x -e "OMPI_COMM_WORLD_RANK=$1" -e "TMPDIR=$TMPDIR")" -eq 2 ] && echo "$p"
	done
}

# Kill rank $1 while rank $2 is stopped and has a worker: all have begun, and what that worker does
# is not told of yet.
kill_rank() { # VICTIM AT_WORK
	while kill -0 $mpi 2>/dev/null; do
		p=$(process_of_rank "$2")
		[ -n "$p" ] && kill -STOP "$p" || continue
		pgrep -P "$p" >/dev/null && kill -9 "$(process_of_rank "$1")" && died=1
		kill -CONT "$p" 2>/dev/null
		[ $died -eq 1 ] && return
	done
}

# With a machine that is too fast it may be over before: try again.
lose_a_rank() { # RANKS VICTIM AT_WORK
	died=0
	for _ in 1 2 3 4 5; do
		ranks "$1" "$work/explored.so" --filter explored.is_medium --classes "$work/many" \
			>"$work/out" 2>"$work/err" &
		mpi=$!
		kill_rank "$2" "$3"
		wait $mpi || fail "rank $2 of $1, which dies, costs the run: $(cat "$work/out" "$work/err")"
		sort "$work/many" | cmp - "$work/alone.sorted" >&2 || fail "rank $2 of $1 died: classes are missing"
		[ $died -eq 1 ] && return
	done
	fail "rank $3 never had work"
}

lose_a_rank 3 2 2
grep -q 'rank 2 has been silent' "$work/err" || fail "nobody missed rank 2"

# It has nothing to do when it dies: the others do not wait for it at the end.
export LOCKSTEP_SPLIT_MS=1000000
lose_a_rank 2 1 0

finish
