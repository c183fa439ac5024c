# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# For tests that run what the documents show: they source it behind tests/lib.sh.

# start_scene: sockets to look at (scene.py), until the end of the script; natu is in the PATH, and the
# working directory is an empty one.
start_scene() {
	local line
	# shellcheck disable=SC2154 # lib.sh has it
	coproc SCENE { exec python3 tests/docs/scene.py "$scratch/scene" 2>"$scratch/scene.err"; }
	read -r line <&"${SCENE[0]}"
	if [ "${line:-}" != ready ]; then
		not_ok "the scene" "$scratch/scene.err"
		finish
	fi
	PATH=$scratch/scene/bin:$PATH
	mkdir "$scratch/here"
	cd "$scratch/here" || exit 1
}
