// SPDX-License-Identifier: GPL-3.0-or-later
// The translations that are compiled into the program, and Qt's own.
#pragma once

#include <QStringList>
#include <QTranslator>

namespace crucible::workbench {

class Language {
public:
    // Languages there is a translation for, "en" first: "en", "zh_CN".
    static QStringList available();
    // The language's own name for itself: "English", "简体中文".
    static QString nativeName(const QString& language);

    ~Language();
    // Installs translators and the default locale. Empty follows the system; an unknown language falls back to English.
    void install(const QString& language);
    QString current() const { return m_current; }

private:
    void remove();

    QTranslator m_own;
    QTranslator m_qt;
    QString m_current;
};

} // namespace crucible::workbench
