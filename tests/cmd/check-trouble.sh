#!/bin/sh
# `lockstep check`: what is not as it should be. Each costs one clear line and status 2, and the
# cache stays usable.
. "$(dirname "$0")/lib.sh"
. "$here/check-lib.sh"
need_llvm
make_tree
cd "$work" || exit 99
toy="check tree/compile_commands.json"

# Words.
refuses 'no kernel tree given' check
refuses '--frob is no option' check tree --frob
refuses '--rules 5.4: there are rules for' check tree --rules 5.4
refuses '--format xml: the formats are' check tree --format xml
refuses '--jobs 0: not a number' check tree --jobs 0
refuses 'goes without a baseline' check tree --patch x --baseline y
refuses 'goes without a baseline' check tree --patch x --write-baseline y
refuses '--annotate needs a run without it' check tree --patch x --annotate
refuses 'one patch at a time' check tree --patch x --patch y

# Trees.
refuses 'cannot read none' check none
refuses 'tree is no kernel tree' check tree
echo '{}' >no.json
refuses 'no.json is neither a kernel tree nor a compile_commands.json' check no.json
echo '[' >cut.json
refuses 'cut.json is neither a kernel tree nor a compile_commands.json' check cut.json
refuses 'nowhere' $toy nowhere

# Compilers.
refuses 'no-such-clang' $toy --clang no-such-clang
printf '#!/bin/sh\necho "Debian clang version 3.8.1"\n' >old-clang
printf '#!/bin/sh\necho "gcc (Debian) 12"\n' >no-clang
chmod +x old-clang no-clang
refuses 'version 3.8.1' $toy --clang ./old-clang
refuses 'no clang' $toy --clang ./no-clang

# A file that does not compile is named, and the rest goes on.
echo '#include <generated/none.h>' >>tree/$toys/toy_shrinker.c
run 1 $toy --rules 6.12
err_has "left out: $toys/toy_shrinker.c: .*generated/none.h"
err_has ', 1 left out\)'
out_has 'unmap-held'
cp "$here/fixtures/check/$toys/toy_shrinker.c" tree/$toys/
for f in tree/$toys/*.c tree/drivers/gpu/drm/plain/*.c; do echo '#error no' >>"$f"; done
refuses 'none of 4 files' $toy
rm -r tree && make_tree

# Rules of a user.
refuses 'none.txt' $toy --model none.txt
echo 'lokc toy_import arg0' >wrong.txt
refuses 'wrong.txt:1: ' $toy --model wrong.txt
echo 'same no_such_function_anywhere no_other_one' >unknown.txt
refuses 'unknown.txt:1: ' $toy --model unknown.txt

# What can be told at once is told before anything is compiled.
refuses 'none.txt' $toy --cache fresh --model none.txt
refuses 'none: No such file' $toy --cache fresh --baseline none
refuses 'cannot write none/out' $toy --cache fresh --output none/out
refuses 'cannot write none/out' $toy --cache fresh --write-baseline none/out
[ ! -e fresh ] || fail "it compiles before it looks at what it was given"

# Baselines and patches.
refuses 'none: No such file' $toy --baseline none
echo '{}' >empty.json
refuses 'empty.json: no baseline' $toy --baseline empty.json
printf -- '--- a/%s\n+++ b/%s\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n' \
	$toys/toy_object.c $toys/toy_object.c >wrong.diff
refuses "does not apply: hunk 1 of 1 of $toys/toy_object.c, at line 1" $toy --patch wrong.diff
sed 's/^#include.*/&\n#error no/' tree/$toys/toy_object.c |
	diff -u --label a/$toys/toy_object.c --label b/$toys/toy_object.c tree/$toys/toy_object.c - \
	>breaks.diff
run 2 $toy --patch breaks.diff
err_has "with the patch $toys/toy_object.c does not compile: .*no"
sed "s|$toys/toy_object.c|Documentation/a|" wrong.diff >doc.diff
mkdir tree/Documentation && printf 'one\ntwo\n' >tree/Documentation/a
run 0 $toy --patch doc.diff
err_has 'touches no C file of a driver: it adds and mends nothing'

# Outputs.
refuses 'cannot write none/x: No such file' $toy --rules 6.1 -o none/x
run 2 $toy --rules 6.12 -o /dev/full
err_has 'cannot write /dev/full: No space'
refuses 'cannot write none/y: No such file' $toy --rules 6.1 --write-baseline none/y
"$lockstep" $toy --rules 6.12 >/dev/full 2>err
[ $? -eq 2 ] || fail "results into a full disk: not exit status 2"
err_has 'cannot write the results: No space'
touch file
refuses 'file' $toy --cache file/cache

# A unit that is damaged is made again, or its user is told; it is never believed.
run 1 $toy --rules 6.12
cp out want
for unit in $(find "$XDG_CACHE_HOME" -name '*.unit'); do
	head -c 100 "$unit" >cut && cp cut "$unit"
done
"$lockstep" $toy --rules 6.12 --anew >out 2>err
case $? in
1) cmp -s out want || fail "damaged units change the result" ;;
2) [ "$(wc -l <err)" -eq 1 ] || fail "damaged units: $(cat err)" ;;
*) fail "damaged units: $(cat err)" ;;
esac
rm -r "$XDG_CACHE_HOME"
# So is a result.
run 1 $toy --rules 6.12
for result in $(find "$XDG_CACHE_HOME" -path '*results*' -name '*.json'); do
	head -c 40 "$result" >cut && cp cut "$result"
done
run 1 $toy --rules 6.12
cmp -s out want || fail "damaged results change the result"

# A full disk: one line, and with room again all is well.
mkdir full
if mount -t tmpfs -o size=16k none full 2>/dev/null; then
	refuses 'full.*--cache' $toy --rules 6.12 --cache full
	umount full
fi
run 1 $toy --rules 6.12 --cache full
cmp -s out want || fail "after a full disk the result differs"

# Ctrl-C: nothing is left running, and the same command goes on.
for i in 1 2 3 4 5 6 7 8 9; do
	sed "s/plain/plain$i/g" tree/drivers/gpu/drm/plain/plain.c >tree/drivers/gpu/drm/plain/plain$i.c
done
list_commands
stops=0
for delay in 0.3 0.6 1 0.5 2; do
	timeout --preserve-status -s INT $delay "$lockstep" $toy --rules 6.12 --jobs 1 --cache stopped >out 2>err
	status=$?
	case $status in
	1) cmp -s out want || fail "the result differs after stops" ;;
	2)
		stops=$((stops + 1))
		[ "$(cat err)" = "lockstep: interrupted; what was done is in the cache, the same command goes on from there" ] ||
			fail "Ctrl-C: $(cat err)"
		[ ! -s out ] || fail "Ctrl-C, but something is printed"
		;;
	130) [ ! -s err ] || fail "Ctrl-C: $(cat err)" ;; # before it had begun
	*) fail "Ctrl-C: exit status $status: $(cat err)" ;;
	esac
done
echo "stopped $stops times"
run 1 $toy --rules 6.12 --cache stopped
cmp -s out want || fail "after Ctrl-C the result differs"

ls "$TMPDIR" | grep "^lockstep-" && fail "scratch directories are left behind"
finish
