/* SPDX-License-Identifier: Apache-2.0 */
#include "report/receipt.h"

#include "base/buf.h"
#include "base/time.h"
#include "report/field.h"
#include "report/id.h"
#include "report/keylist.h"

static const char kind[] = "leman/receipt/1";

bool
receipt_sniff(str text)
{
	return text.n > sizeof kind - 1 && memcmp(text.p, kind, sizeof kind - 1) == 0
	    && text.p[sizeof kind - 1] == '\n';
}

/* The line "NAME VALUE". */
static bool
line_take(str *rest, const char *name, const char *rule, str *value, struct err *e)
{
	str line;
	size_t n = strlen(name);

	if (!str_cut(rest, '\n', &line) || line.n <= n + 1 || memcmp(line.p, name, n) != 0 || line.p[n] != ' ')
		return fail(e, ERR_INPUT, rule, "a line \"%s ...\" is expected", name);
	*value = (str){ line.p + n + 1, line.n - n - 1 };
	return true;
}

static bool
digits(str s, size_t at, size_t n, int *out)
{
	*out = 0;
	for (size_t i = at; i < at + n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		*out = *out * 10 + (s.p[i] - '0');
	}
	return true;
}

/* Days from 1970-01-01 in the Gregorian calendar; the year begins in March. */
static int64_t
days_of(int year, int month, int day)
{
	int64_t y = year - (month <= 2), of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return y * 365 + y / 4 - y / 100 + y / 400 + of_year - 719468;
}

/* "2026-11-24T02:10:00Z", RFC 3339 in that one form. */
static bool
moment_read(str s, int64_t *out)
{
	static const char form[] = "____-__-__T__:__:__Z";
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year, month, day, hour, minute, second;
	bool leap;

	if (s.n != sizeof form - 1)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (form[i] != '_' && s.p[i] != form[i])
			return false;
	if (!digits(s, 0, 4, &year) || !digits(s, 5, 2, &month) || !digits(s, 8, 2, &day) || !digits(s, 11, 2, &hour)
	    || !digits(s, 14, 2, &minute) || !digits(s, 17, 2, &second))
		return false;
	leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > lengths[month - 1] + (month == 2 && leap)
	    || hour > 23 || minute > 59 || second > 59)
		return false;
	*out = days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
	return true;
}

static bool
keys_take(str *rest, struct receipt *r, struct err *e)
{
	static const char rule[] = "leman/receipt/1, keys";
	str value, version;

	if (!line_take(rest, "keys", rule, &value, e))
		return false;
	return (str_cut(&value, ' ', &version) && str_to_u64(version, &r->version) && r->version >= 1
	    && r->version <= FIELD_NUMBER_MAX && digest_read(value, r->keys))
	    || fail(e, ERR_INPUT, rule, "the number of a key list and its digest are expected");
}

static bool
sealed_take(str *rest, struct receipt *r, struct err *e)
{
	static const char size_rule[] = "leman/receipt/1, size", digest_rule[] = "leman/receipt/1, sha256";
	str value;

	if (!line_take(rest, "size", size_rule, &value, e))
		return false;
	if (!str_to_u64(value, &r->size) || r->size > INT64_MAX)
		return fail(e, ERR_INPUT, size_rule, "a number of bytes is expected, and %.*s stands there",
		    STR_ARG(value));
	return line_take(rest, "sha256", digest_rule, &value, e) && (digest_read(value, r->sha256)
	    || fail(e, ERR_INPUT, digest_rule, "64 hex digits in lower case are expected, and %.*s stands there",
	        STR_ARG(value)));
}

bool
receipt_parse(str text, struct receipt *out, struct err *e)
{
	static const char time_rule[] = "leman/receipt/1, received";
	struct receipt r = { 0 };
	str rest = text, line, value;

	if (text.n > RECEIPT_MAX)
		return fail(e, ERR_TOO_BIG, kind, "%zu bytes, at most %d allowed", text.n, RECEIPT_MAX);
	if (!str_cut(&rest, '\n', &line) || !str_eq(line, str_of(kind)))
		return fail(e, ERR_INPUT, kind, "the first line is not %s", kind);
	if (!line_take(&rest, "report", "leman/receipt/1, report", &r.report, e) || !report_id_check(r.report, e)
	    || !line_take(&rest, "owner", "leman/receipt/1, owner", &r.owner, e) || !key_list_owner_check(r.owner, e)
	    || !keys_take(&rest, &r, e) || !line_take(&rest, "received", time_rule, &value, e))
		return false;
	if (!moment_read(value, &r.received))
		return fail(e, ERR_INPUT, time_rule,
		    "a time like 2026-11-24T02:10:00Z is expected, and %.*s stands there",
		    STR_ARG(value));
	if (!sealed_take(&rest, &r, e))
		return false;
	if (rest.n > 0)
		return fail(e, ERR_INPUT, kind, "more follows after the last line");
	*out = r;
	return true;
}

bool
receipt_print(const struct receipt *r, struct arena *a, str *out, struct err *e)
{
	struct buf b = { .arena = a };
	char keys[2 * HASH_SIZE + 1], sha256[2 * HASH_SIZE + 1];
	str received;

	if (!time_to_rfc3339(r->received, a, &received, e))
		return false;
	hash_hex(r->keys, HASH_SIZE, keys);
	hash_hex(r->sha256, HASH_SIZE, sha256);
	buf_fmt(&b, "%s\nreport %.*s\nowner %.*s\nkeys %llu %s\n", kind, STR_ARG(r->report), STR_ARG(r->owner),
	    (unsigned long long)r->version, keys);
	buf_fmt(&b, "received %.*s\nsize %llu\nsha256 %s\n", STR_ARG(received), (unsigned long long)r->size, sha256);
	return buf_take(&b, out, e);
}
