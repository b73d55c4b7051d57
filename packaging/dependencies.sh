# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by run.sh and test.sh: what Crucible is built from, and how it gets here.

# "a|b": the same library under two names, the first that the distribution knows.
crucible_build_packages=(
    g++ cmake ninja-build mold pkg-config
    qt6-base-dev qt6-base-dev-tools qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools linguist-qt6 "qt6-svg-dev|libqt6svg6-dev" libgl1-mesa-dev
    libqcustomplot-dev
    libfmt-dev nlohmann-json3-dev libyaml-cpp-dev libsqlite3-dev libhwy-dev libzip-dev libcli11-dev libeigen3-dev libutf8proc-dev libpcre2-dev libcpp-httplib-dev
    fonts-inter qt6-translations-l10n
    dpkg-dev file
)
# clang builds the tests in less time than g++ does; see CMakeLists.txt.
crucible_test_packages=(clang fonts-dejavu-core fonts-noto-cjk)
# What tests the code for graphics cards, where the distribution has it.
crucible_optional_test_packages=(libtorch-dev)

crucible_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
crucible_log=

say() { printf '%s\n' "crucible: $*"; }

# fail SENTENCE: says what is wrong and what to do, with the end of the last step's log, and ends the script.
fail() {
    if [[ -n $crucible_log && -s $crucible_log ]]; then
        printf '\n' >&2
        # The compiler that failed first says more than the last lines.
        if grep -q '^FAILED: ' "$crucible_log"; then
            grep -A 25 -m 1 '^FAILED: ' "$crucible_log" | cut -c1-500 >&2
        else
            tail -n 25 "$crucible_log" >&2
        fi
        printf '\n%s\n' "The whole log: $crucible_log" >&2
    fi
    printf '%s\n' "error: $*" >&2
    exit 1
}

# step NAME COMMAND...: runs quietly; the output is in build/logs/NAME.log.
step() {
    local name=$1
    shift
    mkdir -p "$crucible_root/build/logs" || fail "cannot write to $crucible_root/build; make the folder writable."
    crucible_log=$crucible_root/build/logs/$name.log
    "$@" >"$crucible_log" 2>&1 </dev/null
}

is_installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

missing_packages() {
    local entry name
    for entry in "$@"; do
        for name in ${entry//|/ }; do
            is_installed "$name" && continue 2
        done
        for name in ${entry//|/ }; do
            apt-cache show "$name" >/dev/null 2>&1 && break
        done
        printf '%s\n' "$name"
    done
}

require_space() { # MEGABYTES
    local free
    free=$(df -Pm "$crucible_root" | awk 'NR == 2 { print $4 }')
    ((free >= $1)) || fail "the disk has $free MB free and the build needs $1 MB; free some space and run this again."
}

# known_packages PACKAGE...: those that the distribution has.
known_packages() {
    local name
    for name in "$@"; do
        if is_installed "$name" || apt-cache show "$name" >/dev/null 2>&1; then printf '%s\n' "$name"; fi
    done
}

# install_packages PACKAGE...: installs those that are missing, and nothing when none is.
install_packages() {
    command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
        fail "this script knows Debian and Ubuntu; elsewhere install the libraries listed in packaging/dependencies.sh and use cmake --preset dev."
    local missing=()
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]} > 0)) || return 0
    local as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null ||
            fail "these packages are missing and there is no sudo to install them; as root run: apt-get install ${missing[*]}"
        as_root=(sudo)
        if ! sudo -n true 2>/dev/null; then
            [[ -t 0 ]] || fail "these packages are missing and sudo asks for a password; run: sudo apt-get install ${missing[*]}"
            say "sudo is needed to install packages"
            sudo -v || fail "sudo refused; as root run: apt-get install ${missing[*]}"
        fi
    fi
    say "installing ${#missing[@]} packages (${missing[*]})"
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
    step apt-update "${apt[@]}" update || fail "the package lists cannot be fetched; check the network and run this again."
    mapfile -t missing < <(missing_packages "$@") # with the lists there, every name is known
    step apt-install "${apt[@]}" install --no-install-recommends -y "${missing[@]}" ||
        fail "the packages cannot be installed; read the lines above, check network and disk space, and run this again."
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]} == 0)) || fail "these packages are still missing: ${missing[*]}; install them and run this again."
}

jobs_here() { # processors, but no more than memory allows at 1 GB each
    local cpus memory
    cpus=$(nproc)
    memory=$(awk '/MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo)
    ((memory < 1)) && memory=1
    echo $((cpus < memory ? cpus : memory))
}

# build PRESET [TARGET...]: configures and builds, everything when no target is named; a line of progress for every tenth.
build() {
    local preset=$1 jobs folder=$crucible_root/build/$1 target targets=()
    for target in "${@:2}"; do targets+=(--target "$target"); done
    jobs=$(jobs_here)
    cd "$crucible_root"
    step "configure-$preset" cmake --preset "$preset" || {
        # A build folder that another compiler or another copy of the tree left behind can not be reused.
        rm -rf "$folder/CMakeCache.txt" "$folder/CMakeFiles"
        step "configure-$preset" cmake --preset "$preset" ||
            fail "the build cannot be configured; read the lines above, or delete $folder and run this again."
    }
    say "building ($preset, $jobs at a time)"
    crucible_log=$crucible_root/build/logs/build-$preset.log
    local started=$SECONDS
    if ! NINJA_STATUS='[%f/%t] ' cmake --build --preset "$preset" "${targets[@]}" -- -j"$jobs" </dev/null 2>&1 | tee "$crucible_log" |
        awk -v RS='\n' 'match($0, /^\[[0-9]+\/[0-9]+\]/) {
                split(substr($0, 2, RLENGTH - 2), n, "/"); tenth = int(10 * n[1] / n[2])
                if (n[2] > 20 && tenth > last) { last = tenth; printf "crucible:   %d of %d\n", n[1], n[2]; fflush() }
            }'; then
        fail "the build failed; read the lines above (a full disk, or a defect of ours)."
    fi
    say "built in $((SECONDS - started)) s"
    crucible_log=
}
