#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# age_interop.sh LEMAN - sealed files go both ways between leman and age, and
# with npm's age-encryption where it is installed.
set -u
leman=$1
command -v age > /dev/null && command -v age-keygen > /dev/null || { echo "skipped: age is not installed"; exit 77; }
at=$(mktemp -d)
trap 'rm -rf "$at"' EXIT
unset LC_ALL LC_MESSAGES LANG LEMAN_PASSPHRASE
failed=0

wrong() {
	echo "wrong: $*"
	failed=1
}

# same A B WHAT
same() { cmp -s "$1" "$2" || wrong "$3"; }

"$leman" keygen -o "$at/ours" 2> "$at/said" || wrong "keygen"
age-keygen -o "$at/theirs" 2> /dev/null
ours=$(age-keygen -y "$at/ours")
theirs=$("$leman" keygen -y "$at/theirs")
[ "$ours" = "$("$leman" keygen -y "$at/ours")" ] || wrong "keygen -y of our own"
[ "$theirs" = "$(age-keygen -y "$at/theirs")" ] || wrong "keygen -y of theirs"
[ "$(cat "$at/said")" = "Public key: $ours" ] || wrong "what keygen says: $(cat "$at/said")"
[ "$(stat -c %a "$at/ours")" = 600 ] || wrong "mode of a key file"
# The layout, with the parts that differ taken out.
layout() { sed -e 's/^# created: [0-9T:Z+-]*$/# created: TIME/' -e 's/age1.*/RECIPIENT/' -e 's/^AGE-.*/SECRET/' "$1"; }
layout "$at/ours" > "$at/a" && layout "$at/theirs" > "$at/b"
same "$at/a" "$at/b" "layout of a key file"
printf '# both\n%s\n\n%s\n' "$ours" "$theirs" > "$at/recipients"
cat "$at/theirs" "$at/ours" > "$at/identities"

for n in 0 1 47 48 49 65535 65536 65537 131072 5000000; do
	head -c $n /dev/urandom > "$at/in"
	: > "$at/out"  # age does not make a file for nothing
	for armor in "" -a; do
		"$leman" seal $armor -r "$theirs" -o "$at/sealed" "$at/in" && age -d -i "$at/theirs" -o "$at/out" "$at/sealed" ||
			wrong "$n $armor: leman to age"
		same "$at/in" "$at/out" "$n $armor: leman to age, the bytes"
		age $armor -r "$ours" -o "$at/sealed" "$at/in" && "$leman" open -i "$at/ours" -o "$at/out" "$at/sealed" ||
			wrong "$n $armor: age to leman"
		same "$at/in" "$at/out" "$n $armor: age to leman, the bytes"
		# Several recipients, by pipes: each opens it.
		"$leman" seal $armor -r "$ours" -r "$theirs" < "$at/in" > "$at/sealed"
		for key in ours theirs identities; do
			age -d -i "$at/$key" < "$at/sealed" > "$at/out" || wrong "$n $armor: of two, age with $key"
			same "$at/in" "$at/out" "$n $armor: of two, age with $key, the bytes"
		done
		age $armor -R "$at/recipients" < "$at/in" > "$at/sealed"
		for key in ours theirs identities; do
			"$leman" open -i "$at/$key" < "$at/sealed" > "$at/out" || wrong "$n $armor: of two, leman with $key"
			same "$at/in" "$at/out" "$n $armor: of two, leman with $key, the bytes"
		done
		"$leman" seal $armor -R "$at/recipients" -o - - < "$at/in" | age -d -i "$at/theirs" > "$at/out"
		same "$at/in" "$at/out" "$n $armor: a file of recipients"
	done
done

# age asks for a passphrase on a terminal alone: script(1) is one.
LEMAN_PASSPHRASE='correct horse' "$leman" seal -p -o "$at/locked" "$at/ours" || wrong "seal -p"
LEMAN_PASSPHRASE='correct horse' "$leman" open "$at/locked" > "$at/out" && same "$at/ours" "$at/out" "a passphrase, to ourselves"
age -r "$ours" -o "$at/sealed" "$at/in"
LEMAN_PASSPHRASE='correct horse' "$leman" open -i "$at/locked" "$at/sealed" > "$at/out"
same "$at/in" "$at/out" "a locked identity file"
if command -v script > /dev/null; then
	# typed TEXT COMMAND: what is typed comes a second after the question.
	typed() { { sleep 1; printf '%s' "$1"; sleep 1; } | script -qec "$2" /dev/null > "$at/screen" 2>&1; }
	rm -f "$at/out"
	typed 'correct horse
' "age -d -o $at/out $at/locked"
	same "$at/ours" "$at/out" "a passphrase, leman to age: $(cat "$at/screen")"
	rm -f "$at/locked"
	typed 'battery staple
battery staple
' "age -p -o $at/locked $at/ours"
	LEMAN_PASSPHRASE='battery staple' "$leman" open -p "$at/locked" > "$at/out"
	same "$at/ours" "$at/out" "a passphrase, age to leman: $(cat "$at/screen")"
	rm -f "$at/out"
	typed 'battery staple
' "$leman open -o $at/out $at/locked"
	same "$at/ours" "$at/out" "a passphrase typed: $(cat "$at/screen")"
	grep -q 'battery' "$at/screen" && wrong "a passphrase was shown"
else
	echo "passphrases between leman and age: not tried, script(1) is not installed"
fi

modules=$(dirname "$0")/../node_modules
if [ -d "$modules/age-encryption" ] && command -v node > /dev/null; then
	cat > "$at/peer.mjs" <<'EOF'
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
const [modules, verb, key, from, to] = process.argv.slice(2);
const meta = JSON.parse(await readFile(modules + "/age-encryption/package.json", "utf8"));
const entry = typeof meta.exports === "string" ? meta.exports : meta.exports["."]?.default ?? meta.exports["."] ?? meta.main;
const age = await import(pathToFileURL(modules + "/age-encryption/" + (entry.default ?? entry)));
const bytes = await readFile(from);
if (verb === "seal") {
	const e = new age.Encrypter();
	e.addRecipient(key);
	await writeFile(to, await e.encrypt(bytes));
} else {
	const d = new age.Decrypter();
	d.addIdentity(key);
	await writeFile(to, await d.decrypt(bytes));
}
EOF
	modules=$(realpath "$modules")
	secret=$(grep '^AGE-' "$at/ours")
	for n in 0 1 65535 65536 65537; do
		head -c $n /dev/urandom > "$at/in"
		node "$at/peer.mjs" "$modules" seal "$ours" "$at/in" "$at/sealed" && "$leman" open -i "$at/ours" -o "$at/out" "$at/sealed" ||
			wrong "$n: age-encryption to leman"
		same "$at/in" "$at/out" "$n: age-encryption to leman, the bytes"
		"$leman" seal -r "$ours" -o "$at/sealed" "$at/in" && node "$at/peer.mjs" "$modules" open "$secret" "$at/sealed" "$at/out" ||
			wrong "$n: leman to age-encryption"
		same "$at/in" "$at/out" "$n: leman to age-encryption, the bytes"
	done
else
	echo "age-encryption: not tried, there is no node_modules/age-encryption"
fi
exit $failed
