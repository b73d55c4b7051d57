// SPDX-License-Identifier: GPL-3.0-or-later
// PyTorch files are read without running anything of them, and what we write is what PyTorch's own reader takes.
#include "files_support.h"

#include "formats/crc32.h"
#include "formats/torch_bin.h"

#include <zip.h>

#include <QProcess>
#include <QStandardPaths>
#include <QTest>

#include <limits>
#include <map>

using namespace crucible;
using namespace crucible::formats;
using namespace crucible::test;

namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

// A ZIP file written by libzip, which is not our writer.
std::filesystem::path writeZip(const Folder& folder, const Entries& entries, int compression = ZIP_CM_STORE)
{
    const auto path = folder.path() / "file.bin";
    std::filesystem::remove(path);
    int error = 0;
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_EXCL, &error);
    for (const auto& [name, content] : entries) {
        zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
        const zip_int64_t index = zip_file_add(archive, name.c_str(), source, 0);
        zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), compression, 0);
    }
    if (zip_close(archive) != 0)
        qFatal("libzip can not write");
    return path;
}

// Opcodes as text: a tensor of `dtype` on storage "0" with `count` elements.
std::string number(std::int64_t value)
{
    std::string text = "\x8a\x08";
    appendLittleEndian(text, value);
    return text;
}
std::string word(std::string_view text)
{
    std::string code = "X";
    appendLittleEndian(code, static_cast<std::uint32_t>(text.size()));
    return code.append(text);
}
std::string numbers(const std::vector<std::int64_t>& values)
{
    std::string code = "(";
    for (const std::int64_t value : values)
        code += number(value);
    return code + "t";
}
std::string storage(std::int64_t count, const std::string& type = "ctorch\nFloatStorage\n")
{
    return "(" + word("storage") + type + word("0") + word("cpu") + number(count) + "tQ";
}
std::string tensor(std::int64_t count, std::int64_t offset, const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides)
{
    return "ctorch._utils\n_rebuild_tensor_v2\n(" + storage(count) + number(offset) + numbers(shape) + numbers(strides)
        + "\x89" + "ccollections\nOrderedDict\n)RtR";
}
std::string dict(const std::string& items)
{
    return "\x80\x02}(" + items + "u.";
}

std::string floats(const std::vector<float>& values)
{
    std::string text;
    for (const float value : values)
        appendLittleEndian(text, value);
    return text;
}

std::vector<float> floatsOf(const TensorData& data)
{
    std::vector<float> values(data.bytes.size() / 4);
    if (!values.empty())
        std::memcpy(values.data(), data.bytes.data(), data.bytes.size());
    return values;
}

Entries archiveOf(const std::string& pickle, const std::string& data)
{
    return {{"m/data.pkl", pickle}, {"m/data/0", data}, {"m/version", "3\n"}};
}

std::string writeOurs(const Folder& folder, const std::vector<TensorBytes>& tensors)
{
    std::vector<TensorInfo> infos;
    std::vector<std::uint32_t> crcs;
    for (const TensorBytes& item : tensors) {
        infos.push_back(item.info);
        crcs.push_back(crc32(item.bytes));
    }
    const TorchBinLayout layout = torchBinLayout(infos);
    const auto path = folder.path() / "ours.bin";
    OutputFile file(path, layout.fileBytes);
    for (std::size_t i = 0; i < tensors.size(); ++i)
        file.write(layout.offsets[i], tensors[i].bytes);
    for (const TorchBinLayout::Piece& piece : finishTorchBin(layout, crcs))
        file.write(piece.offset, std::as_bytes(std::span(piece.bytes)));
    file.finish();
    return path.string();
}

} // namespace

class TestTorchBin : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsStateDict_data();
    void readsStateDict();
    void makesViewsDense();
    void sharesStorages();
    void writesWhatItReads();
    void writesWhatOthersRead();
    void crcMatchesAndCombines();
    void refusesPickles_data();
    void refusesPickles();
    void hostilePicklesCostLittle_data();
    void hostilePicklesCostLittle();
    void refusesArchives_data();
    void refusesArchives();
    void refusesEveryTruncation();
};

void TestTorchBin::readsStateDict_data()
{
    QTest::addColumn<QByteArray>("pickle");
    QTest::addColumn<bool>("deflated");
    const std::string t = tensor(4, 0, {2, 2}, {2, 1});
    const auto add = [](const char* row, const std::string& pickle, bool deflated = false) { QTest::newRow(row) << QByteArray::fromStdString(pickle) << deflated; };
    add("plain dictionary", dict(word("w") + t));
    add("deflated", dict(word("w") + t), true);
    add("ordered dictionary", "\x80\x02" "ccollections\nOrderedDict\n)R(" + word("w") + t + "u.");
    add("with attributes", "\x80\x02" "ccollections\nOrderedDict\n)R(" + word("w") + t + "u}(" + word("_metadata") + "}ub.");
    add("parameter", dict(word("w") + "ctorch._utils\n_rebuild_parameter\n(" + t + "\x88" "ccollections\nOrderedDict\n)RtR"));
    add("under state_dict", dict(word("epoch") + "K\x03" + word("state_dict") + "}(" + word("w") + t + "u"));
    add("under model", dict(word("model") + "}" + word("w") + t + "s"));
    add("with other values", dict(word("step") + "K\x03" + word("w") + t + word("lr") + "G12345678" + word("names") + "](" + word("a") + "Ne"));
    const std::string untyped = "ctorch._utils\n_rebuild_tensor_v3\n(" + storage(16, "ctorch.storage\nUntypedStorage\n") + number(0) + numbers({2, 2}) + numbers({2, 1})
        + "\x89" "ccollections\nOrderedDict\n)R" "ctorch\nfloat32\n" "tR";
    add("untyped storage", dict(word("w") + untyped));
    std::string four = "\x80\x04\x95"; // protocol 4: frames, memoize, stack global
    appendLittleEndian<std::uint64_t>(four, 100);
    four += "}\x94(\x8c\x01w\x94\x8c\x0ctorch._utils\x94\x8c\x12_rebuild_tensor_v2\x94\x93\x94(" + storage(4) + number(0) + numbers({2, 2}) + numbers({2, 1})
        + "\x89" "\x8c\x0b" "collections\x8c\x0bOrderedDict\x93)Rt\x94R\x94u.";
    add("protocol 4", four);
}

void TestTorchBin::readsStateDict()
{
    QFETCH(QByteArray, pickle);
    QFETCH(bool, deflated);
    const Folder folder;
    const TorchBinFile file(writeZip(folder, archiveOf(pickle.toStdString(), floats({1, 2, 3, 4})), deflated ? ZIP_CM_DEFLATE : ZIP_CM_STORE));
    QCOMPARE(file.tensors().size(), std::size_t(1));
    QCOMPARE(file.tensors()[0].name, std::string("w"));
    QCOMPARE(file.tensors()[0].shape, (Shape{2, 2}));
    QVERIFY(file.tensors()[0].dtype == DType::F32);
    QCOMPARE(file.isMapped(), !deflated);
    QCOMPARE(floatsOf(file.read(0)), (std::vector<float>{1, 2, 3, 4}));
}

// Transposed, strided, offset and repeated views come out as dense rows.
void TestTorchBin::makesViewsDense()
{
    const Folder folder;
    const std::string items = word("transposed") + tensor(6, 0, {3, 2}, {1, 3}) + word("column") + tensor(6, 1, {2}, {3}) + word("repeated")
        + tensor(6, 5, {2, 2}, {0, 0}) + word("tail") + tensor(6, 4, {1, 2}, {std::numeric_limits<std::int64_t>::max(), 1}) + word("none") + tensor(6, 6, {0, 5}, {5, 1})
        + word("odd") + tensor(6, 2, {2, 1}, {2, std::numeric_limits<std::int64_t>::max()});
    const TorchBinFile file(writeZip(folder, archiveOf(dict(items), floats({1, 2, 3, 4, 5, 6}))));
    QCOMPARE(floatsOf(file.read(0)), (std::vector<float>{1, 4, 2, 5, 3, 6}));
    QCOMPARE(floatsOf(file.read(1)), (std::vector<float>{2, 5}));
    QCOMPARE(floatsOf(file.read(2)), (std::vector<float>{6, 6, 6, 6}));
    QCOMPARE(floatsOf(file.read(3)), (std::vector<float>{5, 6}));
    QCOMPARE(floatsOf(file.read(4)), std::vector<float>());
    QCOMPARE(floatsOf(file.read(5)), (std::vector<float>{3, 5}));
}

void TestTorchBin::sharesStorages()
{
    const Folder folder;
    const TorchBinFile file(writeZip(folder, archiveOf(dict(word("a") + tensor(2, 0, {2}, {1}) + word("b") + tensor(2, 0, {2}, {1})), floats({1, 2}))));
    QCOMPARE(file.read(0).bytes.data(), file.read(1).bytes.data());
}

void TestTorchBin::writesWhatItReads()
{
    const Folder folder;
    const std::vector<float> a{1, 2, 3, 4, 5, 6};
    const std::vector<std::uint16_t> b{0x3f80};
    const std::vector<std::uint8_t> f8(300, 7);
    const std::vector<float> none;
    const std::vector<TensorBytes> tensors{tensorOf("a.weight", DType::F32, {2, 3}, a), tensorOf("scalar", DType::BF16, {}, b),
                                           tensorOf("small", DType::F8_E4M3, {300}, f8), tensorOf("none", DType::F32, {0, 4}, none)};
    const TorchBinFile file(writeOurs(folder, tensors));
    QCOMPARE(file.tensors().size(), tensors.size());
    QVERIFY(file.isMapped());
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        QCOMPARE(file.tensors()[i].name, tensors[i].info.name);
        QCOMPARE(file.tensors()[i].shape, tensors[i].info.shape);
        QVERIFY(file.tensors()[i].dtype == tensors[i].info.dtype);
        QCOMPARE(textOf(file.read(i)), textOf({tensors[i].bytes, nullptr}));
    }
}

// libzip checks every checksum and both headers; Python's zipfile and pickletools do so once more where there is a Python.
void TestTorchBin::writesWhatOthersRead()
{
    const Folder folder;
    const std::vector<float> a{1, 2, 3, 4};
    const std::string path = writeOurs(folder, {tensorOf("a", DType::F32, {4}, a), tensorOf("b", DType::F32, {2, 2}, a)});
    int error = 0;
    zip_t* archive = zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &error);
    QVERIFY2(archive, qPrintable(QString::number(error)));
    for (zip_int64_t i = 0; i < zip_get_num_entries(archive, 0); ++i) {
        zip_stat_t stat;
        QCOMPARE(zip_stat_index(archive, static_cast<zip_uint64_t>(i), 0, &stat), 0);
        std::string content(stat.size, '\0');
        zip_file_t* file = zip_fopen_index(archive, static_cast<zip_uint64_t>(i), 0);
        QVERIFY(file);
        QCOMPARE(zip_fread(file, content.data(), content.size()), static_cast<zip_int64_t>(content.size()));
        char more = 0;
        QCOMPARE(zip_fread(file, &more, 1), zip_int64_t(0)); // here the checksum is compared
        zip_fclose(file);
    }
    zip_discard(archive);

    const QString python = QStandardPaths::findExecutable("python3");
    if (python.isEmpty())
        QSKIP("there is no python3 on this machine for the second opinion");
    QProcess process;
    process.start(python, {"-c", R"(
import sys, zipfile, pickletools
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
assert z.namelist() == ['archive/data.pkl', 'archive/byteorder', 'archive/data/0', 'archive/data/1', 'archive/version'], z.namelist()
assert z.read('archive/data/1') == z.read('archive/data/0')
pickletools.dis(z.read('archive/data.pkl'), out=open('/dev/null', 'w'))
for i in z.infolist():
    f = open(sys.argv[1], 'rb'); f.seek(i.header_offset + 26)
    n, e = (int.from_bytes(f.read(2), 'little') for _ in range(2))
    assert (i.header_offset + 30 + n + e) % 64 == 0
)", QString::fromStdString(path)});
    QVERIFY(process.waitForFinished());
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
}

void TestTorchBin::crcMatchesAndCombines()
{
    const std::string text = "123456789";
    const auto bytes = std::as_bytes(std::span(text));
    QCOMPARE(crc32(bytes), 0xcbf43926u); // the check value of the catalogue of CRCs
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const std::uint32_t first = crc32(bytes.first(cut)), second = crc32(bytes.subspan(cut));
        QCOMPARE(crc32(bytes.subspan(cut), first), 0xcbf43926u);
        QCOMPARE(combineCrc32(first, second, text.size() - cut), 0xcbf43926u);
    }
}

void TestTorchBin::refusesPickles_data()
{
    QTest::addColumn<QByteArray>("pickle");
    QTest::addColumn<QString>("says");
    const auto add = [](const char* row, const std::string& pickle, const char* says) { QTest::newRow(row) << QByteArray::fromStdString(pickle) << QString(says); };
    const std::string t = tensor(4, 0, {4}, {1});
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
    add("os.system", "\x80\x02" "cos\nsystem\n" + word("touch /tmp/pwned") + "\x85R.", "\"os\".\"system\"");
    add("builtins.eval by STACK_GLOBAL", "\x80\x04" + word("builtins") + word("eval") + "\x93" + word("1") + "\x85R.", "\"builtins\".\"eval\"");
    add("name with dots", "\x80\x04" + word("torch") + word("FloatStorage.__init__") + "\x93.", "which loading tensors does not need");
    add("extension code", "\x80\x02\x82\x01.", "opcode 0x82");
    add("INST", "\x80\x02(ios\nsystem\n.", "opcode 0x69");
    add("OBJ", "\x80\x02(cos\nsystem\no.", "which loading tensors does not need");
    add("NEWOBJ", "\x80\x02" "ctorch\nTensor\n)\x81.", "opcode 0x81");
    add("call of a text", "\x80\x02" + word("os.system") + ")R.", "no function");
    add("call of a storage type", "\x80\x02" "ctorch\nFloatStorage\n)R.", "no function");
    add("call without arguments", "\x80\x02" "ctorch._utils\n_rebuild_tensor_v2\n)R.", "lacks its storage");
    add("call with a list", "\x80\x02" "ccollections\nOrderedDict\n]R.", "no tuple");
    add("attributes of nothing", "\x80\x02N}b", "");
    add("empty", "", "ends in the middle");
    add("only STOP", ".", "the stack is empty");
    add("protocol 9", "\x80\x09.", "protocol 9");
    add("no dictionary", "\x80\x02N.", "holds no tensors");
    add("no tensor", dict(word("a") + "N"), "holds no tensors");
    add("cyclic", std::string("\x80\x02}q\0(", 6) + word("a") + std::string("h\0u.", 4), "holds no tensors");
    add("two levels down", dict(word("model") + "}" + word("model") + "}" + word("w") + t + "ss"), "holds no tensors");
    add("mark missing", "\x80\x02u.", "no mark");
    add("items without dictionary", "\x80\x02(NNu.", "");
    add("key without value", dict(word("w")), "no value");
    add("append to a dictionary", "\x80\x02}Na.", "no list");
    add("memo not there", "\x80\x02h\x05.", "before it is there");
    add("memo slot far away", "\x80\x02}r\xff\xff\xff\xff.", "remembers more");
    add("text longer than the file", "\x80\x02X\xff\xff\xff\xff" "a.", "ends in the middle");
    add("text of 2^64-1", "\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xff" "a.", "ends in the middle");
    add("line without end", "\x80\x02" "ctorch", "does not end");
    add("name twice", dict(word("w") + t + word("w") + t), "twice");
    add("name that is no UTF-8", dict(word("\xff") + t), "UTF-8");
    add("reaches beyond the storage", dict(word("w") + tensor(4, 1, {4}, {1})), "beyond the 4 elements");
    add("strides reach beyond", dict(word("w") + tensor(4, 0, {2, 2}, {3, 1})), "beyond the 4 elements");
    add("offset beyond", dict(word("w") + tensor(4, 5, {0}, {1})), "beyond the 4 elements");
    add("offset negative", dict(word("w") + tensor(4, -1, {1}, {1})), "begins at element -1");
    add("stride negative", dict(word("w") + tensor(4, 3, {4}, {-1})), "holds -1");
    add("shape negative", dict(word("w") + tensor(4, 0, {-4}, {1})), "holds -4");
    add("product overflows", dict(word("w") + tensor(4, 0, {kMax, kMax}, {0, 0})), "too many elements");
    add("stride overflows", dict(word("w") + tensor(4, 0, {3, 3}, {kMax, kMax})), "beyond the 4 elements");
    add("repeats to exabytes", dict(word("w") + tensor(4, 0, {1 << 30, 1 << 20}, {0, 0})), "repeats");
    add("storage negative", dict(word("w") + tensor(-4, 0, {1}, {1})), "would have -4");
    add("storage of another size", dict(word("w") + tensor(5, 0, {4}, {1})), "should have 20 bytes and has 16");
    add("sizes and strides differ", dict(word("w") + tensor(4, 0, {2, 2}, {1})), "2 sizes and 1 strides");
    add("shape of texts", dict(word("w") + "ctorch._utils\n_rebuild_tensor_v2\n(" + storage(4) + number(0) + "(" + word("a") + "t" + numbers({1}) + "\x89NtR"), "no whole number");
    add("persistent id of no storage", dict(word("w") + "(" + word("file") + word("/etc/passwd") + "NNNtQ"), "no storage");
}

void TestTorchBin::refusesPickles()
{
    QFETCH(QByteArray, pickle);
    QFETCH(QString, says);
    const Folder folder;
    const auto path = writeZip(folder, archiveOf(pickle.toStdString(), std::string(16, '\1')));
    const auto error = errorOf([&] { TorchBinFile{path}; });
    QVERIFY(error);
    QVERIFY2(error->kind() == ErrorKind::CorruptFile || error->kind() == ErrorKind::Unsupported, error->what());
    QVERIFY2(QString::fromUtf8(error->what()).contains(says), error->what());
}

void TestTorchBin::hostilePicklesCostLittle_data()
{
    QTest::addColumn<QByteArray>("pickle");
    const auto repeated = [](const std::string& text, int count) {
        std::string all;
        for (int i = 0; i < count; ++i)
            all += text;
        return all;
    };
    const auto add = [](const char* row, const std::string& pickle) { QTest::newRow(row) << QByteArray::fromStdString(pickle); };
    add("lists in lists", "\x80\x02" + std::string(1'000'000, ']') + std::string(999'999, 'a') + ".");
    add("tuples in tuples", "\x80\x02)" + std::string(1'000'000, '\x85') + ".");
    // Each list holds the one before ten times: 10^100000 elements for one that walks through.
    add("billion laughs", std::string("\x80\x02]q\0", 5) + repeated(std::string("0](h\0h\0h\0h\0h\0h\0h\0h\0h\0h\0eq\0", 26), 100'000) + ".");
    add("marks", "\x80\x02" + std::string(1'000'000, '(') + ".");
    add("a large tuple called often", "\x80\x02(" + std::string(1'000'000, 'N') + std::string("tq\0", 3)
            + repeated(std::string("ccollections\nOrderedDict\nh\0R0", 30), 10'000) + ".");
    add("a large list made to dictionaries", std::string("\x80\x02](NN\x86q\1", 8) + repeated(std::string("h\1", 2), 300'000) + std::string("e\x85q\0ccollections\nOrderedDict\nq\2", 32)
            + repeated(std::string("h\2h\0R0", 6), 100'000) + ".");
}

void TestTorchBin::hostilePicklesCostLittle()
{
    QFETCH(QByteArray, pickle);
    const auto text = pickle.toStdString();
    QVERIFY(errorOf([&] { readPickledTensors(std::as_bytes(std::span(text)), "file"); }));
}

void TestTorchBin::refusesArchives_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("says");
    const Folder folder;
    const std::string pickle = dict(word("w") + tensor(4, 0, {4}, {1}));
    const std::string data(16, '\1');
    const auto zip = [&](const Entries& entries) { return readFile(writeZip(folder, entries)); };
    const auto add = [](const char* row, const std::string& content, const char* says) { QTest::newRow(row) << QByteArray::fromStdString(content) << QString(says); };
    const auto changed = [](std::string text, std::string_view find, std::size_t skip, std::string_view with) {
        text.replace(text.rfind(find) + skip, with.size(), with);
        return text;
    };
    add("empty", "", "not a PyTorch file");
    add("text", "hello world, this is no model", "not a PyTorch file");
    add("old PyTorch", std::string("\x80\x02\x8a\x0al\xfc\x9c\x46\xf9 j\xa8P\x19.", 16), "older than 1.6");
    add("no data.pkl", zip({{"m/x", "y"}}), "no data.pkl");
    add("two data.pkl", zip({{"m/data.pkl", pickle}, {"n/data.pkl", pickle}, {"m/data/0", data}}), "two data.pkl");
    add("TorchScript", zip({{"m/data.pkl", pickle}, {"m/constants.pkl", "x"}}), "TorchScript");
    add("big-endian", zip({{"m/data.pkl", pickle}, {"m/data/0", data}, {"m/byteorder", "big"}}), "big-endian");
    add("storage missing", zip({{"m/data.pkl", pickle}}), "data/0 is missing");
    const std::string good = zip(archiveOf(pickle, data));
    add("directory offset too large", changed(good, "PK\x05\x06", 16, std::string("\xf0\xff\xff\x7f", 4)), "the directory");
    add("directory size too large", changed(good, "PK\x05\x06", 12, std::string("\xf0\xff\xff\x7f", 4)), "the directory");
    add("count too large", changed(good, "PK\x05\x06", 10, std::string("\xff\xff", 2)), "entries in");
    add("entry's place wrong", changed(good, "PK\x01\x02", 42, std::string("\x01\0\0\0", 4)), "not where the directory says");
    add("entry's place beyond", changed(good, "PK\x01\x02", 42, std::string("\xf0\xff\xff\x7f", 4)), "the file has");
    add("entry's size beyond", changed(good, "PK\x01\x02", 20, std::string("\xf0\xff\xff\x7f\xf0\xff\xff\x7f", 8)), "the file has");
    add("entry's sizes differ", changed(good, "PK\x01\x02", 24, std::string("\xf0\xff\xff\x7f", 4)), "would have");
    add("deflate bomb", changed(changed(good, "PK\x01\x02", 10, std::string("\x08\0", 2)), "PK\x01\x02", 24, std::string("\xf0\xff\xff\x7f", 4)), "more than is possible");
    add("encrypted", changed(good, "PK\x01\x02", 8, std::string("\x01\0", 2)), "encrypted");
    add("other compression", changed(good, "PK\x01\x02", 10, std::string("\x63\0", 2)), "method 99");
}

void TestTorchBin::refusesArchives()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, says);
    const Folder folder;
    const auto path = folder.write("file.bin", content.toStdString());
    const auto error = errorOf([&] { TorchBinFile{path}; });
    QVERIFY(error);
    QVERIFY2(error->kind() == ErrorKind::CorruptFile || error->kind() == ErrorKind::Unsupported, error->what());
    QVERIFY2(QString::fromUtf8(error->what()).contains(says), error->what());
}

void TestTorchBin::refusesEveryTruncation()
{
    const Folder folder;
    const std::vector<float> a{1, 2, 3, 4};
    const std::string whole = readFile(writeOurs(folder, {tensorOf("a", DType::F32, {4}, a)}));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto path = folder.write("cut.bin", whole.substr(0, size));
        QVERIFY2(errorOf([&] { TorchBinFile{path}; }), qPrintable(QString::number(size)));
    }
    const std::string pickle = dict(word("w") + tensor(4, 0, {4}, {1}));
    for (std::size_t size = 0; size < pickle.size(); ++size) {
        const std::string cut = pickle.substr(0, size);
        QVERIFY(errorOf([&] { readPickledTensors(std::as_bytes(std::span(cut)), "file"); }));
    }
}

QTEST_GUILESS_MAIN(TestTorchBin)
#include "tst_torch_bin.moc"
