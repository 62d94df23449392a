// SPDX-License-Identifier: MIT
/* Numbers: from text, at random, and a little arithmetic. */
#include <linux/crc32.h>
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/prime_numbers.h>
#include <linux/random.h>
#include <linux/string.h>
#include <linux/uuid.h>
#include <lockstep/os.h>

const char hex_asc[] = "0123456789abcdef";
const char hex_asc_upper[] = "0123456789ABCDEF";

/* --- from text --------------------------------------------------------------- */

static const char *number_base(const char *s, unsigned int *base)
{
	bool hex = s[0] == '0' && tolower(s[1]) == 'x' && isxdigit(s[2]);

	if (!*base)
		*base = hex ? 16 : s[0] == '0' ? 8 : 10;
	return hex && *base == 16 ? s + 2 : s;
}

/* Digits only; *overflow is set when they are too many. Returns where they end. */
static const char *number_digits(const char *s, unsigned int base, u64 *value, bool *overflow)
{
	u64 v = 0;

	*overflow = false;
	for (;; s++) {
		int d = hex_to_bin(*s);

		if (d < 0 || d >= base)
			break;
		if (check_mul_overflow(v, (u64)base, &v) || check_add_overflow(v, (u64)d, &v))
			*overflow = true;
	}
	*value = v;
	return s;
}

/**
 * kstrtoull() - a whole string as a number
 * @s: digits, perhaps after a plus, perhaps before a newline
 * @base: 2 to 16, or 0: 0x means 16, 0 means 8, else 10
 * @res: the number
 *
 * Return: 0, -EINVAL when it is not one, -ERANGE when it does not fit.
 */
int kstrtoull(const char *s, unsigned int base, unsigned long long *res)
{
	const char *digits, *end;
	bool overflow;
	u64 value;

	if (*s == '+')
		s++;
	digits = number_base(s, &base);
	end = number_digits(digits, base, &value, &overflow);
	if (end == digits)
		return -EINVAL;
	if (overflow)
		return -ERANGE;
	if (*end == '\n')
		end++;
	if (*end)
		return -EINVAL;
	*res = value;
	return 0;
}

/**
 * kstrtoll() - a whole string as a signed number
 * @s: digits, perhaps after a sign, perhaps before a newline
 * @base: as for kstrtoull()
 * @res: the number
 *
 * Return: 0, -EINVAL when it is not one, -ERANGE when it does not fit.
 */
int kstrtoll(const char *s, unsigned int base, long long *res)
{
	bool negative = *s == '-';
	unsigned long long value;
	int err;

	if (negative && s[1] == '+')
		return -EINVAL;
	err = kstrtoull(negative ? s + 1 : s, base, &value);
	if (err)
		return err;
	if (value > (u64)LLONG_MAX + negative)
		return -ERANGE;
	*res = negative ? (long long)(0 - value) : (long long)value;
	return 0;
}

#define KSTRTO(name, type, wide, parse)                                                            \
	int name(const char *s, unsigned int base, type *res)                                      \
	{                                                                                          \
		wide value;                                                                        \
		int err = parse(s, base, &value);                                                  \
		if (err)                                                                           \
			return err;                                                                \
		if (value != (type)value)                                                          \
			return -ERANGE;                                                            \
		*res = (type)value;                                                                \
		return 0;                                                                          \
	}
KSTRTO(kstrtouint, unsigned int, unsigned long long, kstrtoull)
KSTRTO(kstrtoint, int, long long, kstrtoll)
KSTRTO(kstrtos16, s16, long long, kstrtoll)
KSTRTO(kstrtos8, s8, long long, kstrtoll)
KSTRTO(kstrtou16, u16, unsigned long long, kstrtoull)
KSTRTO(kstrtou8, u8, unsigned long long, kstrtoull)

/**
 * kstrtobool() - a string as yes or no
 * @s: begins with y, t, 1, n, f, 0, or is on or off
 * @res: which
 *
 * Return: 0, or -EINVAL.
 */
int kstrtobool(const char *s, bool *res)
{
	if (!s)
		return -EINVAL;
	switch (tolower(s[0])) {
	case 'y':
	case 't':
	case '1':
		*res = true;
		return 0;
	case 'n':
	case 'f':
	case '0':
		*res = false;
		return 0;
	case 'o':
		if (tolower(s[1]) != 'n' && tolower(s[1]) != 'f')
			return -EINVAL;
		*res = tolower(s[1]) == 'n';
		return 0;
	}
	return -EINVAL;
}

/**
 * simple_strtoull() - the number a string begins with
 * @cp: string
 * @endp: where it ends, may be NULL
 * @base: as for kstrtoull()
 *
 * Return: the number, 0 if there is none.
 */
unsigned long long simple_strtoull(const char *cp, char **endp, unsigned int base)
{
	bool overflow;
	u64 value;
	const char *end = number_digits(number_base(cp, &base), base, &value, &overflow);

	if (endp)
		*endp = (char *)end;
	return value;
}

/**
 * simple_strtoul() - simple_strtoull() of unsigned long
 * @cp: string
 * @endp: where it ends, may be NULL
 * @base: as for kstrtoull()
 *
 * Return: the number, 0 if there is none.
 */
unsigned long simple_strtoul(const char *cp, char **endp, unsigned int base)
{
	return simple_strtoull(cp, endp, base);
}

/**
 * simple_strtoll() - simple_strtoull() with a sign
 * @cp: string
 * @endp: where it ends, may be NULL
 * @base: as for kstrtoull()
 *
 * Return: the number, 0 if there is none.
 */
long long simple_strtoll(const char *cp, char **endp, unsigned int base)
{
	if (*cp == '-')
		return (long long)(0 - simple_strtoull(cp + 1, endp, base));
	return (long long)simple_strtoull(cp, endp, base);
}

/**
 * simple_strtol() - simple_strtoll() of long
 * @cp: string
 * @endp: where it ends, may be NULL
 * @base: as for kstrtoull()
 *
 * Return: the number, 0 if there is none.
 */
long simple_strtol(const char *cp, char **endp, unsigned int base)
{
	return simple_strtoll(cp, endp, base);
}

/**
 * hex_to_bin() - value of a hexadecimal digit
 * @ch: digit
 *
 * Return: 0 to 15, or -1.
 */
int hex_to_bin(unsigned char ch)
{
	if (isdigit(ch))
		return ch - '0';
	return isxdigit(ch) ? tolower(ch) - 'a' + 10 : -1;
}

/**
 * hex2bin() - bytes from hexadecimal digits
 * @dst: bytes
 * @src: digits
 * @count: bytes
 *
 * Return: 0, or -EINVAL.
 */
int hex2bin(u8 *dst, const char *src, size_t count)
{
	while (count--) {
		int hi = hex_to_bin(*src++), lo;

		if (hi < 0)
			return -EINVAL;
		lo = hex_to_bin(*src++);
		if (lo < 0)
			return -EINVAL;
		*dst++ = (u8)(hi << 4 | lo);
	}
	return 0;
}

/**
 * bin2hex() - bytes to hexadecimal digits
 * @dst: digits, not terminated
 * @src: bytes
 * @count: bytes
 *
 * Return: behind the last digit.
 */
char *bin2hex(char *dst, const void *src, size_t count)
{
	const u8 *p = src;

	while (count--) {
		*dst++ = hex_asc_hi(*p);
		*dst++ = hex_asc_lo(*p);
		p++;
	}
	return dst;
}

/* --- arithmetic --------------------------------------------------------------- */

/**
 * int_sqrt() - square root, rounded down
 * @x: number
 *
 * Return: the root.
 */
unsigned long int_sqrt(unsigned long x)
{
	unsigned long root = 0, bit;

	for (bit = 1UL << 31; bit; bit >>= 1)
		if ((root | bit) <= x / (root | bit))
			root |= bit;
	return root;
}

/**
 * gcd() - greatest common divisor
 * @a: number
 * @b: number
 *
 * Return: the divisor.
 */
unsigned long gcd(unsigned long a, unsigned long b)
{
	while (b) {
		unsigned long r = a % b;

		a = b;
		b = r;
	}
	return a;
}

/**
 * lcm() - least common multiple
 * @a: number
 * @b: number
 *
 * Return: the multiple, 0 if either is 0.
 */
unsigned long lcm(unsigned long a, unsigned long b)
{
	return a && b ? a / gcd(a, b) * b : 0;
}

/**
 * int_pow() - power
 * @base: number
 * @exp: exponent
 *
 * Return: @base to the @exp.
 */
u64 int_pow(u64 base, unsigned int exp)
{
	u64 result = 1;

	for (; exp; exp >>= 1) {
		if (exp & 1)
			result *= base;
		base *= base;
	}
	return result;
}

/**
 * is_prime_number() - whether a number is prime
 * @x: number
 *
 * Return: whether it is.
 */
bool is_prime_number(unsigned long x)
{
	unsigned long d;

	if (x < 4)
		return x > 1;
	if (!(x & 1))
		return false;
	for (d = 3; d <= x / d; d += 2)
		if (x % d == 0)
			return false;
	return true;
}

/**
 * next_prime_number() - the next prime
 * @x: number
 *
 * Return: the smallest prime above @x.
 */
unsigned long next_prime_number(unsigned long x)
{
	do {
		x++;
	} while (!is_prime_number(x));
	return x;
}

/**
 * crc32_le() - CRC-32, bits in ascending order
 * @crc: seed, or what it was so far
 * @p: memory
 * @len: bytes
 *
 * Return: the sum.
 */
u32 crc32_le(u32 crc, const void *p, size_t len)
{
	const u8 *byte = p;
	int i;

	while (len--) {
		crc ^= *byte++;
		for (i = 0; i < 8; i++)
			crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return crc;
}

/* --- at random ---------------------------------------------------------------- */

/**
 * get_random_u64() - a random number
 *
 * Context: Any.
 * Return: the number.
 */
u64 get_random_u64(void)
{
	return os_random();
}

/**
 * get_random_u32() - a random number
 *
 * Context: Any.
 * Return: the number.
 */
u32 get_random_u32(void)
{
	return (u32)(os_random() >> 32);
}

/**
 * get_random_u32_below() - a random number below a limit
 * @ceil: the limit, 0 for none
 *
 * Context: Any.
 * Return: the number.
 */
u32 get_random_u32_below(u32 ceil)
{
	return ceil ? reciprocal_scale(get_random_u32(), ceil) : get_random_u32();
}

/**
 * get_random_bytes() - random bytes
 * @buf: filled with them
 * @len: how many
 *
 * Context: Any.
 */
void get_random_bytes(void *buf, size_t len)
{
	while (len) {
		u64 v = os_random();
		size_t n = min(len, sizeof(v));

		memcpy(buf, &v, n);
		buf += n;
		len -= n;
	}
}

/**
 * prandom_seed_state() - start a generator
 * @state: the generator
 * @seed: where it starts
 */
void prandom_seed_state(struct rnd_state *state, u64 seed)
{
	seed = seed * 0x9e3779b97f4a7c15ULL + 0x7f4a7c15;
	state->s1 = (u32)seed | 1;
	state->s2 = (u32)(seed >> 32) | 2;
	state->s3 = (u32)(seed >> 16) ^ 0x2545f491;
	state->s4 = (u32)(seed >> 48) ^ 0x4f6cdd1d;
}

/**
 * prandom_u32_state() - next number of a generator (xoshiro128++)
 * @state: the generator
 *
 * Return: the number.
 */
u32 prandom_u32_state(struct rnd_state *state)
{
	u32 result = rol32(state->s1 + state->s4, 7) + state->s1, t = state->s2 << 9;

	state->s3 ^= state->s1;
	state->s4 ^= state->s2;
	state->s2 ^= state->s3;
	state->s1 ^= state->s4;
	state->s3 ^= t;
	state->s4 = rol32(state->s4, 11);
	return result;
}

/**
 * prandom_bytes_state() - next bytes of a generator
 * @state: the generator
 * @buf: filled with them
 * @nbytes: how many
 */
void prandom_bytes_state(struct rnd_state *state, void *buf, size_t nbytes)
{
	while (nbytes) {
		u32 v = prandom_u32_state(state);
		size_t n = min(nbytes, sizeof(v));

		memcpy(buf, &v, n);
		buf += n;
		nbytes -= n;
	}
}

static void random_uuid(u8 *b, unsigned int version_at)
{
	get_random_bytes(b, UUID_SIZE);
	b[version_at] = (b[version_at] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
}

/**
 * uuid_gen() - a random UUID
 * @u: the UUID
 */
void uuid_gen(uuid_t *u)
{
	random_uuid(u->b, 6);
}

/**
 * guid_gen() - a random GUID, little endian
 * @u: the GUID
 */
void guid_gen(guid_t *u)
{
	random_uuid(u->b, 7);
}
