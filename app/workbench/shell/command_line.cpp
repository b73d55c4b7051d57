// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/command_line.h"

#include <QCommandLineParser>
#include <QRegularExpression>

namespace crucible::workbench {

using namespace Qt::StringLiterals;

CommandLine parseCommandLine(const QStringList& arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(u"A workbench that merges language models, explains what it will do, and keeps every run."_s);
    parser.addPositionalArgument(u"files"_s, u"Projects, model folders and recipes to open."_s, u"[files...]"_s);
    const QCommandLineOption help({u"h"_s, u"help"_s}, u"Show this help."_s);
    const QCommandLineOption version(u"version"_s, u"Show the version."_s);
    const QCommandLineOption project(u"project"_s, u"Open this project; it is created if the folder has none."_s, u"folder"_s);
    const QCommandLineOption pictures(u"screenshots"_s, u"Save a picture of every page into this folder and end. Needs no display."_s,
                                      u"folder"_s);
    const QCommandLineOption theme(u"theme"_s, u"light, dark or system."_s, u"theme"_s);
    const QCommandLineOption language(u"language"_s, u"Language of the window, for example en or zh_CN."_s, u"language"_s);
    const QCommandLineOption size(u"size"_s, u"Size of the window in pixels, for example 1440x900."_s, u"WxH"_s);
    parser.addOptions({help, version, project, pictures, theme, language, size});

    CommandLine result;
    const auto refuse = [&result](const QString& message) {
        result.message = u"error: "_s + message;
        result.exitStatus = 2;
        return result;
    };
    if (!parser.parse(arguments))
        return refuse(parser.errorText());
    if (parser.isSet(help)) {
        result.message = parser.helpText().trimmed();
        return result;
    }
    if (parser.isSet(version)) {
        result.message = QCoreApplication::applicationName() + u' ' + QCoreApplication::applicationVersion();
        return result;
    }
    StartOptions& options = result.options;
    options.project = parser.value(project);
    options.screenshots = parser.value(pictures);
    if (parser.isSet(language))
        options.language = parser.value(language);
    if (parser.isSet(theme)) {
        const QStringList names{u"system"_s, u"light"_s, u"dark"_s};
        const qsizetype index = names.indexOf(parser.value(theme));
        if (index < 0)
            return refuse(u"--theme must be light, dark or system, not '%1'"_s.arg(parser.value(theme)));
        options.theme = static_cast<ThemeChoice>(index);
    }
    if (parser.isSet(size)) {
        static const QRegularExpression kSize(u"^(\\d{3,4})x(\\d{3,4})$"_s);
        const auto match = kSize.match(parser.value(size));
        if (!match.hasMatch())
            return refuse(u"--size must look like 1440x900, not '%1'"_s.arg(parser.value(size)));
        options.size = QSize(match.captured(1).toInt(), match.captured(2).toInt());
    }
    options.files = parser.positionalArguments();
    return result;
}

} // namespace crucible::workbench
