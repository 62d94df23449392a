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
ranks 3 "$work/explored.so" --filter explored.is_medium --classes "$work/three" >"$work/out" 2>"$work/err" &
mpi=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	sleep 0.1
	victim=
	for p in $(pgrep -f "^$lockstep explore|^lockstep explore"); do
		[ "$(cat "/proc/$p/environ" 2>/dev/null | tr '\0' '\n' |
			grep -c -x -e OMPI_COMM_WORLD_RANK=2 -e "TMPDIR=$TMPDIR")" -eq 2 ] || continue
		pgrep -P "$p" >/dev/null && victim=$p # it has a worker
	done
	[ -n "$victim" ] && break
done
[ -n "$victim" ] && kill -9 "$victim"
wait $mpi || fail "a rank that dies costs the run: $(cat "$work/out" "$work/err")"
sort "$work/three" | cmp - "$work/alone.sorted" >&2 || fail "what the lost rank did is missing"
[ -z "$victim" ] || grep -q 'rank 2 has been silent' "$work/err" || fail "nobody missed rank 2"

finish
