// SPDX-License-Identifier: GPL-3.0-or-later
// The top of a page: title, an optional name or filter field, facts as chips, actions at the right, one of them primary.
// Where there is little room the chips give way first, then quiet actions lose their words.
#pragma once

#include <QList>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace crucible::widgets {

class Chip;

class PageHeader : public QWidget {
    Q_OBJECT
public:
    explicit PageHeader(const QString& title, QWidget* parent = nullptr);

    void setTitle(const QString& title);
    // The recipe's name, or a filter. Created on first use; `label` is its accessible name.
    QLineEdit* addNameField(const QString& label, const QString& placeholder = {});
    QLineEdit* nameField() const { return m_name; }
    Chip* addChip(const QString& text);
    void clearChips();
    // Beside the chips: combo boxes, toggles.
    void addWidget(QWidget* widget);
    QPushButton* addAction(const QString& text, const QString& icon = {});
    QPushButton* addPrimaryAction(const QString& text, const QString& icon = {});
    void addActionWidget(QWidget* widget);

protected:
    void resizeEvent(QResizeEvent* event) override;
    QSize minimumSizeHint() const override;

private:
    void fit();

    QLabel* m_title;
    QLineEdit* m_name = nullptr;
    int m_nameLeast = 0;
    QHBoxLayout* m_left;
    QHBoxLayout* m_chipsLayout;
    QHBoxLayout* m_right;
    QList<Chip*> m_chips;
};

} // namespace crucible::widgets
