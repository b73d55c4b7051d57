// SPDX-License-Identifier: GPL-3.0-or-later
// A safetensors file is offered only when every byte of it is accounted for.
#include "files_support.h"

#include "base/json.h"
#include "base/platform.h"

#include <QElapsedTimer>
#include <QTest>

#include <fmt/format.h>

using namespace crucible;
using namespace crucible::formats;
using namespace crucible::test;

namespace {

constexpr const char* kOne = R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})";

SafetensorsFile openText(const Folder& folder, std::string_view text)
{
    return SafetensorsFile(folder.write("file.safetensors", text));
}

} // namespace

class TestSafetensors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsTensorsInFileOrder();
    void readsUnalignedData();
    void passesOverUnknownKeys();
    void hostileHeaderCostsLittleMemory();
    void writesWhatItReads();
    void layoutIsAlignedAndExact();
    void layoutRefuses_data();
    void layoutRefuses();
    void refuses_data();
    void refuses();
    void refusesEveryTruncation();
    void refusesEverySingleByteMoreOrLess();
    void opensManyShardsFast();
};

// Order of the data, scalars, tensors without elements, and metadata.
void TestSafetensors::readsTensorsInFileOrder()
{
    const Folder folder;
    const auto file = openText(folder, safetensorsText(
        R"({"z":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"empty":{"dtype":"F32","shape":[3,0],"data_offsets":[2,2]},)"
        R"("scalar":{"dtype":"BF16","shape":[],"data_offsets":[2,4]},"__metadata__":{"format":"pt"}}   )", "abcd"));
    QCOMPARE(file.tensors().size(), std::size_t(3));
    QCOMPARE(file.tensors()[0].name, std::string("z"));
    QCOMPARE(file.tensors()[1].name, std::string("empty"));
    QCOMPARE(file.tensors()[2].elements(), std::int64_t(1));
    QCOMPARE(textOf(file.read(2)), std::string("cd"));
    QCOMPARE(textOf(file.read(1)), std::string());
    QCOMPARE(file.metadata().at("format"), std::string("pt"));
}

// A header need not be padded, so data may begin anywhere; a view must outlive the file's object.
void TestSafetensors::readsUnalignedData()
{
    const Folder folder;
    TensorData data;
    {
        const auto file = openText(folder, safetensorsText(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", std::string("\0\0\x80\x3f", 4)));
        QVERIFY(file.fileOffset(0) % 4 != 0);
        data = file.read(0);
    }
    QCOMPARE(loadLittleEndian<float>(data.bytes), 1.0f);
}

void TestSafetensors::passesOverUnknownKeys()
{
    const Folder folder;
    const auto file = openText(folder, safetensorsText(
        R"({"a":{"note":{"x":[1,"y",null,{"z":true}]},"dtype":"U8","mark":-1.5,"shape":[4],"data_offsets":[0,4]}})", "abcd"));
    QCOMPARE(file.tensors().size(), std::size_t(1));
    QCOMPARE(textOf(file.read(0)), std::string("abcd"));
}

// A header may have 100 MB. Made of what is small as text and large as a tree it must not take many times as much.
void TestSafetensors::hostileHeaderCostsLittleMemory()
{
    const Folder folder;
    std::string json = R"({"a":{"x":[)";
    json.reserve(16'000'020);
    while (json.size() < 16'000'000)
        json += "{},[],0,";
    const std::uint64_t before = platform::memoryUse().peakResidentBytes;
    const auto path = folder.write("file.safetensors", safetensorsText(json, ""));
    json = {};
    const std::uint64_t written = platform::memoryUse().peakResidentBytes;
    const auto error = errorOf([&] { SafetensorsFile{path}; });
    QVERIFY(error);
    QVERIFY2(QString::fromUtf8(error->what()).contains("not valid JSON"), error->what());
    const std::uint64_t after = platform::memoryUse().peakResidentBytes;
    qInfo("peak %llu, %llu, %llu MB", static_cast<unsigned long long>(before >> 20),
          static_cast<unsigned long long>(written >> 20), static_cast<unsigned long long>(after >> 20));
    QVERIFY(after - written < 150'000'000); // the mapped file and its text; as a tree it takes 1.5 GB
}

void TestSafetensors::writesWhatItReads()
{
    const Folder folder;
    const std::vector<float> a{1, 2, 3, 4};
    const std::vector<std::int64_t> b{-1};
    const std::vector<float> none;
    const std::vector<TensorBytes> tensors{tensorOf("b\"\\\n\xc3\xa9", DType::I64, {1}, b), tensorOf("a", DType::F32, {2, 2}, a),
                                           tensorOf("none", DType::F32, {0}, none)};
    const auto path = folder.path() / "out.safetensors";
    writeSafetensors(path, tensors, {{"format", "pt"}, {"note", "x"}});
    const SafetensorsFile file(path);
    QCOMPARE(file.tensors().size(), tensors.size());
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        std::size_t at = 0;
        while (file.tensors()[at].name != tensors[i].info.name)
            ++at;
        QCOMPARE(file.tensors()[at].shape, tensors[i].info.shape);
        QVERIFY(file.tensors()[at].dtype == tensors[i].info.dtype);
        QCOMPARE(textOf(file.read(at)), textOf({tensors[i].bytes, nullptr}));
    }
    QCOMPARE(file.metadata().at("note"), std::string("x"));
}

void TestSafetensors::layoutIsAlignedAndExact()
{
    const std::vector<TensorInfo> infos{{"first", DType::BF16, {3, 5}, 30}, {"second", DType::F32, {}, 4}};
    const SafetensorsLayout layout = safetensorsLayout(infos);
    QCOMPARE(layout.header.size() % kDataAlignment, std::size_t(0));
    QCOMPARE(layout.offsets, (std::vector<std::uint64_t>{layout.header.size(), layout.header.size() + 30}));
    QCOMPARE(layout.fileBytes, layout.header.size() + 34);
    QCOMPARE(Json::parse(layout.header.substr(8)).at("__metadata__").at("format").get<std::string>(), std::string("pt"));
}

void TestSafetensors::layoutRefuses_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("bytes");
    QTest::newRow("reserved name") << "__metadata__" << 4;
    QTest::newRow("name twice") << "taken" << 4;
    QTest::newRow("wrong size") << "b" << 5;
}

void TestSafetensors::layoutRefuses()
{
    QFETCH(QString, name);
    QFETCH(int, bytes);
    const std::vector<TensorInfo> infos{{"taken", DType::F32, {1}, 4}, {name.toStdString(), DType::F32, {1}, static_cast<std::uint64_t>(bytes)}};
    const auto error = errorOf([&] { safetensorsLayout(infos); });
    QVERIFY(error);
    QVERIFY(error->kind() == ErrorKind::InvalidInput);
}

void TestSafetensors::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");
    const auto add = [](const char* row, const std::string& text, const char* says) {
        QTest::newRow(row) << QByteArray::fromStdString(text) << QString(says);
    };
    const auto entry = [](const char* shape, const char* offsets, const char* dtype = "U8") {
        return fmt::format(R"({{"a":{{"dtype":"{}","shape":{},"data_offsets":{}}}}})", dtype, shape, offsets);
    };
    const auto two = [](const char* first, const char* second) {
        return fmt::format(R"({{"a":{{"dtype":"U8","shape":[4],"data_offsets":{}}},"b":{{"dtype":"U8","shape":[4],"data_offsets":{}}}}})", first, second);
    };
    add("empty file", "", "0 bytes");
    add("seven bytes", "1234567", "7 bytes");
    add("length beyond the file", std::string("\x40\0\0\0\0\0\0\0{}", 10), "should have 64 bytes");
    add("length over the cap", std::string("\x01\xe1\xf5\x05\0\0\0\0", 8) + "{}", "would have 100000001 bytes");
    add("length of 2^64-1", std::string(8, '\xff') + "{}", "18446744073709551615");
    add("no header", safetensorsText("", ""), "not a JSON object");
    add("bad UTF-8", safetensorsText("{\"a\xff\":1}", ""), "UTF-8");
    add("overlong UTF-8", safetensorsText("{\"a\xc0\xaf\":1}", ""), "UTF-8");
    add("not an object", safetensorsText("[1]", ""), "not a JSON object");
    add("leading space", safetensorsText(std::string(" ") + kOne, "abcd"), "not a JSON object");
    add("broken JSON", safetensorsText(R"({"a":)", ""), "not valid JSON");
    add("text after the object", safetensorsText(std::string(kOne) + "{}", "abcd"), "not valid JSON");
    add("zero byte after the object", safetensorsText(std::string(kOne) + std::string("\0evil", 5), "abcd"), "not valid JSON");
    add("deep nesting", safetensorsText("{\"a\":" + std::string(100000, '['), ""), "not an object");
    add("deep nesting under an unknown key", safetensorsText("{\"a\":{\"x\":" + std::string(100000, '['), ""), "nested too deep");
    add("lists in an unknown key, unclosed", safetensorsText(R"({"a":{"x":[[)", ""), "not valid JSON");
    add("name twice", safetensorsText(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", "abcd"), "twice");
    add("key twice", safetensorsText(R"({"a":{"dtype":"U8","shape":[4],"shape":[4],"data_offsets":[0,4]}})", "abcd"), "twice");
    add("dtype twice", safetensorsText(R"({"a":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}})", "abcd"), "twice");
    add("dtype is a number", safetensorsText(R"({"a":{"dtype":8,"shape":[4],"data_offsets":[0,4]}})", "abcd"), "dtype is not a text");
    add("dtype is a list", safetensorsText(R"({"a":{"dtype":["U8"],"shape":[4],"data_offsets":[0,4]}})", "abcd"), "dtype is not a text");
    add("shape is a number", safetensorsText(entry("4", "[0,4]"), "abcd"), "shape is not a list");
    add("shape of lists", safetensorsText(entry("[[4]]", "[0,4]"), "abcd"), "no size");
    std::string ones = "[1";
    for (int i = 0; i < 64; ++i)
        ones += ",1";
    add("shape of 65 dimensions", safetensorsText(entry((ones + "]").c_str(), "[0,1]"), "a"), "more than 64 dimensions");
    add("offsets of an object", safetensorsText(entry("[4]", "{}"), "abcd"), "not a pair");
    add("entry is no object", safetensorsText(R"({"a":7})", ""), "not an object");
    add("shape missing", safetensorsText(R"({"a":{"dtype":"U8","data_offsets":[0,4]}})", "abcd"), "needs dtype, shape");
    add("unknown dtype", safetensorsText(entry("[4]", "[0,4]", "F7"), "abcd"), "no dtype \"F7\"");
    add("dtype that is foreign", safetensorsText(entry("[1]", "[0,8]", "C64"), "abcdefgh"), "can not be read yet");
    add("negative dimension", safetensorsText(entry("[-4]", "[0,4]"), "abcd"), "no size");
    add("fractional dimension", safetensorsText(entry("[4.0]", "[0,4]"), "abcd"), "no size");
    add("dimension over 2^63", safetensorsText(entry("[9223372036854775808]", "[0,4]"), "abcd"), "no size");
    add("product overflows", safetensorsText(entry("[4294967296,4294967297,4]", "[0,4]"), "abcd"), "too many elements");
    add("bytes overflow", safetensorsText(entry("[4611686018427387904]", "[0,0]", "F64"), ""), "too many elements");
    add("negative offset", safetensorsText(entry("[4]", "[-4,0]"), "abcd"), "not a pair");
    add("fractional offset", safetensorsText(entry("[4]", "[0.0,4]"), "abcd"), "not a pair");
    add("three offsets", safetensorsText(entry("[4]", "[0,4,8]"), "abcd"), "not a pair");
    add("end before begin", safetensorsText(entry("[4]", "[4,0]"), "abcd"), "end before that");
    add("span unequal to size", safetensorsText(entry("[4]", "[0,3]"), "abc"), "needs 4 bytes, the offsets span 3");
    add("overlap", safetensorsText(two("[0,4]", "[3,7]"), "abcdefg"), "overlap");
    add("the same place twice", safetensorsText(two("[0,4]", "[0,4]"), "abcd"), "overlap");
    add("hole", safetensorsText(two("[0,4]", "[5,9]"), "abcdefghi"), "hole");
    add("hole at the start", safetensorsText(entry("[4]", "[1,5]"), "abcde"), "hole");
    add("beyond the file", safetensorsText(entry("[5]", "[0,5]"), "abcd"), "the file holds 4");
    add("far beyond the file", safetensorsText(entry("[4611686018427387904]", "[0,4611686018427387904]"), "abcd"), "the file holds 4");
    add("trailing bytes", safetensorsText(kOne, "abcdPK"), "2 bytes follow");
    add("data without tensors", safetensorsText("{}", "abcd"), "4 bytes follow");
    add("metadata is no object", safetensorsText(R"({"__metadata__":[]})", ""), "__metadata__");
    add("metadata value is no text", safetensorsText(R"({"__metadata__":{"a":1}})", ""), "not a text");
    add("metadata twice", safetensorsText(R"({"__metadata__":{},"__metadata__":{}})", ""), "twice");
    add("metadata key twice", safetensorsText(R"({"__metadata__":{"a":"1","a":"2"}})", ""), "twice");
}

void TestSafetensors::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    const Folder folder;
    const auto error = errorOf([&] { openText(folder, text.toStdString()); });
    QVERIFY(error);
    QVERIFY2(error->kind() == ErrorKind::CorruptFile || error->kind() == ErrorKind::Unsupported, error->what());
    QVERIFY2(QString::fromUtf8(error->what()).contains(says), error->what());
    QVERIFY(QString::fromStdString(error->where()).contains("file.safetensors"));
}

void TestSafetensors::refusesEveryTruncation()
{
    const Folder folder;
    const std::string whole = safetensorsText(kOne, "abcd");
    QVERIFY(!errorOf([&] { openText(folder, whole); }));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto error = errorOf([&] { openText(folder, whole.substr(0, size)); });
        QVERIFY2(error && error->kind() == ErrorKind::CorruptFile, qPrintable(QString::number(size)));
    }
}

// Every claimed header length but the right one leads to bad JSON or to data that do not add up.
void TestSafetensors::refusesEverySingleByteMoreOrLess()
{
    const Folder folder;
    const std::string json = kOne;
    for (std::uint64_t length = 0; length < json.size() + 6; ++length) {
        std::string text;
        appendLittleEndian<std::uint64_t>(text, length);
        text += json + "abcd";
        QCOMPARE(errorOf([&] { openText(folder, text); }).has_value(), length != json.size());
    }
}

// The headers of a 70B model in 30 shards: far below what a person notices.
void TestSafetensors::opensManyShardsFast()
{
    const Folder folder;
    std::vector<std::filesystem::path> files;
    const std::vector<float> value{1};
    for (int shard = 0; shard < 30; ++shard) {
        std::vector<TensorBytes> tensors;
        for (int i = 0; i < 25; ++i)
            tensors.push_back(tensorOf(fmt::format("model.layers.{}.mlp.up_proj.{}.weight", shard, i), DType::F32, {1}, value));
        files.push_back(folder.path() / fmt::format("{}.safetensors", shard));
        writeSafetensors(files.back(), tensors);
    }
    QElapsedTimer timer;
    timer.start();
    std::size_t count = 0;
    for (const auto& path : files)
        count += SafetensorsFile(path).tensors().size();
    const qint64 elapsed = timer.elapsed();
    QCOMPARE(count, std::size_t(750));
    qInfo("30 headers with 750 tensors in %lld ms", static_cast<long long>(elapsed));
    QVERIFY(elapsed < 1000); // 50 in an ordinary build; sanitizers and a busy machine take longer
}

QTEST_GUILESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
