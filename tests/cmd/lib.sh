# SPDX-License-Identifier: MIT
# Sourced by the tests in this directory.   usage of each: TEST.sh LOCKSTEP SOURCE_ROOT
set -u
lockstep=$(realpath "$1")
here=$2/tests/cmd
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME="$work/cache" TMPDIR="$work/tmp"
mkdir "$TMPDIR"
failed=0

fail() {
	echo "FAILED: $*" >&2
	failed=1
}

finish() {
	exit "$failed"
}

# Run lockstep; its output goes to $work/out and $work/err.
run() { # EXPECTED_STATUS ARGUMENT...
	want=$1
	shift
	timeout 120 "$lockstep" "$@" >"$work/out" 2>"$work/err"
	got=$?
	[ "$got" -eq "$want" ] || {
		fail "lockstep $*: exit status $got, not $want"
		tail -n 30 "$work/out" "$work/err" >&2
	}
}

# Lockstep cannot do it: status 2, one line on standard error that matches.
refuses() { # PATTERN ARGUMENT...
	pattern=$1
	shift
	run 2 "$@"
	[ "$(wc -l <"$work/err")" -eq 1 ] || {
		fail "lockstep $*: not one line on standard error"
		cat "$work/err" >&2
	}
	grep -Eq -- "$pattern" "$work/err" || {
		fail "lockstep $*: no '$pattern' in:"
		cat "$work/err" >&2
	}
}

out_has() { grep -Eq -- "$1" "$work/out" || { fail "no output line matches '$1'"; cat "$work/out" >&2; }; }
out_hasnt() { ! grep -Eq -- "$1" "$work/out" || fail "an output line matches '$1'"; }
err_has() { grep -Eq -- "$1" "$work/err" || { fail "no error line matches '$1'"; cat "$work/err" >&2; }; }

# Can this build explore? ThreadSanitizer does not follow fibres.
explores() {
	! "$lockstep" explore none.so 2>&1 | grep -q ThreadSanitizer
}

fixture() { # NAME
	[ -f "$work/$1.so" ] && return
	"$lockstep" build "$here/fixtures/$1.c" -o "$work/$1.so" >"$work/build" 2>&1 || {
		cat "$work/build" >&2
		fail "fixture $1 does not build"
		finish
	}
}
