// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/token_alignment.h"

namespace crucible::workbench {

namespace {
constexpr qsizetype kLookAhead = 8; // characters that may have been dropped before a token
}

void alignTokens(const QString& text, QList<TokenRecord>& tokens)
{
    qsizetype at = 0;
    TokenRecord* last = nullptr;
    for (TokenRecord& token : tokens) {
        QString wanted = token.text;
        qsizetype found = wanted.isEmpty() ? -1 : QStringView(text).mid(at, kLookAhead + wanted.size()).indexOf(wanted);
        if (found < 0 && wanted.startsWith(u' ')) { // the blank that sentencepiece puts before a text
            wanted.remove(0, 1);
            found = wanted.isEmpty() ? -1 : QStringView(text).mid(at, kLookAhead + wanted.size()).indexOf(wanted);
        }
        if (found < 0) {
            token.text.clear();
            continue;
        }
        const QString skipped = text.mid(at, found);
        if (last) {
            last->text += skipped;
            token.text = wanted;
        } else {
            token.text = skipped + wanted;
        }
        at += found + wanted.size();
        last = &token;
    }
    if (last)
        last->text += text.mid(at);
}

} // namespace crucible::workbench
