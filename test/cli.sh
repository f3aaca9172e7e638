#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# cli.sh LEMAN - exit statuses and what a person reads.
set -u
leman=$1
at=$(mktemp -d)
trap 'rm -rf "$at"' EXIT
unset LC_ALL LC_MESSAGES LANG
failed=0

# expect STATUS TEXT COMMAND...: that status, and TEXT somewhere in the output.
expect() {
	status=$1 text=$2
	shift 2
	said=$("$@" 2>&1)
	got=$?
	[ $got -eq "$status" ] && case $said in *"$text"*) true ;; *) false ;; esac && return
	echo "$*: status $got, expected $status and '$text': $said"
	failed=1
}

root=CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
printf 'example.com/log\n20852163\n%s\n\n— example.com/log Az3grlgt\n' $root > "$at/good"
printf 'example.com/log\n07\n%s\n\n— example.com/log Az3grlgt\n' $root > "$at/bad"
printf '{"neither": 1}\n' > "$at/other"
head -c 65537 /dev/zero > "$at/large"

expect 0 "checkpoint of example.com/log: 20852163 leaves; its signatures were not checked" "$leman" verify "$at/good"
expect 1 "line 2: a decimal tree size is missing: C2SP tlog-checkpoint, Note text" "$leman" verify "$at/bad"
expect 2 "not a kind of file that is known here" "$leman" verify "$at/other"
expect 65 "not a file of at most 65536 bytes" "$leman" verify "$at/large"
expect 66 "No such file" "$leman" verify "$at/none"
expect 64 "0 right, 1 wrong, 2 could not judge" "$leman" verify
expect 64 "64 and above: it could not run" "$leman"
expect 65 "a setting is --name and its value" "$leman" serve "$at"
expect 65 "--no-such-key" "$leman" serve --no-such-key 1
expect 65 "an address to listen on is like 127.0.0.1:8080" "$leman" serve --data "$at/data" --listen 127.0.0.1:65536
expect 65 "an address to listen on is like 127.0.0.1:8080" "$leman" serve --data "$at/data" --listen 8080
expect 65 "say with --origin how browsers reach it" "$leman" serve --data "$at/data" --listen 0.0.0.0:0
expect 65 "tls-cert and tls-key belong together" "$leman" serve --data "$at/data" --listen 127.0.0.1:0 --tls-cert "$at/good"
expect 65 "an origin is http:// or https://" "$leman" serve --data "$at/data" --listen 127.0.0.1:0 --origin https://leman.example/path
expect 66 "No such file" "$leman" serve --data "$at/data" --config "$at/none"
expect 1 "une taille d’arbre décimale manque" env LANG=fr_CH.UTF-8 "$leman" verify "$at/bad"
expect 74 "No such file" "$leman" serve --data "$at/none/deeper" --listen 127.0.0.1:0
printf 'listen = 127.0.0.1:0\nlistens = 1\n' > "$at/conf"
expect 65 "conf:2: there is no setting listens" "$leman" serve --data "$at/data" --config "$at/conf"
exit $failed
