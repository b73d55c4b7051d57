// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/yaml_highlighter.h"

#include "widgets/theme.h"

#include <QRegularExpression>

namespace crucible::widgets {

using namespace Qt::StringLiterals;

namespace {

// Where a comment starts: a # at the beginning or after a space, outside quotes. -1 when there is none.
int commentStart(const QString& text)
{
    QChar quote;
    for (int i = 0; i < text.size(); ++i) {
        const QChar ch = text[i];
        if (!quote.isNull())
            quote = ch == quote ? QChar() : quote;
        else if (ch == u'"' || ch == u'\'')
            quote = ch;
        else if (ch == u'#' && (i == 0 || text[i - 1].isSpace()))
            return i;
    }
    return -1;
}

} // namespace

void YamlHighlighter::highlightBlock(const QString& text)
{
    const ThemeColors& c = Theme::colors();
    const int comment = commentStart(text);
    const QString code = comment < 0 ? text : text.left(comment);
    setFormat(0, int(code.size()), c.text);
    static const QRegularExpression keys(u"(?:^|(?<=[\\s{,\\-]))([A-Za-z_][\\w.\\-]*|\"[^\"]*\")\\s*:(?=\\s|$)"_s);
    auto matches = keys.globalMatch(code);
    while (matches.hasNext()) {
        const auto match = matches.next();
        setFormat(int(match.capturedStart(1)), int(match.capturedEnd(0) - match.capturedStart(1)), c.accent);
    }
    static const QRegularExpression marks(u"^\\s*(-\\s)+|^---"_s);
    if (const auto match = marks.match(code); match.hasMatch())
        setFormat(int(match.capturedStart()), int(match.capturedLength()), c.muted);
    if (comment >= 0)
        setFormat(comment, int(text.size()) - comment, c.faint);
}

} // namespace crucible::widgets
