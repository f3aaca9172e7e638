#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# floors.sh TABLE ROOT - does the house under ROOT/src stand as TABLE says?
#
# Refused: an include that goes up or sideways, a third-party header outside its
# place, a header that TABLE does not know, a util or common, a header that more
# than half of the files outside base include; and of what is written by hand in
# src, tools, test, fuzz, bench and assets, a file of more than 500 lines.
set -eu
table=$(realpath "$1")
cd "$2"
bad=0
# shellcheck disable=SC2046  # names without spaces
awk '
function refuse(why) { printf "%s:%d: %s\n", FILENAME, FNR, why; bad = 1 }
function inside(file, place) { return place ~ /\/$/ ? index(file, place) == 1 : file == place }

FNR == NR && $1 == "floor" { floor[$3] = $2 }
FNR == NR && $1 == "only" { place[$2] = $3 }
FNR == NR && $1 == "system" { for (i = 2; i <= NF; i++) system_header[$i] = 1 }
FNR == NR { next }

FNR == 1 {
	split(FILENAME, part, "/")
	mine = part[1] "/" part[2]
	if (!(mine in floor)) refuse("this folder has no floor")
	if (FILENAME ~ /\/(utils?|common|misc)\.[ch]$/) refuse("a name for anything: name the noun")
	outside += mine != "src/base"
}
/^[ \t]*#[ \t]*include/ {
	header = $0
	sub(/^[^"<]*["<]/, "", header)
	sub(/[">].*/, "", header)
	split(header, part, "/")
	theirs = "src/" part[1]
	where = header in place ? place[header] : place[part[1] "/"]
	if (theirs in floor) {
		if (theirs != mine && floor[theirs] >= floor[mine])
			refuse(header " is on floor " floor[theirs] ", this file on floor " floor[mine])
		users[header] += mine != "src/base" && theirs != "src/base" && FILENAME !~ "/" header "$"
	} else if (where != "") {
		if (!inside(FILENAME, where)) refuse(header " belongs into " where " alone")
	} else if (!(header in system_header))
		refuse(header " is not in the table")
}
END {
	for (header in users)
		if (outside >= 20 && users[header] > outside / 2) {
			print header ": more than half of all files include it"
			bad = 1
		}
	exit bad
}' "$table" $(find src -name '*.[ch]' | sort) || bad=1
long=$(for folder in src tools test fuzz bench assets scripts; do
	[ ! -d $folder ] || find $folder -path test/data -prune -o -type f \
	    \( -name '*.[ch]' -o -name '*.cpp' -o -name '*.css' -o -name '*.ts' -o -name '*.js' -o -name '*.sh' \) \
	    -exec awk 'FNR == 501 { print FILENAME ": more than 500 lines" }' {} +
done)
[ -z "$long" ] || { echo "$long"; bad=1; }
exit $bad
