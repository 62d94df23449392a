// Conditions come down to what they compare, whatever is wrapped around them; a negation is the
// opposite comparison. What only wrapped it is gone, and so are blocks that only jump.
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define WARN_ON(c) ({ int __ret = !!(c); if (unlikely(__ret)) warn(); unlikely(__ret); })
struct o { int count; _Bool dead; };
int warn(void);
void yes(void);
void no(void);
_Bool is_dead(struct o *o);

void wrapped(struct o *o, int ret)
{
	if (unlikely(ret == -35))
		yes();
}

void negated(unsigned int a, unsigned int b)
{
	if (!(a < b))
		yes();
}

void call(struct o *o)
{
	if (unlikely(!is_dead(o)))
		yes();
	else
		no();
}

int warned(struct o *o)
{
	if (WARN_ON(!o))
		return -22;
	return 0;
}

_Bool stored(struct o *o)
{
	return !o->dead;
}

int number(struct o *o)
{
	int set = o->count != 3;

	return set + !set;
}

int loop(struct o *o)
{
	int n = 0;

	do {
		if (o->count)
			n++;
		else
			;
	} while (likely(!o->dead));
	return n;
}

//= ^function wrapped
//= ^  @0$
//= ^    %2 = compare.4 == %1 -35
//= ^    branch %2 @1 @2
//= ^  @1$
//= ^    call &yes
//= ^function negated
//= ^    %2 = compare.4 u< %0 %1
//= ^    branch %2 @2 @1
//= ^  @1$
//= ^    call &yes
//= ^function call
//= ^    %1 = call.1 &is_dead %0
//= ^    %2 = compare.1 == %1 0
//= ^    branch %2 @1 @2
//= ^    call &yes
//= ^    call &no
//= ^function warned
//= ^    %1 = compare.8 == %0 0
//= ^    branch %1 @1 @2
//= ^  @1$
//= ^    %2 = call.4 &warn
//= ^    jump @2
//= ^  @2$
//= ^    %3 = compare.8 == %0 0
//= ^    branch %3
//= phi.4
//= ^function stored
//= load.1
//= compare.1 == %N 0
//= ^    return
//= ^function number
//= compare.4 != %N 3
//= copy.4
//= compare.4 == %N 3
//= copy.4
//= binary.4 \+ %N %N
//= ^function loop
//= phi.4
//= branch
//= phi.4
//= load.1
//= branch
//! \^ %
