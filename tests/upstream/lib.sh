# SPDX-License-Identifier: MIT
# Sourced by the tests in this directory.
#   usage of each test: TEST.sh LOCKSTEP SOURCE_ROOT
set -u
TSAN_OPTIONS=${TSAN_OPTIONS:-}:suppressions=$2/tests/upstream/tsan.supp
export TSAN_OPTIONS
lockstep=$1
root=$2
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

# A kernel tree of the release, unpacked or packed; skips the test if there is none.
kernel_tree() { # RELEASE
	for tree in "/usr/src/linux-source-$1" "/usr/src/linux-source-$1.tar.xz"; do
		[ -e "$tree" ] && { echo "$tree"; return; }
	done
	echo "linux-source-$1 is not installed" >&2
	return 1
}

# The same, but a tree. An archive is read once for all tests, as that takes longer than they do.
unpacked_tree() { # RELEASE
	found=$(kernel_tree "$1") || return 1
	[ -d "$found" ] && { echo "$found"; return; }
	dir=${XDG_CACHE_HOME:-$HOME/.cache}/lockstep/tests-$1
	mkdir -p "$dir" || return 1
	(
		flock 9
		[ "$dir/.done" -nt "$found" ] ||
			{ tar -xJf "$found" -C "$dir" --strip-components=1 --wildcards --no-wildcards-match-slash \
				'*/Makefile' '*/drivers/dma-buf/*.[ch]' \
				'*/kernel/locking/test-ww_mutex.c' '*/drivers/gpu/drm/drm_exec.c' \
				'*/drivers/gpu/drm/tests/drm_exec_test.c' && touch "$dir/.done"; }
	) 9>"$dir/.lock" >&2 || return 1
	echo "$dir"
}

fail() {
	echo "FAILED: $*" >&2
	[ -f "$work/out" ] && tail -n 200 "$work/out" >&2
	exit 1
}

build() { # RECIPE RELEASE [kernel_tree: take the archive itself]
	tree=$("${3:-unpacked_tree}" "$2") || exit 77
	"$lockstep" build "$root/upstream/$1" --linux "$tree" -o "$work/$1-$2.so" >"$work/out" 2>&1 ||
		fail "$1 of $2 does not build"
}

run() { # EXPECTED_STATUS RECIPE RELEASE [OPTION...]
	want=$1 module=$work/$2-$3.so
	shift 3
	"$lockstep" test "$module" "$@" >"$work/out" 2>&1
	status=$?
	[ "$status" -eq "$want" ] || fail "exit status $status, not $want"
}

# A line of the output.
has() { grep -Eq -- "$1" "$work/out" || fail "no line matches: $1"; }
hasnt() { ! grep -Eq -- "$1" "$work/out" || fail "a line matches: $1"; }
