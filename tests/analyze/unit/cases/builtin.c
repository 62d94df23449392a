// Intrinsics that are C functions have C's names; those that say nothing leave nothing.
struct s { long a[40]; };
void *out;
void use(void *);
unsigned long size(const void *p) { return __builtin_object_size(p, 0); }
unsigned long least(const void *p) { return __builtin_object_size(p, 2); }

void copy(struct s *to, const struct s *from)
{
	struct s local;

	*to = *from;
	__builtin_memmove(to, from, 24);
	__builtin_memset(&local, 0, sizeof(local));
	use(&local);
	__builtin_prefetch(to);
}

int atomics(int *p, int v)
{
	__atomic_thread_fence(5);
	__atomic_fetch_add(p, v, 5);
	return __atomic_compare_exchange_n(p, &v, 3, 0, 5, 5);
}

double floats(double d, int i)
{
	return d * i;
}

unsigned int bits(unsigned int a, unsigned int b)
{
	return ((a << 3) / b ^ (a >> b)) % 7 & ~b;
}

_Bool overflow(int a, int b, int *sum)
{
	return __builtin_add_overflow(a, b, sum);
}

//= ^function size
//= return -1
//= ^function least
//= return 0
//= ^function copy
//= %2 = alloca \[320\] -> s
//= call &memcpy %0 %1 320
//= call &memmove %0 %1 24
//= call &memset %N 0 320
//= call &use %N
//= return  ;
//= ^function atomics
//= other.4 %0 %N
//= other.* %0 %N 3
//= extract
//= ^function floats
//= other.8
//= ^function bits
//= binary.4 << %0 3
//= binary.4 / %N %1
//= binary.4 >> %0 %1
//= binary.4 \^ %N %N
//= binary.4 % %N 7
//= binary.4 \^ %1 -1
//= binary.4 & %N %N
//= ^function overflow
//= %N = other.* %0 %1
//= extract.1 \[1\] %N
//! prefetch
//! llvm
