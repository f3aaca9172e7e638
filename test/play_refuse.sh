#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# play_refuse.sh PLAY LEMAN - shows that the play driver fails where a play is
# not kept, says where and why, and leaves no server behind.
set -u
play=$1 leman=$2
at=$(mktemp -d)
trap 'rm -rf "$at"' EXIT
failed=0

# ends STATUS TEXT PLAY: the driver ends so, and TEXT stands in what it says.
ends() {
	printf "$3" > "$at/x.play"
	said=$("$play" "$leman" "$at/x.play" 2>&1)
	got=$?
	kept=$(printf '%s\n' "$said" | sed -n 's/^--- kept: //p')
	case $kept in /tmp/leman-play.*) rm -rf "$kept" ;; esac
	[ $got -eq "$1" ] && case $said in *"$2"*) true ;; *) false ;; esac && return
	printf 'status %s, expected %s and "%s", of the play\n%b\nwhich said\n%s\n' "$got" "$1" "$2" "$3" "$said"
	failed=1
}

ends 0 ''                                      '# nothing\n\n'
ends 1 'x.play:2: no step is called jump'      '\njump up\n'
ends 1 'x.play:2: the run before ended with 3' "run sh -c 'exit 3'\nfile x y\n"
ends 1 'the last run ended with 3'             "run sh -c 'exit 3'\n"
ends 1 'the run before ended with 3'           "run sh -c 'exit 3'\nexpect out x\n"
ends 0 ''                                      "run sh -c 'exit 3'\nexpect exit 3\nexpect no x\n"
ends 1 'exit 0 expected, 3 found'              "run sh -c 'exit 3'\nexpect exit 0\n"
ends 1 'exit 0 expected, 137 found'            "run sh -c 'kill -9 \$\$\$\$'\nexpect exit 0\n"
ends 1 'exit 0 expected, 127 found'            'run no-such-command\nexpect exit 0\n'
ends 1 'not a number: zero'                    'run true\nexpect exit zero\n'
ends 1 "'b' expected in out"                   'run echo a\nexpect out b\n'
ends 1 '--- out, 2 bytes:'                     'run echo a\nexpect out b\n'
ends 1 "'a' expected in err"                   'run echo a\nexpect err a\n'
ends 0 ''                                      "run sh -c 'echo a >&2'\nexpect err a\n"
ends 1 "'a' should stand nowhere"              'run echo a\nexpect no a\n'
ends 1 "'a' should stand nowhere"              "run sh -c 'echo a >&2'\nexpect no a\n"
ends 1 'expect what? out'                      'run echo a\nexpect out\n'
ends 1 'expect what? body'                     'run echo a\nexpect body a\n'
ends 1 'expect what? status'                   'run echo a\nexpect status 200\n'
ends 1 'what is expected is missing'           'run echo a\nexpect\n'
ends 1 'no variable $X'                        'run echo $X\n'
ends 0 ''                                      'run echo $$5 of $DIR\nexpect out $$5 of /tmp/leman-play.\n'
ends 0 ''                                      'run echo key=abc1 z\nsave K key=([a-z0-9]+)\nrun echo -$K-\nexpect out -abc1-\n'
ends 1 'nothing matches'                       'run echo a\nsave K key=([a-z]+)\n'
ends 1 'not a regular expression'              'run echo a\nsave K a\n'
ends 1 'not a regular expression'              'run echo a\nsave K (a\n'
ends 1 'a variable is upper-case'              'run echo a\nsave k (a)\n'
ends 0 ''                                      'file a 1\\n2\\\\n\nrun sed -n 2p a\nexpect out 2\\n\nexpect no 1\nread a\nexpect out 1\n'
ends 1 'after a backslash'                     'file a \\x\n'
ends 0 ''                                      'input hello\\n\nrun cat\nexpect out hello\nrun cat\nexpect no hello\n'
ends 0 ''                                      "env FOO=bar x\nrun sh -c 'echo [\$\$FOO]'\nexpect out [bar x]\nenv FOO\nrun sh -c 'echo [\$\$FOO]'\nexpect out []\n"
ends 1 'a word begins with a quote'            "run echo 'a\n"
ends 1 'No such file'                          'read none\n'
ends 77 'skipped: no no-such-command'          'needs no-such-command\nrun false\n'
ends 1 'no server runs'                        'get /\n'
ends 1 'no server runs'                        'stop\n'
ends 1 'no server runs'                        'kill\n'
ends 1 'ended before it told its address'      'serve too many arguments here\n'
ends 1 'a server runs already'                 'serve\nserve\n'
ends 1 'status 200 expected, 404 found'        'serve\nget /nothing\nexpect status 200\n'
ends 1 'header X-None with'                    'serve\nget /nothing\nexpect header X-None a\n'
ends 1 'header Content-Type with'              'serve\nget /nothing\nexpect header Content-Type image/png\n'
ends 1 "'zzz' expected in body"                'serve\nget /nothing\nexpect body zzz\n'
ends 1 "'Content-Type' should stand nowhere"   'serve\nget /nothing\nexpect no Content-Type\n'
ends 1 "'<html' should stand nowhere"          'serve\nget /nothing\nexpect no <html\n'
ends 1 '--- log, its end, '                        'serve\nget /nothing\nexpect status 200\n'
ends 1 'header NAME: VALUE'                    'serve\nheader Accept\n'
ends 1 'the server ended with 0, expected 5'   'serve\nstop 5\n'
ends 1 'the server ended with 137'             'serve\nrun kill -9 $SERVER\n'
PLAY_SECONDS=1
export PLAY_SECONDS
ends 1 'x.play:2: this step took too long'     '\nrun sleep 9\n'
exit $failed
