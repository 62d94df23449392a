/* SPDX-License-Identifier: MIT */
#ifndef LS_DIGEST_H
#define LS_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/**
 * DOC: SHA-256 (FIPS 180-4)
 *
 * A schedule file says by it which modules it belongs to, and seals its own lines.
 */

#define LS_DIGEST_HEX 65 /* 64 digits and the end */

/**
 * struct ls_digest - what was hashed so far
 * @state: chaining value
 * @length: bytes so far
 * @block: the beginning of the next block
 */
struct ls_digest {
	uint32_t state[8];
	uint64_t length;
	unsigned char block[64];
};

void ls_digest_init(struct ls_digest *d);
void ls_digest_add(struct ls_digest *d, const void *data, size_t len);
/* Ends it: 64 hexadecimal digits to @hex. */
void ls_digest_end(struct ls_digest *d, char hex[LS_DIGEST_HEX]);

/* Of a file's contents. 0, or -errno. */
int ls_digest_file(const char *path, char hex[LS_DIGEST_HEX]);

#endif /* LS_DIGEST_H */
