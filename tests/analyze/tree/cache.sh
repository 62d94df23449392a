#!/bin/sh
# What is made again and what is not.   usage: cache.sh FRONT
front=$1
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

make_tree "$dir/tree"
database "$dir/tree"
json=$dir/tree/compile_commands.json
card=$dir/tree/drivers/gpu/drm/card
# As old as sources are: what was written to while a compiler ran is not kept.
find "$dir/tree" -exec touch -d '1 hour ago' {} +

same first 'made drivers/dma-buf/dma-buf.c
made *drivers/gpu/drm/card/card.c
made *drivers/gpu/drm/card/mem.c
3 files of 4, release 6.12.3-rc1, as its compile_commands.json says: made 3, cached 0, failed 0' \
	"$(units "$json" drivers/gpu/drm/card)"
same 'nothing changed' 'made 0, cached 3, failed 0' "$(summary "$json" drivers/gpu/drm/card)"
touch "$card/card.c" "$card/card.h"
same touched 'made 0, cached 3, failed 0' "$(summary "$json" drivers/gpu/drm/card)"

# A header counts for those that include it, and its content for what it was.
cp "$card/card.h" "$dir/card.h"
sed -i 's/CARD_PORTS 2/CARD_PORTS 3/' "$card/card.h"
touch -d '1 minute ago' "$card/card.h"
same 'a header changed' 'made drivers/gpu/drm/card/card.c' \
	"$(units "$json" drivers/gpu/drm/card | grep made\ \\* | tr -d '*')"
cp "$dir/card.h" "$card/card.h"
same 'a header as before' 'made 0, cached 3, failed 0' "$(summary "$json" drivers/gpu/drm/card)"

# Other flags are another command; those for warnings are not.
database "$dir/tree" -Wall -Werror -O3
same 'flags without effect' 'made 0, cached 3, failed 0' "$(summary "$json" drivers/gpu/drm/card)"
database "$dir/tree" -DMORE
same 'another flag' 'made 3, cached 0, failed 0' "$(summary "$json" drivers/gpu/drm/card)"
database "$dir/tree"

# A copy of the tree finds its units made, and they are the same.
cp -a "$dir/tree" "$dir/copy"
database "$dir/copy"
same 'a copy' 'made 0, cached 3, failed 0' "$(summary "$dir/copy/compile_commands.json" drivers/gpu/drm/card)"
"$front" --cache="$dir/other" "$dir/copy/compile_commands.json" drivers/gpu/drm/card |
	awk 'NF == 4 {print $2}' >"$dir/a"
"$front" --cache="$dir/cache" "$json" drivers/gpu/drm/card | awk 'NF == 4 {print $2}' >"$dir/b"
[ -s "$dir/a" ] && cmp -s "$dir/a" "$dir/b" || fail "units depend on where the tree is"

# What is damaged, or gone, is made again. (What was written in the second that clang starts in is
# made again, too: these are older.)
find "$dir/tree" -type f -exec touch -d '1 minute ago' {} +
for record in "$dir"/cache/made/*/*; do
	head -c 60 "$record" >"$dir/cut" && cp "$dir/cut" "$record"
done
same 'records cut short' 'made 3, cached 0, failed 0' "$(summary "$json" drivers/gpu/drm/card)"
rm -r "$dir"/cache/units/*
same 'units gone' 'made 3, cached 0, failed 0' "$(summary "$json" drivers/gpu/drm/card)"
echo rubbish >"$(echo "$dir"/cache/trees/*/files | cut -d' ' -f1)"
same 'list of files damaged' 'made 0, cached 3, failed 0' "$(summary "$json" drivers/gpu/drm/card)"

# A file that does not compile is named; the rest goes on, and it is not tried again in vain.
echo 'int broken(void) { return nowhere; }' >>"$card/mem.c"
touch -d '1 minute ago' "$card/mem.c"
units "$json" drivers/gpu/drm/card >"$dir/out"
grep -q "^failed \*drivers/gpu/drm/card/mem.c: drivers/gpu/drm/card/mem.c:6:.*error: .*'nowhere'" "$dir/out" ||
	fail "failing file: $(cat "$dir/out")"
same 'one fails' 'made 0, cached 2, failed 1' "$(sed -n '$s/.*: made/made/p' "$dir/out")"
"$front" --cache="$dir/cache" --progress "$json" drivers/gpu/drm/card 2>&1 >/dev/null | grep -q compiling &&
	fail "a file that failed is compiled again"

# The same for a header that is missing; until it comes.
sed -i -e '/broken/d' -e '1i #include "gone.h"' "$card/mem.c"
touch -d '1 minute ago' "$card/mem.c"
same 'a header is missing' 'made 0, cached 2, failed 1' "$(summary "$json" drivers/gpu/drm/card)"
"$front" --cache="$dir/cache" --progress "$json" drivers/gpu/drm/card 2>&1 >"$dir/out" | grep -q compiling &&
	fail "a file whose header is missing is compiled again"
grep -q "mem.c:1:10: fatal error: 'gone.h' file not found" "$dir/out" || fail "missing: $(cat "$dir/out")"
touch -d '1 minute ago' "$dir/tree/include/gone.h"
same 'it came' 'made 1, cached 2, failed 0' "$(summary "$json" drivers/gpu/drm/card)"

[ -z "$(ls "$dir/cache/temp")" ] || fail "left over: $(ls "$dir/cache/temp")"

# What was not used for 30 days goes; what is used stays.
find "$dir/cache/units" "$dir/cache/made" -type f -exec touch -d '40 days ago' {} +
touch -d '2 days ago' "$dir/cache/swept"
summary "$json" drivers/dma-buf >/dev/null
same 'units left' 1 "$(find "$dir/cache/units" -type f | wc -l)"
exit $failed
