# SPDX-License-Identifier: MIT
#
# The target "ssh:USER@HOST[:PORT]": a board, or any machine that answers ssh.
#   TYR_SSH_OPTS     more options for ssh, separated by blanks (-i KEY, -F FILE, -J HOST ...)
#   TYR_POWER_CYCLE  a command on this machine that power-cycles the board when it hangs

# The ssh command line up to the remote command; the simulator sets its own.
SSH=()
SSH_MASTER_PID=
# A private folder with the socket of the shared connection and the log of making it.
SSH_DIR=
# Seconds that a board may take to answer after a reboot (TYR_REBOOT_TIME).
SSH_REBOOT_TIME=${TYR_REBOOT_TIME:-180}

# ssh_parse SPEC: USER@HOST[:PORT] into SSH. An IPv6 address with a port is written [ADDRESS]:PORT.
ssh_parse() {
	local spec=$1 user='' host port=''
	local extra=()
	[[ $spec != *@* ]] || user=${spec%@*}@
	host=${spec##*@}
	if [[ $host =~ ^\[(.*)\](:([0-9]+))?$ ]]; then
		host=${BASH_REMATCH[1]} port=${BASH_REMATCH[3]}
	elif [[ $host =~ ^([^:]+):([0-9]+)$ ]]; then
		host=${BASH_REMATCH[1]} port=${BASH_REMATCH[2]}
	fi
	read -ra extra <<<"${TYR_SSH_OPTS:-}"
	SSH=(ssh "${extra[@]}" -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5
		-o ServerAliveCountMax=3 -o LogLevel=ERROR)
	[[ -z $port ]] || SSH+=(-p "$port")
	SSH+=(-o "ControlPath=$SSH_DIR/socket" "$user$host")
}

# ssh_master: one connection that all commands share. It dies with the harness, even by kill -9.
ssh_master() {
	local i
	setpriv --pdeathsig TERM "${SSH[@]:0:${#SSH[@]}-1}" -o ControlMaster=yes -N \
		"${SSH[-1]}" </dev/null >/dev/null 2>"$SSH_DIR/log" &
	SSH_MASTER_PID=$!
	for ((i = 0; i < 150; i++)); do
		[[ ! -S $SSH_DIR/socket ]] || return 0
		kill -0 "$SSH_MASTER_PID" 2>/dev/null || return 1
		sleep 0.1
	done
	return 1
}

ssh_open() {
	need_tool ssh openssh-client
	SSH_DIR=$(mktemp -d "${XDG_RUNTIME_DIR:-/tmp}/tyr-ssh.XXXXXX") || die "$EXIT_ENV" "cannot make a folder in ${XDG_RUNTIME_DIR:-/tmp}"
	ssh_parse "${OPT_TARGET#ssh:}"
	TARGET_NAME=${OPT_TARGET#ssh:}
	ssh_master || die "$EXIT_ENV" "cannot log in to $TARGET_NAME by ssh with a key (BatchMode); try: ssh $TARGET_NAME true (it said: $(tail -n 1 "$SSH_DIR/log"))"
}

# ssh_exec is a function of every target reached by ssh, the simulator too.
ssh_exec() {
	"${SSH[@]}" "$1"
}

ssh_alive() {
	[[ -n $SSH_MASTER_PID ]] && kill -0 "$SSH_MASTER_PID" 2>/dev/null
}

# ssh_reboot: ask for a reboot, or power-cycle, and wait until it answers again.
ssh_reboot() {
	local deadline=$((SECONDS + SSH_REBOOT_TIME))
	timeout 10 "${SSH[@]}" 'sync; systemctl --no-block reboot -f || reboot -f' </dev/null >/dev/null 2>&1 || true
	ssh_disconnect
	if [[ -n ${TYR_POWER_CYCLE:-} ]]; then
		bash -c "$TYR_POWER_CYCLE" </dev/null >&2 || warn "TYR_POWER_CYCLE failed: $TYR_POWER_CYCLE"
	fi
	sleep 5
	while ((SECONDS < deadline)); do
		! ssh_master 2>/dev/null || return 0
		sleep 2
	done
	return 1
}

# ssh_disconnect: end the shared connection; ssh_close: leave nothing of it on this machine.
ssh_disconnect() {
	if [[ -n $SSH_MASTER_PID ]]; then
		kill "$SSH_MASTER_PID" 2>/dev/null || true
		wait "$SSH_MASTER_PID" 2>/dev/null || true
		SSH_MASTER_PID=
		rm -f "$SSH_DIR/socket"
	fi
}

ssh_close() {
	ssh_disconnect
	[[ -z $SSH_DIR ]] || rm -rf "$SSH_DIR"
	SSH_DIR=
}

# ssh_shell: an interactive shell; ssh asks for a terminal when this machine has one.
ssh_shell() {
	"${SSH[@]}"
}
