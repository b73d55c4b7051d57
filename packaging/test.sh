#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds everything with assertions on, and runs every test. Needs no display. Can be run again.
#
#     packaging/test.sh [CTEST OPTIONS]     for example -L fast, or -R merge
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/dependencies.sh"

require_space 3000
install_packages "${crucible_build_packages[@]}" "${crucible_test_packages[@]}"
mapfile -t optional < <(known_packages "${crucible_optional_test_packages[@]}")
((${#optional[@]} == 0)) || install_packages "${optional[@]}"
build dev

say "testing"
cd "$crucible_root/build/dev"
exec ctest --output-on-failure --no-tests=error --parallel "$(jobs_here)" "$@" </dev/null
