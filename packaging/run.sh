#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds Crucible, and opens it on a sample project. Without a display it merges the samples here,
# in the terminal. Can be run again: what is done already is not done twice.
#
#     packaging/run.sh [FOLDER]     the sample project's folder; ~/Crucible/sample when not given
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/dependencies.sh"

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
    sed -n '3,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    exit 0
fi
sample=${1:-${HOME:-$crucible_root/build}/Crucible/sample}
[[ $sample == /* ]] || sample=$PWD/$sample

require_space 1500
install_packages "${crucible_build_packages[@]}"
build release crucible_workbench crucible-cli
bin=$crucible_root/build/release/bin

say "preparing the sample project in $sample"
mkdir -p "$sample" 2>/dev/null || fail "cannot create $sample; give another folder: packaging/run.sh FOLDER"
step sample "$bin/crucible-cli" sample "$sample" || fail "the sample models cannot be written to $sample; check the free space."
crucible_log=

if [[ -n ${DISPLAY:-} || -n ${WAYLAND_DISPLAY:-} ]]; then
    say "opening the window"
    exec "$bin/crucible" --project "$sample"
fi

say "there is no display, so the merges run here (with one, the window opens)"
cd "$sample"
for recipe in slerp-gradient ties dare-ties passthrough-stack; do
    rm -rf "merged/$recipe"
    mkdir -p merged
    started=$(date +%s%N)
    step "merge-$recipe" "$bin/crucible-cli" merge "$recipe.yaml" "merged/$recipe" --project "$sample" ||
        fail "the merge of $recipe.yaml failed."
    took=$((($(date +%s%N) - started) / 1000000))
    say "  $recipe.yaml: merged/$recipe, $(du -sh "merged/$recipe" | cut -f1), $took ms"
done
crucible_log=
say "what the last one made:"
"$bin/crucible-cli" inspect merged/passthrough-stack | head -n 20 || true
cat <<EOF

The models were generated from random numbers, four recipes merged them, and every run is on record:
  $bin/crucible-cli runs list --project $sample
Merge your own models with a mergekit recipe:
  $bin/crucible-cli merge recipe.yaml out
EOF
