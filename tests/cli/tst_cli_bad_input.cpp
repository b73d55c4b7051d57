// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever is wrong with the input or the place of the output: one line of error, exit status 2, nothing left behind.
#include "cli_support.h"

#include "formats/bytes.h"

#include <zip.h>

#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace crucible;
using namespace crucible::test;
using namespace Qt::StringLiterals;

namespace {

QByteArray container(const QByteArray& header, const QByteArray& data = {})
{
    std::string length;
    formats::appendLittleEndian<std::uint64_t>(length, static_cast<std::uint64_t>(header.size()));
    return QByteArray::fromStdString(length) + header + data;
}

QByteArray lengthOnly(std::uint64_t length)
{
    std::string text;
    formats::appendLittleEndian(text, length);
    return QByteArray::fromStdString(text) + "{}";
}

// A PyTorch file around any pickle.
QByteArray torchFile(const QByteArray& pickle, const QString& folder)
{
    const QString file = folder + u"/made.zip"_s;
    QFile::remove(file);
    int error = 0;
    zip_t* archive = zip_open(qPrintable(file), ZIP_CREATE | ZIP_EXCL, &error);
    const QByteArray data(64, '\0');
    for (const auto& [name, content] : {std::pair("archive/data.pkl", &pickle), std::pair("archive/data/0", &data)}) {
        const zip_int64_t index = zip_file_add(archive, name, zip_source_buffer(archive, content->constData(), zip_uint64_t(content->size()), 0), 0);
        zip_set_file_compression(archive, zip_uint64_t(index), ZIP_CM_STORE, 0);
    }
    if (zip_close(archive) != 0)
        qFatal("libzip can not write");
    const QByteArray bytes = readAll(file);
    QFile::remove(file);
    return bytes;
}

const QByteArray kRecipe = "models:\n  - model: a\n    parameters: {weight: 0.5}\n  - model: b\n    parameters: {weight: 0.5}\n"
                           "merge_method: linear\ndtype: float32\n";

} // namespace

class TestCliBadInput : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        writeModel(path(u"a"_s), 1);
        writeModel(path(u"b"_s), 3);
        writeText(path(u"recipe.yaml"_s), kRecipe);
    }

    void soundInputIsMerged()
    {
        const Result result = merge();
        QVERIFY2(result.status == 0, result.err.constData());
        QVERIFY(QFile::exists(path(u"out/model.safetensors"_s)));
        QVERIFY(!QFile::exists(path(u"out.partial"_s)));
    }

    void damagedSafetensors_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const QByteArray data(64, '\1');
        const QByteArray one = R"({"model.norm.weight":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})";
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("five bytes") << QByteArray("\1\0\0\0\0", 5);
        QTest::newRow("header of 2^63 bytes") << lengthOnly(std::uint64_t(1) << 63);
        QTest::newRow("header of all bits") << lengthOnly(~std::uint64_t(0));
        QTest::newRow("header of 200 MB") << lengthOnly(200'000'000);
        QTest::newRow("header longer than the file") << lengthOnly(1000);
        QTest::newRow("no JSON") << container("hello world");
        QTest::newRow("JSON of another kind") << container("[1,2,3]");
        QTest::newRow("deeply nested") << container(QByteArray(100'000, '['));
        QTest::newRow("bad UTF-8") << container("{\"model.\xff\xfe\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", data.left(16));
        QTest::newRow("the same name twice")
            << container(R"({"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"w":{"dtype":"F32","shape":[4],"data_offsets":[16,32]}})", data.left(32));
        QTest::newRow("overlapping")
            << container(R"({"v":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"w":{"dtype":"F32","shape":[4],"data_offsets":[8,24]}})", data.left(24));
        QTest::newRow("a hole") << container(R"({"v":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"w":{"dtype":"F32","shape":[4],"data_offsets":[32,48]}})", data.left(48));
        QTest::newRow("beyond the end") << container(R"({"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", data.left(8));
        QTest::newRow("offsets backwards") << container(R"({"w":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}})", data.left(16));
        QTest::newRow("offsets of 2^64") << container(R"({"w":{"dtype":"F32","shape":[4],"data_offsets":[18446744073709551600,18446744073709551616]}})", data);
        QTest::newRow("size and shape disagree") << container(R"({"w":{"dtype":"F32","shape":[5],"data_offsets":[0,16]}})", data.left(16));
        QTest::newRow("shape overflows") << container(R"({"w":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,16]}})", data.left(16));
        QTest::newRow("negative shape") << container(R"({"w":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}})", data.left(16));
        QTest::newRow("unknown dtype") << container(R"({"w":{"dtype":"F33","shape":[4],"data_offsets":[0,16]}})", data.left(16));
        QTest::newRow("bytes behind the data") << container(one, data);
        QTest::newRow("metadata of another kind") << container(R"({"__metadata__":{"a":1}})");
    }

    void damagedSafetensors()
    {
        QFETCH(QByteArray, bytes);
        writeText(path(u"b/model.safetensors"_s), bytes);
        refused(u"b/model.safetensors"_s);
        const QString inspected = complaint(cli({u"inspect"_s, u"b"_s}, m_dir->path()));
        QVERIFY2(inspected.isEmpty(), qPrintable(inspected));
        const QString compared = complaint(cli({u"compare"_s, u"a"_s, u"b"_s}, m_dir->path()));
        QVERIFY2(compared.isEmpty(), qPrintable(compared));
    }

    void truncatedAnywhere()
    {
        const QByteArray whole = readAll(path(u"b/model.safetensors"_s));
        for (qsizetype length = 0; length < whole.size(); length += whole.size() / 7) {
            writeText(path(u"b/model.safetensors"_s), whole.left(length));
            refused(u"b/model.safetensors"_s);
        }
    }

    void hostilePickles_data()
    {
        QTest::addColumn<QByteArray>("pickle");
        QTest::addColumn<bool>("zipped");
        const QByteArray system = "cos\nsystem\n(S'touch pwned'\ntR.";
        QTest::newRow("calls a command") << QByteArray("\x80\x02" + system) << true;
        QTest::newRow("calls a command, no archive") << QByteArray("\x80\x02" + system) << false;
        QTest::newRow("builtins eval") << QByteArray("\x80\x02" "cbuiltins\neval\n(S'open(\"pwned\",\"w\")'\ntR.") << true;
        QTest::newRow("global by stack") << QByteArray("\x80\x04\x8c\x02os\x8c\x06system\x93(S'touch pwned'\ntR.") << true;
        QTest::newRow("no stop") << QByteArray("\x80\x02}") << true;
        QTest::newRow("empty") << QByteArray() << true;
        QTest::newRow("memo never filled") << QByteArray("\x80\x02h\x05.") << true;
        QTest::newRow("stack is empty") << QByteArray("\x80\x02" "0000.") << true;
        QTest::newRow("a word of 4 GB") << QByteArray("\x80\x02X\xff\xff\xff\xff" "abc.", 11) << true;
        QTest::newRow("a number is no state dict") << QByteArray("\x80\x02K\x05.", 5) << true;
        QTest::newRow("no archive at all") << QByteArray(1000, 'x') << false;
    }

    void hostilePickles()
    {
        QFETCH(QByteArray, pickle);
        QFETCH(bool, zipped);
        QFile::remove(path(u"b/model.safetensors"_s));
        writeText(path(u"b/pytorch_model.bin"_s), zipped ? torchFile(pickle, m_dir->path()) : pickle);
        refused(u"pytorch_model.bin"_s);
        QVERIFY(!QFile::exists(path(u"pwned"_s)));
    }

    void damagedFolders_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("text"); // null: the file is removed
        const QString index = u"b/model.safetensors.index.json"_s;
        QTest::newRow("no weights") << u"b/model.safetensors"_s << QByteArray();
        QTest::newRow("no config") << u"b/config.json"_s << QByteArray();
        QTest::newRow("config is no JSON") << u"b/config.json"_s << QByteArray("{\"architectures\":");
        QTest::newRow("config of another kind") << u"b/config.json"_s << QByteArray("[]");
        QTest::newRow("missing shard") << index << QByteArray(R"({"metadata":{},"weight_map":{"model.norm.weight":"model-00002-of-00002.safetensors"}})");
        QTest::newRow("index is no JSON") << index << QByteArray("{");
        QTest::newRow("index without a map") << index << QByteArray("{}");
        QTest::newRow("shard outside") << index << QByteArray(R"({"weight_map":{"model.norm.weight":"../a/model.safetensors"}})");
        QTest::newRow("tensor not in its shard") << index << QByteArray(R"({"weight_map":{"nowhere":"model-00001-of-00001.safetensors"}})");
    }

    void damagedFolders()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, text);
        // A whole model.safetensors goes before an index.
        if (file.endsWith(u".index.json"))
            QVERIFY(QFile::rename(path(u"b/model.safetensors"_s), path(u"b/model-00001-of-00001.safetensors"_s)));
        if (text.isNull())
            QFile::remove(path(file));
        else
            writeText(path(file), text);
        refused();
    }

    void noRegularFiles_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("kind");
        for (const QString& file : {u"model.safetensors"_s, u"config.json"_s}) {
            for (const QString& kind : {u"pipe"_s, u"folder"_s, u"link to itself"_s, u"link to nothing"_s, u"endless device"_s})
                QTest::addRow("%s is a %s", qPrintable(file), qPrintable(kind)) << file << kind;
        }
    }

    // A pipe would be waited for, a device read without end.
    void noRegularFiles()
    {
        QFETCH(QString, file);
        QFETCH(QString, kind);
        const QString place = path(u"b/"_s + file);
        QVERIFY(QFile::remove(place));
        if (kind == u"pipe")
            QCOMPARE(::mkfifo(qPrintable(place), 0600), 0);
        else if (kind == u"folder")
            QVERIFY(QDir().mkpath(place));
        else
            QVERIFY(QFile::link(kind == u"link to itself" ? place : kind == u"link to nothing" ? u"/nowhere"_s : u"/dev/zero"_s, place));
        refused();
        const QString inspected = complaint(cli({u"inspect"_s, u"b"_s}, m_dir->path()));
        QVERIFY2(inspected.isEmpty(), qPrintable(inspected));
    }

    // What an index or a tensor's name says reaches the terminal as text.
    void namesDoNotCommandTheTerminal()
    {
        const QByteArray name = "model.\\u001b[2J\\u0007.weight";
        writeText(path(u"b/model.safetensors"_s),
                  container("{\"" + name + "\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", QByteArray(16, '\0')));
        const Result shown = cli({u"inspect"_s, u"b"_s}, m_dir->path());
        const Result merged = merge();
        for (const Result& result : {shown, merged}) {
            QVERIFY(!result.crashed);
            QVERIFY2(!result.out.contains('\x1b') && !result.err.contains('\x1b') && !result.err.contains('\a'), result.out.constData());
        }
    }

    // Nobody reads what is said, or the disk under the log is full: the work and its exit status stay what they are.
    void outputThatGoesNowhere_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<int>("status");
        QTest::newRow("an error") << u"inspect nothing 2>/dev/full"_s << 2;
        QTest::newRow("a warning and an error") << u"merge wrong.yaml out 2>/dev/full"_s << 2;
        QTest::newRow("the result") << u"inspect a >/dev/full"_s << 2;
        QTest::newRow("the events") << u"merge recipe.yaml out --events >/dev/full"_s << 2; // done, and not told
        QTest::newRow("the progress") << u"merge recipe.yaml out -vv 2>/dev/full"_s << 0;
    }

    void outputThatGoesNowhere()
    {
        QFETCH(QString, command);
        QFETCH(int, status);
        writeText(path(u"wrong.yaml"_s), kRecipe + "unknown_key: 1\nmerge_metod: x\nmodels: 3\n");
        const Result result = runProgram(u"sh"_s, {u"-c"_s, u"'%1' %2"_s.arg(programPath(), command)}, m_dir->path());
        QVERIFY2(result.status == status, qPrintable(QString::number(result.status)));
    }

    void wrongRecipes_data()
    {
        QTest::addColumn<QByteArray>("recipe");
        QTest::addColumn<QString>("words");
        const QByteArray models = "models:\n  - model: a\n    parameters: {weight: 1}\n  - model: b\n    parameters: {weight: 1}\n";
        QTest::newRow("empty") << QByteArray("") << QString();
        QTest::newRow("no YAML") << QByteArray("models: [a, b\nmerge_method: {") << u"recipe.yaml:"_s;
        QTest::newRow("binary") << QByteArray("\x00\x01\xff\xfe\x7f", 5) << QString();
        QTest::newRow("a list") << QByteArray("- a\n- b\n") << QString();
        QTest::newRow("no method") << models << u"merge_method"_s;
        QTest::newRow("unknown method") << QByteArray(models + "merge_method: slurp\n") << u"did you mean slerp"_s;
        QTest::newRow("unknown dtype") << QByteArray(models + "merge_method: linear\ndtype: float17\n") << u"float17"_s;
        QTest::newRow("models is a number") << QByteArray("models: 3\nmerge_method: linear\n") << u"models"_s;
        QTest::newRow("weight is a word") << QByteArray("models:\n  - model: a\n    parameters: {weight: heavy}\n  - model: b\n    parameters: {weight: 1}\nmerge_method: linear\n") << u"weight"_s;
        QTest::newRow("parameters is a list") << QByteArray(models + "merge_method: linear\nparameters: [1]\n") << u"parameters"_s;
        QTest::newRow("no base model") << QByteArray(models + "merge_method: ties\n") << u"base model"_s;
        QTest::newRow("no such model") << QByteArray("models:\n  - model: a\n  - model: bb\nmerge_method: linear\nparameters: {weight: 1}\n") << u"bb"_s;
        QTest::newRow("layers that are not there") << QByteArray("slices:\n  - sources:\n      - model: a\n        layer_range: [0, 7]\nmerge_method: passthrough\n") << QString();
        QTest::newRow("an alias bomb") << QByteArray("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
                                                     "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
                                                     "models: [*f,*f,*f,*f,*f,*f,*f,*f]\nmerge_method: linear\n") << QString();
    }

    void wrongRecipes()
    {
        QFETCH(QByteArray, recipe);
        QFETCH(QString, words);
        writeText(path(u"recipe.yaml"_s), recipe);
        refused(words);
    }

    void disagreeingShapes()
    {
        writeModel(path(u"b"_s), 3, {{"model.embed_tokens.weight", {8, 4}}, {"model.layers.0.mlp.weight", {4, 5}}, {"model.norm.weight", {4}}});
        refused(u"model.layers.0.mlp.weight"_s);
        writeModel(path(u"b"_s), 3, {{"model.embed_tokens.weight", {8, 4}}, {"model.norm.weight", {4}}});
        refused(u"1 and 0 layers"_s);
    }

    void wrongCommandLines_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("words");
        QTest::newRow("no command") << u""_s << u"no command"_s;
        QTest::newRow("unknown command") << u"merg"_s << u"did you mean merge"_s;
        QTest::newRow("unknown option") << u"merge recipe.yaml out --overwritee"_s << u"did you mean --overwrite"_s;
        QTest::newRow("no output") << u"merge recipe.yaml"_s << u"OUT"_s;
        QTest::newRow("one too many") << u"merge recipe.yaml out more"_s << u"more"_s;
        QTest::newRow("threads is a word") << u"merge recipe.yaml out --threads many"_s << u"threads"_s;
        QTest::newRow("negative threads") << u"merge recipe.yaml out --threads -3"_s << u"threads"_s;
        QTest::newRow("no size") << u"merge recipe.yaml out --out-shard-size big"_s << u"--out-shard-size"_s;
        QTest::newRow("no dtype") << u"merge recipe.yaml out --lora-merge-dtype int8"_s << u"--lora-merge-dtype"_s;
        QTest::newRow("no recipe") << u"merge nowhere.yaml out"_s << u"nowhere.yaml"_s;
        QTest::newRow("recipe is a folder") << u"merge a out"_s << u"a"_s;
        QTest::newRow("no such model") << u"inspect nothing"_s << u"nothing"_s;
        QTest::newRow("no project") << u"runs"_s << u"--project"_s;
        QTest::newRow("project without a database") << u"runs --project a"_s << u"a"_s;
        QTest::newRow("unknown deed") << u"runs lst --project a"_s << u"did you mean list"_s;
        QTest::newRow("unknown method") << u"methods tiess"_s << u"did you mean ties"_s;
        QTest::newRow("unknown sample") << u"sample here --shape huge"_s << u"--shape"_s;
        QTest::newRow("a run without a project") << u"merge recipe.yaml out --run 1"_s << u"project"_s;
    }

    void wrongCommandLines()
    {
        QFETCH(QString, line);
        QFETCH(QString, words);
        const QStringList before = contentOf(m_dir->path());
        const QString wrong = complaint(cli(line.split(u' ', Qt::SkipEmptyParts), m_dir->path()), words);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        QCOMPARE(contentOf(m_dir->path()), before);
    }

    void outputPlaces_data()
    {
        QTest::addColumn<QString>("output");
        QTest::newRow("an input") << u"a"_s;
        QTest::newRow("an input, with a slash") << u"a/"_s;
        QTest::newRow("an input by a detour") << u"b/../a"_s;
        QTest::newRow("inside an input") << u"a/merged"_s;
        QTest::newRow("around an input") << u"."_s;
        QTest::newRow("not empty") << u"full"_s;
        QTest::newRow("a file") << u"recipe.yaml"_s;
        QTest::newRow("below a file") << u"recipe.yaml/out"_s;
        QTest::newRow("an input by a link") << u"link"_s;
    }

    void outputPlaces()
    {
        QFETCH(QString, output);
        writeText(path(u"full/precious.txt"_s), "keep me");
        QVERIFY(QFile::link(path(u"a"_s), path(u"link"_s)));
        for (const bool overwrite : {false, true}) {
            if (overwrite && output == u"full")
                continue;
            const QStringList before = contentOf(m_dir->path());
            QStringList arguments = {u"merge"_s, u"recipe.yaml"_s, output};
            if (overwrite)
                arguments << u"--overwrite"_s;
            const QString wrong = complaint(cli(arguments, m_dir->path()));
            QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
            QCOMPARE(contentOf(m_dir->path()), before);
        }
    }

    void fileSizeLimit()
    {
        const std::vector<TensorPlan> large = {{"model.embed_tokens.weight", {256, 256}}, {"model.norm.weight", {4}}};
        writeModel(path(u"a"_s), 1, large);
        writeModel(path(u"b"_s), 3, large);
        const QStringList before = contentOf(m_dir->path());
        // 512-byte blocks: the shard of 256 KiB does not fit, small files do.
        const QString command = u"ulimit -f 100; exec '%1' merge recipe.yaml deep/out"_s.arg(programPath());
        const QString wrong = complaint(runProgram(u"sh"_s, {u"-c"_s, command}, m_dir->path()));
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        QCOMPARE(contentOf(m_dir->path()), before);
    }

    void fullDisk()
    {
        QVERIFY(QDir(m_dir->path()).mkdir(u"disk"_s));
        if (!mount(u"size=64k"_s))
            QSKIP("only root can mount a small disk");
        const std::vector<TensorPlan> large = {{"model.embed_tokens.weight", {256, 256}}, {"model.norm.weight", {4}}};
        writeModel(path(u"a"_s), 1, large);
        writeModel(path(u"b"_s), 3, large);
        const QString wrong = complaint(merge(u"disk/out"_s));
        const QStringList left = contentOf(path(u"disk"_s));
        unmount();
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        QVERIFY(left.isEmpty());
    }

    void unwritableFolder()
    {
        QVERIFY(QDir(m_dir->path()).mkdir(u"disk"_s));
        const bool isRoot = ::geteuid() == 0;
        if (isRoot && !mount(u"ro"_s))
            QSKIP("root can write everywhere, and can not mount here");
        if (!isRoot)
            QVERIFY(QFile::setPermissions(path(u"disk"_s), QFileDevice::ReadOwner | QFileDevice::ExeOwner));
        const QString wrong = complaint(merge(u"disk/out"_s));
        if (isRoot)
            unmount();
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        QVERIFY(contentOf(path(u"disk"_s)).isEmpty());
    }

private:
    QString path(const QString& name) const { return m_dir->filePath(name); }

    Result merge(const QString& output = u"out"_s) const { return cli({u"merge"_s, u"recipe.yaml"_s, output}, m_dir->path()); }

    void refused(const QString& words = {}) const
    {
        const QStringList before = contentOf(m_dir->path());
        const QString wrong = complaint(merge(), words);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        QCOMPARE(contentOf(m_dir->path()), before);
    }

    bool mount(const QString& options) const
    {
        return ::geteuid() == 0 &&
               QProcess::execute(u"mount"_s, {u"-t"_s, u"tmpfs"_s, u"-o"_s, options, u"none"_s, path(u"disk"_s)}) == 0;
    }
    void unmount() const { QProcess::execute(u"umount"_s, {path(u"disk"_s)}); }

    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(TestCliBadInput)
#include "tst_cli_bad_input.moc"
