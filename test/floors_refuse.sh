#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# floors_refuse.sh - shows that tools/floors.sh refuses what it should.
set -u
at=$(mktemp -d)
trap 'rm -rf "$at"' EXIT
failed=0

lines() { awk -v n="$1" 'BEGIN { while (n-- > 0) printf "\\n" }'; }

# expect STATUS TEXT FILE CONTENT: with this one file in the house.
expect() {
	rm -rf "${at:?}"/*
	mkdir -p "$at/src/base" "$at/$(dirname "$3")"
	: > "$at/src/base/empty.c"
	printf "$4" > "$at/$3"
	said=$(tools/floors.sh tools/floors.txt "$at")
	got=$?
	[ $got -eq "$1" ] && case $said in *"$2"*) true ;; *) false ;; esac && return
	echo "$3: status $got, expected $1 and '$2': $said"
	failed=1
}

expect 0 ''                            src/web/page_x.c    '#include "web/web.h"\n#include "store/store.h"\n#include <stdio.h>\n'
expect 1 'is on floor 4, this file'    src/ledger/tree.c   '#include "store/store.h"\n'
expect 1 'is on floor 3, this file'    src/ledger/tree.c   '#include "report/case.h"\n'
expect 1 'is on floor 1, this file'    src/base/str.c      '  #  include "format/json.h"\n'
expect 0 ''                            src/store/store_sqlite.c '#include <sqlite3.h>\n'
expect 1 'belongs into src/store/store_sqlite.c alone' src/store/store_report.c '#include <sqlite3.h>\n'
expect 1 'belongs into src/web/serve.c alone' src/web/route.c '#include <microhttpd.h>\n'
expect 0 ''                            src/crypto/hash.c   '#include <openssl/evp.h>\n#include <sodium.h>\n'
expect 1 'belongs into src/crypto/ alone' src/ledger/tree.c '#include <openssl/evp.h>\n'
expect 1 'is not in the table'         src/base/str.c      '#include <jansson.h>\n'
expect 1 'this folder has no floor'    src/stuff/x.c       '\n'
expect 1 'name the noun'               src/base/util.c     '\n'
expect 0 ''                            src/base/str.c      "$(lines 500)"
expect 1 'src/base/str.c: more than 500 lines' src/base/str.c "$(lines 501)"
for file in tools/a.c test/web/a.c fuzz/web/a.c bench/a.c assets/a.ts assets/part/a.ts assets/a.css tools/a.sh; do
	expect 1 "$file: more than 500 lines" $file "$(lines 501)"
done
expect 0 ''                            test/data/a.json    "$(lines 501)"
rm -rf "${at:?}"/*

mkdir -p "$at/src/web"
for i in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20; do
	echo '#include "web/everything.h"' > "$at/src/web/page_$i.c"
done
said=$(tools/floors.sh tools/floors.txt "$at") && { echo "a header for everything was taken"; failed=1; }
case $said in *"more than half"*) ;; *) echo "$said"; failed=1 ;; esac
exit $failed
