# SPDX-License-Identifier: MIT
#
# What the samples of a bench come to. Input, tab-separated: NAME SIDE TURN VALUE, with SIDE 0 or 1. Output, tab-separated:
#   side NAME SIDE N MEDIAN Q1 Q3
#   compare NAME RATIO LOW HIGH NOISE       when both sides have samples
#
# RATIO is the median of side 1 over that of side 0. LOW and HIGH are its 95 % interval by a bootstrap in two steps: turns are
# drawn with replacement, then samples within each drawn turn, for what moves a figure moves a whole turn. NOISE is how far
# the median of a side's odd turns is from that of its even turns, as a fraction; the larger of both sides'. The generator
# of random numbers is fixed: the same samples give the same interval.

function random(n) {
	seed = (seed * 16807) % 2147483647
	return int(seed / 2147483647 * n)
}

# Sort list[1..n], numbers.
function sort(list, n, i, j, value) {
	for (i = 2; i <= n; i++) {
		value = list[i]
		for (j = i - 1; j >= 1 && list[j] > value; j--)
			list[j + 1] = list[j]
		list[j + 1] = value
	}
}

# The quantile q of the sorted list[1..n], interpolated.
function quantile(list, n, q, at, low) {
	at = 1 + (n - 1) * q
	low = int(at)
	return low >= n ? list[n] : list[low] + (at - low) * (list[low + 1] - list[low])
}

# The median of a side's samples from turns with turn % 2 == parity; -1: all of them.
function median_of(name, side, parity, list, n, i, k) {
	for (i = 1; i <= turns[name, side]; i++) {
		if (parity >= 0 && i % 2 != parity)
			continue
		for (k = 1; k <= count[name, side, i]; k++)
			list[++n] = value_of[name, side, i, k]
	}
	if (!n)
		return 0
	sort(list, n)
	return quantile(list, n, 0.5)
}

function describe(name, side, list, n, i, k) {
	for (i = 1; i <= turns[name, side]; i++)
		for (k = 1; k <= count[name, side, i]; k++)
			list[++n] = value_of[name, side, i, k]
	sort(list, n)
	printf "side\t%s\t%d\t%d\t%.6g\t%.6g\t%.6g\n", name, side, n, quantile(list, n, 0.5),
		quantile(list, n, 0.25), quantile(list, n, 0.75)
}

# The median of one bootstrap sample of a side.
function resample(name, side, list, n, i, k, t, m) {
	for (i = 1; i <= turns[name, side]; i++) {
		t = 1 + random(turns[name, side])
		m = count[name, side, t]
		for (k = 1; k <= m; k++)
			list[++n] = value_of[name, side, t, 1 + random(m)]
	}
	sort(list, n)
	return quantile(list, n, 0.5)
}

# How far a side is from itself.
function noise_of(name, side, odd, even) {
	if (turns[name, side] < 2)
		return 0
	odd = median_of(name, side, 1)
	even = median_of(name, side, 0)
	return odd > even ? odd / even - 1 : even / odd - 1
}

function compare(name, i, list, base, noise, other) {
	base = median_of(name, 0, -1)
	if (base <= 0)
		return
	seed = 20261122
	for (i = 1; i <= RESAMPLES; i++)
		list[i] = resample(name, 1) / resample(name, 0)
	sort(list, RESAMPLES)
	noise = noise_of(name, 0)
	other = noise_of(name, 1)
	printf "compare\t%s\t%.6g\t%.6g\t%.6g\t%.6g\n", name, median_of(name, 1, -1) / base,
		quantile(list, RESAMPLES, 0.025), quantile(list, RESAMPLES, 0.975), (noise > other ? noise : other)
}

BEGIN { RESAMPLES = 1000 }

{
	if (!($1 in seen)) {
		seen[$1] = 1
		names[++total] = $1
	}
	# turns are numbered by what there is: one may have failed
	if (last[$1, $2] != $3) {
		last[$1, $2] = $3
		turns[$1, $2]++
	}
	t = turns[$1, $2]
	value_of[$1, $2, t, ++count[$1, $2, t]] = $4 + 0
}

END {
	for (b = 1; b <= total; b++) {
		for (s = 0; s <= 1; s++)
			if (turns[names[b], s])
				describe(names[b], s)
		if (turns[names[b], 0] && turns[names[b], 1])
			compare(names[b])
	}
}
