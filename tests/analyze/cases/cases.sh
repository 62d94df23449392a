#!/bin/sh
# SPDX-License-Identifier: MIT
# cases.sh JUDGE LOCKSTEP-BITCODE CLANG OPEN [NAME]...: the cases in ../correct and ../wrong
#
# A case says what the analysis shall find, one line each:
#
#	/* expect: MARK RULE KIND CONFIDENCE [advice PLACE | advice none] */
#	/* expect: none */
#
# with FUNCTION:CALLEE or FUNCTION:CALLEE?CONDITION as PLACE; and, where it matters, how the locks are named, each of them:
#
#	/* lock: NAME */
#
# and how many contexts its functions may be walked in, at most:
#
#	/* contexts: NUMBER */
#
# A case with a small budget says which, and who is given up on, each of them:
#
#	/* steps: NUMBER */
#	/* given up: FUNCTION */
#
# where a mark is a line of it with "here: MARK". It must be all that is found. NAME.part.c belongs
# to NAME.c; rules of the case's own are in NAME.rules. The order of files must not matter.
# OPEN names the cases that fail for now; one of those that passes fails the test.
set -u
judge=$(realpath "$1")
bitcode=$(realpath "$2")
clang=$3
open=$(realpath "$4")
shift 4
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
command -v "$clang" >/dev/null || { echo "no clang: skipped"; exit 77; }
cd "$here" || exit 99

# unit FILE: make its unit, and say where it is
unit()
{
	out=$work/$(echo "$1" | tr / _)
	"$clang" -O2 -Xclang -disable-llvm-passes -Xclang -disable-lifetime-markers -g \
		-fno-sanitize=all -fstandalone-debug -w -ffreestanding -emit-llvm -c "$1" -o "$out.bc" >&2 || return
	"$bitcode" "$out.bc" "$out.unit" "$here" >&2 || return
	echo "$out.unit"
}

# wanted FILE...: what the case expects, as judge prints it, but for "*" where no advice is named
wanted()
{
	awk '
	/\/\* expect: / { sub(/.*expect: */, ""); sub(/ *\*\/.*/, ""); want[++n] = $0 }
	/\/\* given up: / { sub(/.*given up: */, ""); sub(/ *\*\/.*/, ""); print "given up: " $0 }
	/here: / { mark = $0; sub(/.*here: */, "", mark); sub(/[^A-Za-z0-9].*/, "", mark)
		   place[mark] = FILENAME ":" FNR }
	END {
		for (i = 1; i <= n; i++) {
			if (want[i] == "none")
				continue
			k = split(want[i], w, " ")
			if (!(w[1] in place) || (k != 4 && (k != 6 || w[5] != "advice")))
				print "bad expectation: " want[i]
			else
				print place[w[1]], w[2], w[3], w[4], (k == 6 ? w[6] : "*")
		}
		if (!n)
			print "no expectation"
	}' "$@" | sort
}

# compare WANTED FOUND: are they the same, but for advice that nobody asked for
compare()
{
	awk 'FILENAME == ARGV[1] { want[++n] = $0; next }
	{ found[++m] = $0 }
	END {
		for (i = 1; i <= n; i++) {
			hit = 0
			for (j = 1; j <= m && !hit; j++) {
				f = found[j]
				if (want[i] ~ / \*$/)
					sub(/ [^ ]*$/, " *", f)
				if (f == want[i] && !(j in used))
					used[hit = j] = 1
			}
			if (!hit) {
				print "  missing: " want[i]
				bad = 1
			}
		}
		for (j = 1; j <= m; j++)
			if (!(j in used)) {
				print "  not expected: " found[j]
				bad = 1
			}
		exit bad
	}' "$1" "$2"
}

# named FILE UNIT...: are the locks named as the case says, if it says so
named()
{
	sed -n 's|.*/\* lock: \(.*\) \*/.*|\1|p' "$1" | sort >"$work/names"
	shift
	[ -s "$work/names" ] || return 0
	LOCKS=1 "$judge" "$@" 2>&1 >"$work/found" | sort -u | diff "$work/names" - | sed -n 's/^[<>]/  lock: &/p' >"$work/differ"
	cat "$work/differ"
	[ ! -s "$work/differ" ]
}

# walked FILE UNIT...: are there as few contexts as the case says, if it says so
walked()
{
	most=$(sed -n 's|.*/\* contexts: \(.*\) \*/.*|\1|p' "$1")
	shift
	[ -n "$most" ] || return 0
	contexts=$(CONTEXTS=1 "$judge" "$@" 2>&1 >"$work/found")
	[ "$contexts" -le "$most" ] || { echo "  contexts: $contexts"; return 1; }
}

# check FILE: 0 if the case passes; else why is on standard output
check()
{
	files=$1
	base=${1%.c}
	[ -f "$base.part.c" ] && files="$files $base.part.c"
	model=
	[ -f "$base.rules" ] && model="--model $base.rules"
	units= reversed=
	for file in $files; do
		made=$(unit "$file") || { echo "  no unit of $file"; return 1; }
		units="$units $made"
		reversed="$made $reversed"
	done
	STEPS=$(sed -n 's|.*/\* steps: \(.*\) \*/.*|\1|p' "$1")
	if [ -n "$STEPS" ]; then export STEPS; else unset STEPS; fi
	# shellcheck disable=SC2086 # words
	{
		wanted $files >"$work/wanted"
		"$judge" $model "$core" $units >"$work/found" 2>&1 || { cat "$work/found"; return 1; }
		"$judge" $model $reversed "$core" >"$work/again" 2>&1 || return 1
	}
	cmp -s "$work/found" "$work/again" || { echo "  the order of files matters"; return 1; }
	compare "$work/wanted" "$work/found" &&
		named "$1" $model "$core" $units &&
		walked "$1" $model "$core" $units
}

failed=0 nr=0
core=$(unit core.c) || exit 1
for case in correct/*.c wrong/*.c; do
	name=${case%.c}
	case $name in *.part) continue ;; esac
	[ $# -gt 0 ] && case " $* " in *" $name "*) ;; *) continue ;; esac
	nr=$((nr + 1))
	if check "$case" >"$work/why"; then
		if grep -qx "$name" "$open"; then
			echo "FAIL $name: passes now: take it out of $open"
			failed=$((failed + 1))
		fi
	elif grep -qx "$name" "$open"; then
		echo "open $name"
		cat "$work/why"
	else
		echo "FAIL $name"
		cat "$work/why"
		failed=$((failed + 1))
	fi
done
[ $nr -gt 0 ] || { echo "no cases"; exit 1; }

# All together: much is mixed up, on purpose, but the order must not matter.
if [ $# -eq 0 ]; then
	ls "$work"/*.unit >"$work/all"
	sort -r "$work/all" >"$work/all.reversed"
	xargs "$judge" <"$work/all" >"$work/found" || failed=$((failed + 1))
	xargs "$judge" <"$work/all.reversed" >"$work/again" || failed=$((failed + 1))
	cmp "$work/found" "$work/again" || { echo "FAIL the order of files matters"; failed=$((failed + 1)); }
fi
echo "$nr cases, $failed failed, $(grep -c . "$open") open"
[ $failed -eq 0 ]
