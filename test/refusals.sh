#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# refusals.sh TOOLS CC GEN - what mkview, mksql, mkmsg and the types of
# base/html.h must refuse; and beside it what they must take.
set -u
tools=$1 cc=$2 gen=$3
at=$(mktemp -d)
trap 'rm -rf "$at"' EXIT
mkdir "$at/views"
view="$at/views/x.html"
failed=0
flags='-std=c17 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -fsyntax-only'

cat > "$at/sample.h" <<'END'
#include "base/html.h"
struct sample { str s; struct safe_html h; struct url u; int n; size_t count; const char *c; const struct asset *a; };
struct asset;
void asset_url(struct buf *b, const struct asset *a);
void asset_sri(struct buf *b, const struct asset *a);
void view_x(struct buf *b, const struct reader *r, const struct sample *p);
END

wrong() {
	echo "$*"
	failed=1
}

mkview() {
	printf '{{%% param const struct sample *p }}\n%s\n' "$1" > "$view"
	"$tools/mkview" "$view" > "$at/x.c" 2> "$at/said"
}

compile() {
	$cc $flags -Isrc -I"$gen" -include "$at/sample.h" "$at/x.c" 2> "$at/said"
}

# takes HTML: mkview takes it, and the C compiles without a warning.
takes() {
	mkview "$1" && compile || wrong "should be taken: $(echo "$1" | cut -c 1-80): $(cat "$at/said")"
}

# refuses TEXT HTML: mkview says TEXT.
refuses() {
	mkview "$2" && wrong "should be refused: $2"
	grep -qF "$1" "$at/said" || wrong "$2: expected '$1': $(cat "$at/said")"
}

# mistyped HTML: mkview takes it, and it does not compile.
mistyped() {
	mkview "$1" || wrong "should be taken by mkview: $1: $(cat "$at/said")"
	compile && wrong "should not compile: $1"
}

takes '<p title="{{ p->s }}">{{ p->s }} {{ p->h }} {{ p->n }}</p>'
takes '<a href="{{ p->u }}">x</a> <img src="{{ p->u }}" alt="{{ p->s }}">'
takes '<a href="/reports/{{ p->s }}?page={{ p->n }}#end">x</a>'
takes '<form method="post" action="/reports/{{ p->s }}"><textarea name="t">{{ p->s }}</textarea></form>'
takes '<!doctype html><title>{{ p->s }}</title><script src="/a.js"></script><br>'
takes '<input {{% if (p->n) }}disabled {{% end }}data-x="{{ p->s }}" value="{{% if (p->n) }}a{{% else }}b{{% end }}">'
takes '<p title="{{_ "Report" }}">{{_ "Report" }} {{_n "%zu report is due", "%zu reports are due", p->count }}</p>{{# why }}'
takes '<p>what??! "quoted" \ and 3 &lt; 4</p>'
takes "<p>$(printf '%9000s' '' | tr ' ' x)</p>"

refuses 'outside a quoted attribute' '<p title={{ p->s }}>'
refuses 'outside a quoted attribute' '<p title=x{{ p->s }}>'
refuses 'outside a quoted attribute' '<p {{ p->s }}>'
refuses 'outside a quoted attribute' '<p {{ p->s }}="x">'
refuses 'outside a quoted attribute' '<p{{ p->s }}>'
refuses 'holds no text' '<script>{{ p->s }}</script>'
refuses 'holds no text' '<style>{{ p->s }}</style>'
refuses 'holds no text' '<script src="/a.js"></script><script>{{ p->s }}</script>'
refuses 'neither text nor the link' '<p onclick="{{ p->s }}">'
refuses 'neither text nor the link' '<p style="{{ p->s }}">'
refuses 'neither text nor the link' '<iframe srcdoc="{{ p->s }}">'
refuses 'neither text nor the link' '<script src="{{ p->u }}">'
refuses 'neither text nor the link' '<base href="{{ p->u }}">'
refuses 'neither text nor the link' '<link href="/style/{{ p->s }}">'
refuses 'neither text nor the link' '<button formaction="{{ p->u }}">'
refuses 'neither text nor the link' '<meta http-equiv="refresh" content="{{ p->s }}">'
refuses 'one struct url, or a path' '<a href="javascript:{{ p->s }}">'
refuses 'one struct url, or a path' '<a href="https://{{ p->s }}">'
refuses 'one struct url, or a path' '<a href="/{{ p->s }}">'
refuses 'one struct url, or a path' '<a href="//{{ p->s }}">'
refuses 'one struct url, or a path' '<a href="{{ p->u }}{{ p->s }}">'
refuses 'one struct url, or a path' '<form action="{{ p->u }}">'
takes '<link rel="stylesheet" href="{{@ p->a }}" integrity="{{@ p->a }}"><script src="{{@ p->a }}"></script>'
refuses 'is a whole <link href>' '<a href="{{@ p->a }}">'
refuses 'is a whole <link href>' '<script src="/x{{@ p->a }}"></script>'
refuses 'is a whole <link href>' '<p>{{@ p->a }}</p>'
refuses 'is the whole link' '<script src="{{@ p->a }}/x"></script>'
mistyped '<script src="{{@ p->s }}"></script>'
refuses 'is the whole link' '<a href="{{ p->u }}/x">'
refuses 'in a link' '<a href="{{_ "Report" }}">'
refuses 'opens no tag' '<!-- {{ p->s }} -->'
refuses 'opens no tag' '3 < 4'
refuses 'opens no tag' '<{{ p->s }}>'
refuses 'opens no tag' '<1 title="<script>{{ p->s }}</script>">'
refuses 'opens no tag' '</1 title="><script>{{ p->s }}</script>">'
refuses 'opens no tag' '<svg><![CDATA[ {{ p->s }} ]]></svg>'
refuses 'content is not markup' '<title><a title="</title><script>{{ p->s }}</script>">'
refuses 'content is not markup' '<script></scripts>{{ p->s }}'
refuses 'content is not markup' '<textarea></text{{ p->s }}'
refuses 'a name in a tag' '<p title ="{{ p->s }}">'
refuses 'a name in a tag' '<p "{{ p->s }}">'
refuses "right after '='" '<p title= "{{ p->s }}">'
refuses 'in a value without quotes' '<p title=a"{{ p->s }}">'
refuses 'another tag or attribute' '{{% if (p->n) }}<script>{{% end }}{{ p->s }}'
refuses 'another tag or attribute' '<a {{% if (p->n) }}href{{% else }}title{{% end }}="{{ p->s }}">'
refuses 'another tag or attribute' '<a {{% if (p->n) }}on{{% end }}click="{{ p->s }}">'
refuses 'another tag or attribute' '<b title="{{% if (p->n) }}" {{% else }}x{{% end }}{{ p->s }}">'
refuses 'cannot begin here' '<scrip{{% if (p->n) }}t{{% end }}>{{ p->s }}'
refuses 'cannot begin here' '<a href="{{% if (p->n) }}/x{{% end }}">'
refuses 'no block is open' '{{% end }}'
refuses 'is missing' '{{% if (p->n) }}x'
refuses 'is missing' '<p title="{{ p->s }}'
refuses '{{ without }}' '{{ p->s'
refuses 'not one of if, for' '{{% while (1) }}'
refuses 'not one of if, for' '{{% param int n }}'

mistyped '{{ p->c }}'
mistyped '{{ p->u }}'
mistyped '<p title="{{ p->h }}">'
mistyped '<title>{{ p->h }}</title>'
mistyped '<a href="{{ p->s }}">'
mistyped '<a href="{{ p->h }}">'
mistyped '<a href="/reports/{{ p->h }}">'
mistyped '<a href="/reports/{{ p->u }}">'

# tool EXPECTED COMMAND...: EXPECTED on its error output; with '' it must succeed.
tool() {
	expected=$1
	shift
	if "$@" > "$at/x.c" 2> "$at/said"; then
		[ -z "$expected" ] || wrong "should be refused with '$expected': $(cat "$at/x.sql" "$at/fr.po" 2> /dev/null)"
	elif [ -z "$expected" ] || ! grep -qF "$expected" "$at/said"; then
		wrong "expected '$expected': $(cat "$at/said")"
	fi
}

sql() {
	printf '%s\n' "$2" > "$at/x.sql"
	tool "$1" "$tools/mksql" text "$at/x.sql"
}

sql '' "-- name: a
SELECT x FROM t WHERE a = \$1 AND b = \$2 AND c = \$1 AND d = '\$9';"
sql 'in the order $1, $2' '-- name: a
SELECT x FROM t WHERE a = $2 AND b = $1;'
sql 'in the order $1, $2' '-- name: a
SELECT x FROM t WHERE a = $1 AND b = $3;'
sql 'this name is taken' '-- name: a
SELECT 1;
-- name: a
SELECT 2;'
sql "without '-- name: '" 'SELECT 1;'
sql "has no ';'" '-- name: a
SELECT 1
-- name: b
SELECT 2;'
sql 'the last statement' '-- name: a'
sql 'lower-case letters' '-- name: A
SELECT 1;'
mkdir "$at/schema"
cp sql/schema/0001.sql "$at/schema/0001.sql"
cp sql/schema/0001.sql "$at/schema/0003.sql"
tool '' "$tools/mksql" schema "$at/schema/0001.sql"
tool 'without a gap' "$tools/mksql" schema "$at/schema/0001.sql" "$at/schema/0003.sql"

po() {
	printf 'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(%s);\\n"\n%s\n' "${3-n > 1}" "$2" > "$at/fr.po"
	tool "$1" "$tools/mkmsg" "$at/fr.po"
}

po '' 'msgid "%s: %zu"
msgstr "%s : %zu"
msgid "%zu file"
msgid_plural "%zu files"
msgstr[0] "un fichier"
msgstr[1] "%zu fichiers"'
po 'conversions differ' 'msgid "%s: %zu"
msgstr "%zu : %s"'
po 'conversions differ' 'msgid "%s"
msgstr "rien"'
po 'conversions differ' 'msgid "none"
msgstr "%n"'
po 'conversions differ' 'msgid "%zu file"
msgid_plural "%zu files"
msgstr[0] "%s fichier"
msgstr[1] "%zu fichiers"'
po 'not as many forms' 'msgid "%zu file"
msgid_plural "%zu files"
msgstr[0] "%zu fichier"'
po 'a msgid twice' 'msgid "a"
msgstr "b"
msgid "a"
msgstr "c"'
po 'not a line of a .po file' 'msgctxt "a"
msgid "a"
msgstr "b"'
po 'mend it' '#, fuzzy
msgid "a"
msgstr "b"'
po 'arithmetic on n' 'msgid "a"
msgstr "b"' 'system(n)'
exit $failed
