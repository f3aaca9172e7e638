/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/bech32.h"

#include <assert.h>
#include <sodium.h>

enum { CHECK = 6, PREFIX_MAX = 32 };  /* characters of the checksum; of a prefix */

static const char digits[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }
static char upper_of(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c; }

static uint32_t
check_add(uint32_t sum, unsigned v)
{
	static const uint32_t made[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ v;
	for (int i = 0; i < 5; i++)
		sum ^= top >> i & 1 ? made[i] : 0;
	return sum;
}

static uint32_t
check_prefix(str prefix)
{
	uint32_t sum = 1;

	for (size_t i = 0; i < prefix.n; i++)
		sum = check_add(sum, (unsigned char)prefix.p[i] >> 5);
	sum = check_add(sum, 0);
	for (size_t i = 0; i < prefix.n; i++)
		sum = check_add(sum, (unsigned char)prefix.p[i] & 31);
	return sum;
}

void
bech32_write(str prefix, const uint8_t *bytes, size_t n, bool upper, char *out)
{
	uint32_t sum = check_prefix(prefix), bits = 0;
	size_t have = 0, at = prefix.n, size = BECH32_SIZE(prefix.n, n);

	memcpy(out, prefix.p, prefix.n);
	out[at++] = '1';
	for (size_t i = 0; i < n || have > 0; ) {
		unsigned v;

		if (have < 5 && i < n) {
			bits = bits << 8 | bytes[i++];
			have += 8;
		}
		if (have < 5) {
			v = bits << (5 - have) & 31;  /* the rest, filled with zeros */
			have = 0;
		} else {
			v = bits >> (have -= 5) & 31;
		}
		sum = check_add(sum, v);
		out[at++] = digits[v];
	}
	for (int i = 0; i < CHECK; i++)
		sum = check_add(sum, 0);
	sum ^= 1;
	for (int i = 0; i < CHECK; i++)
		out[at++] = digits[sum >> 5 * (CHECK - 1 - i) & 31];
	for (size_t i = 0; upper && i < size; i++)
		out[i] = upper_of(out[i]);
}

/* Mixed case is refused: one key, one text in each case. */
static bool
one_case(str text)
{
	bool low = false, high = false;

	for (size_t i = 0; i < text.n; i++) {
		low |= text.p[i] >= 'a' && text.p[i] <= 'z';
		high |= text.p[i] >= 'A' && text.p[i] <= 'Z';
	}
	return !low || !high;
}

bool
bech32_read(str text, str prefix, uint8_t *out, size_t n, struct err *e)
{
	static const char rule[] = "BIP 173, Bech32";
	uint8_t bytes[BECH32_BYTES_MAX];
	uint32_t sum = check_prefix(prefix), bits = 0;
	size_t have = 0, made = 0, size = BECH32_SIZE(prefix.n, n);
	bool ok = false;

	assert(n <= sizeof bytes && prefix.n <= PREFIX_MAX);
	if (text.n != size)
		return fail(e, ERR_INPUT, rule, "%zu characters, where a key of this kind has %zu", text.n, size);
	if (!one_case(text))
		return fail(e, ERR_INPUT, rule, "capital and small letters are mixed in a key");
	for (size_t i = 0; i < prefix.n; i++)
		if (lower(text.p[i]) != prefix.p[i])
			return fail(e, ERR_INPUT, rule, "a key of this kind begins with %.*s1", STR_ARG(prefix));
	if (text.p[prefix.n] != '1')
		return fail(e, ERR_INPUT, rule, "a key of this kind begins with %.*s1", STR_ARG(prefix));
	for (size_t i = prefix.n + 1; i < size; i++) {
		char c = lower(text.p[i]);
		const char *d = memchr(digits, c, sizeof digits - 1);

		if (d == NULL) {
			fail(e, ERR_INPUT, rule, "character %zu is none that a key has", i + 1);
			goto done;
		}
		sum = check_add(sum, (unsigned)(d - digits));
		if (i >= size - CHECK)
			continue;
		bits = bits << 5 | (uint32_t)(d - digits);
		have += 5;
		if (have >= 8 && made < n)
			bytes[made++] = (uint8_t)(bits >> (have -= 8));
	}
	if (sum != 1)
		fail(e, ERR_INPUT, rule, "the check at the end does not fit: a character is wrong or missing");
	else if (made != n || (bits & ((1u << have) - 1)) != 0)
		fail(e, ERR_INPUT, rule, "bits are set past the last byte of the key");
	else
		ok = true;
	if (ok)
		memcpy(out, bytes, n);
done:
	sodium_memzero(bytes, sizeof bytes);
	sodium_memzero(&bits, sizeof bits);
	return ok;
}
