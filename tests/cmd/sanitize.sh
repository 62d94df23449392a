#!/bin/sh
# What a sanitizer finds in a module fails the case, or the run if no case is there to blame.
. "$(dirname "$0")/lib.sh"

fixture insane
sanitizers=$(strings "$work/insane.so" | sed -n 's/^sanitizers=//p')
any=0
for kind in address undefined thread; do
	case ,$sanitizers, in
	*,$kind,*)
		any=1
		run 1 test "$work/insane.so" --filter "insane.$kind"
		out_has "^    not ok 1 $kind\$"
		err_has 'Sanitizer|runtime error'
		;;
	*)
		run 0 test "$work/insane.so" --filter "insane.$kind"
		;;
	esac
done
# The run goes on, and its end counts.
run $any test "$work/insane.so"
out_has '^    ok 4 sane$'
run 0 test "$work/insane.so" --filter insane.sane
run $any test "$work/insane.so" --filter insane.sane --param at_exit=1
out_has '^    ok 1 sane$'

finish
