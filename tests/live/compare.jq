# SPDX-License-Identifier: MIT
#
# Compares natu's document, the input, with $expected, what mksock says of the sockets: prints what is
# missing, and what is there but should not be. A description holds what a socket knows of itself;
# natu may say more.

# What /proc/net does not have is null in natu's rows.
def without_diag: .cookie = null | .interface = null
	| if .listener then .listener.limit = null else . end;

def fits($wanted):
	if ($wanted | type) == "object" and type == "object"
	then . as $row | all($wanted | to_entries[]; . as $entry
		| $row | has($entry.key) and (.[$entry.key] | fits($entry.value)))
	else . == $wanted end;

def ends: "\(.proto) \(.local.address) \(.local.port) \(.peer.address) \(.peer.port)";
def protocol: .proto | rtrimstr("6") | if . == "udpl" then "udplite" else . end;
def by_ends: reduce .[] as $row ({}; .[$row | ends] += [$row]);

.sources as $sources
| .sockets as $rows
| ($rows | by_ends) as $there
| [ $expected[].row | if $sources[protocol] == "proc" then without_diag else . end ] as $wanted
| ($wanted | by_ends) as $wanted_there
| ($wanted[] | . as $one
	| select([ ($there[ends] // [])[] | select(fits($one)) ] | length == 0)
	| "missing: \(tojson)\n  natu has: \($there[ends] // [] | tojson)"),
  ($rows[] | . as $one
	| select([ ($wanted_there[ends] // [])[] | . as $want | select($one | fits($want)) ]
		| length == 0)
	| "too much: \(tojson)"),
  if ($rows | length) == ($wanted | length) then empty
  else "\($rows | length) rows instead of \($wanted | length)" end
