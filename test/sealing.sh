#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sealing.sh LEMAN - what keygen, seal and open say and leave behind when things
# go wrong; needs nothing but leman.
set -u
leman=$1
at=$(mktemp -d)
trap 'rm -rf "$at"' EXIT
unset LC_ALL LC_MESSAGES LANG LEMAN_PASSPHRASE
failed=0

wrong() {
	echo "wrong: $*"
	failed=1
}

# expect STATUS TEXT COMMAND...: that status, and TEXT somewhere in what is said.
expect() {
	status=$1 text=$2
	shift 2
	said=$("$@" 2>&1 < /dev/null)
	got=$?
	[ $got -eq "$status" ] && case $said in *"$text"*) true ;; *) false ;; esac && return
	wrong "$*: status $got, expected $status and '$text': $said"
}

# only NAMES: nothing else lies in the folder.
only() {
	[ "$(ls -A "$at" | sort | tr '\n' ' ')" = "$1 " ] || wrong "left behind: $(ls -A "$at" | tr '\n' ' '), expected $1"
}

"$leman" keygen -o "$at/key" 2> /dev/null || wrong keygen
"$leman" keygen -o "$at/other" 2> /dev/null || wrong keygen
to=$("$leman" keygen -y "$at/key")
secret=$(grep ^AGE- "$at/key")
{ printf x; head -c 199999 /dev/urandom; } > "$at/in"  # what begins with a blank or - is judged as armor
"$leman" seal -r "$to" -o "$at/good" "$at/in" || wrong seal
head -c 150000 "$at/good" > "$at/cut"
{ head -c 100000 "$at/good"; printf x; tail -c +100002 "$at/good"; } > "$at/changed"
{ cat "$at/good"; printf x; } > "$at/longer"
printf 'kept\n' > "$at/old"
files="changed cut good in key longer old other"
only "$files"

# A key is never overwritten, and no secret is ever said.
before=$(cat "$at/key")
expect 73 "is there already, and a key is never overwritten" "$leman" keygen -o "$at/key"
[ "$before" = "$(cat "$at/key")" ] || wrong "a key was overwritten"
expect 74 "No such file" "$leman" keygen -o "$at/none/key"
"$leman" keygen > "$at/x" 2> "$at/y" && grep -q '^AGE-SECRET-KEY-1' "$at/x" && grep -q '^Public key: age1' "$at/y" || wrong "keygen to a pipe"
rm "$at/x" "$at/y"

# A broken file leaves what was there, and nothing beside it.
for broken in cut changed longer; do
	expect 65 "C2SP age, Payload" "$leman" open -i "$at/key" -o "$at/old" "$at/$broken"
	[ "$(cat "$at/old")" = kept ] || wrong "$broken: the old file is gone"
	expect 65 "C2SP age, Payload" "$leman" open -i "$at/key" -o "$at/new" "$at/$broken"
	only "$files"
	# To a pipe what is sound comes, and no more.
	"$leman" open -i "$at/key" "$at/$broken" > "$at/out" 2> /dev/null
	[ $? -eq 65 ] || wrong "$broken: status"
	cmp -n "$(stat -c %s "$at/out")" -s "$at/out" "$at/in" || wrong "$broken: other bytes came out"
	rm "$at/out"
done
expect 65 "nothing was given where an age file is expected" "$leman" open -i "$at/key" -o "$at/new"
expect 65 "chunk 3 was changed, or the file was cut" "$leman" open -i "$at/key" -o "$at/new" "$at/cut"
expect 65 "chunk 4 was changed, or the file was cut" "$leman" open -i "$at/key" -o "$at/new" "$at/longer"
said=$("$leman" open -i "$at/key" "$at/changed" 2>&1 > /dev/null)
case $said in *"chunk 2 was changed"*) ;; *) wrong "changed: $said" ;; esac
expect 77 "no identity that was given opens this file" "$leman" open -i "$at/other" -o "$at/new" "$at/good"
expect 77 "give the file of one's identity with -i" "$leman" open -o "$at/new" "$at/good"
expect 65 "not an age file" "$leman" open -i "$at/key" -o "$at/new" "$at/in"
expect 66 "No such file" "$leman" open -i "$at/key" -o "$at/new" "$at/none"
expect 66 "No such file" "$leman" open -i "$at/none" -o "$at/new" "$at/good"
expect 66 "No such file" "$leman" seal -r "$to" -o "$at/new" "$at/none"
only "$files"

# Keys that are none.
expect 65 "the check at the end does not fit" "$leman" seal -r "${to%?}q" "$at/in"
expect 65 "an identity, which is secret" "$leman" seal -r "$secret" "$at/in"
expect 65 "a kind of recipient that is not sealed to here yet" "$leman" seal -r "ssh-ed25519 AAAA" "$at/in"
expect 64 "leman seal [-a]" "$leman" seal -x
expect 64 "leman open [-o OUT]" "$leman" open -i "$at/key" "$at/good" more
expect 64 "leman keygen" "$leman" keygen more
expect 65 "for whom?" "$leman" seal "$at/in"
expect 65 "sealed to one or the other" "$leman" seal -p -r "$to" "$at/in"
printf '# a comment\n\n%s\nage1qqq\n' "$to" > "$at/list"
expect 65 "list, line 4: not a recipient: 7 characters" "$leman" seal -R "$at/list" "$at/in"
printf '# nobody\n' > "$at/list"
expect 65 "no recipient in it" "$leman" seal -R "$at/list" "$at/in"
expect 65 "no identity in it" "$leman" open -i "$at/list" "$at/good"
printf '%s\n' "$to" > "$at/list"
expect 65 "line 1: a recipient, which seals" "$leman" open -i "$at/list" "$at/good"
printf '%sx\n' "$secret" > "$at/list"
expect 65 "line 1: not an identity: 75 characters" "$leman" open -i "$at/list" "$at/good"
case $said in *"$secret"*) wrong "a secret was said" ;; esac
printf 'AGE-SECRET-KEY-PQ-1QQQ\n' > "$at/list"
expect 65 "line 1: a post-quantum identity" "$leman" open -i "$at/list" "$at/good"
printf '%s\r\n%s\r\n' "$to" "$to" > "$at/list"
expect 0 "" "$leman" seal -R "$at/list" -o "$at/new" "$at/in"
rm "$at/list" "$at/new"

# Passphrases without a terminal.
expect 65 "there is no terminal to ask on: set LEMAN_PASSPHRASE" setsid -w "$leman" seal -p -o "$at/new" "$at/key"
expect 65 "the passphrase in LEMAN_PASSPHRASE is empty" env LEMAN_PASSPHRASE= "$leman" seal -p -o "$at/new" "$at/key"
only "$files"
LEMAN_PASSPHRASE=words "$leman" seal -a -p -o "$at/locked" "$at/key" || wrong "seal -p"
expect 77 "the passphrase is another one" env LEMAN_PASSPHRASE=other "$leman" open -i "$at/locked" -o "$at/new" "$at/good"
expect 0 "" env LEMAN_PASSPHRASE=words "$leman" open -i "$at/locked" -o "$at/new" "$at/good"
cmp -s "$at/in" "$at/new" || wrong "a locked identity"
[ "$(LEMAN_PASSPHRASE=words "$leman" keygen -y "$at/locked")" = "$to" ] || wrong "keygen -y of a locked identity"
rm "$at/locked" "$at/new"

# Where the output goes.
(umask 027 && "$leman" open -i "$at/key" -o "$at/new" "$at/good") && [ "$(stat -c %a "$at/new")" = 640 ] || wrong "mode of a new file"
chmod 604 "$at/new" && "$leman" open -i "$at/key" -o "$at/new" "$at/good" && [ "$(stat -c %a "$at/new")" = 604 ] || wrong "mode of an old file"
ln -s new "$at/link" && "$leman" seal -r "$to" -o "$at/link" "$at/in" && [ -L "$at/link" ] && cmp -s -n 22 "$at/new" "$at/good" || wrong "a symbolic link"
rm "$at/link"
"$leman" open -i "$at/key" -o /dev/null "$at/good" && [ -c /dev/null ] || wrong "a device"
cp "$at/in" "$at/new" && "$leman" seal -r "$to" -o "$at/new" "$at/new" && "$leman" open -i "$at/key" -o "$at/new" "$at/new" && cmp -s "$at/in" "$at/new" ||
	wrong "a file onto itself"
rm "$at/new"
expect 74 "No space left" "$leman" open -i "$at/key" -o /dev/full "$at/good"
if command -v script > /dev/null; then
	screen() { script -qec "$1" /dev/null < /dev/null; }
	case $(screen "$leman seal -r $to $at/in") in *"is not for a screen"*) ;; *) wrong "a sealed file on a screen" ;; esac
	case $(screen "$leman seal -a -r $to $at/key") in *"BEGIN AGE ENCRYPTED FILE"*) ;; *) wrong "armor on a screen" ;; esac
	case $(screen "$leman open -i $at/key $at/good") in *"is not plain text"*) ;; *) wrong "bytes on a screen" ;; esac
	printf 'plain \303\251\n' | "$leman" seal -r "$to" -o "$at/new" && case $(screen "$leman open -i $at/key $at/new") in *"plain é"*) ;; *) wrong "text on a screen" ;; esac
	printf 'a\033[2J' | "$leman" seal -r "$to" -o "$at/new" && case $(screen "$leman open -i $at/key $at/new") in *"is not plain text"*) ;; *) wrong "an escape on a screen" ;; esac
	printf 'a\302\2332J' | "$leman" seal -r "$to" -o "$at/new" && case $(screen "$leman open -i $at/key $at/new") in *"is not plain text"*) ;; *) wrong "a C1 control on a screen" ;; esac
	rm "$at/new"
fi
only "$files"
exit $failed
