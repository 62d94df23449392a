#!/bin/sh
# Trees that are configured here, with a Makefile that does what Kbuild does.   usage: make.sh FRONT
front=$1
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# As Kbuild: refuses a tree with leftovers, makes all in O, and says what it runs if V=1.
kbuild()
{
	cat >>"$1/Makefile" <<'END'
ifneq ($(wildcard $(CURDIR)/.config $(CURDIR)/include/config),)
$(error The source tree is not clean, please run 'make mrproper')
endif
export CC O
allmodconfig: ; mkdir -p $(O)/include/config $(O)/include/generated
	echo CONFIG_ALL=y >$(O)/.config; echo made >>$(O)/count
	$(config)
olddefconfig: ; mkdir -p $(O)/include/config $(O)/include/generated; echo made >>$(O)/count
	$(config)
define config
printf 'deps_config := \\\n\tKconfig \\\n\n' >$(O)/include/config/auto.conf.cmd
endef
prepare: ; sed -n 's/^\(CONFIG_[A-Z]*\)=y/#define \1 1/p' $(O)/.config >$(O)/include/generated/autoconf.h
	@[ ! -e half ] || { touch $(O)/include/generated/asm-offsets.h; echo 'ld: error: no such machine' >&2; exit 1; }
%.o: ; @$(MAKE) --no-print-directory -C $(O) -f $(CURDIR)/rules TREE=$(CURDIR) $@
END
	cat >"$1/rules" <<'END'
include $(TREE)/$(dir $(firstword $(MAKECMDGOALS)))Makefile
drivers/%.o: $(TREE)/drivers/%.c
	set -e; trap 'rm -f $@; trap - HUP; kill -s HUP $$$$' HUP; mkdir -p $(@D); $(CC) -Wp,-MMD,$(@D)/.d -nostdinc -I$(TREE)/include -I./include -I./generated -include ./include/generated/autoconf.h $(ccflags-y) -D__KERNEL__ -DNAME='"a b"' -c -o $@ $<; touch $@
generated/ports.h:
	set -e; trap 'rm -f drivers/$@; trap - HUP; kill -s HUP $$$$' HUP; mkdir -p $(@D); echo '#define PORTS 3' >$@
drivers/gpu/drm/card/card.o: generated/ports.h
END
	cat >>"$1/drivers/gpu/drm/card/card.c" <<'END'
#include "ports.h"
int card_ports = PORTS;
#ifdef CONFIG_ALL
const char *card_name = NAME;
#endif
END
}

make_tree "$dir/tree"
kbuild "$dir/tree"
card=drivers/gpu/drm/card
find "$dir/tree" -exec touch -d '1 hour ago' {} +
touch "$dir/mark"
same first 'made 3, cached 0, failed 0' "$(summary "$dir/tree")"
same again 'made 0, cached 3, failed 0' "$(summary "$dir/tree")"
count() { cat "$dir"/cache/trees/*/build/count | wc -l; }
same 'configured once' 1 "$(count)"
same 'asked once' '' "$("$front" --cache="$dir/cache" --progress "$dir/tree" 2>&1 >/dev/null | grep Kbuild)"

# A changed Makefile is asked again, a changed Kconfig configures again.
echo 'ccflags-y := -DMORE' >>"$dir/tree/$card/Makefile"
same 'a Makefile' "made *$card/card.c made *$card/mem.c" \
	"$(units "$dir/tree" | grep ^made | tr '\n' ' ' | sed 's/ $//')"
echo '# more' >>"$dir/tree/Kconfig"
summary "$dir/tree" >/dev/null
same 'configured again' 2 "$(count)"
units --arch=arm "$dir/tree" "$card" | grep -q "^made .*$card/mem.c" && fail "the same unit for another architecture is made again"
same 'a directory for each architecture' 2 "$(find "$dir"/cache/trees/*/build -name count | wc -l)"

[ -z "$(find "$dir/tree" -newer "$dir/mark" ! -path '*/Makefile' ! -name Kconfig)" ] ||
	fail "written to: $(find "$dir/tree" -newer "$dir/mark")"

# The last steps of preparing fail, as they do for another machine without its linker: it goes on, and says so.
cp -a "$dir/tree" "$dir/half"
touch "$dir/half/half"
units "$dir/half" >"$dir/out"
grep -q 'with allmodconfig, in part (ld: error: no such machine): made' "$dir/out" || fail "half prepared: $(cat "$dir/out" "$dir/err")"
units "$dir/half" >"$dir/out"
grep -q 'in part (ld: error: no such machine): made 0, cached 3' "$dir/out" || fail "again: $(cat "$dir/out")"

# The user's own configuration, and the leftovers of a build of which half is missing.
cp -a "$dir/tree" "$dir/built"
echo 'CONFIG_OWN=y' >"$dir/built/.config"
mkdir -p "$dir/built/include/generated" "$dir/built/include/config"
echo '#error old' >"$dir/built/include/generated/autoconf.h"
touch "$dir/built/$card/card.o" "$dir/built/$card/.card.o.cmd"
echo '#error old' >"$dir/built/$card/ports.h"
touch "$dir/built/$card/.ports.h.cmd"
touch "$dir/mark"
units "$dir/built" >"$dir/out"
grep -q 'with its own .config: made 3, cached 0, failed 0' "$dir/out" || fail "with leftovers: $(cat "$dir/out" "$dir/err")"
grep -q 'CONFIG_OWN' "$dir"/cache/trees/*/build/include/generated/autoconf.h || fail "not with its own .config"
same 'leftovers again' 'made 0, cached 3, failed 0' "$(summary "$dir/built")"
# Sources come and go, directories are built in for the first time.
shadow() { (cd "$dir"/cache/trees/*/source && find . \( -type l -o -type d \) -print | sort); }
shadow >"$dir/before"
touch "$dir/built/$card/new.c" "$dir/built/drivers/dma-buf/dma-buf.o"
mv "$dir/built/drivers/gpu/drm/other" "$dir/other"
same 'sources come and go' 'made 1, cached 3, failed 0' "$(summary "$dir/built" drivers/dma-buf $card/card.c)"
same 'in the shadow' "< ./drivers/gpu/drm/other
> ./drivers/dma-buf/Makefile
> ./drivers/dma-buf/dma-buf.c
> ./$card/new.c" "$(shadow | diff "$dir/before" - | grep '^[<>]' | sort)"
rm "$dir/built/$card/new.c" "$dir/built/drivers/dma-buf/dma-buf.o"
mv "$dir/other" "$dir/built/drivers/gpu/drm/other"
touch "$dir/mark"
sed 's/CARD_PORTS 2/CARD_PORTS 4/' "$dir/built/$card/card.h" >"$dir/card.h"
same 'a patch of a tree with leftovers' "made *$card/card.c" \
	"$(units --overlay="$card/card.h=$dir/card.h" "$dir/built" | grep ^made)"
[ -z "$(find "$dir/built" -newer "$dir/mark")" ] || fail "written to: $(find "$dir/built" -newer "$dir/mark")"
unit=$("$front" --cache="$dir/cache" "$dir/built" | awk '/card.c$/ {print $2}')
grep -q "$dir" "$(find "$dir/cache/units" -name "$unit.unit")" && fail "the unit names where the tree is"

# One directory makes the objects of another beside it: with its own flags, which Kbuild does not
# give when it is asked for such an object by name.
make_tree "$dir/duo"
kbuild "$dir/duo"
duo=drivers/gpu/drm/duo
mkdir -p "$dir/duo/$duo/main" "$dir/duo/$duo/side" "$dir/duo/$duo/include"
echo 'obj-y += duo/main/' >>"$dir/duo/drivers/gpu/drm/Makefile"
printf 'ccflags-y := -I$(TREE)/%s/include\nduo-y := main.o ../side/side.o\nobj-m += duo.o\n' $duo \
	>"$dir/duo/$duo/main/Makefile"
touch "$dir/duo/$duo/side/Makefile"
echo '#define SIDE 3' >"$dir/duo/$duo/include/side.h"
for i in main side; do
	printf '#include <linux/dma-buf.h>\n#include "side.h"\nint duo_%s(struct dma_buf *b) { return dma_buf_pin(b) + SIDE; }\n' \
		$i >"$dir/duo/$duo/$i/$i.c"
done
find "$dir/duo" -exec touch -d '1 hour ago' {} +
same 'made from beside' "made $duo/main/main.c made $duo/side/side.c" \
	"$(units "$dir/duo" $duo | grep "$duo" | tr -d '*' | tr '\n' ' ' | sed 's/ $//')"

exit $failed
