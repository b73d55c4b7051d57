// SPDX-License-Identifier: GPL-3.0-or-later
#include "jobs/shell_command.h"

#include <algorithm>

namespace crucible::workbench {

using namespace Qt::StringLiterals;

namespace {

bool isPlain(const QString& word, Shell shell)
{
    const QString marks = shell == Shell::Posix ? u"-_./=+,:@%"_s : u"-_./\\=+:@"_s;
    return !word.isEmpty() && std::ranges::all_of(word, [&](QChar c) {
        return (c.unicode() < 128 && c.isLetterOrNumber()) || marks.contains(c);
    });
}

// A backslash means itself unless a double quote follows: then each is doubled, and the quote gets one of its own.
QString inDoubleQuotes(const QString& word)
{
    QString text = u"\""_s;
    int backslashes = 0;
    for (const QChar c : word) {
        if (c == u'"')
            text += QString(backslashes + 1, u'\\');
        backslashes = c == u'\\' ? backslashes + 1 : 0;
        text += c;
    }
    return text + QString(backslashes, u'\\') + u'"';
}

} // namespace

QString shellCommand(const QStringList& words, Shell shell)
{
    QStringList quoted;
    for (const QString& word : words) {
        if (isPlain(word, shell))
            quoted << word;
        else if (shell == Shell::Posix)
            quoted << u'\'' + QString(word).replace(u'\'', "'\\''"_L1) + u'\'';
        else
            quoted << inDoubleQuotes(word);
    }
    return quoted.join(u' ');
}

} // namespace crucible::workbench
