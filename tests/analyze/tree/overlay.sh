#!/bin/sh
# A patch's files: compiled in the tree's place, and nothing is written there.
# usage: overlay.sh FRONT
front=$1
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

make_tree "$dir/tree"
database "$dir/tree"
json=$dir/tree/compile_commands.json
card=drivers/gpu/drm/card
find "$dir/tree" -exec touch -d '1 hour ago' {} +
summary "$json" $card >/dev/null
touch "$dir/mark"

# A source.
sed 's/return dma_buf_pin(buf)/int patched = dma_buf_pin(buf); return patched/' \
	"$dir/tree/$card/mem.c" >"$dir/mem.c"
same source "made $card/mem.c" \
	"$(units --overlay="$card/mem.c=$dir/mem.c" "$json" $card | grep ^made | tr -d '*')"
unit=$("$front" --cache="$dir/cache" --overlay="$card/mem.c=$dir/mem.c" "$json" $card |
	awk '/mem.c$/ {print $2}')
file=$(find "$dir/cache/units" -name "$unit.unit")
grep -q "$card/mem.c" "$file" || fail "the unit does not name the tree's path"
grep -q "$dir" "$file" && fail "the unit names a path outside of the tree"

# A header counts for those that include it.
sed 's/CARD_PORTS 2/CARD_PORTS 9/' "$dir/tree/$card/card.h" >"$dir/card.h"
same header "made $card/card.c" \
	"$(units --overlay="$card/card.h=$dir/card.h" "$json" $card | grep ^made | tr -d '*')"
same 'header again' 'made 0, cached 3, failed 0' \
	"$(summary --overlay="$card/card.h=$dir/card.h" "$json" $card)"
same 'as before' 'made 0, cached 3, failed 0' "$(summary "$json" $card)"

# A header of the same content is no change.
cp "$dir/tree/$card/card.h" "$dir/same.h"
same 'same content' 'made 0, cached 3, failed 0' \
	"$(summary --overlay="$card/card.h=$dir/same.h" "$json" $card)"

# A file that goes, and a header that goes.
same 'source removed' "cached $card/mem.c" \
	"$(units --remove="$card/card.c" "$json" $card | grep "$card" | tr -d '*')"
units --remove="$card/card.h" "$json" $card >"$dir/out"
grep -q "^failed \*$card/card.c: .*card.h" "$dir/out" || fail "removed header: $(cat "$dir/out")"

# A file that comes is compiled as its neighbours are.
echo '#include "new.h"' | cat - "$dir/tree/$card/mem.c" | sed 's/card_pin/card_new/' >"$dir/new.c"
echo 'extern int new;' >"$dir/new.h"
same 'new files' "made *$card/new.c" \
	"$(units --overlay="$card/new.c=$dir/new.c" --overlay="$card/new.h=$dir/new.h" "$json" $card |
	grep -v '^cached \|files of')"

[ -z "$(find "$dir/tree" -newer "$dir/mark")" ] || fail "written to: $(find "$dir/tree" -newer "$dir/mark")"
exit $failed
