# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # cache.sh reads PIECE_*
#
# The guest's user space: Debian packages for arm64, unpacked into one read-only image. They are
# not configured: that would run each package's scripts under emulation, which takes a quarter of
# an hour, and what those scripts would do for us is a handful of files (sim/guest/pack-guest).
#
#   guest.erofs

PIECE_TITLE[guest]='guest image'
PIECE_MB[guest]=800
PIECE_NEEDS[guest]='buildroot'

# guest_wanted: the packages that the layers name.
guest_wanted() {
	sed -e '/^#/d' -e '/^$/d' "$TYR_ROOT"/sim/guest/packages/*.list
}

# guest_packages: "NAME VERSION" of all that goes into the image.
guest_packages() {
	local wanted
	mapfile -t wanted < <(guest_wanted)
	apt_closure arm64 "${wanted[@]}"
}

guest_inputs() {
	guest_packages
	printf 'recipe %s\n' "$(tree_hash sim/guest/init sim/guest/sshd_config sim/guest/pack-guest \
		sim/guest/alternatives.list sim/guest/sysusers.awk)"
}

# guest_fetch: download them; prints the files.
guest_fetch() {
	guest_packages | apt_fetch arm64
}

guest_build() {
	local dir=$1 deb debs root=$1/root
	debs=$(guest_fetch)
	mkdir "$root"
	# base-files first: it has the links /bin -> usr/bin that the others are unpacked through.
	for deb in $(grep /base-files_ <<<"$debs") $(grep -v /base-files_ <<<"$debs"); do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$root" --exclude='./usr/share/doc/*' \
			--exclude='./usr/share/man/*' --exclude='./usr/share/locale/*'
	done
	in_buildroot --out "$dir" bash /tyr/sim/guest/pack-guest
	rm -r "$root"
}
