#!/bin/sh
# usage: fuzz.sh LOCKSTEP-BITCODE CLANG UNIT-FUZZ CASE.c...
set -u
bitcode=$1 clang=$2 fuzz=$3
shift 3
[ -x "$clang" ] || { echo "no clang: $clang" >&2; exit 77; }
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
for case; do
	"$clang" -O2 -Xclang -disable-llvm-passes -g -w -emit-llvm -c -o "$dir/x.bc" "$case" &&
		"$bitcode" "$dir/x.bc" "$dir/x.unit" && "$fuzz" "$dir/x.unit" || exit 1
done
