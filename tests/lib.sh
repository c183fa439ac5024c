# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What test scripts share: they source it, and then are in the root of the project. tests/run says
# what a test finds in its environment; started by hand, a test takes build/.

set -u
export LC_ALL=C
self=$(realpath "$0")
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
NATU_BUILD=$(cd "${NATU_BUILD:-build}" && pwd) || exit 1
export NATU_BUILD NATU="${NATU:-$NATU_BUILD/natu}"
TOOLS=$NATU_BUILD/tests
failures=0
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

ok() {
	echo "ok $1"
}

# not_ok NAME [FILE]: what explains it is in the file.
not_ok() {
	[ $# -lt 2 ] || sed 's/^/# /' "$2" | head -n 60
	echo "not ok $1"
	failures=$((failures + 1))
}

skip() {
	echo "skip $1: $2"
}

finish() {
	[ $failures = 0 ]
	exit
}

# check NAME COMMAND...: well if the command is; what it prints explains it if not.
check() {
	local name=$1
	shift
	if "$@" >"$scratch/why" 2>&1; then
		ok "$name"
	else
		not_ok "$name" "$scratch/why"
	fi
}

# ends STATUS COMMAND...: true if it ends with that status. Leaves what it printed in
# $scratch/out and $scratch/err.
ends() {
	local wanted=$1 status
	shift
	"$@" >"$scratch/out" 2>"$scratch/err"
	status=$?
	[ $status = "$wanted" ] && return
	echo "status $status, not $wanted: $*"
	cat "$scratch/err"
	return 1
}

is_empty() {
	[ -s "$1" ] || return 0
	echo "this should be empty:"
	cat "$1"
	return 1
}

# needs PROGRAM...: ends the test as skipped when one is not there.
needs() {
	local program
	for program; do
		command -v "$program" >/dev/null && continue
		skip "$(basename "$0")" "no $program"
		exit 0
	done
}

# in_namespace "$@": starts the test again in a network namespace of its own: as root where that is
# allowed, else as root of a user namespace. Where it can be, other processes are out of sight too.
in_namespace() {
	local how
	[ -z "${NATU_NAMESPACE:-}" ] || return 0
	needs unshare
	for how in '-npf --mount-proc' -n '-rnpf --mount-proc' -rn; do
		# shellcheck disable=SC2086 # several options
		unshare $how true 2>/dev/null || continue
		rm -rf "$scratch"
		export NATU_NAMESPACE=$how
		# shellcheck disable=SC2086,SC2093 # what follows is for the other case
		exec unshare $how "$BASH" "$self" "$@"
	done
	skip "$(basename "$0")" "no right to make a network namespace"
	exit 0
}

# Connections that outlived their listener: nobody can tell them from those of the next one that
# gets its port, but by whose it was.
half_open_are_left() {
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$4 == "03" { left = 1 } END { exit !left }'
}

# start_sockets [-n ROWS] [KIND...]: makes sockets with mksock and keeps them until stop_sockets or the
# end of the script. Their descriptions are in $scratch/sockets; kinds that cannot be made here
# are skipped.
start_sockets() {
	local line tries=200
	while half_open_are_left && [ $((tries--)) -gt 0 ]; do sleep 0.1; done
	coproc SOCKETS { exec "$TOOLS/mksock" "$@" 2>"$scratch/mksock.err"; }
	# shellcheck disable=SC2153,SC2034 # coproc sets SOCKETS_PID
	sockets_pid=$SOCKETS_PID
	while read -r line <&"${SOCKETS[0]}"; do
		[ "$line" != ready ] || break
		echo "$line"
	done >"$scratch/all"
	if [ "${line:-}" != ready ]; then
		not_ok "make sockets: $*" "$scratch/mksock.err"
		finish
	fi
	grep -v '^{"skip"' "$scratch/all" >"$scratch/sockets"
	sed -n 's/^{"skip":"\(.*\)","reason":"\(.*\)"}$/skip \1: \2/p' "$scratch/all"
}

stop_sockets() {
	eval "exec ${SOCKETS[0]}<&- ${SOCKETS[1]}>&-"
	wait "$sockets_pid"
}
