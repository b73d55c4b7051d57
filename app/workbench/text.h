// SPDX-License-Identifier: GPL-3.0-or-later
// The border between the texts and paths of core (UTF-8, std::filesystem) and those of Qt.
#pragma once

#include <QString>

#include <filesystem>
#include <string>
#include <string_view>

namespace crucible {
class Error;
class Sentence;
}

namespace crucible::workbench {

QString toQString(std::string_view text);
inline QString toQString(const char* text) { return toQString(std::string_view(text)); }
inline QString toQString(const std::string& text) { return toQString(std::string_view(text)); }
QString toQString(const std::filesystem::path& path);
std::string toStd(const QString& text);
std::filesystem::path toPath(const QString& text);

// A path as a person reads it: the home folder as "~".
QString displayPath(const QString& path);

// What core said, in the language of the window.
QString spoken(const Sentence& sentence);

// An error in three parts for a message in the window: a translated headline for its kind, then what, where and what to do.
struct ErrorText {
    QString headline;
    QString detail;
};
ErrorText describe(const Error& error);

} // namespace crucible::workbench
