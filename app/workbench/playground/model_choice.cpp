// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/model_choice.h"

#include "base/dtype.h"
#include "base/sentence_json.h"
#include "text.h"
#include "widgets/number_format.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
namespace format = widgets::format;

namespace {

QString nameOfPath(const QString& path)
{
    const QFileInfo info(path);
    return info.suffix() == "gguf"_L1 ? info.completeBaseName() : info.fileName();
}

quint64 bytesIn(const QString& path)
{
    const QFileInfo info(path);
    if (info.isFile())
        return static_cast<quint64>(info.size());
    const QFileInfoList files = QDir(path).entryInfoList({u"*.safetensors"_s, u"pytorch_model*.bin"_s, u"adapter_model.bin"_s, u"*.gguf"_s},
                                                         QDir::Files);
    quint64 safetensors = 0, others = 0; // a folder that has both is read from the first
    for (const QFileInfo& file : files)
        (file.suffix() == "safetensors"_L1 ? safetensors : others) += static_cast<quint64>(file.size());
    return safetensors > 0 ? safetensors : others;
}

} // namespace

QString ModelChoice::title() const
{
    const QString own = name.isEmpty() ? nameOfPath(path) : name;
    return adapter.isEmpty() ? own : own + u" + "_s + nameOfPath(adapter);
}

LoadedModel LoadedModel::fromJson(const QJsonObject& json)
{
    LoadedModel model;
    model.family = json.value("family"_L1).toString();
    const QString dtype = json.value("dtype"_L1).toString();
    const auto known = dtypeFromSafetensors(toStd(dtype));
    model.dtype = known ? toQString(torchName(*known)) : dtype; // as everywhere in the window
    if (const QString device = json.value("device"_L1).toString(); device != "cpu"_L1)
        model.device = device;
    model.parameters = static_cast<quint64>(json.value("parameters"_L1).toDouble());
    model.weightBytes = static_cast<quint64>(json.value("weight_bytes"_L1).toDouble());
    model.context = json.value("context"_L1).toInt();
    model.vocabulary = json.value("vocabulary"_L1).toInt();
    model.hasTokenizer = json.value("has_tokenizer"_L1).toBool();
    model.hasTemplate = json.value("has_template"_L1).toBool();
    model.templates = json.value("template_names"_L1).toVariant().toStringList();
    model.loadSeconds = json.value("load_seconds"_L1).toDouble();
    return model;
}

QString LoadedModel::facts() const
{
    QStringList parts{family, parameters > 0 ? format::parameters(static_cast<double>(parameters)) : QString(), dtype,
                      weightBytes > 0 ? format::bytes(static_cast<double>(weightBytes)) : QString(), device};
    parts.removeAll(QString());
    return parts.join(u" · "_s);
}

ModelProblem ModelProblem::fromJson(const QJsonObject& json)
{
    // With what was put in, where it comes from a worker; an answer that was kept has the text alone.
    const auto said = [&json](QLatin1StringView key, QLatin1StringView saidKey) {
        const QJsonValue whole = json.value(saidKey);
        if (!whole.isObject())
            return spoken(Sentence(toStd(json.value(key).toString())));
        const QByteArray text = QJsonDocument(whole.toObject()).toJson(QJsonDocument::Compact);
        return spoken(sentenceFromJson(parseJson(std::string_view(text.constData(), static_cast<std::size_t>(text.size())), "event")));
    };
    return {said("what"_L1, "what_said"_L1), json.value("where"_L1).toString(), said("remedy"_L1, "remedy_said"_L1)};
}

QString ModelProblem::toHtml() const
{
    QStringList parts{u"<b>"_s + what.toHtmlEscaped() + u"</b>"_s, where.toHtmlEscaped(), remedy.toHtmlEscaped()};
    parts.removeAll(QString());
    return parts.join(u"<br>"_s);
}

QString ModelProblem::toText() const
{
    QStringList parts{what, where, remedy};
    parts.removeAll(QString());
    return parts.join(u'\n');
}

QJsonObject toJson(const ModelChoice& choice)
{
    QJsonObject json{{u"path"_s, choice.path}, {u"name"_s, choice.title()}};
    if (!choice.adapter.isEmpty())
        json.insert(u"adapter"_s, choice.adapter);
    if (!choice.name.isEmpty())
        json.insert(u"own_name"_s, choice.name);
    return json;
}

ModelChoice modelChoiceFrom(const QJsonObject& json)
{
    return {json.value("path"_L1).toString(), json.value("adapter"_L1).toString(), json.value("own_name"_L1).toString()};
}

quint64 weightBytesOf(const ModelChoice& choice)
{
    return choice.isEmpty() ? 0 : bytesIn(choice.path) + (choice.adapter.isEmpty() ? 0 : bytesIn(choice.adapter));
}

} // namespace crucible::workbench
