#!/bin/sh
# Bad input: one clear line, exit 2, no unit.   usage: trouble.sh LOCKSTEP-BITCODE CLANG CASE.c
set -u
bitcode=$1 clang=$2 case=$3
[ -x "$clang" ] || { echo "no clang: $clang" >&2; exit 77; }
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
failed=0

# refused NAME TEXT COMMAND...
refused() {
	name=$1 text=$2
	shift 2
	"$@" >"$dir/out" 2>"$dir/err"
	status=$?
	if [ $status -ne 2 ] || [ "$(wc -l <"$dir/err")" -ne 1 ] || ! grep -q "$text" "$dir/err"; then
		echo "$name: status $status, said:"
		cat "$dir/err"
		failed=1
	fi
	[ ! -e "$dir/unit" ] || { echo "$name: made a unit all the same"; failed=1; }
}

"$clang" -O2 -Xclang -disable-llvm-passes -g -w -emit-llvm -c -o "$dir/good.bc" "$case" || exit 1
size=$(wc -c <"$dir/good.bc")

refused missing "none.bc: No such file" "$bitcode" "$dir/none.bc" "$dir/unit"
: >"$dir/empty.bc"
refused empty "empty.bc: " "$bitcode" "$dir/empty.bc" "$dir/unit"
refused source "$case: " "$bitcode" "$case" "$dir/unit"
for part in 5 30 60 95; do
	head -c $((size * part / 100)) "$dir/good.bc" >"$dir/cut.bc"
	refused "cut to $part %" "cut.bc: " "$bitcode" "$dir/cut.bc" "$dir/unit"
done
{ head -c $((size / 3)) "$dir/good.bc"; head -c 64 /dev/zero
  tail -c +$((size / 3 + 65)) "$dir/good.bc"; } >"$dir/damaged.bc"
refused damaged "damaged.bc: " "$bitcode" "$dir/damaged.bc" "$dir/unit"
refused "no place" "no/such/unit: " "$bitcode" "$dir/good.bc" "$dir/no/such/unit"
refused "print none" "none: No such file" "$bitcode" --print "$dir/none"
refused "print bitcode" "good.bc: not a unit" "$bitcode" --print "$dir/good.bc"

"$bitcode" "$dir/good.bc" "$dir/full" || failed=1
head -c 100 "$dir/full" >"$dir/short"
refused "print short" "short: not a unit: too short" "$bitcode" --print "$dir/short"
head -c 1000 "$dir/full" >"$dir/cut"
refused "print cut" "cut: unit of the wrong length" "$bitcode" --print "$dir/cut"
exit $failed
