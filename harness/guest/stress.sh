#!/bin/bash
# SPDX-License-Identifier: MIT
#
# One phase of "./harness.sh test stress", on the target, with the driver bound that is to be stressed; see
# harness/stress.sh. What the phase finds is a line each: "ok TEXT", "FAIL TEXT", "| TEXT" about the line before.
#   stress.sh DRIVER modules COUNT         load and unload the module
#   stress.sh DRIVER bind COUNT            bind and unbind the device
#   stress.sh DRIVER hold COUNT            the same under a client with open files and mappings
#   stress.sh DRIVER busy COUNT            the same with jobs in flight
#   stress.sh DRIVER outlive COUNT         unload the module while fences of it are kept
#   stress.sh DRIVER nap COUNT             jobs that come just when the device falls asleep
#   stress.sh DRIVER reset FAULT COUNT     resets beside clients that must not notice
#   stress.sh DRIVER fault NAME COUNT      a fault of the model, and the recovery from it
#   stress.sh DRIVER storm COUNT           clients that do anything, killed at random points
# After each the ledger must be balanced, and the kernel log have no warning that the phase does not explain.
set -u

here=$(dirname "$0")
driver=$1
phase=$2
shift 2
bin=$here/tests/stress
sys=/sys/bus/platform/drivers
work=$(mktemp -d "$here/stress.XXXXXX")
# What the kernel says of being out of tree, and of a host that keeps the machine waiting.
host_noise='taints kernel|protected mode entry .*not .*supported|hrtimer: interrupt took|hogged CPU'
# What a driver says of clients that do wrong: their faults, their deaths.
client_noise='Unhandled Page fault|CS_FATAL|CS_FAULT|job timeout|tiler heap cannot|progress timeout|callbacks suppressed'
# What it says of a GPU that does wrong.
reset_noise='[Tt]imed? ?out|resetting the GPU|AS_ACTIVE bit stuck|CSG suspend failed|[Ff]ailed to|reset|no address space|GPU Fault|warm boot failed|does not wake up|is lost'

say_ok() { printf 'ok %s\n' "$*"; }
say_fail() { printf 'FAIL %s\n' "$*"; }
quote() { sed 's/^/| /'; }

# check TEXT CMD...: CMD succeeds; its words are shown when it does not.
check() {
	local text=$1 log
	shift
	if log=$("$@" 2>&1); then
		say_ok "$text"
	else
		say_fail "$text"
		quote <<<"$log"
	fi
}

# The device's folder of sysfs: what the driver is bound to now, or was.
find_device() {
	local link
	for link in "$sys/$driver"/*; do
		[[ -e $link/of_node ]] && readlink -f "$link" && return
	done
	return 1
}

# wait_until SECONDS CMD...: status 1 when CMD does not succeed within that time. (Bash's SECONDS are whole ones: one may be
# over at once.)
wait_until() {
	local end=$((${EPOCHREALTIME/[!0-9]/} + $1 * 1000000))
	shift
	until "$@"; do
		((${EPOCHREALTIME/[!0-9]/} < end)) || return 1
		sleep 0.05
	done
}

is_bound() { [[ $(readlink "$device/driver" 2>/dev/null) == */"$driver" ]]; }
is_unbound() { [[ ! -e $device/driver ]]; }
is_asleep() { [[ $(cat "$device/power/runtime_status") == suspended ]]; }
is_unused() { [[ $(cat "/sys/module/$driver/refcnt") == 0 ]]; }

unbind() { echo "$name" >"$sys/$driver/unbind" && is_unbound; }
bind() { echo "$name" >"$sys/$driver/bind" && is_bound; }

unload() { rmmod "$driver"; }
# The harness's driver_override has the bus give the device to this driver again.
load() {
	if [[ -e $here/modules/$driver.ko ]]; then
		insmod "$here/modules/$driver.ko"
	else
		modprobe "$driver"
	fi && wait_until 5 is_bound
}

# ledger: what must be as before once nobody uses the device, "NAME VALUE MAY-GROW-BY" a line.
ledger() {
	local free shmem dump
	# the kernel keeps a dump for five minutes
	for dump in /sys/class/devcoredump/devcd*/data; do
		[[ ! -e $dump ]] || { echo 1 >"$dump"; } 2>/dev/null || :
	done
	echo 3 >/proc/sys/vm/drop_caches
	printf 'module-users %s 0\n' "$(cat "/sys/module/$driver/refcnt")"
	printf 'vmalloc-areas %s 0\n' "$(grep -cE "\\[$driver\\]|drm_gem_shmem|drm_gem_vmap" /proc/vmallocinfo)"
	printf 'dma-bufs %s 0\n' "$(grep -oE 'Total [0-9]+ objects' /sys/kernel/debug/dma_buf/bufinfo 2>/dev/null | tr -dc 0-9)"
	if [[ -e $traces ]]; then
		all_traces | awk '{ n[$2 ~ /^tyr_spares/] += $1 } END { printf "slab-objects %d 0\nspares %d 24\n", n[0], n[1] }'
	fi
	[[ ! -e /sys/kernel/debug/clk/clk_summary ]] || awk '$2 ~ /^[0-9]+$/ { n += $2 } END { printf "clock-users %d 0\n", n }' /sys/kernel/debug/clk/clk_summary
	shmem=$(awk '/^Shmem:/ { print $2 }' /proc/meminfo)
	printf 'shmem-kb %s 64\n' "$shmem"
	free=$(awk '/^MemFree:/ { f = $2 } /^Cached:|^Buffers:|^SReclaimable:/ { c += $2 } END { print f + c }' /proc/meminfo)
	printf 'used-kb %s %s\n' $((total - free)) "$slack_kb"
}

# ledger_grew: rows of the new ledger that are above the old one's by more than they may be.
ledger_grew() {
	ledger >"$work/after"
	awk 'NR == FNR { was[$1] = $2; next } $2 > was[$1] + $3 { printf "%s: %s, was %s\n", $1, $2, was[$1]; bad = 1 }
		END { exit !bad }' "$work/before" "$work/after"
}

# ledger_balanced: some things are freed late, by works and after RCU's grace period.
ledger_balanced() {
	local i
	for ((i = 0; i < 20; i++)); do
		ledger_grew >"$work/grew" || return 0
		sleep 0.5
	done
	cat "$work/grew"
	traces_new
	return 1
}

# traces_new: which allocations there are more of than before, with a line or two of who made them.
traces_new() {
	[[ -e $traces ]] || return 0
	all_traces >"$work/traces-after"
	awk 'NR == FNR { was[$2] = $1; next } $1 > was[$2] { print $2, $1, "was", was[$2] + 0 }' "$work/traces" "$work/traces-after"
}

# all_traces: live slab objects that were allocated on behalf of the driver, a sum for each place; needs slub_debug=U. The areas of
# vmalloc are freed when there are many of them; nodes of trees belong to what is in these.
all_traces() {
	cat /sys/kernel/debug/slab/*/alloc_traces 2>/dev/null |
		awk -v RS= -v modules="\\\\[($driver|drm|drm_.*|gpu_sched)\\\\]" '$0 ~ modules && $2 !~ /^(alloc_vmap_area|radix_tree_node_alloc)/ { n[$2] += $1 } END { for (w in n) print n[w], w }'
}

note() { echo "<6>stress $$: $1" >/dev/kmsg; }

# log_clean NOISE: since the phase began no line of level warn or worse but those that match.
log_clean() {
	local left
	left=$(dmesg -r | sed -n "/stress $$: begin/,\$p" | grep -E '^<[0-4]>' | grep -vE "$1|$host_noise")
	# a trace is worth more than its first line
	[[ -z $left ]] || dmesg | sed -n "/stress $$: begin/,\$p" | grep -nE 'WARNING|BUG|cut here|Poison|corrupt' -A 25 | head -60
	[[ -z $left ]] || sort <<<"${left//[[:digit:]]/#}" | uniq -c | sort -rn | head -20
	[[ -z $left ]]
}

begin() {
	total=$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo)
	slack_kb=8192
	# KASAN keeps what was freed in quarantine, a 32nd of the memory at most, and the shadows of modules for a while
	! grep -qw kasan_report /proc/kallsyms || slack_kb=$((slack_kb + total / 16))
	traces=/sys/kernel/debug/slab/kmalloc-64/alloc_traces
	[[ -d /sys/kernel/debug/slab || -d /sys/kernel/debug/dri ]] || mount -t debugfs debugfs /sys/kernel/debug
	[[ $(cat /sys/kernel/slab/kmalloc-64/store_user 2>/dev/null) == 1 ]] || traces=/nonexistent
	device=$(find_device) || { say_fail "no device is bound to $driver" && exit 1; }
	name=${device##*/}
	unbind && bind
	STRESS_FAULT=none "$bin/fault" >/dev/null 2>&1
	wait_until 5 is_asleep
	note begin
	ledger >"$work/before"
	[[ ! -e $traces ]] || all_traces >"$work/traces"
}

# finish NOISE: what holds after every phase.
finish() {
	check "$phase: the device is bound" is_bound
	check "$phase: jobs run" env STRESS_FAULT=none "$bin/fault"
	check "$phase: the device sleeps a second after its last job" wait_until 1 is_asleep
	check "$phase: nobody uses the module" wait_until 5 is_unused
	check "$phase: nothing is left of what was made" ledger_balanced
	check "$phase: the kernel log has no other warnings" log_clean "$1"
	rm -rf "$work"
}

# repeat TEXT COUNT CMD...: CMD with the round's number, until one fails.
repeat() {
	local text=$1 count=$2 i
	shift 2
	for ((i = 0; i < count; i++)); do
		if ! "$@" "$i" >"$work/round.log" 2>&1; then
			say_fail "$text: $count rounds; failed in round $i"
			tail -n 30 "$work/round.log" | quote
			return 1
		fi
	done
	say_ok "$text: $count rounds"
}

module_round() { unload && load; }
bind_round() { unbind && bind; }

# start_holder NAME=VALUE...: a client that waits for the device to go; sets pid.
start_holder() {
	rm -f "$work/ready"
	env STRESS_READY="$work/ready" "$@" "$bin/hold" >"$work/hold.log" 2>&1 &
	pid=$!
	wait_until 20 test -e "$work/ready" || { cat "$work/hold.log" && return 1; }
}

# holder_done: it ended, and found all as it should be.
holder_done() {
	wait "$pid" || { cat "$work/hold.log" && return 1; }
}

# hold_round BUSY N: in turn: the client ends before the next bind; it goes on through that, and the device works
# beside it; it is killed while the device goes.
hold_round() {
	local busy=STRESS_BUSY=$1 n=$2
	case $((n % 3)) in
	0)
		start_holder "$busy" && unbind && holder_done && bind
		;;
	1)
		start_holder "$busy" STRESS_LINGER=1 && unbind && bind && STRESS_FAULT=none "$bin/fault" &&
			kill -0 "$pid" && kill -KILL "$pid"
		wait "$pid"
		[[ $? == 137 ]]
		;;
	2)
		start_holder "$busy" || return 1
		kill -KILL "$pid" &
		unbind && bind
		;;
	esac
}

# outlive_round: the module may refuse to go; if it goes, the fences must do without it.
outlive_round() {
	local gone=0
	rm -f "$work/ready"
	STRESS_READY=$work/ready "$bin/outlive" >"$work/hold.log" 2>&1 &
	pid=$!
	wait_until 20 test -e "$work/ready" || { cat "$work/hold.log" && return 1; }
	! unload || gone=1
	kill -TERM "$pid"
	holder_done || return 1
	((gone)) || { wait_until 5 is_unused && unload; } || return 1
	load
}

# victims N SEED: start N clients that do anything; sets pids.
victims() {
	local i
	pids=()
	for ((i = 0; i < $1; i++)); do
		rm -f "$work/ready.$i"
		STRESS_READY=$work/ready.$i STRESS_TALLY=$work/tally STRESS_SEED=$(($2 * 100 + i)) "$bin/victim" >"$work/victim.$i" 2>&1 &
		pids+=($!)
	done
}

# storm_round N: all are killed at once, or one after the other, some time after they began.
storm_round() {
	local i pid bad=0
	RANDOM=$1
	victims 5 "$1"
	for ((i = 0; i < 5; i++)); do
		wait_until 20 test -e "$work/ready.$i" || { cat "$work/victim.$i" && return 1; }
	done
	sleep "0.$((RANDOM % 8))$((RANDOM % 10))"
	if (($1 % 2)); then
		kill -KILL "${pids[@]}"
	else
		for pid in "${pids[@]}"; do
			kill -KILL "$pid"
			sleep "0.0$((RANDOM % 10))"
		done
	fi
	for ((i = 0; i < 5; i++)); do
		wait "${pids[i]}"
		(($? == 137)) || { tail -n 20 "$work/victim.$i" && bad=1; }
	done
	return "$bad"
}

# tally_full: each kind of thing was done.
tally_full() {
	local names=(open vm buffer mmap vm-bind group submit heap wait dma-buf) counts i bad=0
	read -ra counts <<<"$(od -An -v -tu4 -w40 -N40 "$work/tally")"
	for ((i = 0; i < ${#names[@]}; i++)); do
		printf '%s %s\n' "${names[i]}" "${counts[i]}"
		((counts[i])) || bad=1
	done
	return "$bad"
}

# counted NAME COUNT: the driver, if it counts such things (tyr.ko), has counted so many since it was bound.
counted() {
	local counters is
	for counters in /sys/kernel/debug/dri/*/counters; do
		is=$(awk -v name="$1" '$1 == name { print $2 }' "$counters" 2>/dev/null)
		[[ -z $is || $is == "$2" ]] || { printf '%s: %s, not %s\n' "$1" "$is" "$2" && return 1; }
	done
}

# spared COUNT: a ping that was lost so often cost a start of the firmware each, and no reset of the GPU.
spared() { counted firmware-restarts "$1" && counted resets 0; }

# rebind_recovers: a device that was given up, or not, works once it is bound anew.
rebind_recovers() { unbind && bind && STRESS_FAULT=none "$bin/fault"; }

begin
case $phase in
modules)
	repeat "modules: unloaded and loaded" "$1" module_round
	finish '^$'
	;;
bind)
	repeat "bind: unbound and bound" "$1" bind_round
	finish '^$'
	;;
hold)
	repeat "hold: unbound under open files and mappings" "$1" hold_round 0
	finish '^$'
	;;
busy)
	repeat "busy: unbound under jobs in flight" "$1" hold_round 1
	finish "$client_noise"
	;;
outlive)
	repeat "outlive: fences outlive files and module" "$1" outlive_round
	finish '^$'
	;;
nap)
	check "nap: $1 jobs at the border of sleep" env "STRESS_ROUNDS=$1" "$bin/nap"
	finish '^$'
	;;
reset)
	phase="reset by $1"
	check "$phase: $2 times beside working clients" env "STRESS_FAULT=$1" "STRESS_ROUNDS=$2" "$bin/bystander"
	finish "$client_noise|$reset_noise"
	;;
fault)
	phase="fault $1"
	may=STRESS_MAY_LOSE=0
	miss=STRESS_MAY_MISS=0
	case $1 in
	reset-stuck | power-stuck) may=STRESS_MAY_LOSE=1 ;;
	flush-stuck | irq-lost) miss=STRESS_MAY_MISS=1 ;;
	esac
	check "$phase: $2 times" env "$may" "$miss" "STRESS_FAULT=$1" "STRESS_ROUNDS=$2" "$bin/fault"
	[[ $may != *=1 ]] || check "$phase: bound anew it works" rebind_recovers
	[[ $1 != ping-lost ]] || check "$phase: the GPU was not reset" spared "$2"
	finish "$client_noise|$reset_noise"
	;;
storm)
	truncate -s 4096 "$work/tally"
	repeat "storm: five clients killed" "$1" storm_round
	check "storm: all kinds of things were done" tally_full
	tally_full | tr '\n' ',' | quote
	printf '\n'
	finish "$client_noise"
	;;
esac
