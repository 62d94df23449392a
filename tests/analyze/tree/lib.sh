# What the tests of trees share: small trees that look like a kernel's, and checks. Sourced with
# the program front in $front and clang in $clang.
set -u
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
trap 'exit 2' INT TERM
failed=0

fail()
{
	echo "FAIL: $*" >&2
	failed=1
}

# same NAME EXPECTED ACTUAL
same()
{
	[ "$2" = "$3" ] || fail "$1: expected
$2
but got
$3"
}

# units ARG...: the states and files, without hashes; the last line is the summary
units()
{
	"$front" --cache="$dir/cache" "$@" 2>"$dir/err" | sed -E 's/ [0-9a-f]{16} / /' |
		sed -E 's/^(made|cached|failed) [^ ]+ /\1 /'
}

# summary ARG...: "made N, cached N, failed N"
summary()
{
	"$front" --cache="$dir/cache" "$@" 2>"$dir/err" | sed -n '$s/.*: made/made/p'
}

# says NAME PATTERN ARG...: front fails with one line on standard error that matches
says()
{
	name=$1 pattern=$2
	shift 2
	"$front" --cache="$dir/cache" "$@" >"$dir/out" 2>"$dir/err"
	status=$?
	[ $status -eq 2 ] || fail "$name: status $status"
	[ "$(wc -l <"$dir/err")" -eq 1 ] || fail "$name: not one line: $(cat "$dir/err")"
	grep -qE -- "$pattern" "$dir/err" || fail "$name: $(cat "$dir/err")"
}

# A tree in $1 with a driver, a core and a driver that has nothing to do with buffers.
make_tree()
{
	mkdir -p "$1/scripts" "$1/arch/arm" "$1/include/linux" "$1/drivers/dma-buf" "$1/drivers/gpu/drm/card" \
		"$1/drivers/gpu/drm/other"
	printf 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\nEXTRAVERSION = -rc1\n' >"$1/Makefile"
	touch "$1/Kconfig" "$1/Kbuild"
	echo 'obj-y += gpu/ dma-buf/' >"$1/drivers/Makefile"
	echo 'obj-y += drm/' >"$1/drivers/gpu/Makefile"
	echo 'obj-y += card/ other/' >"$1/drivers/gpu/drm/Makefile"
	echo 'obj-y += dma-buf.o' >"$1/drivers/dma-buf/Makefile"
	printf 'card-y := card.o mem.o\nobj-m += card.o\n' >"$1/drivers/gpu/drm/card/Makefile"
	echo 'obj-m += other.o' >"$1/drivers/gpu/drm/other/Makefile"
	cat >"$1/include/linux/dma-buf.h" <<'END'
#define EXPORT_SYMBOL(x) extern typeof(x) *exported_##x; typeof(x) *exported_##x = &x
struct dma_resv { int held; };
struct dma_buf { struct dma_resv *resv; };
int dma_buf_pin(struct dma_buf *buf);
END
	cat >"$1/drivers/dma-buf/dma-buf.c" <<'END'
#include <linux/dma-buf.h>
int dma_buf_pin(struct dma_buf *buf)
{
	return buf->resv->held;
}
EXPORT_SYMBOL(dma_buf_pin);
END
	cat >"$1/drivers/gpu/drm/card/card.h" <<'END'
#define CARD_PORTS 2
int card_pin(struct dma_buf *buf);
END
	cat >"$1/drivers/gpu/drm/card/card.c" <<'END'
#include <linux/dma-buf.h>
#include "card.h"
int card_open(struct dma_buf *buf)
{
	return card_pin(buf) + CARD_PORTS;
}
END
	cat >"$1/drivers/gpu/drm/card/mem.c" <<'END'
#include <linux/dma-buf.h>
int card_pin(struct dma_buf *buf)
{
	return dma_buf_pin(buf);
}
END
	echo 'int other(void) { return 1; }' >"$1/drivers/gpu/drm/other/other.c"
}

# database TREE FLAGS...: a compile_commands.json for all C files of a tree
database()
{
	tree=$1
	shift
	{
		echo '['
		comma=
		(cd "$tree" && find drivers -name '*.c' | sort) | while read -r file; do
			echo "$comma{\"directory\": \"$tree\", \"file\": \"$file\","
			echo " \"command\": \"gcc -Wp,-MMD,x.d -nostdinc -Iinclude $* -D__KERNEL__ -c -o x.o $file\"}"
			comma=,
		done
		echo ']'
	} >"$tree/compile_commands.json"
}
