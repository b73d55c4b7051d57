// SPDX-License-Identifier: GPL-3.0-or-later
// How unsure the model was along a text: a bar for each token (the greatest of several where there are more tokens than
// pixels), in bits. The pointer and the arrow keys pick a token.
#pragma once

#include "playground/token_record.h"

#include <QWidget>

#include <vector>

namespace crucible::workbench {

class EntropyChart : public QWidget {
    Q_OBJECT
public:
    explicit EntropyChart(QWidget* parent = nullptr);
    void setTokens(const QList<TokenRecord>& tokens);
    void setCurrent(int token); // -1: none
    int tokenAt(double x) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void tokenHovered(int token);
    void tokenChosen(int token);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    QRectF plotRect() const;
    void showTable();

    std::vector<double> m_bits;
    QStringList m_pieces;
    double m_most = 1;
    int m_current = -1;
};

} // namespace crucible::workbench
