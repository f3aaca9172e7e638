#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# words_refuse.sh BUILD - shows that tools/words.sh misses what is not translated.
set -eu
po=$(mktemp)
trap 'rm -f "$po"' EXIT
sed '/^msgid "sign in first"/,/^$/d' po/fr.po > "$po"
if said=$(tools/words.sh "$1" "$po" 2>&1); then
	echo "a text was taken out, and nothing was said"
	exit 1
fi
case $said in *"used but not defined"*) ;; *) echo "$said"; exit 1 ;; esac
