#!/bin/sh
# What of a command comes to clang.   usage: commands.sh FRONT CLANG
front=$1 clang=$2
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

make_tree "$dir/tree"
cat >"$dir/clang" <<END
#!/bin/sh
[ "\$1" = --version ] || printf '%s\n' "\$@" >$dir/args
exec $clang "\$@"
END
chmod +x "$dir/clang"

# flags NAME EXPECTED <ENTRY: of a compile_commands.json with this command
flags()
{
	{
		echo "[{\"directory\": \"$dir/tree\", \"file\": \"drivers/dma-buf/dma-buf.c\","
		cat
		echo '}]'
	} >"$dir/tree/compile_commands.json"
	rm -rf "$dir/cache"
	same "$1: made" 'made 1, cached 0, failed 0' \
		"$(summary --clang="$dir/clang" "$dir/tree/compile_commands.json")"
	same "$1" "$2" "$(sed '/^-O2$/,$d' "$dir/args" | tr '\n' '|')"
}

flags words "-nostdinc|-Iinclude|-DNAME=\"a b\"|-DQ='x'|-D|E= |-std=gnu11|" <<'END'
"arguments": ["cc", "-nostdinc", "-Iinclude", "-DNAME=\"a b\"", "-DQ='x'", "-D", "E= ", "-std=gnu11",
	"-c", "-o", "x.o", "drivers/dma-buf/dma-buf.c"]
END
flags shell "-nostdinc|-Iinclude|-DNAME=\"a b\"|-DA=b c|-DD=\$e|-DF=g;h|-DG=\\i|" <<'END'
"command": "clang  -nostdinc -Iinclude -DNAME='\"a b\"' -DA=b\\ c \"-DD=\\$e\" -DF='g;h' \"-DG=\\i\" -c -o x.o drivers/dma-buf/dma-buf.c"
END
flags 'what does not matter' '-nostdinc|-Iinclude|-fno-strict-aliasing|-m64|-Wp,-DP=1|' <<'END'
"command": "/usr/bin/ccache gcc-12 -Wp,-MMD,.x.d -nostdinc -Iinclude -pg -mfentry -Wall -Werror=x -O1 -g3 -fno-strict-aliasing -fstack-protector-strong -ftrivial-auto-var-init=zero -fplugin=./x.so -m64 -fsanitize=kernel-address --param asan-stack=1 -mllvm -x -fconserve-stack -mindirect-branch=thunk -Wp,-DP=1 -o x.o -MT y -c drivers/dma-buf/dma-buf.c"
END
# What only gcc knows is left out when clang has refused it.
flags 'for another machine' '--target=i686-linux-gnu|-nostdinc|-Iinclude|' <<'END'
"command": "i686-linux-gnu-gcc-12 -nostdinc -Iinclude -mno-such -c -o x.o drivers/dma-buf/dma-buf.c"
END
exit $failed
