#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# How fast whole merges are, against the floor: reading the inputs once and writing the output, in the same run.
# Three random models of TinyLlama-1.1B's shape in bfloat16 (2.2 GB each), page cache warm.
#
#     tests/bench/merge_bench.sh BUILD [-n REPEATS] [-t THREADS] [-d FOLDER] [-k] [CASE...]
#
# BUILD is a build folder (build/release); FOLDER takes the models and outputs, 14 GB, and is emptied at the end unless -k.
# CASE: linear slerp passthrough ties dare_ties; all when none is named. Prints medians; flush is what an fsync of the floor's
# output takes besides, which a merge waits for too.
set -euo pipefail
export LC_ALL=C

usage() { sed -n '6,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
die() { printf '%s\n' "error: $*" >&2; exit 2; }

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repeats=5 threads=2 folder= keep=0
[[ ${1:-} && $1 != -* ]] || { usage; exit 2; }
build=$1
shift
while getopts 'n:t:d:kh' option; do
    case $option in
        n) repeats=$OPTARG ;;
        t) threads=$OPTARG ;;
        d) folder=$OPTARG ;;
        k) keep=1 ;;
        *) usage; exit 2 ;;
    esac
done
shift $((OPTIND - 1))
cases=("$@")
((${#cases[@]})) || cases=(linear slerp passthrough ties dare_ties)
cli=$(cd "$build" && pwd)/bin/crucible-cli
[[ -x $cli ]] || die "there is no $cli; build it first: cmake --build $build"

folder=${folder:-$build/merge-bench}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
free=$(df -Pm "$folder" | awk 'NR == 2 { print $4 }')
((free >= 14000)) || die "$folder has $free MB free, 14000 are needed; name another with -d"

merge=0
clean() {
    if ((merge)); then kill "$merge" 2>/dev/null || true; fi
    rm -rf "$folder/out" "$folder/out.partial" "$folder/floor"
    if ((!keep)); then
        rm -rf "$folder/models" "$folder/bench_floor" "$folder"/*.yaml "$folder"/*.txt
        rmdir "$folder" 2>/dev/null || true
    fi
}
trap clean EXIT
trap 'exit 130' INT TERM

"${CXX:-c++}" -std=c++20 -O2 "$here/bench_floor.cpp" -o "$folder/bench_floor"
printf 'making the models\n' >&2
"$cli" sample "$folder" --shape tinyllama-1.1b >/dev/null
cd "$folder"
base=models/sample-base one=models/sample-writer two=models/sample-coder
size=$(stat -c %s $base/model.safetensors)

cat > linear.yaml <<EOF
models:
  - {model: $one, parameters: {weight: 0.6}}
  - {model: $two, parameters: {weight: 0.4}}
merge_method: linear
dtype: bfloat16
EOF
cat > slerp.yaml <<EOF
slices:
  - sources:
      - {model: $one, layer_range: [0, 22]}
      - {model: $two, layer_range: [0, 22]}
merge_method: slerp
base_model: $one
parameters:
  t:
    - {filter: self_attn, value: [0, 0.5, 0.3, 0.7, 1]}
    - {filter: mlp, value: [1, 0.5, 0.7, 0.3, 0]}
    - {value: 0.5}
dtype: bfloat16
EOF
cat > passthrough.yaml <<EOF
models:
  - model: $one
merge_method: passthrough
dtype: bfloat16
EOF
for method in ties dare_ties; do
    cat > $method.yaml <<EOF
models:
  - model: $base
  - {model: $one, parameters: {density: 0.5, weight: 0.5}}
  - {model: $two, parameters: {density: 0.5, weight: 0.5}}
merge_method: $method
base_model: $base
dtype: bfloat16
EOF
done

inputs_of() {
    case $1 in
        linear | slerp) echo $one/model.safetensors $two/model.safetensors ;;
        passthrough) echo $one/model.safetensors ;;
        ties | dare_ties) echo $base/model.safetensors $one/model.safetensors $two/model.safetensors ;;
        *) die "there is no case $1" ;;
    esac
}

now() { echo "${EPOCHREALTIME/./}"; } # microseconds
seconds() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f\n", (b - a) / 1e6 }'; }

# Runs a merge, following its memory 50 times a second. Appends to NAME.merge.txt, .rss.txt and .anonymous.txt (MB).
measure_merge() {
    local name=$1 start end status rss=0 anonymous=0 a h
    start=$(now)
    "$cli" merge "$name.yaml" out --threads "$threads" >merge-log.txt 2>&1 &
    merge=$!
    while kill -0 $merge 2>/dev/null; do
        if { read -r a h; } < <(awk '/^RssAnon:/ { a = $2 } /^VmHWM:/ { h = $2 } END { print a + 0, h + 0 }' \
            /proc/$merge/status 2>/dev/null); then
            ((a > anonymous)) && anonymous=$a
            ((h > rss)) && rss=$h
        fi
        sleep 0.02
    done
    status=0
    wait $merge || status=$?
    end=$(now)
    merge=0
    ((status == 0)) || { cat merge-log.txt >&2; die "the merge $name.yaml ended with status $status"; }
    seconds "$start" "$end" >> "$name.merge.txt"
    echo $((rss / 1024)) >> "$name.rss.txt"
    echo $((anonymous / 1024)) >> "$name.anonymous.txt"
    rm -rf out
}

measure_floor() {
    local name=$1 start
    # shellcheck disable=SC2046
    ./bench_floor floor "$size" $(inputs_of "$name") >> "$name.floor.txt"
    start=$(now)
    sync floor
    seconds "$start" "$(now)" >> "$name.flush.txt"
    rm -f floor
}

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
largest() { sort -n "$1" | tail -n 1; }

rm -f ./*.txt
cat models/*/model.safetensors > /dev/null # warm
for ((i = 1; i <= repeats; i++)); do
    for name in "${cases[@]}"; do
        printf 'round %d of %d: %s\n' "$i" "$repeats" "$name" >&2
        measure_floor "$name"
        measure_merge "$name"
    done
done

printf '\n%d rounds, %d threads, %s, %s\n\n' "$repeats" "$threads" "$("$cli" --version)" \
    "$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)"
printf '| %-11s | %7s | %7s | %7s | %7s | %16s | %17s |\n' case 'merge s' 'floor s' ratio 'flush s' 'peak resident MB' 'peak anonymous MB'
printf '| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n'
for name in "${cases[@]}"; do
    m=$(median "$name.merge.txt") f=$(median "$name.floor.txt")
    printf '| %-11s | %7.2f | %7.2f | %7.2f | %7.2f | %16d | %17d |\n' "$name" "$m" "$f" \
        "$(awk -v m="$m" -v f="$f" 'BEGIN { print m / f }')" "$(median "$name.flush.txt")" \
        "$(largest "$name.rss.txt")" "$(largest "$name.anonymous.txt")"
done
