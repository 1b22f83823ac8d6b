# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cache.sh reads PIECE_*
#
# The keys of this cache's guests: the server's, and the one that may log in. They go into the
# guest as an archive that is appended to the initrd. The archive has the server's private key: it
# is for this user alone.

PIECE_TITLE[keys]='ssh keys'
PIECE_MB[keys]=1
PIECE_NEEDS[keys]='buildroot'

keys_inputs() {
	printf 'layout 1\n'
}

keys_build() {
	local dir=$1 tree=$1/tree/keys
	mkdir -p "$tree/etc/ssh" "$tree/root/.ssh"
	chmod 700 "$tree/root" "$tree/root/.ssh"
	ssh-keygen -q -t ed25519 -N '' -C tyr-guest -f "$tree/etc/ssh/ssh_host_ed25519_key"
	ssh-keygen -q -t ed25519 -N '' -C tyr-harness -f "$dir/id"
	cp "$dir/id.pub" "$tree/root/.ssh/authorized_keys"
	{ printf 'target ' && cut -d' ' -f1,2 "$tree/etc/ssh/ssh_host_ed25519_key.pub"; } >"$dir/known_hosts"
	in_buildroot --out "$dir" sh -c \
		'umask 077 && cd tree && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet >../keys.cpio'
	rm -r "$dir/tree"
}
