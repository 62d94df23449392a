#!/bin/sh
# One case: compile it, and compare the printed unit with the comments in the source.
#   //= REGEX	a line that matches comes after the one that the last such comment matched
#   //! REGEX	no line matches
# In both, %N stands for any local, and @N for any block.
#   usage: run.sh LOCKSTEP-BITCODE CLANG CASE.c
set -u
bitcode=$1 clang=$2 case=$(realpath "$3")
[ -x "$clang" ] || { echo "no clang: $clang" >&2; exit 77; }
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT

"$clang" -O2 -Xclang -disable-llvm-passes -Xclang -disable-lifetime-markers -g -w \
	--target=x86_64-linux-gnu -mcmodel=kernel -fno-pie -fno-strict-overflow \
	-emit-llvm -c -o "$dir/x.bc" "$case" || exit 1
"$bitcode" "$dir/x.bc" "$dir/x.unit" "$(dirname "$case")" || exit 1
"$bitcode" "$dir/x.bc" "$dir/again.unit" "$(dirname "$case")" || exit 1
cmp "$dir/x.unit" "$dir/again.unit" || exit 1
"$bitcode" --print "$dir/x.unit" >"$dir/text" || exit 1

awk '
function regex(line) {
	sub(/^[ \t]*\/\/[=!] /, "", line)
	gsub(/%N/, "%[0-9]+", line)
	gsub(/@N/, "@[0-9]+", line)
	return line
}
NR == FNR { text[++nr] = $0; next }
/^[ \t]*\/\/= / {
	checked++
	for (i = at + 1; i <= nr && text[i] !~ regex($0); i++)
		;
	if (i > nr) {
		print FILENAME ":" FNR ": nothing like this after line " at ": " regex($0)
		bad = 1
	} else
		at = i
}
/^[ \t]*\/\/! / {
	checked++
	for (i = 1; i <= nr; i++)
		if (text[i] ~ regex($0)) {
			print FILENAME ":" FNR ": not wanted: " text[i]
			bad = 1
		}
}
END { exit bad || !checked }
' "$dir/text" "$case" && exit 0
echo "--- the unit:"
cat "$dir/text"
exit 1
