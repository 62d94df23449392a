// Structs by value: returned in registers (extract), through memory (a first argument), passed in two
// registers (two arguments). Names stay with their parameters.
struct map { void *vaddr; _Bool io; };
struct big { long a[5]; };
struct small { long v; };
struct map get_map(int i);
struct big get_big(int i);
int use_map(struct map m, int flags);

int test(int i)
{
	struct map m = get_map(i);
	struct big b = get_big(i);

	return use_map(m, 3) + b.a[2];
}

int by_value(struct map m, struct small s, struct big b, int last)
{
	return m.io + s.v + b.a[0] + last;
}

struct big ret_big(int first)
{
	struct big b = { { first } };

	return b;
}

//= ^function test
//= alloca \[16\] -> map
//= alloca \[40\] -> big
//= %N = call.16 &get_map %0
//= extract.8 \[0\] %N
//= extract.[18] \[1\] %N
//= call &get_big %N %0
//= call.4 &use_map %N %N 3
//= ^function by_value\(%0 m: map, %1 : \?, %2 s: small, %3 b: big, %4 last: \?\)
//= ^function ret_big\(%0 : \?, %1 first: \?\): big
