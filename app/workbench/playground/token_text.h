// SPDX-License-Identifier: GPL-3.0-or-later
// A text that knows its tokens: as tall as it needs to be, shaded by how sure the model was, with a read-out under the
// pointer and at the cursor. The shades are painted behind plain text, only where it is seen, so adding a token costs the
// same however many there are.
#pragma once

#include "playground/token_colors.h"
#include "playground/token_record.h"

#include <QTextEdit>

#include <vector>

namespace crucible::workbench {

class TokenText : public QTextEdit {
    Q_OBJECT
public:
    explicit TokenText(QWidget* parent = nullptr);

    // The tokens' texts are the text, or its beginning after `tokensFrom` characters.
    void setContent(const QString& text, const QList<TokenRecord>& tokens, int tokensFrom = 0);
    // Goes on from what is shown: `text` begins with it, `tokens` with the tokens that are known.
    void grow(const QString& text, const QList<TokenRecord>& tokens);
    void setColoring(TokenColoring coloring);
    // Marks the place where this text parts from another; -1: nowhere.
    void setPartedAt(int character);
    // A ring around a token; -1: none.
    void setMarkedToken(int token);

    int tokenCount() const { return static_cast<int>(m_ends.size()); }
    int tokenAtCharacter(int character) const; // -1 when it belongs to none
    int tokenAtPoint(const QPoint& point) const;
    QRectF tokenRect(int token) const; // of its first line, in the viewport
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void tokenHovered(int token); // -1: the pointer is on none
    void tokenChosen(int token);  // by a click or by moving the cursor

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Place {
        int begin = 0;
        int end = 0;
    };
    Place placeOf(int token) const;
    void addTokens(const QList<TokenRecord>& tokens);
    void updateHeight();
    void setHovered(int token);
    template<class Visit>
    void visitRects(int token, Visit visit) const; // visit(QRectF) for each line that it touches

    std::vector<int> m_ends;          // character after each token
    std::vector<signed char> m_levels[2]; // by probability, by entropy
    QString m_shown;
    int m_from = 0; // the first character of the first token
    int m_height = 0;
    TokenColoring m_coloring = TokenColoring::None;
    int m_partedAt = -1;
    int m_marked = -1;
    int m_hovered = -1;
};

} // namespace crucible::workbench
