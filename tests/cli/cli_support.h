// SPDX-License-Identifier: GPL-3.0-or-later
// Starts crucible-cli and looks at what it did; makes the small models that it is given.
#pragma once

#include "base/files.h"
#include "base/json.h"
#include "formats/safetensors.h"

#include <QByteArray>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <filesystem>
#include <string>
#include <vector>

namespace crucible::test {

constexpr int kPatienceMs = 120'000;

struct Result {
    int status = -1;
    bool crashed = true;
    QByteArray out;
    QByteArray err;
};

inline QString programPath()
{
    return QStringLiteral(CRUCIBLE_BIN_DIR "/crucible-cli");
}

// Finds no models of the person who runs the test.
inline QProcessEnvironment environmentIn(const QString& folder)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("CRUCIBLE_HOME"), folder + QStringLiteral("/home"));
    environment.insert(QStringLiteral("HF_HUB_CACHE"), folder + QStringLiteral("/hub"));
    environment.remove(QStringLiteral("HF_HOME"));
    return environment;
}

inline Result resultOf(QProcess& process)
{
    if (!process.waitForFinished(kPatienceMs)) {
        process.kill();
        process.waitForFinished();
    }
    return {process.exitCode(), process.exitStatus() != QProcess::NormalExit, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

inline Result runProgram(const QString& program, const QStringList& arguments, const QString& folder)
{
    QProcess process;
    process.setWorkingDirectory(folder);
    process.setProcessEnvironment(environmentIn(folder));
    process.start(program, arguments);
    return resultOf(process);
}

// crucible-cli with `folder` as its working folder.
inline Result cli(const QStringList& arguments, const QString& folder)
{
    return runProgram(programPath(), arguments, folder);
}

inline void writeText(const QString& file, const QByteArray& text)
{
    QDir().mkpath(QFileInfo(file).path());
    QFile stream(file);
    if (!stream.open(QIODevice::WriteOnly) || stream.write(text) != text.size())
        qFatal("cannot write %s", qPrintable(file));
}

inline QByteArray readAll(const QString& file)
{
    QFile stream(file);
    return stream.open(QIODevice::ReadOnly) ? stream.readAll() : QByteArray();
}

// Everything below a folder, relative to it, sorted.
inline QStringList contentOf(const QString& folder)
{
    QStringList all;
    QDirIterator entries(folder, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
    while (entries.hasNext())
        all << QDir(folder).relativeFilePath(entries.next());
    all.sort();
    return all;
}

// All weights of a model's folder, file after file.
inline QByteArray weightsOf(const QString& folder)
{
    QByteArray all;
    const QStringList files = QDir(folder).entryList({QStringLiteral("*.safetensors"), QStringLiteral("*.json")}, QDir::Files, QDir::Name);
    for (const QString& file : files)
        all += file.toUtf8() + readAll(folder + QLatin1Char('/') + file);
    return all;
}

struct TensorPlan {
    std::string name;
    Shape shape;
};

inline std::vector<TensorPlan> smallTensors()
{
    return {{"model.embed_tokens.weight", {8, 4}}, {"model.layers.0.mlp.weight", {4, 4}}, {"model.norm.weight", {4}}};
}

// A float32 model of an architecture that nobody knows: config.json and model.safetensors. Every value is `value`.
inline void writeModel(const QString& folder, float value, const std::vector<TensorPlan>& tensors = smallTensors())
{
    QDir().mkpath(folder);
    std::vector<std::vector<float>> values;
    std::vector<formats::TensorBytes> all;
    for (const TensorPlan& tensor : tensors) {
        std::size_t count = 1;
        for (const std::int64_t size : tensor.shape)
            count *= static_cast<std::size_t>(size);
        values.emplace_back(count, value);
    }
    for (std::size_t i = 0; i < tensors.size(); ++i)
        all.push_back({{tensors[i].name, DType::F32, tensors[i].shape, values[i].size() * sizeof(float)},
                       std::as_bytes(std::span(values[i]))});
    formats::writeSafetensors((folder + QStringLiteral("/model.safetensors")).toStdString(), all);
    writeText(folder + QStringLiteral("/config.json"),
              R"({"architectures":["TestForCausalLM"],"model_type":"test","num_hidden_layers":1,"hidden_size":4,"vocab_size":8,"torch_dtype":"float32"})");
}

// What is not as it must be when a request is refused: the exit status, exactly one line of error on stderr with the
// given words in it, nothing on stdout. Empty when all is right.
inline QString complaint(const Result& result, const QString& words = {}, int status = 2)
{
    const QString said = QStringLiteral("\nstatus %1\n%2\n%3").arg(result.status).arg(QString::fromUtf8(result.err), QString::fromUtf8(result.out));
    if (result.crashed)
        return QStringLiteral("it crashed") + said;
    if (result.status != status)
        return QStringLiteral("the exit status is not %1").arg(status) + said;
    if (!result.out.isEmpty())
        return QStringLiteral("it printed a result") + said;
    int errors = 0;
    const QList<QByteArray> lines = result.err.split('\n');
    for (const QByteArray& line : lines) {
        if (line.startsWith("error: "))
            ++errors;
        else if (!line.isEmpty() && !line.startsWith("warning: ") && !line.startsWith("note: "))
            return QStringLiteral("stderr holds something else") + said;
    }
    if (errors != 1)
        return QStringLiteral("there is not one line of error") + said;
    return QString::fromUtf8(result.err).contains(words) ? QString() : QStringLiteral("\"%1\" is not said").arg(words) + said;
}

} // namespace crucible::test
