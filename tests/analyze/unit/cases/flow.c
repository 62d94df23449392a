// Blocks: a switch, a loop over a list (its phi), a back-off loop, select, and code that nobody reaches.
struct node { struct node *next, *prev; };
struct item { int id; struct node link; struct item *peer; };
int lock(struct item *i);
void slow(struct item *i);
void gone(void);
int odd(int);

int pick(int v)
{
	switch (v) {
	case -114:
		return odd(1);
	case 0:
	case 7:
		return odd(2);
	default:
		return odd(3);
	}
}

int all(struct node *head)
{
	int ret = 0;

	for (struct node *n = head->next; n != head; n = n->next) {
		struct item *i = (struct item *)((char *)n - __builtin_offsetof(struct item, link));
again:
		ret = lock(i->peer);
		if (ret == -35) {
			slow(i);
			goto again;
		}
		if (ret)
			break;
	}
	return ret;
}

int dead(int v)
{
	if (__builtin_constant_p(v))
		gone();
	return v;
}

void stop(int v)
{
	if (__builtin_expect(v < 0, 0))
		__builtin_trap();
	if (v == 3)
		__builtin_unreachable();
}

//= ^function pick
//= ^  @0$
//= switch %0 @N -114 @N 0 @N 7 @N
//= call.4 &odd 1
//= call.4 &odd 2
//= call.4 &odd 3
//= ^function all\(%0 head: node \*\)
//= %N = load.8 .* -> node
//= jump @1
//= ^  @1$
//= %N = phi.8 %N @0 %N @N -> node
//= compare.8 != %N %0
//= branch %N @N @N
//= %N = offset.8 \[-8\] %N -> item
//= ^  @3$
//= %N = offset.8 \[24\] %N -> item \*
//= call.4 &lock %N
//= compare.4 == %N -35
//= branch %N @4 @5
//= call &slow %N
//= jump @3
//= return %N
//= ^function dead
//= ^  @0$
//= ^    return %0  ;
//! gone
//= ^function stop
//= compare.4 < %0 0
//= branch %1 @1 @2
//= ^  @1$
//= ^    unreachable
//= ^  @2$
//= compare.4 == %0 3
//! expect
//! llvm\.
