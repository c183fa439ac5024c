# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# For tests that run the examples of a document: they source it behind scene.sh, and have a function
# expectations, which prints,
# for each example, its command as in the document, then lines "+ TEXT" for a regular expression that a
# line of the output has to match, "- TEXT" for one that none may, "= N" for the number of lines,
# "status N" for an exit status other than 0.

# The commands that a manual page shows. A line of an example is as long as it is.
from_manual() {
	mandoc -T ascii -O width=400 "$NATU_BUILD/man/$1" 2>/dev/null | sed 's/.\x08//g' |
		sed -n 's/^[[:space:]]*\(\$ .*natu.*\)/\1/p'
}

# What expectations() has below a command.
expected_of() {
	expectations | command=$1 awk '/^\$ / { mine = $0 == ENVIRON["command"] } mine && !/^\$ /'
}

# meets FILE RULE: true if the output in the file is as the rule says.
meets() {
	local what=${2#? }
	case $2 in
	'+ '*) grep -qE -- "$what" "$1" ;;
	'- '*) ! grep -qE -- "$what" "$1" ;;
	'= '*) [ "$(wc -l <"$1")" = "$what" ] ;;
	'status '*) true ;;
	*) false ;;
	esac
}

shows() {
	local rule wanted good=1
	expected_of "$1" >"$scratch/rules"
	[ -s "$scratch/rules" ] || { echo "nothing is expected of it" && return 1; }
	wanted=$(sed -n 's/^status //p' "$scratch/rules")
	bash -c "${1#\$ }; status=\$?; wait; exit \$status" >"$scratch/out" 2>"$scratch/err"
	status=$?
	[ "$status" = "${wanted:-0}" ] || { echo "it ended with status $status" && good=0; }
	# What only the machine's first network namespace shows is not to be seen here.
	sed -i '/first network namespace/d' "$scratch/err"
	is_empty "$scratch/err" || good=0
	while IFS= read -r rule; do
		meets "$scratch/out" "$rule" || { echo "not so: $rule" && good=0; }
	done <"$scratch/rules"
	[ "$good" = 1 ] || cat "$scratch/out"
	[ "$good" = 1 ]
}

is_shown() {
	grep -qxF -- "$1" "$scratch/examples"
}

# all_are_shown: runs what is in $scratch/examples; and everything that is expected is an example.
all_are_shown() {
	local example
	while IFS= read -r example; do
		check "$example" shows "$example"
	done <"$scratch/examples"
	expectations | grep '^\$ ' >"$scratch/tried"
	while IFS= read -r example; do
		check "shown: $example" is_shown "$example"
	done <"$scratch/tried"
}
