#!/bin/sh
# Which files are wanted. Each driver has more files than a small one, so that reach decides.
# usage: choose.sh FRONT
front=$1
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# chosen ARG...: the files, with a "*" if asked for
chosen()
{
	"$front" --cache="$dir/cache" "$@" 2>"$dir/err" |
		sed -nE 's/^(made|cached) [0-9a-f]+ [^ ]+ //p; s/^failed [^ ]+ //p' | sed "s|$card/||g"
	cat "$dir/err"
}

make_tree "$dir/tree"
card=drivers/gpu/drm/card
top=$dir/tree/$card
head='#include <linux/dma-buf.h>'
for i in 1 2 3 4 5 6 7 8 9; do
	echo "int alone_$i(int a) { return a + $i; }" >"$top/alone$i.c"
done
rm "$top"/card.c "$top"/mem.c

# Who calls a rule; who calls that, in another file; and who calls a static namesake of it.
cat >"$top/pins.c" <<END
$head
int card_pin(struct dma_buf *buf)
{
	return dma_buf_pin(buf);
}
END
echo "$head
int card_pin(struct dma_buf *buf); int card_open(struct dma_buf *b) { return card_pin(b); }" >"$top/calls.c"
echo 'static int card_pin(int a) { return a; } int card_names(int a) { return card_pin(a); }' >"$top/names.c"
# By a macro, and by an inline function of the driver's own header.
printf '%s\n#define card_do(b) (card_pin \\\n\t(b))\nstatic inline int card_in(struct dma_buf *b)\n{\n\treturn card_do(b);\n}\n' \
	'int card_pin(struct dma_buf *buf);' >"$top/card.h"
printf '%s\n#include "card.h"\nint card_macro(struct dma_buf *b) { return card_do(b); }\n' "$head" >"$top/macro.c"
printf '%s\n#include "card.h"\nint\ncard_inline\n(struct dma_buf *b)\n{ return card_in(b); }\n' "$head" >"$top/inline.c"
# Neither comments, strings nor struct tags are calls.
echo '/* dma_buf_pin( */ const char *text = "dma_buf_pin("; // card_pin(
struct card_pin { int a; }; int card_tag(struct card_pin *p) { return p->a; }' >"$top/comment.c"
# A member that is set to what comes to a rule, and its caller; and one of which most functions do not.
echo "$head
struct ops { int (*put)(struct dma_buf *); int (*init)(struct dma_buf *); };" >"$top/ops.h"
cat >"$top/table.c" <<END
#include "ops.h"
int card_pin(struct dma_buf *buf);
static int put(struct dma_buf *b) { return card_pin(b); }
static int init(struct dma_buf *b) { return card_pin(b); }
const struct ops card_ops = { .put = put, .init = init };
END
for i in 1 2 3; do
	echo "#include \"ops.h\"
static int init_$i(struct dma_buf *b) { return $i; } const struct ops ops_$i = { .init = init_$i };" >"$top/init$i.c"
done
echo '#include "ops.h"
int by_put(const struct ops *o) { return o->put(0); }' >"$top/byput.c"
echo '#include "ops.h"
int by_init(const struct ops *o) { return o->init(0); }' >"$top/byinit.c"
# A table of callbacks that have rules, and no call.
printf '%s\nstruct dma_buf_ops { int (*pin)(int); };\nstatic int a_pin(int a) { return a; }\n%s\n' "$head" \
	'const struct dma_buf_ops card_dma_ops = { .pin = a_pin };' >"$top/exporter.c"
# Included: no source of its own. And a brace in both branches of an #if.
printf '%s\n#if 1\nint card_half(struct dma_buf *b) {\n#else\nint card_half(struct dma_buf *b, int c) {\n#endif\n' "$head" >"$top/half.c"
printf '\treturn 0;\n}\nint dma_half(struct dma_buf *b) { return dma_buf_pin(b); }\n#include "part.c"\n' >>"$top/half.c"
echo 'int part(struct dma_buf *b) { return dma_buf_pin(b); }' >"$top/part.c"
# Tests of the driver.
mkdir "$top/tests"
sed 's/card_pin/test_pin/' "$top/pins.c" >"$top/tests/test.c"
# Another driver that uses an exported function of this one, and one that has the name by chance.
echo 'EXPORT_SYMBOL(card_pin);' >>"$top/pins.c"
mkdir "$dir/tree/drivers/gpu/drm/user" "$dir/tree/drivers/gpu/drm/chance"
echo 'obj-y += card/ other/ user/ chance/' >"$dir/tree/drivers/gpu/drm/Makefile"
echo "$head
int card_pin(struct dma_buf *b);
int use(struct dma_buf *b) { return card_pin(b) + dma_buf_pin(b); }" >"$dir/tree/drivers/gpu/drm/user/user.c"
echo "$head
int card_open(struct dma_buf *b);
int by_chance(struct dma_buf *b) { return card_open(b) + dma_buf_pin(b); }" >"$dir/tree/drivers/gpu/drm/chance/chance.c"

database "$dir/tree"
json=$dir/tree/compile_commands.json
same 'by reach' 'drivers/dma-buf/dma-buf.c
*byput.c
*calls.c
*exporter.c
*half.c
*inline.c
*macro.c
*pins.c
*table.c' "$(chosen "$json" $card)"
same 'a file by name' '*alone1.c' "$(chosen "$json" $card/alone1.c | grep '\*')"
same 'a file of a driver' 'pins.c' "$(chosen "$json" $card/table.c | grep pins)"
same 'tests by name' '*tests/test.c' "$(chosen "$json" $card/tests | grep '\*')"
same 'what another driver calls' 'drivers/dma-buf/dma-buf.c
pins.c
*drivers/gpu/drm/user/user.c' "$(chosen "$json" drivers/gpu/drm/user)"
same 'the same name by chance' 'drivers/dma-buf/dma-buf.c
*drivers/gpu/drm/chance/chance.c' "$(chosen "$json" drivers/gpu/drm/chance)"
same 'all of it' '11' "$(chosen "$json" | grep -c '^\*')"
same 'groups' "drivers/dma-buf $card drivers/gpu/drm/chance drivers/gpu/drm/user" \
	"$("$front" --cache="$dir/cache" "$json" | awk 'NF == 4 {print $3}' | sort -u | tr '\n' ' ' | sed 's/ $//')"
exit $failed
