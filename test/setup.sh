#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# setup.sh - what scripts/setup does on machines that lack this and that. The
# programs it calls are played by small ones that note how they were called.
set -u
at=$(mktemp -d)
trap 'rm -rf "$at"' EXIT
failed=0
mkdir -p "$at/scripts" "$at/bin" "$at/lists"
cp scripts/setup "$at/scripts/setup"
for tool in awk cat cmp cp cut dirname env ls mkdir sh tr touch wc; do
	ln -s "$(command -v $tool)" "$at/bin/$tool"
done

# plays NAME BODY: a program NAME that notes its call in calls.
plays() {
	printf '#!/bin/sh\necho "%s $*" >> "%s/calls"\n%s\n' "$1" "$at" "$2" > "$at/bin/$1"
	chmod +x "$at/bin/$1"
}

# A machine that lacks nothing; installed holds what apt-get put there.
machine() {
	rm -rf "$at/calls" "$at/lacks" "$at/node_modules" "$at/bin/sudo"
	: > "$at/lacks"
	echo 1 > "$at/package-lock.json"
	mkdir "$at/node_modules"
	cp "$at/package-lock.json" "$at/node_modules/.leman-setup"
	touch "$at/lists/x_Packages"
	printf '#!/bin/sh\nshift 2\nfor p; do grep -qx "$p" "%s/lacks" || echo "$p installed"; done\n' "$at" > "$at/bin/dpkg-query"
	chmod +x "$at/bin/dpkg-query"
	ln -sf "$(command -v grep)" "$at/bin/grep"
	plays apt-get "case \" \$* \" in *' install '*) : > '$at/lacks' ;; esac"
	plays npm 'mkdir -p node_modules'
	plays node 'echo v18.20.4'
	plays id 'echo 0'
}

# expect STATUS SAID CALLS [GROUP]: SAID stands in what it says ('' for silence),
# CALLS are the calls of apt-get, sudo and npm.
expect() {
	said=$(PATH=$at/bin LEMAN_APT_LISTS=$at/lists "$at/scripts/setup" "${4-run}" 2>&1)
	got=$?
	calls=$(grep -E '^(apt-get|sudo|npm) ' "$at/calls" 2> /dev/null | sed 's/ -qq -o Dpkg::Use-Pty=0//; s/ --no-install-recommends//; s/ --loglevel=error --no-progress//')
	[ $got -eq "$1" ] && [ "$calls" = "$3" ] && case $said in
		'') [ -z "$2" ] ;;
		*"$2"*) [ -n "$2" ] ;;
		*) false ;;
	esac && return
	printf 'status %s, expected %s; said, expected "%s":\n%s\ncalls, expected "%s":\n%s\n' "$got" "$1" "$2" "$said" "$3" "$calls"
	failed=1
}

machine
expect 0 '' ''
expect 0 '' '' test
expect 64 'usage' '' everything

machine
echo libsodium-dev > "$at/lacks"
expect 0 'libsodium-dev: Ed25519' 'apt-get install -y libsodium-dev'
expect 0 '' 'apt-get install -y libsodium-dev'

machine  # of another group
echo wrk > "$at/lacks"
expect 0 '' ''
expect 0 '' '' test
expect 0 'wrk: load' 'apt-get install -y wrk' bench

machine
rm "$at/lists/x_Packages"
echo gcc > "$at/lacks"
expect 0 'its lists are empty' 'apt-get update
apt-get install -y gcc'

machine  # the lists name a version that is gone
echo gcc > "$at/lacks"
plays apt-get "case \"\$* \$(cat '$at/old' 2> /dev/null)\" in *update*) echo new > '$at/old' ;; *new) : > '$at/lacks' ;; *) exit 100 ;; esac"
expect 0 'once more' 'apt-get install -y gcc
apt-get update
apt-get install -y gcc'

machine  # apt-get cannot
echo gcc > "$at/lacks"
plays apt-get 'exit 100'
expect 100 'once more' 'apt-get install -y gcc
apt-get update'

machine  # an apt-get that does nothing
echo gcc > "$at/lacks"
plays apt-get ''
expect 69 'still missing or too old' 'apt-get install -y gcc'

machine
plays node 'echo v16.20.2'
expect 69 'nodejs: bundles' 'apt-get install -y nodejs'
machine
plays node 'echo v22.1.0'
expect 0 '' ''
machine
rm "$at/bin/npm"
plays apt-get "printf '#!/bin/sh\\n' > '$at/bin/npm'; '$(command -v chmod)' +x '$at/bin/npm'"
expect 0 'npm: bundles' 'apt-get install -y npm'

machine
plays id 'echo 1000'
expect 0 '' ''
echo gcc > "$at/lacks"
expect 77 'this needs root, and there is no sudo' ''
plays sudo 'exec "$@"'
expect 0 'sudo, for apt-get alone' 'sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y gcc
apt-get install -y gcc'

machine
echo 2 > "$at/package-lock.json"
expect 0 'npm ci' 'npm ci'
expect 0 '' 'npm ci'
machine
rm -r "$at/node_modules"
plays npm 'exit 1'
expect 1 'npm ci' 'npm ci'
expect 1 'npm ci' 'npm ci
npm ci'
exit $failed
