// SPDX-License-Identifier: GPL-3.0-or-later
// A GGUF header is believed only where the file can hold what it claims.
#include "files_support.h"

#include "formats/gguf.h"

#include <QTest>

using namespace crucible;
using namespace crucible::formats;
using namespace crucible::test;
namespace fs = std::filesystem;

namespace {

std::string word(std::string_view text)
{
    std::string bytes;
    appendLittleEndian<std::uint64_t>(bytes, text.size());
    return bytes.append(text);
}

template<class T>
std::string number(T value)
{
    std::string bytes;
    appendLittleEndian(bytes, value);
    return bytes;
}

std::string u32(std::uint32_t value) { return number(value); }
std::string u64(std::uint64_t value) { return number(value); }
std::string textValue(std::string_view key, std::string_view text) { return word(key) + u32(8) + word(text); }

std::string tensor(std::string_view name, const std::vector<std::uint64_t>& dims, std::uint32_t type, std::uint64_t offset)
{
    std::string bytes = word(name) + u32(static_cast<std::uint32_t>(dims.size()));
    for (const std::uint64_t dim : dims)
        bytes += u64(dim);
    return bytes + u32(type) + u64(offset);
}

std::string header(std::uint64_t tensors, std::uint64_t values, const std::string& rest, std::uint32_t version = 3)
{
    return "GGUF" + u32(version) + u64(tensors) + u64(values) + rest;
}

std::string padded(std::string bytes, std::size_t alignment, std::string_view data)
{
    bytes.resize((bytes.size() + alignment - 1) / alignment * alignment);
    return bytes.append(data);
}

fs::path golden()
{
    const QString given = qEnvironmentVariable("CRUCIBLE_GOLDEN");
    return (given.isEmpty() ? fs::path(CRUCIBLE_SOURCE_DIR) / ".." / "shared" / "golden" : fs::path(given.toStdString())) / "gguf";
}

} // namespace

class TestGguf : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsValuesAndTensors();
    void takesEveryAlignment();
    void refuses_data();
    void refuses();
    void refusesEveryTruncation();
    void readsRealFiles();
};

void TestGguf::readsValuesAndTensors()
{
    const Folder folder;
    std::string list = word("tokens") + u32(9) + u32(8) + u64(40);
    for (int i = 0; i < 40; ++i)
        list += word(std::string(1, static_cast<char>('a' + i % 26)));
    const std::string values = textValue("general.architecture", "llama") + word("general.alignment") + u32(4) + u32(64) + list
        + word("eps") + u32(6) + number(0.5f) + word("flag") + u32(7) + std::string(1, '\1') + word("neg") + u32(11) + number(std::int64_t(-3));
    const std::string tensors = tensor("plain", {2, 3}, 0, 0) + tensor("packed", {32, 2}, 2, 64);
    const std::string data = std::string("\0\0\x80\x3f", 4) + std::string(20, '\0') + std::string(40, '\0') + std::string(36, '\7');
    const GgufFile file(folder.write("a.gguf", padded(header(2, 6, values + tensors), 64, data)));
    QCOMPARE(file.version(), 3u);
    QCOMPARE(file.text("general.architecture"), std::string("llama"));
    const auto& tokens = std::get<GgufArray>(file.find("tokens")->value);
    QCOMPARE(tokens.count, std::uint64_t(40));
    QCOMPARE(tokens.items.size(), GgufArray::kMaxItems);
    QCOMPARE(std::get<double>(file.find("eps")->value), 0.5);
    QCOMPARE(std::get<bool>(file.find("flag")->value), true);
    QCOMPARE(std::get<std::int64_t>(file.find("neg")->value), std::int64_t(-3));
    QCOMPARE(file.ggufTensors()[0].shape, (Shape{3, 2})); // ggml counts the fastest dimension first
    QCOMPARE(loadLittleEndian<float>(file.read(0).bytes), 1.0f);
    QCOMPARE(file.ggufTensors()[1].bytes, std::uint64_t(36));
    QVERIFY(file.isQuantized());
    const auto error = errorOf([&] { static_cast<void>(file.read(1)); });
    QVERIFY(error && error->kind() == ErrorKind::Unsupported);
}

// llama.cpp takes every power of two that 32 bits can say.
void TestGguf::takesEveryAlignment()
{
    const Folder folder;
    for (const std::uint32_t alignment : {1u, 8u, 1u << 21, 1u << 31}) {
        const GgufFile file(folder.write("a.gguf", header(0, 1, word("general.alignment") + u32(4) + u32(alignment))));
        QCOMPARE(std::get<std::uint64_t>(file.find("general.alignment")->value), std::uint64_t(alignment));
    }
}

void TestGguf::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");
    const auto add = [](const char* row, const std::string& text, const char* says) { QTest::newRow(row) << QByteArray::fromStdString(text) << QString(says); };
    const auto one = [](const std::string& info, std::string_view data = {}) { return padded(header(1, 0, info), 32, data); };
    const std::string data(64, '\1');
    add("empty", "", "magic number");
    add("other magic", "GGML" + std::string(20, '\0'), "does not begin");
    add("version 1", header(0, 0, "", 1), "version 1");
    add("version 9", header(0, 0, "", 9), "version 9");
    add("big-endian", header(0, 0, "", 0x03000000), "big-endian");
    add("2^64-1 tensors", header(~std::uint64_t(0), 0, ""), "do not fit");
    add("2^64-1 values", header(0, ~std::uint64_t(0), ""), "do not fit");
    add("key of 2^64-1 bytes", header(0, 1, u64(~std::uint64_t(0)) + std::string(20, 'a')), "would be a text");
    add("text beyond the file", header(0, 1, word("k") + u32(8) + u64(1000) + "abc"), "needs 1000 bytes");
    add("unknown value type", header(0, 1, word("k") + u32(13) + std::string(20, '\0')), "value type 13");
    add("truth value of 2", header(0, 1, word("key") + u32(7) + "\2"), "truth value");
    add("list of 2^63 elements", header(0, 1, word("k") + u32(9) + u32(0) + u64(std::uint64_t(1) << 63)), "would list");
    std::string nested;
    for (int i = 0; i < 20; ++i)
        nested += u32(9) + u64(1);
    add("lists in lists", header(0, 1, word("k") + u32(9) + nested + u32(0) + u64(0) + std::string(20, '\0')), "too deep");
    add("key twice", header(0, 2, textValue("k", "a") + textValue("k", "b")), "twice");
    add("alignment of 3", header(0, 1, word("general.alignment") + u32(4) + u32(3)), "power of two");
    add("alignment of 0", header(0, 1, word("general.alignment") + u32(4) + u32(0)), "power of two");
    add("five dimensions", one(tensor("t", {1, 1, 1, 1, 1}, 0, 0), data), "5 dimensions");
    add("product overflows", one(tensor("t", {std::uint64_t(1) << 40, std::uint64_t(1) << 40}, 0, 0), data), "too many elements");
    add("dimension over 2^63", one(tensor("t", {~std::uint64_t(0)}, 0, 0), data), "dimension of");
    add("unknown type", one(tensor("t", {1}, 4, 0), data), "ggml type 4");
    add("row is no block", one(tensor("t", {31}, 2, 0), data), "blocks of 32");
    add("beyond the file", one(tensor("t", {17}, 0, 0), data), "the file holds 64");
    add("offset beyond the file", one(tensor("t", {1}, 0, 1 << 20), data), "the file holds 64");
    add("offset wraps", one(tensor("t", {1}, 0, ~std::uint64_t(31)), data), "the file holds 64");
    add("offset unaligned", one(tensor("t", {1}, 0, 4), data), "no multiple of 32");
    add("name that is no UTF-8", one(tensor("\xff", {1}, 0, 0), data), "UTF-8");
    add("name twice", padded(header(2, 0, tensor("t", {1}, 0, 0) + tensor("t", {1}, 0, 32)), 32, data), "twice");
    add("tensors that overlap", padded(header(2, 0, tensor("t", {16}, 0, 0) + tensor("u", {8}, 0, 32)), 32, data), "lie over each other");
    add("the same place", padded(header(2, 0, tensor("t", {16}, 0, 0) + tensor("u", {16}, 0, 0)), 32, data), "lie over each other");
    add("no data at all", header(1, 0, tensor("t", {1}, 0, 0)), "the file holds 0");
}

void TestGguf::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    const Folder folder;
    const auto path = folder.write("a.gguf", text.toStdString());
    const auto error = errorOf([&] { GgufFile{path}; });
    QVERIFY(error);
    QVERIFY2(error->kind() == ErrorKind::CorruptFile || error->kind() == ErrorKind::Unsupported, error->what());
    QVERIFY2(QString::fromUtf8(error->what()).contains(says), error->what());
}

void TestGguf::refusesEveryTruncation()
{
    const Folder folder;
    const std::string whole = padded(header(1, 1, textValue("general.architecture", "llama") + tensor("t", {2}, 0, 0)), 32, "12345678");
    QVERIFY(!errorOf([&] { GgufFile{folder.write("a.gguf", whole)}; }));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto path = folder.write("a.gguf", whole.substr(0, size));
        QVERIFY2(errorOf([&] { GgufFile{path}; }), qPrintable(QString::number(size)));
    }
}

// Files of llama.cpp: the last tensor must end where the file ends, which proves the block sizes.
void TestGguf::readsRealFiles()
{
    if (!fs::exists(golden()))
        QSKIP("the golden GGUF files are not on this machine");
    int files = 0;
    for (const auto& entry : fs::directory_iterator(golden())) {
        if (entry.path().extension() != ".gguf")
            continue;
        const GgufFile file(entry.path());
        QCOMPARE(file.text("general.architecture"), std::string("llama"));
        std::uint64_t end = 0;
        for (const GgufTensor& item : file.ggufTensors())
            end = std::max(end, item.offset + item.bytes);
        const std::uint64_t size = fs::file_size(entry.path());
        QVERIFY2(end <= size && size - end < 32, entry.path().c_str());
        ++files;
    }
    QVERIFY(files > 5);
}

QTEST_GUILESS_MAIN(TestGguf)
#include "tst_gguf.moc"
