// SPDX-License-Identifier: GPL-3.0-or-later
// Hashes against published vectors, storage types against the formats' names, and the small things done with words.
#include "base/dtype.h"
#include "base/hash.h"
#include "base/text.h"

#include <QtTest/QTest>

#include <algorithm>
#include <limits>

using namespace crucible;

class TestValues : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sha256OfKnownTexts_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("digest");
        // FIPS 180-4 examples of NIST.
        QTest::newRow("empty") << QByteArray() << "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        QTest::newRow("abc") << QByteArray("abc")
                             << "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        QTest::newRow("two blocks") << QByteArray("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                                    << "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
        QTest::newRow("a million a") << QByteArray(1'000'000, 'a')
                                     << "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
    }

    void sha256OfKnownTexts()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, digest);
        QCOMPARE(QString::fromStdString(sha256(text.toStdString())), digest);
    }

    void sha256InPiecesIsTheSame()
    {
        const std::string text(1000, 'x');
        for (std::size_t length = 50; length < 140; ++length) {
            const std::string_view part = std::string_view(text).substr(0, length);
            for (const std::size_t cut : {std::size_t(0), std::size_t(1), length / 2, length - 1, length}) {
                Sha256 hash;
                hash.update(part.substr(0, cut));
                hash.update(part.substr(cut));
                QCOMPARE(hash.finish(), sha256(part));
            }
        }
    }

    void hash64IsStable()
    {
        // FNV-1a reference values; random streams are keyed by them, so they may never change.
        static_assert(hash64("") == 0xcbf29ce484222325u);
        static_assert(hash64("a") == 0xaf63dc4c8601ec8cu);
        static_assert(hash64("foobar") == 0x85944171f73967e8u);
        QCOMPARE(hash64("\xff"), (0xcbf29ce484222325u ^ 0xffu) * 0x100000001b3u);
    }

    void everyDTypeReadsBackByBothNames()
    {
        for (const DType dtype : kAllDTypes) {
            QVERIFY(dtypeFromSafetensors(toString(dtype)) == dtype);
            QVERIFY(dtypeFromTorch(torchName(dtype)) == dtype);
            QVERIFY(dtypeFromTorch("torch." + std::string(torchName(dtype))) == dtype);
            QVERIFY(sizeOf(dtype) > 0);
        }
        QVERIFY(!dtypeFromSafetensors("bf16"));
        QVERIFY(!dtypeFromSafetensors(""));
        QVERIFY(!dtypeFromTorch("BF16"));
        QVERIFY(!dtypeFromTorch("torch."));
        QCOMPARE(sizeOf(DType::BF16), std::size_t(2));
        QVERIFY(isFloat(DType::F8_E5M2));
        QVERIFY(!isFloat(DType::Bool));
    }

    void elementCounts()
    {
        constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
        QCOMPARE(elementCount({}).value(), 1);
        QCOMPARE(elementCount({2, 3, 4}).value(), 24);
        QCOMPARE(elementCount({0, kMax, kMax}).value(), 0);
        QCOMPARE(elementCount({kMax, kMax, 0}).value(), 0);
        QCOMPARE(elementCount({kMax}).value(), kMax);
        QVERIFY(!elementCount({kMax, 2}));
        QVERIFY(!elementCount({-1}));
        QVERIFY(!elementCount({-1, -1}));
    }

    void suggestions_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("expected"); // empty: none
        QTest::newRow("swapped letters") << "denstiy" << "density";
        QTest::newRow("dash for underscore") << "dare-ties" << "dare_ties";
        QTest::newRow("case") << "TIES" << "ties";
        QTest::newRow("missing letter") << "wight" << "weight";
        QTest::newRow("nothing near") << "banana" << "";
        QTest::newRow("empty") << "" << "";
    }

    void suggestions()
    {
        QFETCH(QString, word);
        QFETCH(QString, expected);
        const std::vector<std::string> candidates = {"dare_ties", "density", "ties", "weight"};
        QCOMPARE(QString::fromStdString(didYouMean(word.toStdString(), candidates).value_or("")), expected);
    }

    void words()
    {
        QCOMPARE(joinWords({}), std::string());
        QCOMPARE(joinWords({"a"}), std::string("a"));
        QCOMPARE(joinWords({"a", "b"}, "or"), std::string("a or b"));
        QCOMPARE(joinWords({"a", "b", "c"}), std::string("a, b and c"));
    }

    void naturalOrder()
    {
        std::vector<std::string> names = {"layers.10.w", "layers.2.w", "layers.2", "a", "layers.02.w", "layers.1.w", ""};
        std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return naturalLess(a, b); });
        const std::vector<std::string> expected = {"",           "a",           "layers.1.w", "layers.2",
                                                   "layers.02.w", "layers.2.w", "layers.10.w"};
        QCOMPARE(names, expected);
        QVERIFY(!naturalLess("x9", "x9"));
        QVERIFY(naturalLess("x99999999999999999999998", "x99999999999999999999999"));
    }

    void utf8_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("valid");
        QTest::newRow("empty") << QByteArray() << true;
        QTest::newRow("two bytes") << QByteArray("\xc3\xa9") << true;
        QTest::newRow("three bytes") << QByteArray("\xe4\xb8\xad") << true;
        QTest::newRow("last code point") << QByteArray("\xf4\x8f\xbf\xbf") << true;
        QTest::newRow("NUL") << QByteArray("a\0b", 3) << true;
        QTest::newRow("cut off") << QByteArray("\xe4\xb8") << false;
        QTest::newRow("overlong NUL") << QByteArray("\xc0\x80") << false;
        QTest::newRow("overlong three") << QByteArray("\xe0\x80\x80") << false;
        QTest::newRow("overlong four") << QByteArray("\xf0\x80\x80\x80") << false;
        QTest::newRow("surrogate") << QByteArray("\xed\xbf\xbf") << false;
        QTest::newRow("beyond the last") << QByteArray("\xf4\x90\x80\x80") << false;
        QTest::newRow("continuation first") << QByteArray("\xbf") << false;
        QTest::newRow("Latin-1") << QByteArray("caf\xe9") << false;
    }

    void utf8()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, valid);
        QCOMPARE(isUtf8(text.toStdString()), valid);
    }
};

QTEST_GUILESS_MAIN(TestValues)
#include "tst_base_values.moc"
