#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# style_refuse.sh - shows what tools/style.sh refuses, and what it takes.
set -u
command -v clang-format-14 > /dev/null || command -v clang-format > /dev/null || { echo "no clang-format here"; exit 77; }
at=$(mktemp -d)
trap 'rm -rf "$at"' EXIT
failed=0

# says TEXT CONTENT: that of a file of the licence line and CONTENT; '' for nothing.
says() {
	printf "/* SPDX-License-Identifier: Apache-2.0 */\n$2" > "$at/x.c"
	said=$(tools/style.sh "$at/x.c" 2>&1)
	got=$?
	if [ -z "$1" ]; then
		[ $got -eq 0 ] && return
	elif [ $got -eq 1 ]; then
		case $said in *"$1"*) return ;; esac
	fi
	printf '%s\nexpected "%s": %s\n' "$2" "$1" "$said"
	failed=1
}

says '' 'static int\nf(int a)\n{\n\treturn a\n\t    + 1;\n}\n'
says '' 'static int f(int a) { return a; }\nstruct s { int a, b; };  /* both */\n'
says '' 'static const struct { const char *name; int n; } rows[] = {\n\t{ "a",   1 },\n\t{ "bcd", 2 },\n};\n'
says '' 'int x[] = { [1] = 2 };\nfor (size_t i = 0; i < n; )\n\tf(&x[i], (str){ p, n });\n'
says 'a blank at the end' 'int a; \n'
says 'a carriage return' 'int a;\r\n'
says 'more than 120 columns' "/* $(awk 'BEGIN { for (i = 0; i < 120; i++) printf "é" }') */\n"
says '' "/* $(awk 'BEGIN { for (i = 0; i < 114; i++) printf "é" }') */\n"
says '' "\tf(e,\n\t    \"$(awk 'BEGIN { for (i = 0; i < 130; i++) printf "x" }')\", b);\n"
says 'a tab after the indentation' 'int\ta;\n'
says 'indentation is tabs' 'void\nf(void)\n{\n    f();\n}\n\nvoid\ng(void)\n{\n\t   f();\n}\n'
says 'return type stands on a line' 'static int f(int a)\n{\n\treturn a;\n}\n'
says 'brace of a function' 'static int f(int a) {\n\treturn a;\n}\n'
says '} else stands' 'void\nf(void)\n{\n\tif (a) {\n\t\tb();\n\t}\n\telse\n\t\tc();\n}\n'
says '+' 'int a=1;\n'
says '+' 'void\nf(void)\n{\n\tif(a)\n\t\tb();\n}\n'
says '+' 'char* p;\n'
says '+' 'int a = b+c;\n'
says '+' 'int a = f (b);\n'
says '+' 'int a = f( b );\n'
says '+' 'int a = (int) b;\n'
says '+' 'int x[] = {1, 2};\n'
printf 'int a;\n' > "$at/x.c"
tools/style.sh "$at/x.c" | grep -q 'the first line names the licence' || { echo 'no licence, and nothing said'; failed=1; }
exit $failed
