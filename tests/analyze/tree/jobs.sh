#!/bin/sh
# The result does not depend on the number of jobs; Ctrl-C leaves a cache that works.
# usage: jobs.sh FRONT CLANG
front=$1 clang=$2
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

make_tree "$dir/tree"
for i in 1 2 3 4 5 6 7; do
	sed "s/card_pin/card_pin_$i/" "$dir/tree/drivers/gpu/drm/card/mem.c" \
		>"$dir/tree/drivers/gpu/drm/card/mem$i.c"
done
echo 'int broken(struct dma_buf *b) { return dma_buf_pin(b' >"$dir/tree/drivers/gpu/drm/card/bad.c"
database "$dir/tree"
json=$dir/tree/compile_commands.json
find "$dir/tree" -exec touch -d '1 hour ago' {} +

"$front" --cache="$dir/one" --jobs=1 "$json" >"$dir/a"
"$front" --cache="$dir/many" --jobs=8 "$json" >"$dir/b"
cmp "$dir/a" "$dir/b" || fail "one job and eight differ"
grep -q 'made 10, cached 0, failed 1$' "$dir/a" || fail "not all made: $(tail -n 1 "$dir/a")"
# The order in the list of commands does not matter, either.
sed -n '/^,*{/{N;s/^,//;p}' "$json" | paste -d' ' - - | tac | sed '$!s/$/,/' |
	{ echo '['; cat; echo ']'; } >"$dir/tree/reversed.json"
mv "$dir/tree/reversed.json" "$json"
"$front" --cache="$dir/reversed" --jobs=3 "$json" >"$dir/c"
cmp "$dir/a" "$dir/c" || fail "the order of commands matters"

# A clang that waits when it comes to the fifth file.
cat >"$dir/clang" <<END
#!/bin/sh
case "\$*" in
*mem3.c) echo \$\$ >$dir/waiting; exec sleep 60 ;;
*) exec $clang "\$@" ;;
esac
END
chmod +x "$dir/clang"
"$front" --cache="$dir/cache" --clang="$dir/clang" --jobs=1 "$json" >"$dir/out" 2>"$dir/err" &
pid=$!
while [ ! -s "$dir/waiting" ] && kill -0 $pid 2>/dev/null; do sleep 0.05; done
# A shell's jobs in the background ignore SIGINT; SIGTERM goes the same way.
kill -TERM $pid
wait $pid
same 'interrupted: status' 130 $?
same 'interrupted: message' interrupted "$(cat "$dir/err")"
[ -z "$(ls "$dir/cache/temp")" ] || fail "left over: $(ls "$dir/cache/temp")"
kill -0 "$(cat "$dir/waiting")" 2>/dev/null && fail "clang still runs"
"$front" --cache="$dir/cache" --jobs=2 "$json" >"$dir/d"
same 'after the interrupt' 'made 5, cached 5, failed 1' "$(sed -n '$s/.*: made/made/p' "$dir/d")"
same 'the same result' "$(awk '/^made/ {print $2, $4}' "$dir/a")" \
	"$(awk '/^(made|cached)/ {print $2, $4}' "$dir/d")"
exit $failed
