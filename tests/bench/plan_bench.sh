#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# How long a plan takes for three models of 70B parameters in 15 shards each, from headers alone.
#
#     tests/bench/plan_bench.sh BUILD [REPEATS]
#
# BUILD is a build folder configured with -DCRUCIBLE_BENCH=ON. The models are holes: they need no room on the disk.
set -euo pipefail
[[ ${1:-} ]] || { sed -n '5,7p' "${BASH_SOURCE[0]}" | sed 's/^# \{0,1\}//'; exit 2; }
bin=$(cd "$1" && pwd)/bin
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for model in base one two; do "$bin/sparse_llama" $model; done
cat > ties.yaml <<EOF
models:
  - {model: one, parameters: {density: [0.3, 0.6], weight: 0.5}}
  - {model: two, parameters: {density: 0.5, weight: [{filter: mlp, value: [0, 1, 0.5]}, {value: 0.5}]}}
merge_method: ties
base_model: base
dtype: bfloat16
EOF
for ((i = 0; i < ${2:-5}; i++)); do
    start=${EPOCHREALTIME/./}
    # The disk need not have room for the result; the plan is made all the same.
    "$bin/crucible-cli" merge ties.yaml out --dry-run --json >plan.json 2>/dev/null || true
    echo "$(((${EPOCHREALTIME/./} - start) / 1000)) ms, $(grep -o '"tensors":[0-9]*' plan.json | head -n 1)"
done
