#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the fuzz targets of a build one after the other: run.sh BUILD [SECONDS [PROGRAM...]]
set -eu

build=${1:?"usage: run.sh BUILD [SECONDS [PROGRAM...]]"}
seconds=${2:-60}
shift
[ $# -gt 0 ] && shift
bin=$build/bin
# The inputs are files to the readers: in memory they are a hundred times as many.
[ -w /dev/shm ] && export TMPDIR=${TMPDIR:-/dev/shm}
if [ ! -x "$bin/fuzz_seeds" ]; then
    echo "error: $bin holds no fuzz targets: build them with cmake --preset fuzz && cmake --build --preset fuzz" >&2
    exit 2
fi
if [ $# -eq 0 ]; then
    for program in "$bin"/fuzz_*; do
        name=$(basename "$program")
        [ "$name" = fuzz_seeds ] || set -- "$@" "$name"
    done
fi
"$bin/fuzz_seeds" "$build/seeds"
mkdir -p "$build/findings"
status=0
for name in "$@"; do
    mkdir -p "$build/corpus/$name"
    log=$build/findings/$name.log
    if "$bin/$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
        -artifact_prefix="$build/findings/$name-" "$build/corpus/$name" "$build/seeds/$name" >"$log" 2>&1; then
        echo "$name: $(sed -n 's/.*number_of_executed_units: *//p' "$log") inputs in $seconds s, nothing found"
    else
        echo "$name: found something, see $log" >&2
        status=1
    fi
done
exit $status
