#!/bin/sh
# Precompiled headers make nothing but haste: the same units, made again when one of the headers changes.
# usage: pch.sh FRONT CLANG
front=$1 clang=$2
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

make_tree "$dir/tree"
card=drivers/gpu/drm/card
top=$dir/tree/$card
sed -i '1i #pragma once' "$dir/tree/include/linux/dma-buf.h"
cat >"$dir/tree/include/linux/slab.h" <<'END'
#pragma once
static inline int slab_inline(int a) { return a + __COUNTER__; }
#ifdef SLAB_MORE
static inline int slab_more(void) { return 1; }
#endif
END
for i in 1 2 3 4 5 6 7 8 9; do
	echo "#define pr_fmt(f) f
#include <linux/dma-buf.h>
#define AFTER 1
int card_$i(struct dma_buf *b) { return dma_buf_pin(b) + $i; }" >"$top/pin$i.c"
done
# Looks at a header differently; has names of its own for what it does not include; does not compile.
echo '#define SLAB_MORE
#include <linux/dma-buf.h>
#include <linux/slab.h>
int more(struct dma_buf *b) { return slab_more() + slab_inline(dma_buf_pin(b)); }' >"$top/more.c"
echo '#include <linux/dma-buf.h>
static long slab_inline(void) { return 3; }
int own(struct dma_buf *b) { return slab_inline() + dma_buf_pin(b); }' >"$top/own.c"
echo '#include <linux/dma-buf.h>
int wrong(struct dma_buf *b) { return dma_buf_pin(c); }' >"$top/wrong.c"
database "$dir/tree" -DKBUILD_MODNAME=card
json=$dir/tree/compile_commands.json
find "$dir/tree" -exec touch -d '1 hour ago' {} +

# A clang that notes what loads precompiled headers, and what does without.
cat >"$dir/clang" <<END
#!/bin/sh
for last; do :; done
case " \$* " in
*" -include-pch "*) echo "\${last##*/}" >>"$dir/with" ;;
*.c\ ) echo "\${last##*/}" >>"$dir/without" ;;
esac
exec "$clang" "\$@"
END
chmod +x "$dir/clang"
: >"$dir/with"

all=$("$front" --clang="$dir/clang" --cache="$dir/cache" "$json" $card 2>"$dir/err")
grep -q 'made 14, cached 0, failed 1' <<END || fail "all: $all $(cat "$dir/err")"
$all
END
for i in 1 2 3 4 5 6 7 8 9; do
	grep -qx "pin$i.c" "$dir/with" || fail "pin$i.c does not load headers"
	grep -qx "pin$i.c" "$dir/without" && fail "pin$i.c is compiled without, too"
done
grep -qx more.c "$dir/with" && fail 'more.c defines a macro and loads headers'
grep -qx own.c "$dir/without" || fail 'own.c cannot be compiled with those headers'
printf '%s' "$all" | grep -q "wrong.c:2:.* undeclared identifier 'c'" || fail "wrong.c: $all"
[ -z "$(ls "$dir/cache/temp")" ] || fail "left behind: $(ls "$dir/cache/temp")"

# One by one, none is worth the trouble: the same units.
for file in pin1 pin9 more own; do
	one=$("$front" --clang="$clang" --cache="$dir/$file" "$json" $card/$file.c | grep "/$file.c")
	printf '%s\n' "$all" | grep -qF "${one#made }" || fail "$file: $one is not in $all"
done

# A header counts for all that loaded it, included or not.
same 'nothing changed' 'made 0, cached 14, failed 1' "$(summary --clang="$dir/clang" "$json" $card)"
echo '/* more */' >>"$dir/tree/include/linux/slab.h"
touch -d '1 minute ago' "$dir/tree/include/linux/slab.h"
again=$(units --clang="$dir/clang" "$json" $card | grep -c '^made .*/pin')
[ "$again" -eq 9 ] || fail "after a header has changed, $again are made"
exit $failed
