// Functions of headers keep their calls, and say that they are a header's; what is not used is not there.
#include "inline.h"

static inline int local(struct res *r)
{
	return res_lock(r) + res_extern(r);
}

int user(struct res *r)
{
	return local(r);
}

//! res_unused
//! function res_extern
//= ^declared res_extern
//= ^declared sleep_on
//= ^function user
//= call.4 &local %0
//= ^function local\(%0 r: res \*\): \? static  ; inline.c:4$
//= call.4 &res_lock %0
//= ^function res_lock\(%0 r: res \*\): \? static inline  ; inline.h:3$
//= call.4 &sleep_on %0  ; inline.h:3$
