// SPDX-License-Identifier: GPL-3.0-or-later
// Colours of a recipe: keys in the accent, comments faint, everything else plain.
#pragma once

#include <QSyntaxHighlighter>

namespace crucible::widgets {

class YamlHighlighter : public QSyntaxHighlighter {
    Q_OBJECT
public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

protected:
    void highlightBlock(const QString& text) override;
};

} // namespace crucible::widgets
