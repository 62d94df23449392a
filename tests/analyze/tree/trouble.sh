#!/bin/sh
# What goes wrong is one line that says what to do, and status 2.   usage: trouble.sh FRONT CLANG
front=$1 clang=$2
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

make_tree "$dir/tree"
database "$dir/tree"
json=$dir/tree/compile_commands.json

says 'no tree' "cannot read $dir/nowhere: No such file" "$dir/nowhere"
mkdir "$dir/empty"
says 'no kernel' "$dir/empty is no kernel tree: it has no Makefile; name the top" "$dir/empty"
echo 'all:' >"$dir/empty/Makefile"
says 'another Makefile' 'it has no Makefile with VERSION' "$dir/empty"
printf 'VERSION = 6\nPATCHLEVEL = 1\n' >"$dir/empty/Makefile"
says 'half a tree' 'is no kernel tree: it has no Kconfig' "$dir/empty"
says 'no commands' 'neither a kernel tree nor a compile_commands.json: it is no JSON' "$dir/tree/Makefile"
echo '{"a": 1}' >"$dir/object.json"
says 'no array' 'it is no array' "$dir/object.json"
echo '[{"file": 3}, 4, {}, {"file": "x.c", "arguments": 7}, [], null]' >"$dir/odd.json"
says 'odd entries' 'no file to check' "$dir/odd.json"
says 'no path' "there is no drivers/gpu/drm/none in $dir/tree" "$json" drivers/gpu/drm/none
says 'path outside' "there is no /etc in $dir/tree" "$json" /etc
says 'nothing matches' "nothing in $json, drivers/gpu/drm/other uses dma-buf" "$json" drivers/gpu/drm/other

says 'no clang' 'there is no /nowhere/clang: install clang' --clang=/nowhere/clang "$json"
says 'not clang' 'is no clang' --clang=true "$json"
cat >"$dir/old" <<'END'
#!/bin/sh
echo 'Some clang version 3.4.2 (trunk)'
END
chmod +x "$dir/old"
says 'another version' "old is version 3.4.2, but Lockstep was built with LLVM" --clang="$dir/old" "$json"

says 'no such architecture' "there is no arch/vax in $dir/tree: name one of its arch" --arch=vax "$dir/tree"

# What make says when it cannot configure; there is no allmodconfig here.
says 'cannot configure' "cannot configure $dir/tree .make allmodconfig prepare.*allmodconfig" "$dir/tree"

# Generated headers that are not there: no file compiles, and the first says why.
for file in "$dir"/tree/drivers/*/*.c "$dir"/tree/drivers/gpu/drm/card/*.c; do
	sed -i '1i #include <generated/autoconf.h>' "$file"
done
says 'no generated headers' "none of 3 files of $json compiles; .*generated/autoconf.h' file not found" "$json"
sed -i 1d "$dir"/tree/drivers/*/*.c "$dir"/tree/drivers/gpu/drm/card/*.c

# The cache.
echo >"$dir/file"
"$front" --cache="$dir/file/cache" "$json" 2>"$dir/err" >/dev/null
same 'cache: status' 2 $?
grep -q "cannot write to the cache $dir/file/cache: Not a directory; name another" "$dir/err" ||
	fail "cache: $(cat "$dir/err")"
env -u HOME -u XDG_CACHE_HOME "$front" "$json" 2>"$dir/err" >/dev/null
grep -q 'no place for the cache: set HOME' "$dir/err" || fail "no HOME: $(cat "$dir/err")"
XDG_CACHE_HOME=$dir/xdg "$front" "$json" >/dev/null
[ -d "$dir/xdg/lockstep/check/units" ] || fail "XDG_CACHE_HOME is not used"
if [ "$(id -u)" -ne 0 ]; then
	mkdir -m 555 "$dir/fixed"
	says 'fixed cache' 'cannot write to the cache .*: Permission denied' --cache="$dir/fixed" "$json"
fi

# No room: of files above so many blocks. What was made before stays, and serves.
for blocks in 0 1 2 4 8 12 16; do
	rm -rf "$dir/cache"
	# The limit is on files: what this test keeps goes through pipes.
	(
		ulimit -f $blocks
		trap '' XFSZ
		{ "$front" --cache="$dir/cache" "$json" 2>&1 >/dev/null; echo "status $?"; } | cat
	) | cat >"$dir/err"
	status=$(sed -n 's/^status //p' "$dir/err")
	sed -i '/^status /d' "$dir/err"
	if [ "$status" -eq 2 ]; then
		[ "$(wc -l <"$dir/err")" -eq 1 ] || fail "$blocks blocks: $(cat "$dir/err")"
		grep -qE 'no room in the cache|free some room' "$dir/err" || fail "$blocks blocks: $(cat "$dir/err")"
		[ -z "$(ls "$dir/cache/temp")" ] || fail "$blocks blocks: left over: $(ls "$dir/cache/temp")"
	elif [ "$status" -ne 0 ]; then
		fail "$blocks blocks: status $status: $(cat "$dir/err")"
	fi
	same "$blocks blocks: then" 'failed 0' "$(summary "$json" | sed 's/.*, //')"
done

# Options that only gcc knows do not matter; of others the file says it.
database "$dir/tree" -fno-such-option=3 -mno-such-thing
same 'unknown options' 'made 3, cached 0, failed 0' "$(summary "$json")"

# A compiler that dies costs a file.
cat >"$dir/dying" <<END
#!/bin/sh
case "\$*" in *mem.c) kill -SEGV \$\$ ;; esac
exec $clang "\$@"
END
chmod +x "$dir/dying"
rm -rf "$dir/cache"
units --clang="$dir/dying" "$json" | grep -q 'failed .*/mem.c: .* died of signal 11' || fail "dying clang"
exit $failed
