#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# pseudo.sh BUILD OUT - writes OUT, a .po that "translates" every text of the
# program for people who test: letters become Arabic ones between brackets,
# read from right to left, so what stands in Latin letters was never handed to
# translators. Conversions (%zu) stay. As in Arabic a count has six forms, and
# each begins with its number. OUT is left alone where nothing has changed.
set -eu
made=$(mktemp)
trap 'rm -f "$made"' EXIT
tools/words.sh "$1" | awk '
BEGIN {
	latin = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	split("ا ب ج د ه و ز ح ط ي ك ل م ن س ع ف ص ق ر ش ت ث خ ذ ض", arabic, " ")
	for (i = 1; i <= 52; i++)
		look[substr(latin, i, 1)] = arabic[(i - 1) % 26 + 1]
	print "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\""
	print "\"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : " \
	    "n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);\\n\""
}

# The inside of a C literal, letter by letter; escapes and conversions as they are.
function pseudo(s, mark,    out) {
	out = "⟦" mark
	while (s != "") {
		if (match(s, /^%[.*]*[lz]*[a-z%]/) || match(s, /^\\./))
			out = out substr(s, 1, RLENGTH)
		else {
			RLENGTH = 1
			out = out (substr(s, 1, 1) in look ? look[substr(s, 1, 1)] : substr(s, 1, 1))
		}
		s = substr(s, RLENGTH + 1)
	}
	return out "⟧"
}

function flush(    form) {
	if (id != "") {
		texts++
		print "\nmsgid \"" id "\""
		if (many == "")
			print "msgstr \"" pseudo(id, "") "\""
		else {
			print "msgid_plural \"" many "\""
			for (form = 0; form < 6; form++)
				print "msgstr[" form "] \"" pseudo(many, form " ") "\""
		}
	}
	id = many = into = ""
}

{ text = $0; sub(/^[^"]*"/, "", text); sub(/"$/, "", text) }
/^msgid "/        { flush(); into = "id"; id = text; next }
/^msgid_plural "/ { into = "many"; many = text; next }
/^msgstr/         { into = ""; next }
/^"/ && into == "id"   { id = id text }
/^"/ && into == "many" { many = many text }
END { flush(); if (texts == 0) { print "pseudo.sh: no texts were collected" > "/dev/stderr"; exit 1 } }' > "$made"
cmp -s "$made" "$2" || cat "$made" > "$2"
