/* SPDX-License-Identifier: Apache-2.0 */
#include "base/library.h"

#include <dlfcn.h>

bool
library_load(const char *soname, const char *package, const struct library_symbol *symbols, size_t n, struct err *e)
{
	void *handle = dlopen(soname, RTLD_NOW | RTLD_LOCAL);

	if (handle == NULL)
		return fail(e, ERR_NOT_FOUND, NULL, "%s is not on this machine: install the package %s",
		    soname, package);
	for (size_t i = 0; i < n; i++) {
		void *symbol = dlsym(handle, symbols[i].name);

		if (symbol == NULL)
			return fail(e, ERR_NOT_FOUND, NULL, "%s is too old here: %s is missing", soname,
			    symbols[i].name);
		memcpy(symbols[i].at, &symbol, sizeof symbol);  /* POSIX: such a pointer is a function's too */
	}
	return true;
}
