/* SPDX-License-Identifier: Apache-2.0 */
#include "web/check.h"

bool
check_id(str value, struct err *e)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	bool ok = value.n >= 1 && value.n <= 64;

	for (size_t i = 0; ok && i < value.n; i++)
		ok = memchr(allowed, value.p[i], sizeof allowed - 1) != NULL;
	return ok || fail(e, ERR_INPUT, NULL, "a name is 1 to 64 letters, digits, - and _: %.*s", STR_ARG(value));
}

/* Browsers end the lines of a form with CR LF, so the line ends are left open. */
bool
check_sealed(str value, struct err *e)
{
	static const str begin = STR("-----BEGIN AGE ENCRYPTED FILE-----");
	static const str end = STR("-----END AGE ENCRYPTED FILE-----");
	str s = value;

	while (s.n > 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
		s.n--;
	return (s.n > begin.n + end.n && str_eq((str){ s.p, begin.n }, begin)
	    && str_eq((str){ s.p + s.n - end.n, end.n }, end))
	    || fail(e, ERR_INPUT, "age-encryption.org/v1, ASCII armor",
	    "the report is not sealed: seal it before you send it");
}
