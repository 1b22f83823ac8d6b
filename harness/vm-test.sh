# SPDX-License-Identifier: MIT
#
# The part "vm" of the project's own tests: what the part "harness" shows on a fake machine, on the real
# simulator. A guest that was booted by hand serves as a board; a guest panics, oopses and freezes; a run is
# killed and interrupted.

# A folder for logs and results; kept when something failed.
VM_TEST_DIR=
# The harness that runs in the background, and its exit code once it has ended.
VM_TEST_PID=
VM_TEST_CODE=

test_vm() {
	local failed=$TEST_FAILED
	setup_all "$OPT_KERNEL"
	VM_TEST_DIR=$(mktemp -d "${TMPDIR:-/tmp}/tyr-vm-test.XXXXXX")
	mkdir -m 700 "$VM_TEST_DIR/runtime"
	at_exit vm_test_clean
	vm_test_board
	vm_test_kill
	vm_test_interrupt
	if ((TEST_FAILED > failed)); then
		say "the logs are in $VM_TEST_DIR"
		VM_TEST_DIR=
	fi
}

vm_test_clean() {
	[[ -n $VM_TEST_DIR ]] || return 0
	! sim_alive "$VM_TEST_DIR/guest" || sim_stop "$VM_TEST_DIR/guest" || true
	rm -rf "$VM_TEST_DIR"
}

# vm_test_start NAME [VARIABLE=VALUE]... ARGS...: harness.sh ARGS in a process group of its own, as on a
# terminal. What it says goes to NAME.log, its results below NAME.
vm_test_start() {
	local name=$1 group variables=()
	shift
	while [[ $1 == *=* ]]; do
		variables+=("$1")
		shift
	done
	set -m
	(
		set +m
		group=$BASHPID
		step_guard "$group" >/dev/null 2>&1 &
		exec env --default-signal=INT,TERM,HUP TYR_RESULTS="$VM_TEST_DIR/$name" \
			XDG_RUNTIME_DIR="$VM_TEST_DIR/runtime" "${variables[@]}" "$TYR_ROOT/harness.sh" "$@"
	) >"$VM_TEST_DIR/$name.log" 2>&1 </dev/null &
	VM_TEST_PID=$!
	set +m
	STEP_PIDS+=("$VM_TEST_PID")
}

# vm_test_wait: until it has ended.
vm_test_wait() {
	VM_TEST_CODE=0
	wait "$VM_TEST_PID" 2>/dev/null || VM_TEST_CODE=$?
	STEP_PIDS=()
}

vm_test_harness() {
	vm_test_start "$@"
	vm_test_wait
}

# vm_test_code NAME WANT: how harness.sh ended, with its words when it should not have.
vm_test_code() {
	((VM_TEST_CODE == $2)) || {
		printf 'exit code %d, not %d\n' "$VM_TEST_CODE" "$2"
		tail -n 20 "$VM_TEST_DIR/$1.log"
		return 1
	}
}

# vm_test_results NAME FILTER: what jq's FILTER says of the results of NAME.
vm_test_results() {
	local results=$VM_TEST_DIR/$1/latest/results.json
	jq -e "$2" "$results" >/dev/null || {
		jq -c '.interrupted, .target.kind, (.tests[] | [.name, .result, .boot, .why])' "$results"
		return 1
	}
}

# vm_test_board: a machine that answers ssh, for all that the harness knows.
vm_test_board() {
	local options
	sim_start "$VM_TEST_DIR/guest" "$OPT_KERNEL"
	options="TYR_SSH_OPTS=-F $SIM_SSH_CONFIG"
	vm_test_harness board "$options" run --target ssh:target panthor_query
	test_command "ssh: a run on a guest that was booted by hand" vm_test_code board 0
	test_command "ssh: its tests pass" vm_test_results board '.target.kind == "ssh" and
		(.tests | any(.result == "pass") and all(.result == "pass" or .result == "skip"))'
	test_command "ssh: nothing is left there" vm_test_guest_clean
	test_command "ssh: nothing is left here" rmdir "$VM_TEST_DIR/runtime"
	mkdir -m 700 "$VM_TEST_DIR/runtime"
	vm_test_harness doctor "$options" doctor --target ssh:target
	test_command "ssh: the doctor finds nothing missing" vm_test_code doctor 0
	# with -no-reboot this board stays dead
	vm_test_harness dead "$options" TYR_REBOOT_TIME=1 TYR_TESTS_DIR="$TYR_ROOT/harness/tests/vm" \
		run --target ssh:target 'vm_fate@before' 'vm_fate@panic' 'vm_fate@after'
	test_command "ssh: a board that dies and stays dead" vm_test_code dead 3
	test_command "ssh: it says so" grep -q '^error: target does not come back' "$VM_TEST_DIR/dead.log"
	test_command "ssh: what it found is kept" vm_test_results dead '[.tests[].result] == ["pass", "incomplete"]'
}

# vm_test_guest_clean: no file and no process of a run is in the guest.
vm_test_guest_clean() {
	ssh -F "$SIM_SSH_CONFIG" target 'ls -d /tmp/tyr.* 2>/dev/null; pgrep -af "[s]ession.sh"; true' </dev/null >"$VM_TEST_DIR/left" ||
		return
	[[ ! -s $VM_TEST_DIR/left ]] || { cat "$VM_TEST_DIR/left" && return 1; }
}

# vm_test_kill: kill -9 of the harness while a test hangs.
vm_test_kill() {
	vm_test_start kill TYR_TESTS_DIR="$TYR_ROOT/harness/tests/vm" run 'vm_fate@before' 'vm_fate@hang'
	test_command "kill -9: the test hangs" vm_test_hangs kill
	test_command "kill -9: a machine runs, on its port" vm_test_runs kill
	kill -KILL "$VM_TEST_PID" 2>/dev/null || true
	vm_test_wait
	test_command "kill -9: that is how it ends" vm_test_code kill 137
	test_command "kill -9: no process, port or folder is left" vm_test_gone kill
	test_command "kill -9: the raw log is there" grep -q 'Subtest before: SUCCESS' "$VM_TEST_DIR"/kill/latest/raw/session-1.log
}

# vm_test_interrupt: a panic, an oops that is none, and a kernel that stands still cost the test that ran then: the
# guest boots again, the rest runs. Then ^C, which reaches the whole process group of a terminal.
vm_test_interrupt() {
	vm_test_start int TYR_TESTS_DIR="$TYR_ROOT/harness/tests/vm" run --timeout 10 vm_fate
	test_command "panic, oops, freeze: the run goes on, to the test that hangs" vm_test_hangs int
	kill -INT -- "-$VM_TEST_PID" 2>/dev/null || true
	vm_test_wait
	test_command "^C: exit code" vm_test_code int 130
	test_command "panic, oops, freeze: incomplete, a boot, and the rest; ^C: what ran" vm_test_results int \
		'.interrupted and [.tests[] | [.subtest, .result, .boot]] ==
		[["before", "pass", 1], ["panic", "incomplete", 1], ["after", "pass", 2], ["oops", "incomplete", 2],
		["freeze", "incomplete", 3], ["hang", "incomplete", 4]]'
	test_command "panic: the kernel's last words are the reason" vm_test_results int \
		'.tests[1].why | .by == "kmsg" and (.text | test("sysrq triggered crash"))'
	test_command "oops: so they are, and its trace is kept" vm_test_results int '.tests[3] | .why.by == "kmsg" and
		(.why.text | test("Internal error: Oops")) and (.kmsg | any(test("Call trace")))'
	test_command "oops: it is no panic" vm_test_results int '.tests[3] | .kmsg + .console | all(test("Kernel panic") | not)'
	test_command "freeze: nothing is heard, nothing can be killed" vm_test_results int \
		'.tests[4].why == {by: "target", text: "no result after 10 s and it could not be killed"}'
	test_command "the results tell the machine's clock and pieces" vm_test_results int \
		'.target | .clock == "real" and (.pieces | has("qemu") and has("model") and has("kernel") and has("guest"))'
	test_command "^C: JUnit is there" test -s "$VM_TEST_DIR/int/latest/junit.xml"
	test_command "^C: no process, port or folder of any boot is left" vm_test_gone int
}

# vm_test_hangs NAME: wait until the subtest that hangs has begun.
vm_test_hangs() {
	local end=$((SECONDS + SIM_BOOT_TIMEOUT))
	until grep -qs 'Starting subtest: hang' "$VM_TEST_DIR/$1"/latest/raw/*.log; do
		if ((SECONDS >= end)) || ! kill -0 "$VM_TEST_PID"; then
			cat "$VM_TEST_DIR/$1.log"
			return 1
		fi
		sleep 0.2
	done
}

# vm_test_traces NAME: of each boot of NAME, "PID PORT SCRATCH", from QEMU's command line.
vm_test_traces() {
	local boot
	for boot in "$VM_TEST_DIR/$1"/latest/boot-*; do
		sed -nE "s,.*hostfwd=tcp:127\.0\.0\.1:([0-9]+)-.* -initrd ([^ ]*)/initrd .*,$(<"$boot/qemu.pid") \1 \2,p" <(cat "$boot/qemu.cmd" && echo)
	done
}

# vm_test_answers PORT: does somebody listen there?
vm_test_answers() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# vm_test_runs NAME: what must be gone later is there now.
vm_test_runs() {
	local pid port scratch
	while read -r pid port scratch; do
		printf 'qemu %s, port %s, folder %s\n' "$pid" "$port" "$scratch"
		kill -0 "$pid" && vm_test_answers "$port" && [[ -d $scratch ]] || return 1
	done <<<"$(vm_test_traces "$1")"
}

# vm_test_gone NAME: within five seconds no process, port or folder of its machines is left.
vm_test_gone() {
	local try pid port scratch left traces
	traces=$(vm_test_traces "$1")
	[[ -n $traces ]] || return 1
	for ((try = 0; try < 25; try++)); do
		left=
		while read -r pid port scratch; do
			! kill -0 "$pid" 2>/dev/null || left+=" qemu:$pid"
			! vm_test_answers "$port" || left+=" port:$port"
			[[ ! -e $scratch ]] || left+=" $scratch"
			left+=$(pgrep -f "$scratch|$VM_TEST_DIR/$1" | sed 's/^/ process:/')
		done <<<"$traces"
		[[ -n $left ]] || return 0
		sleep 0.2
	done
	printf 'left:%s\n' "$left"
	return 1
}
