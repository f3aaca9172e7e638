#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# words.sh BUILD [PO] - collects the program's texts from src/ and from what
# mkview made of the views in BUILD/gen; prints them as a .pot, or with PO says
# which of them PO does not translate. Needs gettext; runs in the source folder.
set -eu
pot=$(mktemp)
trap 'rm -f "$pot"' EXIT
find src "$1/gen" -name '*.c' ! -name '*.gen.c' | sort | xargs xgettext --from-code=UTF-8 --language=C --output=- \
    --keyword --keyword=N_ --keyword=fail:4 --keyword=msg:2 --keyword=msg_n:2,3 \
    --keyword=html_msg:3 --keyword=html_msg_n:3,4 | sed 's/charset=CHARSET/charset=UTF-8/' > "$pot"
if [ $# -eq 1 ]; then cat "$pot"; else msgcmp "$2" "$pot"; fi
