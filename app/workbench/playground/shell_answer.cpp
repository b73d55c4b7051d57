// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/shell_answer.h"

#include <QCryptographicHash>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

namespace crucible::workbench {

using namespace Qt::StringLiterals;

namespace {

// Named after what is in it, so that the same content is the same file.
QString keep(const QString& folder, const QByteArray& content, const QString& suffix)
{
    const QString name = QString::fromLatin1(QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex().left(12));
    const QString path = QDir(folder).filePath(name + suffix);
    QDir().mkpath(folder);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size() || !file.commit())
        return {};
    return path;
}

} // namespace

std::optional<QStringList> shellWordsFor(const Conversation& talk, int answer, PlaygroundMode mode, const QString& folder)
{
    if (mode == PlaygroundMode::Surprise || !talk.contains(answer) || talk.at(answer).role != Role::Assistant || talk.at(answer).how.model.isEmpty())
        return std::nullopt;
    const Answer& how = talk.at(answer).how;
    const GenerationSettings& settings = how.settings;
    const int asked = talk.at(answer).parent;
    QStringList words{u"generate"_s, QDir::toNativeSeparators(how.model.path)};
    if (!how.model.adapter.isEmpty())
        words << u"--adapter"_s << QDir::toNativeSeparators(how.model.adapter);
    if (!how.device.isEmpty())
        words << u"--device"_s << how.device;
    bool written = true;
    const auto addFile = [&](const QString& flag, const QByteArray& content, const QString& suffix) {
        const QString path = keep(folder, content, suffix);
        written = written && !path.isEmpty();
        words << flag << QDir::toNativeSeparators(path);
    };
    if (mode == PlaygroundMode::Completion) {
        words << u"--prompt"_s << completionPrompt(talk, asked);
    } else {
        const QJsonArray messages = chatMessages(talk, asked, settings.system);
        QJsonObject inputs;
        addTemplateInputs(settings, inputs);
        inputs.remove(u"template"_s); // it has a flag
        if (inputs.isEmpty()) {
            addFile(u"--messages"_s, QJsonDocument(messages).toJson(), u".json"_s);
        } else {
            inputs.insert(u"messages"_s, messages);
            addFile(u"--messages"_s, QJsonDocument(inputs).toJson(), u".json"_s);
        }
        if (!settings.templateName.isEmpty() && settings.templateName != "default"_L1)
            words << u"--template"_s << settings.templateName;
    }
    words << u"--max-tokens"_s << QString::number(settings.maxTokens);
    if (settings.beams > 1) {
        words << u"--num-beams"_s << QString::number(settings.beams) << u"--length-penalty"_s << QString::number(settings.lengthPenalty)
              << u"--early-stopping"_s << (settings.beamStop == BeamStop::NoneCan ? u"never"_s : settings.beamStop == BeamStop::Enough ? u"true"_s : u"false"_s);
        return written ? std::optional(words) : std::nullopt;
    }
    for (const QString& stop : settings.stop)
        words << u"--stop"_s << stop;
    for (auto value = settings.sampling.cbegin(); value != settings.sampling.cend(); ++value) {
        const QString flag = u"--"_s + QString(value.key()).replace(u'_', u'-');
        if (value->typeId() != QMetaType::Bool)
            words << flag << value->toString();
        else if (value->toBool())
            words << flag;
    }
    words << u"--seed"_s << QString::number(how.seed);
    if (settings.constraintKind == ConstraintKind::JsonSchema)
        addFile(u"--json-schema"_s, settings.constraint.toUtf8(), u".json"_s);
    else if (settings.constraintKind == ConstraintKind::Grammar)
        addFile(u"--grammar"_s, settings.constraint.toUtf8(), u".gbnf"_s);
    return written ? std::optional(words) : std::nullopt;
}

} // namespace crucible::workbench
