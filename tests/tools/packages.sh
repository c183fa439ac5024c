#!/bin/sh
# SPDX-License-Identifier: MIT
#
# packages.sh run|check|lint|fuzz
#
# Installs what is missing to build natu (run), to test it (check), to lint it (lint) or to fuzz it (fuzz),
# by the system's package manager. What is missing is found by trying it, not by asking the package manager, so
# that a system on which all is there is left alone, whatever it calls its packages.

set -u

# set    need    is it there?                             apt              dnf                apk              pacman           zypper
table() {
	cat <<'END'
run      must    library:libmnl/libmnl.h:-lmnl            libmnl-dev       libmnl-devel       libmnl-dev       libmnl           libmnl-devel
run      must    library:linux/inet_diag.h:               linux-libc-dev   kernel-headers     linux-headers    linux-api-headers linux-glibc-devel
check    may     library:ares.h:                          libc-ares-dev    c-ares-devel       c-ares-dev       c-ares           c-ares-devel
check    must    library:CUnit/CUnit.h:-lcunit            libcunit1-dev    CUnit-devel        cunit-dev        cunit            cunit-devel
check    must    program:bash                             bash             bash               bash             bash             bash
check    may     option:-fsanitize=address,undefined      libc6-dev        libasan,libubsan   -                -                libasan8,libubsan1
check    may     program:pkg-config                       pkg-config       pkgconf-pkg-config pkgconf          pkgconf          pkg-config
check    may     program:netstat                          net-tools        net-tools          net-tools        net-tools        net-tools-deprecated
check    may     program:ss                               iproute2         iproute            iproute2         iproute2         iproute2
check    may     program:ip                               iproute2         iproute            iproute2         iproute2         iproute2
check    may     program:unshare                          util-linux       util-linux         util-linux-misc  util-linux       util-linux
check    may     program:strace                           strace           strace             strace           strace           strace
check    may     program:jq                               jq               jq                 jq               jq               jq
check    may     program:socat                            socat            socat              socat            socat            socat
check    may     program:tmux                             tmux             tmux               tmux             tmux             tmux
check    may     program:nc                               netcat-openbsd   netcat             netcat-openbsd   openbsd-netcat   netcat-openbsd
check    may     program:python3                          python3          python3            python3          python          python3
check    may     program:mandoc                           mandoc           mandoc             mandoc           mandoc           mandoc
check    may     program:sqlite3                          sqlite3          sqlite             sqlite           sqlite           sqlite3
check    may     module:jsonschema                        python3-jsonschema python3-jsonschema py3-jsonschema  python-jsonschema python3-jsonschema
check    may     program:zsh                              zsh              zsh                zsh              zsh              zsh
check    may     program:fish                             fish             fish               fish             fish             fish
check    may     file:/etc/services                       netbase          setup              -                iana-etc         netcfg
check    may     file:/usr/share/bash-completion/bash_completion bash-completion bash-completion bash-completion bash-completion bash-completion
lint     must    program:clang-format                     clang-format     clang-tools-extra  clang-extra-tools clang           clang
lint     must    program:cppcheck                         cppcheck         cppcheck           cppcheck         cppcheck         cppcheck
lint     must    program:clang-tidy                       clang-tidy       clang-tools-extra  clang-extra-tools clang           clang-tools
lint     must    program:bash                             bash             bash               bash             bash             bash
lint     must    program:mandoc                           mandoc           mandoc             mandoc           mandoc           mandoc
lint     must    program:shellcheck                       shellcheck       ShellCheck         shellcheck       shellcheck       ShellCheck
fuzz     must    program:bash                             bash             bash               bash             bash             bash
fuzz     must    fuzzer:clang                             clang,libclang-rt-dev clang,compiler-rt clang,compiler-rt clang,compiler-rt clang
END
}

# Compiles and links a program that includes header $1, with the flags after it.
compiles() {
	header=$1
	shift
	# shellcheck disable=SC2086 # CC may be several words
	{
		[ -z "$header" ] || printf '#include <stdio.h>\n#include <%s>\n' "$header"
		echo 'int main(void) { return 0; }'
	} | ${CC:-cc} -D_GNU_SOURCE -x c -o /dev/null - "$@" >/dev/null 2>&1
}

# A compiler has a fuzzer when it links one: that is a library apart.
links_fuzzer() {
	echo 'int LLVMFuzzerTestOneInput(const char *data, long size) { return size && !*data; }' |
		"$1" -fsanitize=fuzzer,address -x c -o /dev/null - >/dev/null 2>&1
}

is_there() {
	what=${1#*:}
	case $1 in
	program:*) command -v "$what" >/dev/null 2>&1 ;;
	file:*) [ -e "$what" ] ;;
	module:*) python3 -c "import $what" >/dev/null 2>&1 ;;
	option:*) compiles '' "$what" ;;
	fuzzer:*) links_fuzzer "$what" ;;
	library:*:) compiles "${what%:}" ;;
	library:*) compiles "${what%%:*}" "${what#*:}" ;;
	esac
}

manager() {
	for name in apt-get dnf apk pacman zypper; do
		command -v "$name" >/dev/null 2>&1 && echo "$name" && return
	done
}

# The package that the line of the table, given as arguments, names for the manager: one per word.
package_of() {
	case $(manager) in
	apt-get) name=$4 ;;
	dnf) name=$5 ;;
	apk) name=$6 ;;
	pacman) name=$7 ;;
	zypper) name=$8 ;;
	*) name=${3#*:} ;;
	esac
	[ "$name" = - ] || echo "$name" | tr , '\n'
}

# What is missing of these sets, as packages; $1 is "must" for those without which nothing works.
missing() {
	wanted=$1
	shift
	table | while read -r set need what rest; do
		case " $* " in *" $set "*) ;; *) continue ;; esac
		[ "$wanted" = any ] || [ "$wanted" = "$need" ] || continue
		# shellcheck disable=SC2086 # the columns of the table
		is_there "$what" </dev/null || package_of $set $need $what $rest
	done | sort -u | tr '\n' ' '
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		if [ -t 0 ]; then sudo "$@"; else sudo -n "$@"; fi
	elif command -v doas >/dev/null 2>&1; then
		if [ -t 0 ]; then doas "$@"; else doas -n "$@"; fi
	else
		echo "packages: installing needs root, and there is neither sudo nor doas"
		return 1
	fi
}

install_now() {
	case $(manager) in
	apt-get) as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
		-o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 install "$@" ;;
	dnf) as_root dnf -q -y --setopt=install_weak_deps=False install "$@" ;;
	apk) as_root apk add --quiet "$@" ;;
	pacman) as_root pacman -S --noconfirm --needed --quiet "$@" ;;
	zypper) as_root zypper --non-interactive --quiet install --no-recommends "$@" ;;
	*) echo "packages: no package manager that is known here" && return 1 ;;
	esac
}

refresh() {
	case $(manager) in
	apt-get) as_root apt-get -qq -o DPkg::Lock::Timeout=300 update ;;
	apk) as_root apk update --quiet ;;
	pacman) as_root pacman -Sy --noconfirm ;;
	*) return 0 ;;
	esac
}

# With the lists as they are; else with new lists; else each package for itself, so that a name
# which this system does not have keeps none of the others away.
install() {
	install_now "$@" && return
	refresh || return
	install_now "$@" && return
	[ $# -gt 1 ] || return
	for package in "$@"; do
		install_now "$package"
	done
}

case ${1:-} in
run) sets='run' ;;
check) sets='run check' ;;
lint) sets='run lint' ;;
fuzz) sets='run fuzz' ;;
*) echo "usage: packages.sh run|check|lint|fuzz" >&2 && exit 2 ;;
esac

# shellcheck disable=SC2086 # lists of words, from here on
{
	packages=$(missing any $sets)
	[ -n "$packages" ] || exit 0
	echo "Installing $packages"
	log=$(mktemp) || exit 1
	trap 'rm -f "$log"' EXIT
	if [ -t 0 ]; then install $packages >"$log"; else install $packages </dev/null >"$log" 2>&1; fi

	packages=$(missing any $sets)
	[ -n "$packages" ] || exit 0
	cat "$log" >&2
	echo "packages: could not install $packages" >&2
	packages=$(missing must $sets)
	[ -n "$packages" ] || exit 0
	echo "packages: nothing works without $packages" >&2
	case $(manager) in
	'') echo 'packages: install what your system calls them' ;;
	apk) echo "packages: as root: apk add $packages" ;;
	pacman) echo "packages: as root: pacman -S $packages" ;;
	*) echo "packages: as root: $(manager) install $packages" ;;
	esac >&2
	exit 1
}
