// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/language.h"

#include <QCoreApplication>
#include <QDir>
#include <QLibraryInfo>
#include <QLocale>

// Resources of a static library must be asked for, from outside any namespace.
static void loadTranslationResources()
{
#ifdef CRUCIBLE_HAS_TRANSLATIONS
    Q_INIT_RESOURCE(translations);
#endif
}

namespace crucible::workbench {

using namespace Qt::StringLiterals;

QStringList Language::available()
{
    loadTranslationResources();
    QStringList languages{u"en"_s};
    for (const QString& file : QDir(u":/translations"_s).entryList({u"crucible_*.qm"_s}, QDir::Files, QDir::Name))
        if (const QString language = file.mid(9).chopped(3); language != "en"_L1)
            languages << language;
    return languages;
}

QString Language::nativeName(const QString& language)
{
    const QString name = QLocale(language).nativeLanguageName();
    return name.isEmpty() ? language : name.left(1).toUpper() + name.mid(1);
}

Language::~Language() { remove(); }

void Language::remove()
{
    QCoreApplication::removeTranslator(&m_own);
    QCoreApplication::removeTranslator(&m_qt);
}

void Language::install(const QString& language)
{
    remove();
    const QStringList known = available();
    const QLocale wanted = language.isEmpty() ? QLocale::system() : QLocale(language);
    m_current = u"en"_s;
    for (const QString& candidate : known)
        if (candidate == wanted.name() || (m_current == "en"_L1 && QLocale(candidate).language() == wanted.language()))
            m_current = candidate;
    // Numbers and dates follow the language that is shown, unless the system's own locale speaks it.
    const QLocale system = QLocale::system();
    QLocale::setDefault(system.language() == QLocale(m_current).language() ? system : QLocale(m_current));
    // English too has a file: the plural forms.
    if (m_own.load(u":/translations/crucible_"_s + m_current + u".qm"_s))
        QCoreApplication::installTranslator(&m_own);
    if (m_current != "en"_L1 && m_qt.load(u"qtbase_"_s + m_current, QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&m_qt);
}

} // namespace crucible::workbench
