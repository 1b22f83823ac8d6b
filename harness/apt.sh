# SPDX-License-Identifier: MIT
#
# Debian's suites as set-up sees them: a private apt configuration below the cache with trixie,
# its security suite and backports for amd64 and arm64. It installs nothing; it answers "which
# exact versions would be installed" and downloads packages. The host's own configuration stays
# as it is, and its mirror is used.

APT_SUITE=trixie

# apt_dir: where indexes, configuration and downloaded packages are.
apt_dir() {
	printf '%s/apt\n' "$TYR_CACHE"
}

# apt_host_mirrors: "RELEASE URI" for every binary index of the host's own sources, as apt reads
# them. Empty on a host without apt.
apt_host_mirrors() {
	apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null | sort -u
}

# apt_mirror: the Debian mirror of this host: TYR_MIRROR, else the one its own release comes from.
apt_mirror() {
	local codename found
	if [[ -n ${TYR_MIRROR:-} ]]; then
		printf '%s\n' "${TYR_MIRROR%/}"
		return
	fi
	codename=$(. /etc/os-release 2>/dev/null && printf '%s' "${VERSION_CODENAME:-}")
	found=$(apt_host_mirrors | awk -v code="$codename" \
		'$1 == code || $1 == "stable" || $1 == "oldstable" { sub(/\/$/, "", $2); print $2; exit }')
	[[ -n $found ]] || die "$EXIT_ENV" \
		"no Debian mirror in this host's apt sources; set TYR_MIRROR to the address of one"
	printf '%s\n' "$found"
}

# apt_security_mirror: the same for the security suite; beside the main archive by Debian's custom.
apt_security_mirror() {
	local found=
	[[ -n ${TYR_MIRROR:-} ]] ||
		found=$(apt_host_mirrors | awk '$1 ~ /-security$/ { sub(/\/$/, "", $2); print $2; exit }')
	printf '%s\n' "${found:-$(apt_mirror)-security}"
}

# apt_keyring: the archive's keys on this host.
apt_keyring() {
	local file
	for file in /usr/share/keyrings/debian-archive-keyring.{pgp,gpg}; do
		[[ -r $file ]] || continue
		printf '%s\n' "$file"
		return
	done
	die "$EXIT_ENV" "the Debian archive's keys are missing; install them with: apt-get install debian-archive-keyring"
}

# apt_sources: the sources.list of set-up. Sources come from the stable suites only: QEMU must be
# the one of the release, not of backports.
apt_sources() {
	local mirror security key
	mirror=$(apt_mirror) || return
	security=$(apt_security_mirror) || return
	key=$(apt_keyring) || return
	cat <<-EOT
		deb [signed-by=$key arch=amd64,arm64] $mirror $APT_SUITE main non-free-firmware
		deb [signed-by=$key arch=amd64,arm64] $mirror $APT_SUITE-updates main
		deb [signed-by=$key arch=amd64,arm64] $mirror $APT_SUITE-backports main
		deb [signed-by=$key arch=amd64,arm64] $security $APT_SUITE-security main
		deb-src [signed-by=$key] $mirror $APT_SUITE main
		deb-src [signed-by=$key] $security $APT_SUITE-security main
	EOT
}

# apt_configure: write sources.list and one configuration for each architecture.
apt_configure() {
	local dir arch sources
	dir=$(apt_dir)
	sources=$(apt_sources) || return
	mkdir -p "$dir/lists/partial" "$dir/debs/partial"
	: >"$dir/status"
	[[ $(cat "$dir/sources.list" 2>/dev/null) == "$sources" ]] ||
		printf '%s\n' "$sources" >"$dir/sources.list"
	for arch in amd64 arm64; do
		mkdir -p "$dir/cache-$arch"
		apt_configuration "$dir" "$arch" >"$dir/$arch.conf.new"
		mv "$dir/$arch.conf.new" "$dir/$arch.conf"
	done
}

# apt_configuration DIR ARCH: the configuration for packages of ARCH. "amd64" knows arm64 as a
# foreign architecture, as the build root does.
apt_configuration() {
	local all="\"$2\";"
	[[ $2 != amd64 ]] || all='"amd64"; "arm64";'
	cat <<-EOT
		Dir::Etc::sourcelist "$1/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Dir::State::lists "$1/lists";
		Dir::State::status "$1/status";
		Dir::Cache "$1/cache-$2";
		Dir::Cache::archives "$1/debs";
		APT::Architecture "$2";
		#clear APT::Architectures;
		APT::Architectures { $all };
		APT::Install-Recommends "false";
		APT::Sandbox::User "root";
		APT::Update::Error-Mode "any";
		Acquire::Languages "none";
		Acquire::Retries "3";
		Debug::NoLocking "true";
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		#clear DPkg::Post-Invoke;
	EOT
}

# apt_update: fetch the indexes and note which they are; drop what has had no use for a month.
apt_update() {
	local dir
	dir=$(apt_dir)
	apt_configure || return
	apt-get -c "$dir/amd64.conf" update -qq || return
	cat "$dir"/lists/*Release | sha256sum | cut -c1-16 >"$dir/stamp.new"
	mv "$dir/stamp.new" "$dir/stamp"
	find "$dir/debs" "$dir/closure" -type f -ctime +30 -delete 2>/dev/null || true
}

# apt_ready: status 0 when indexes were fetched some day.
apt_ready() {
	[[ -s $(apt_dir)/stamp ]]
}

# apt_closure ARCH PACKAGE[/SUITE]...: "NAME VERSION" (NAME:ARCH for a foreign one) of the packages
# and all that they depend on, sorted. The answer is kept until the indexes change.
apt_closure() {
	local dir arch=$1 memo raw new
	shift
	dir=$(apt_dir)
	mkdir -p "$dir/closure"
	memo=$dir/closure/$(printf '%s\n' "$(<"$dir/stamp")" "$arch" "$@" | sha256sum | cut -c1-16)
	if [[ ! -s $memo ]]; then
		raw=$(apt-get -c "$dir/$arch.conf" -s install "$@" 2>&1) ||
			die "$EXIT_ENV" "apt cannot resolve '$*': $(grep -m1 '^E:' <<<"$raw")"
		new=$memo.$BASHPID
		awk '$1 == "Inst" { sub(/^\(/, "", $3); print $2, $3 }' <<<"$raw" | LC_ALL=C sort >"$new"
		mv "$new" "$memo"
	fi
	cat "$memo"
}

# apt_kernel KIND ARCH PACKAGE PATTERN: those that match PATTERN of what apt_closure tells of PACKAGE as the kernel KIND,
# stable or backports, has it.
apt_kernel() {
	local suite=''
	[[ $1 == stable ]] || suite=/trixie-backports
	apt_closure "$2" "$3$suite" | grep -E "$4"
}

# apt_fetch ARCH <LIST: download the packages of LIST, "NAME VERSION" each; prints the path of each. What is there
# already is not fetched again.
apt_fetch() {
	local dir arch=$1 wanted files file missing=0
	mapfile -t wanted
	set -- "${wanted[@]/ /=}"
	(($#)) || { echo "there is nothing to download" >&2 && return 1; }
	dir=$(apt_dir)
	# in an empty folder, for apt leaves out what it finds in the current one
	mkdir -p "$dir/empty"
	files=$(cd "$dir/empty" && apt-get -c "$dir/$arch.conf" download --print-uris "$@" | awk '{ print $2 }') || return
	for file in $files; do
		[[ -s $dir/debs/$file ]] || missing=1
	done
	if ((missing)); then
		(
			flock 9
			cd "$dir/debs" && apt-get -c "$dir/$arch.conf" download -qq "$@" >&2
		) 9>"$dir/debs.lock" || return
	fi
	for file in $files; do
		printf '%s\n' "$dir/debs/$file"
	done
}

# apt_source_versions PACKAGE: the versions among the suites' source packages, newest first.
apt_source_versions() {
	apt-cache -c "$(apt_dir)/amd64.conf" showsrc --only-source "$1" | awk '$1 == "Version:" { print $2 }' | sort -ruV
}

# apt_source_version PACKAGE: the newest version among the suites' source packages.
apt_source_version() {
	local dir version memo best=''
	dir=$(apt_dir)
	memo=$dir/closure/source-$1-$(<"$dir/stamp")
	if [[ -s $memo ]]; then
		cat "$memo"
		return
	fi
	while read -r version; do
		if [[ -z $best ]] || dpkg --compare-versions "$version" gt "$best"; then
			best=$version
		fi
	done < <(apt_source_versions "$1")
	[[ -n $best ]] || die "$EXIT_ENV" "the suites have no source package $1"
	printf '%s\n' "$best" | tee "$memo"
}

# apt_fetch_source PACKAGE VERSION FOLDER: download a source package into FOLDER.
apt_fetch_source() {
	local dir
	dir=$(apt_dir)
	(cd "$3" && apt-get -c "$dir/amd64.conf" source -qq --download-only "$1=$2" >&2)
}
