/* SPDX-License-Identifier: Apache-2.0 */
#include "report/field.h"

bool
field_text(struct json object, const char *key, const char *rule, str *out, struct err *e)
{
	struct json v = json_get(object, str_of(key));

	if (json_is_missing(v) || json_kind(v) != JSON_STRING)
		return fail(e, ERR_INPUT, rule, "the text \"%s\" is missing", key);
	*out = json_str(v);
	return true;
}

bool
field_number(struct json object, const char *key, const char *rule, int64_t least, int64_t most,
    int64_t *out, struct err *e)
{
	struct json v = json_get(object, str_of(key));

	if (json_is_missing(v) || json_kind(v) != JSON_NUMBER)
		return fail(e, ERR_INPUT, rule, "the number \"%s\" is missing", key);
	return (json_i64(v, out) && *out >= least && *out <= most)
	    || fail(e, ERR_INPUT, rule, "a whole number from %lld to %lld is expected, and %.*s stands there",
	    (long long)least, (long long)most, STR_ARG(json_str(v)));
}

bool
digest_read(str hex, uint8_t out[HASH_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	if (hex.n != 2 * HASH_SIZE)
		return false;
	for (size_t i = 0; i < hex.n; i++) {
		const char *digit = hex.p[i] != '\0' ? strchr(digits, hex.p[i]) : NULL;

		if (digit == NULL)
			return false;
		out[i / 2] = (uint8_t)(out[i / 2] << 4 | (digit - digits));
	}
	return true;
}

bool
field_digest(struct json object, const char *key, const char *rule, uint8_t out[HASH_SIZE], struct err *e)
{
	str hex;

	return field_text(object, key, rule, &hex, e) && (digest_read(hex, out)
	    || fail(e, ERR_INPUT, rule, "64 hex digits in lower case are expected, and %.*s stands there",
	    STR_ARG(hex)));
}

bool
field_canonical(str text, str canonical, struct err *e)
{
	static const char rule[] = "RFC 8785";
	size_t n = text.n < canonical.n ? text.n : canonical.n, i = 0;
	str is, should;

	while (i < n && text.p[i] == canonical.p[i])
		i++;
	if (i == text.n && i == canonical.n)
		return true;
	is = str_fit((str){ text.p + i, text.n - i }, 24);
	should = str_fit((str){ canonical.p + i, canonical.n - i }, 24);
	return fail(e, ERR_INPUT, rule, "not canonical at byte %zu: \"%.*s\" is expected, and \"%.*s\" stands there",
	    i, STR_ARG(should), STR_ARG(is));
}

size_t
field_characters(str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}
