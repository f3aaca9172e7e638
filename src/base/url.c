/* SPDX-License-Identifier: Apache-2.0 */
#include "base/url.h"

static bool
starts_with(str s, str lower)
{
	if (s.n <= lower.n)
		return false;
	for (size_t i = 0; i < lower.n; i++)
		if ((s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] | 0x20 : s.p[i]) != lower.p[i])
			return false;
	return true;
}

bool
url_from(str s, struct url *out, struct err *e)
{
	static const str schemes[] = { STR("https://"), STR("http://"), STR("mailto:") };
	bool known = s.n > 0 && s.p[0] == '/' && (s.n == 1 || s.p[1] != '/');

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("\"'<>\\^`{|}", s.p[i]) != NULL)
			return fail(e, ERR_INPUT, "RFC 3986 2", "byte %zu of the address is not allowed there", i + 1);
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		known = known || starts_with(s, schemes[i]);
	if (!known)
		return fail(e, ERR_INPUT, "RFC 3986 3.1",
		    "not an http, https or mailto address nor a path of this site: %.*s", STR_ARG(s));
	*out = (struct url){ s };
	return true;
}
