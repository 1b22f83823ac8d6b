# SPDX-License-Identifier: MIT
#
# Append the users and groups of sysusers.d lines on stdin to the files -v passwd= and -v group=.
# Knows what Debian's packages use: u NAME UID[:GID]|- "GECOS" HOME SHELL, u!, g NAME GID|-.
# Numbers are given from 980 down; -M rules (m) have no use in the guest.

function field(line, n,    i, word) {
	for (i = 1; i <= n; i++) {
		sub(/^[ \t]+/, "", line)
		if (line ~ /^"/) {
			match(line, /^"[^"]*"/)
			word = substr(line, 2, RLENGTH - 2)
		} else {
			match(line, /^[^ \t]*/)
			word = substr(line, 1, RLENGTH)
		}
		line = substr(line, RLENGTH + 1)
	}
	return word == "-" ? "" : word
}

function add_group(name, gid) {
	if (name in groups)
		return groups[name]
	if (gid !~ /^[0-9]+$/)
		gid = next_id--
	print name ":*:" gid ":" >> group
	return groups[name] = gid
}

function add_user(name, ids, gecos, home, shell,    part, gid) {
	if (name in users)
		return
	split(ids, part, ":")
	if (part[1] !~ /^[0-9]+$/)
		part[1] = next_id--
	if (part[2] == "")
		gid = add_group(name, part[1])
	else
		gid = part[2] in groups ? groups[part[2]] : part[2]
	print name ":*:" part[1] ":" gid ":" gecos ":" (home ? home : "/") ":" (shell ? shell : "/usr/sbin/nologin") >> passwd
	users[name] = part[1]
}

BEGIN {
	next_id = 980
	while ((getline line < passwd) > 0) {
		split(line, part, ":")
		users[part[1]] = part[3]
	}
	while ((getline line < group) > 0) {
		split(line, part, ":")
		groups[part[1]] = part[3]
	}
	close(passwd)
	close(group)
}

$1 ~ /^u!?$/ { add_user($2, field($0, 3), field($0, 4), field($0, 5), field($0, 6)) }
$1 == "g" { add_group($2, field($0, 3)) }
