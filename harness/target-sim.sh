# SPDX-License-Identifier: MIT
#
# The virtual machine: boot, ask whether it lives, talk to its model, stop. Each boot has a folder
# RUNDIR with
#   console.log  what the guest's kernel prints     model.log  what the model reports
#   qemu.log     QEMU's own messages and its status qemu.cmd   the command, to run it by hand
# and, while it runs, pipes to the two control channels of the model: guest.* leads to
# /dev/virtio-ports/org.tyr.model in the guest, host.* is for sim_ctl. Pipes and not sockets
# because RUNDIR may be deeper than a socket's address is long.

# Set by sim_start: the port on 127.0.0.1 that leads to the guest's sshd, and a file for
# "ssh -F FILE target".
SIM_PORT=
SIM_SSH_CONFIG=

# What the guest gets. A Cortex-A76 is what an RK3588 has, and cheaper to emulate than "max".
SIM_CPU=${TYR_SIM_CPU:-cortex-a76}
SIM_CPUS=${TYR_SIM_CPUS:-2}
SIM_MEMORY=${TYR_SIM_MEMORY:-3G}
# Which clock the machine runs on. "real": two vCPUs and the GPU run side by side on the host's time. "virtual":
# the instruction counter is the clock, one thread does everything, and idle time is skipped (docs/qemu.md).
SIM_CLOCK=real
# Seconds until ssh must answer; 12 is the aim, but the host may be busy.
SIM_BOOT_TIMEOUT=${TYR_SIM_BOOT_TIMEOUT:-180}

# sim_start RUNDIR KERNEL: boot; returns when ssh answers, with SIM_PORT and SIM_SSH_CONFIG set.
sim_start() {
	local dir kernel=$2 try
	mkdir -p "$1"
	dir=$(readlink -f "$1")
	setup_all "$kernel"
	for try in 1 2 3 4 5; do
		SIM_PORT=$((20000 + RANDOM % 12000))
		sim_launch "$dir" "$kernel"
		sim_wait "$dir" && return
		# another process may own the port that was picked: pick again
		grep -q 'host forwarding rule' "$dir/qemu.log" || break
	done
	sim_explain "$dir"
	sim_stop "$dir" || true
	exit "$EXIT_ENV"
}

# sim_launch RUNDIR KERNEL: start QEMU below its guard.
sim_launch() {
	local dir=$1 scratch qemu model kernel keys guest command i
	qemu=$(piece qemu) && model=$(piece model) && kernel=$(piece kernel "$2") &&
		keys=$(piece keys) && guest=$(piece guest) || exit "$EXIT_ENV"
	scratch=$(mktemp -d /tmp/tyr-sim.XXXXXX)
	rm -f "$dir"/{qemu.pid,qemu.exit} "$dir"/{guest,host}.{in,out}
	: >"$dir/console.log"
	sim_pipes "$dir" "$scratch"
	cat "$kernel/initrd.cpio" "$keys/keys.cpio" >"$scratch/initrd"
	sim_ssh_config "$keys" "$scratch" >"$scratch/ssh_config"
	SIM_SSH_CONFIG=$scratch/ssh_config
	mapfile -t command < <(sim_command "$dir" "$scratch" "$qemu" "$model" "$kernel" "$guest")
	printf '%q ' "${command[@]}" >"$dir/qemu.cmd"
	setsid "$TYR_ROOT/harness/inner/without-files" "$TYR_ROOT/harness/inner/sim-guard" $$ \
		"$dir" "$scratch" "${command[@]}" </dev/null >"$dir/qemu.log" 2>&1 &
	disown
	for ((i = 0; i < 100; i++)); do
		[[ ! -s $dir/qemu.pid ]] || return 0
		sleep 0.05
	done
	die "$EXIT_ENV" "QEMU cannot be started: $(tail -n 1 "$dir/qemu.log")"
}

# sim_pipes RUNDIR SCRATCH: two pairs of pipes. QEMU's pipe device "P" reads P.in and writes P.out; the
# guest's port and the model's end of it are the same pair, crossed.
sim_pipes() {
	mkfifo -m 600 "$1"/{guest,host}.{in,out}
	ln -s "$1/guest.out" "$2/guest.in"
	ln -s "$1/guest.in" "$2/guest.out"
}

# sim_ssh_config KEYS SCRATCH: how to log in. Commands share one connection (sim_connect).
sim_ssh_config() {
	cat <<-EOT
		Host target
			HostName 127.0.0.1
			Port $SIM_PORT
			User root
			IdentityFile $1/id
			IdentitiesOnly yes
			HostKeyAlias target
			UserKnownHostsFile $1/known_hosts
			GlobalKnownHostsFile /dev/null
			StrictHostKeyChecking yes
			ControlPath $2/ssh
			ServerAliveInterval 30
			ServerAliveCountMax 4
			LogLevel ERROR
			SendEnv TYR_*
	EOT
}

# sim_command RUNDIR SCRATCH QEMU MODEL KERNEL GUEST: QEMU's command line, one word a line.
# Everything hangs on virtio-mmio: the guest needs one transport driver, and Mesa accepts only a
# display that is a platform device. ld.so from the build root makes the host's release irrelevant.
sim_command() {
	local dir=${1//,/,,} scratch=$2 qemu=$3 model=$4 kernel=$5 guest=$6
	local append='console=ttyAMA0 panic=-1 loglevel=5 audit=0 mitigations=off'
	local clock=(-accel 'tcg,thread=multi')
	[[ $SIM_CLOCK != virtual ]] || clock=(-accel 'tcg,thread=single' -icount 'shift=0,sleep=off')
	printf '%s\n' "$qemu/ld.so" --library-path "$model/lib:$qemu/lib" "$qemu/qemu-system-aarch64" \
		-M virt-mali -cpu "$SIM_CPU" -smp "$SIM_CPUS" -m "$SIM_MEMORY" "${clock[@]}" \
		-nodefaults -no-user-config -display none -monitor none -no-reboot \
		-global virtio-mmio.force-legacy=false \
		-chardev "file,id=console,path=$dir/console.log" -serial chardev:console \
		-chardev "pipe,id=model-host,path=$dir/host" -global mali-csf.monitor=model-host \
		-chardev "pipe,id=model-guest,path=$scratch/guest" -global mali-csf.control=model-guest \
		-chardev "pipe,id=port,path=$dir/guest" -device virtio-serial-device \
		-device virtserialport,chardev=port,name=org.tyr.model \
		-global "driver=mali-csf,property=log,value=$dir/model.log" \
		-drive "file=$guest/guest.erofs,if=none,id=guest,format=raw,readonly=on" \
		-device virtio-blk-device,drive=guest,serial=guest \
		-drive "file=$kernel/modules.erofs,if=none,id=modules,format=raw,readonly=on" \
		-device virtio-blk-device,drive=modules,serial=modules \
		-netdev "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:$SIM_PORT-:22" \
		-device virtio-net-device,netdev=net -device virtio-rng-device \
		-kernel "$kernel/vmlinuz" -initrd "$scratch/initrd" -append "$append${TYR_SIM_APPEND:+ $TYR_SIM_APPEND}"
	# further options for debugging, split at blanks: TYR_SIM_QEMU='-s -S'
	# shellcheck disable=SC2086
	[[ -z ${TYR_SIM_QEMU:-} ]] || printf '%s\n' $TYR_SIM_QEMU
}

# sim_wait RUNDIR: wait until sshd answers and the GPU's driver was loaded, unless that hangs; status 1 when the machine ends or time is up.
sim_wait() {
	local dir=$1 end=$((SECONDS + SIM_BOOT_TIMEOUT))
	until grep -qs 'tyr: sshd is up' "$dir/console.log"; do
		((SECONDS < end)) && [[ ! -f $dir/qemu.exit ]] || return 1
		sleep 0.1
	done
	until sim_connect; do
		((SECONDS < end)) && [[ ! -f $dir/qemu.exit ]] || return 1
		sleep 0.2
	done
	end=$((SECONDS + 20))
	until grep -qs "tyr: up" "$dir/console.log"; do
		((SECONDS < end)) || break
		sleep 0.1
	done
}

# sim_connect: open the connection that later commands share. It ends with the machine.
sim_connect() {
	"$TYR_ROOT/harness/inner/without-files" ssh -F "$SIM_SSH_CONFIG" -o ControlMaster=yes \
		-o ConnectTimeout=20 -fN target </dev/null >/dev/null 2>&1
}

# sim_explain RUNDIR: one line about why the machine did not come up.
sim_explain() {
	local dir=$1 why
	if why=$(grep -m1 -aoE 'Kernel panic.*|tyr-initrd: .*' "$dir/console.log"); then
		:
	elif [[ -f $dir/qemu.exit ]]; then
		why="QEMU ended with status $(<"$dir/qemu.exit"): $(tail -n 1 "$dir/qemu.log")"
	else
		why="ssh does not answer within $SIM_BOOT_TIMEOUT s (TYR_SIM_BOOT_TIMEOUT)"
	fi
	warn "the virtual machine did not boot: ${why%$'\r'}; see $dir/console.log"
}

# sim_alive RUNDIR: status 0 while the machine runs.
sim_alive() {
	[[ -s $1/qemu.pid && ! -f $1/qemu.exit ]] && kill -0 "$(<"$1/qemu.pid")" 2>/dev/null
}

# sim_stop RUNDIR: end the machine; returns when nothing of it is left but its logs.
sim_stop() {
	local dir=$1 i
	[[ -s $dir/qemu.pid ]] || return 0
	kill -TERM "$(<"$dir/qemu.pid")" 2>/dev/null || true
	for ((i = 0; i < 50; i++)); do
		[[ ! -f $dir/qemu.exit ]] || return 0
		((i != 20)) || kill -KILL "$(<"$dir/qemu.pid")" 2>/dev/null || true
		sleep 0.1
	done
	warn "the virtual machine of $dir does not end"
	return 1
}

# sim_ctl RUNDIR LINE: one request to the model; prints the reply without its "ok". Status 1 when
# the model refuses, with its words on stderr; status 2 when it does not answer.
sim_ctl() {
	local dir=$1 lock in out reply='' rc=0
	sim_alive "$dir" || return 2
	# opened for both directions: opening one end alone would wait for the other
	exec {lock}>"$dir/host.lock" {in}<>"$dir/host.in" {out}<>"$dir/host.out"
	flock "$lock"
	while read -r -t 0 -u "$out"; do
		read -r -t 1 -u "$out" reply || true # the reply to someone who gave up
	done
	printf '%s\n' "$2" >&"$in"
	read -r -t 10 -u "$out" reply || rc=2
	exec {lock}>&- {in}>&- {out}>&-
	((rc == 0)) || return "$rc"
	case $reply in
	ok) ;;
	'ok '*) printf '%s\n' "${reply#ok }" ;;
	*)
		say "the model refuses '$2': ${reply#error }"
		return 1
		;;
	esac
}
