// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "digest.h"

/* Of the fractional parts of the cube roots of the first 64 primes: FIPS 180-4, 4.2.2. */
static const uint32_t round_word[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2,
};

void ls_digest_init(struct ls_digest *d)
{
	/* Of the square roots of the first 8 primes. */
	static const uint32_t first[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
					   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

	memcpy(d->state, first, sizeof(first));
	d->length = 0;
}

static uint32_t turn(uint32_t x, int by)
{
	return x >> by | x << (32 - by);
}

static void add_block(struct ls_digest *d)
{
	uint32_t w[64], s[8];

	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)d->block[4 * i] << 24 | d->block[4 * i + 1] << 16 |
		       d->block[4 * i + 2] << 8 | d->block[4 * i + 3];
	for (int i = 16; i < 64; i++) {
		uint32_t a = w[i - 15], b = w[i - 2];

		w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ a >> 3) + w[i - 7] +
		       (turn(b, 17) ^ turn(b, 19) ^ b >> 10);
	}
	memcpy(s, d->state, sizeof(s));
	for (int i = 0; i < 64; i++) {
		uint32_t choose = (s[4] & s[5]) ^ (~s[4] & s[6]);
		uint32_t major = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
		uint32_t one = s[7] + (turn(s[4], 6) ^ turn(s[4], 11) ^ turn(s[4], 25)) + choose +
			       round_word[i] + w[i];
		uint32_t two = (turn(s[0], 2) ^ turn(s[0], 13) ^ turn(s[0], 22)) + major;

		memmove(s + 1, s, 7 * sizeof(s[0]));
		s[4] += one;
		s[0] = one + two;
	}
	for (int i = 0; i < 8; i++)
		d->state[i] += s[i];
}

void ls_digest_add(struct ls_digest *d, const void *data, size_t len)
{
	const unsigned char *p = data;

	while (len) {
		size_t at = d->length % sizeof(d->block);
		size_t n = sizeof(d->block) - at < len ? sizeof(d->block) - at : len;

		memcpy(d->block + at, p, n);
		d->length += n;
		p += n;
		len -= n;
		if (at + n == sizeof(d->block))
			add_block(d);
	}
}

void ls_digest_end(struct ls_digest *d, char hex[LS_DIGEST_HEX])
{
	static const unsigned char pad[64] = { 0x80 };
	uint64_t bits = d->length * 8;
	unsigned char tail[8];

	ls_digest_add(d, pad, 1 + (64 + 55 - d->length % 64) % 64);
	for (int i = 0; i < 8; i++)
		tail[i] = bits >> (56 - 8 * i);
	ls_digest_add(d, tail, sizeof(tail));
	for (int i = 0; i < 8; i++)
		sprintf(hex + 8 * i, "%08x", d->state[i]);
}

int ls_digest_file(const char *path, char hex[LS_DIGEST_HEX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = 0;
	char chunk[65536];
	struct ls_digest d;
	ssize_t n;

	if (fd < 0)
		return -errno;
	ls_digest_init(&d);
	while ((n = read(fd, chunk, sizeof(chunk)))) {
		if (n > 0)
			ls_digest_add(&d, chunk, n);
		else if (errno != EINTR) {
			ret = -errno;
			break;
		}
	}
	close(fd);
	ls_digest_end(&d, hex);
	return ret;
}
