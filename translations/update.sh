#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Brings translations/*.ts in line with the strings in the code: adds the new ones as unfinished, drops those that are gone.
# Strings of core are marked with CRUCIBLE_TR_NOOP(context, text), which lupdate knows here as QT_TRANSLATE_NOOP.
# English has a file for its plural forms alone. The words to use are in translations/README.md.
#
# usage: translations/update.sh [FOLDER]    FOLDER: where the .ts files are, this folder if left out
# LUPDATE names the program, if it is not found.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:-$root/translations}
if [ -z "${LUPDATE:-}" ]; then
    for LUPDATE in lupdate6 lupdate-qt6 /usr/lib/qt6/bin/lupdate lupdate; do
        command -v "$LUPDATE" >/dev/null && break
    done
fi
update() {
    "$LUPDATE" -silent -no-obsolete -locations none -no-ui-lines -tr-function-alias QT_TRANSLATE_NOOP+=CRUCIBLE_TR_NOOP \
        -I "$root" -I "$root/app/workbench" -source-language en \
        "$root/app" "$root/widgets" "$root/core" "$@"
}
update -target-language zh_CN -ts "$folder/crucible_zh_CN.ts"
update -pluralonly -target-language en -ts "$folder/crucible_en.ts"
