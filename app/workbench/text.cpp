// SPDX-License-Identifier: GPL-3.0-or-later
#include "text.h"

#include "base/error.h"

#include <QCoreApplication>
#include <QDir>

namespace crucible::workbench {

QString toQString(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString toQString(const std::filesystem::path& path)
{
    const std::u8string text = path.generic_u8string();
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::string toStd(const QString& text) { return text.toStdString(); }

std::filesystem::path toPath(const QString& text)
{
    const QByteArray utf8 = text.toUtf8();
    return std::filesystem::path(std::u8string(utf8.begin(), utf8.end()));
}

QString displayPath(const QString& path)
{
    const QString home = QDir::homePath();
    if (path == home || path.startsWith(home + u'/'))
        return u'~' + path.mid(home.size());
    return QDir::toNativeSeparators(path);
}

QString spoken(const Sentence& sentence)
{
    const QString pattern = QCoreApplication::translate("Problem", sentence.pattern().c_str());
    if (sentence.arguments().empty())
        return pattern;
    QString text;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        const int number = pattern[i] == u'%' && i + 1 < pattern.size() ? pattern[i + 1].digitValue() : 0;
        if (number > 0 && static_cast<std::size_t>(number) <= sentence.arguments().size()) {
            text += spoken(sentence.arguments()[static_cast<std::size_t>(number) - 1]);
            ++i;
        } else {
            text += pattern[i];
        }
    }
    return text;
}

ErrorText describe(const Error& error)
{
    const auto headline = [kind = error.kind()] {
        const char* text = QT_TRANSLATE_NOOP("Error", "Something went wrong inside Crucible");
        switch (kind) {
        case ErrorKind::InvalidInput: text = QT_TRANSLATE_NOOP("Error", "This can not work as asked"); break;
        case ErrorKind::NotFound: text = QT_TRANSLATE_NOOP("Error", "Something is missing"); break;
        case ErrorKind::CorruptFile: text = QT_TRANSLATE_NOOP("Error", "A file is damaged"); break;
        case ErrorKind::Unsupported: text = QT_TRANSLATE_NOOP("Error", "This is not supported"); break;
        case ErrorKind::Io: text = QT_TRANSLATE_NOOP("Error", "The system refused a file operation"); break;
        case ErrorKind::OutOfMemory: text = QT_TRANSLATE_NOOP("Error", "Memory ran out"); break;
        case ErrorKind::Cancelled: text = QT_TRANSLATE_NOOP("Error", "Cancelled"); break;
        case ErrorKind::Internal: break;
        }
        return QCoreApplication::translate("Error", text);
    };
    QString detail = spoken(error.said());
    if (!error.where().empty())
        detail += u'\n' + toQString(error.where());
    if (!error.hint().empty())
        detail += u'\n' + spoken(error.advice());
    return {headline(), detail};
}

} // namespace crucible::workbench
