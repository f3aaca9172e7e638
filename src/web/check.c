/* SPDX-License-Identifier: Apache-2.0 */
#include "web/check.h"

#include "base/base64.h"
#include "base/url.h"
#include "crypto/password.h"
#include "report/field.h"
#include "report/id.h"
#include "report/keylist.h"

static bool
is_of(str value, size_t least, size_t most, const char *allowed)
{
	bool ok = value.n >= least && value.n <= most;

	for (size_t i = 0; ok && i < value.n; i++)
		ok = value.p[i] != '\0' && strchr(allowed, value.p[i]) != NULL;
	return ok;
}

bool check_owner_id(str value, struct err *e) { return key_list_owner_check(value, e); }

bool check_report_id(str value, struct err *e) { return report_id_check(value, e); }

bool
check_name(str value, struct err *e)
{
	return (str_is_text(value) && memchr(value.p, '\n', value.n) == NULL
	    && field_characters(value) >= 1 && field_characters(value) <= 100 && value.p[0] != ' ')
	    || fail(e, ERR_INPUT, NULL, "a name is one line of 1 to 100 characters");
}

bool
check_account(str value, struct err *e)
{
	return is_of(value, 1, 64, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_@")
	    || fail(e, ERR_INPUT, NULL, "an account's name is 1 to 64 letters, digits and . - _ @");
}

bool
check_new_password(str value, struct err *e)
{
	return (value.n <= PASSWORD_MAX && field_characters(value) >= PASSWORD_MIN)
	    || fail(e, ERR_INPUT, NULL, "a password has at least %d characters: a sentence is easy to remember",
	    PASSWORD_MIN);
}

bool
check_password(str value, struct err *e)
{
	return (value.n >= 1 && value.n <= PASSWORD_MAX) || fail(e, ERR_INPUT, NULL, "the password is missing");
}

bool
check_digest(str value, struct err *e)
{
	return is_of(value, 64, 64, "0123456789abcdef")
	    || fail(e, ERR_INPUT, NULL, "a digest is 64 hex digits in lower case");
}

bool
check_token(str value, struct err *e)
{
	return is_of(value, 64, 64, "0123456789abcdef")
	    || fail(e, ERR_INPUT, NULL, "this link is not whole: copy all of it");
}

bool
check_signature(str value, struct err *e)
{
	uint8_t bytes[64];
	return base64_read_exactly(value, BASE64_PADDED, bytes, sizeof bytes)
	    || fail(e, ERR_INPUT, "RFC 4648 4", "a signature is 64 bytes in base64");
}

bool
check_list(str value, struct err *e)
{
	return (value.n > 0 && str_is_text(value)) || fail(e, ERR_INPUT, NULL, "the key list is missing");
}

bool
check_next(str value, struct err *e)
{
	struct url u;
	return value.n > 0 && value.p[0] == '/' && url_from(value, &u, e) ? true
	    : fail(e, ERR_INPUT, NULL, "not a page of this site");
}
