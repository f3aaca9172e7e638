#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# style.sh [FILE...] - is this C, or all there is, laid out as the rest of the house?
#
# clang-format judges the spaces between the words of a line. Where lines are
# broken and what is aligned in columns stays the writer's choice, since tables
# and one-line functions are read better so (docs/decisions.md says more); what
# of that has a rule is checked by the script below. A test's data are not cut,
# nor a text for people, which is one literal.
set -eu
# shellcheck disable=SC2046  # names without spaces
[ $# -gt 0 ] || set -- $(find src test tools fuzz bench -name '*.[ch]' | sort)
bad=0
awk '
function refuse(why) { printf "%s:%d: %s\n", FILENAME, FNR, why; bad = 1 }

# In columns: a tab leads to the next multiple of 8, a letter is one whatever its bytes.
function width(s,    i, n, c) {
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		n = c == "\t" ? n + 8 - n % 8 : c ~ /[\200-\277]/ ? n : n + 1
	}
	return n
}

FNR == 1 && $0 !~ /^\/\* SPDX-License-Identifier: Apache-2\.0 \*\/$/ { refuse("the first line names the licence") }
FNR == 1 { before = ""; comment = 0 }
/[ \t]$/ { refuse("a blank at the end of a line") }
/\r/ { refuse("a carriage return") }
width($0) > 120 && !(FILENAME ~ /(^|\/)(test|fuzz|bench)\// && /"/) && !/^[ \t]*"/ { refuse("more than 120 columns") }
/[^\t]\t/ && $0 !~ /^[ \t]*#/ { refuse("a tab after the indentation") }
!comment && (/^\t*( |   )[^ ]/ || /^     /) { refuse("indentation is tabs, then 4 spaces where a line goes on, 2 in a row of a table") }
/\/\*/ { comment = 1 }
/\*\// { comment = 0 }
/^\{$/ && before ~ /\)$/ && before !~ /^([a-z_A-Z0-9]+\(|\t|    )/ { refuse("the return type stands on a line of its own") }
/^[a-z].*\) \{$/ && $0 !~ /^(struct|enum|union) / { refuse("the brace of a function stands on a line of its own") }
/^\t*\}$/ { closed = FNR }
/^\t*else/ && closed == FNR - 1 && closed > 1 { refuse("} else stands on one line") }
{ before = $0 }
END { exit bad }' "$@" || bad=1

# Without line breaks, and without what clang-format 14 cannot know: _Generic has
# no labels, an empty third part of a for keeps its space, (n) * 8 in a macro is no
# cast, (void *)"text" is one, C has names like
# operator, not and or, and in an array of functions a pointer is no product.
words() { tr -d '\\' | tr -s ' \t\n' ' ' | sed 's/\([a-z0-9_]\) : html_/\1: html_/g; s/; \([;)]\)/;\1/g; s/( /(/g
    s/) \{0,1\}\* \{0,1\}/)*/g; s/) "/)"/g; s/\.operator *=/.operator=/g
    s/ \* \([a-z]\)/ *\1/g; s/ \[\]/[]/g; s/ ;/;/g'; }

config=$(mktemp)
trap 'rm -f "$config" "$config".is "$config".should' EXIT
sed 's/^ColumnLimit:.*/ColumnLimit: 0/; s/^AlwaysBreakAfterReturnType:.*/AlwaysBreakAfterReturnType: None/' .clang-format > "$config"
format=$(command -v clang-format-14 || command -v clang-format) || {
	echo "no clang-format here: the spaces were not judged"
	[ $bad -eq 0 ] && exit 77
	exit 1
}
for file in "$@"; do
	words < "$file" | fold -s -w 90 > "$config.is"
	"$format" --style="file:$config" "$file" | words | fold -s -w 90 > "$config.should"
	cmp -s "$config.is" "$config.should" && continue
	echo "$file: spaces; - as it is, + as clang-format has it:"
	diff "$config.is" "$config.should" | sed -n 's/^</-/p; s/^>/+/p' | head -n 6
	bad=1
done
exit $bad
