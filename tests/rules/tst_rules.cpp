// SPDX-License-Identifier: GPL-3.0-or-later
// The tree keeps its own rules; and each rule is shown to catch what it is there for.
#include "rules/rules.h"

#include <QtCore/QDirIterator>
#include <QtCore/QFile>
#include <QtTest/QTest>

using namespace crucible;

class TestRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRuleCatchesItsOffender_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("text"); // below the SPDX line
        QTest::addColumn<QString>("says"); // empty: nothing is wrong
        QTest::newRow("clean") << "core/merge/a.cpp" << "#include \"base/error.h\"\n#include <vector>\nint a;\n" << "";
        QTest::newRow("own folder") << "core/merge/a.cpp" << "#include \"merge/plan.h\"\n" << "";
        QTest::newRow("Qt module") << "core/merge/a.cpp" << "#include <QtCore/QString>\n" << "Qt in core";
        QTest::newRow("Qt class") << "core/base/a.cpp" << "#include <QString>\n" << "Qt in core";
        QTest::newRow("torch too low") << "core/quantize/a.cpp" << "#include <ATen/core/Tensor.h>\n" << "below its floor";
        QTest::newRow("torch where it may be") << "core/torch/a.cpp" << "#include <ATen/core/Tensor.h>\n" << "";
        QTest::newRow("heavy torch") << "core/torch/a.cpp" << "#include <torch/torch.h>\n" << "heavy LibTorch";
        QTest::newRow("torch in the window") << "app/workbench/a.cpp" << "#include <ATen/core/Tensor.h>\n" << "in app";
        QTest::newRow("upward") << "core/formats/a.h" << "#pragma once\n#include \"merge/plan.h\"\n" << "upward include";
        QTest::newRow("upward with blanks") << "core/base/a.cpp" << "  #  include \"job/events.h\"\n" << "upward include";
        QTest::newRow("upward in a subfolder") << "core/merge/methods/a.cpp" << "#include \"job/events.h\"\n" << "upward";
        QTest::newRow("relative path") << "core/merge/a.cpp" << "#include \"../base/error.h\"\n" << "path from core/";
        QTest::newRow("core knows the window") << "core/job/a.cpp" << "#include \"widgets/chart.h\"\n" << "nothing above";
        QTest::newRow("widgets and base") << "widgets/a.cpp" << "#include \"base/error.h\"\n" << "";
        QTest::newRow("widgets and merge") << "widgets/a.cpp" << "#include \"merge/plan.h\"\n" << "only base";
        QTest::newRow("system header") << "core/merge/a.cpp" << "#include <sys/mman.h>\n" << "system header";
        QTest::newRow("system header, window") << "app/cli/a.cpp" << "#include <unistd.h>\n" << "system header";
        QTest::newRow("system header, platform") << "core/base/platform_posix.cpp" << "#include <unistd.h>\n" << "";
        QTest::newRow("instructions in kernels") << "core/kernels/a.cpp" << "#include <immintrin.h>\n" << "";
        QTest::newRow("instructions elsewhere") << "core/model/a.cpp" << "#include <immintrin.h>\n" << "system header";
        QTest::newRow("stod") << "core/recipe/a.cpp" << "double x = std::stod(s);\n" << "stod";
        QTest::newRow("strtod") << "core/recipe/a.cpp" << "double x = strtod (s, 0);\n" << "strtod";
        QTest::newRow("to_string") << "core/recipe/a.cpp" << "auto t = std::to_string(x);\n" << "to_string";
        QTest::newRow("setlocale") << "core/recipe/a.cpp" << "setlocale(LC_ALL, \"\");\n" << "setlocale";
        QTest::newRow("stod in a comment") << "core/recipe/a.cpp" << "int a; // not std::stod(s)\n" << "";
        QTest::newRow("stod in a text") << "core/recipe/a.cpp" << "f(\"std::stod(s)\");\n" << "";
        QTest::newRow("stod outside core") << "app/cli/a.cpp" << "double x = std::stod(s);\n" << "";
        QTest::newRow("printf of a double") << "core/recipe/a.cpp" << "snprintf(b, n, \"%.3f\", x);\n" << "floating-point";
        QTest::newRow("printf of an int") << "core/recipe/a.cpp" << "snprintf(b, n, \"%d\", x);\n" << "";
        QTest::newRow("core prints") << "core/merge/a.cpp" << "std::cerr << 1;\n" << "core prints";
        QTest::newRow("unfinished") << "widgets/a.cpp" << QString("// %1: later\n").arg("TO" "DO") << "unfinished";
        QTest::newRow("workplace") << "README.md" << QString("see %1notes\n").arg("/wo" "rk/") << "workplace";
        QTest::newRow("no pragma once") << "core/base/a.h" << "int a();\n" << "pragma once";
        QTest::newRow("600 lines") << "core/base/a.cpp" << QString("\n").repeated(599) << "";
        QTest::newRow("601 lines") << "core/base/a.cpp" << QString("\n").repeated(600) << "600 lines";
    }

    void aRuleCatchesItsOffender()
    {
        QFETCH(QString, path);
        QFETCH(QString, text);
        QFETCH(QString, says);
        const QByteArray content = "// SPDX-License-Identifier: GPL-3.0-or-later\n" + text.toUtf8();
        const auto found = rules::check(path.toStdString(), content.toStdString());
        if (says.isEmpty()) {
            QVERIFY2(found.empty(), found.empty() ? "" : found[0].message.c_str());
            return;
        }
        QCOMPARE(found.size(), std::size_t(1));
        QVERIFY2(QString::fromStdString(found[0].message).contains(says), found[0].message.c_str());
    }

    void theLicenceIsNamed()
    {
        QCOMPARE(rules::check("core/base/a.cpp", "int a;\n").size(), std::size_t(1));
        QCOMPARE(rules::check("CMakeLists.txt", "project(x)\n").size(), std::size_t(1));
        QCOMPARE(rules::check("CMakePresets.json", "{}\n").size(), std::size_t(0));
    }

    void theTreeKeepsTheRules()
    {
        const QString root = QStringLiteral(CRUCIBLE_SOURCE_DIR "/");
        QStringList problems;
        int files = 0;
        for (const char* folder : {"app", "core", "widgets", "tests", "packaging", "cmake", "resources", "."}) {
            const bool recurse = QByteArray(folder) != ".";
            QDirIterator it(root + folder,
                            {"*.cpp", "*.h", "*.h.in", "*.cmake", "CMakeLists.txt", "*.sh", "*.md", "*.yaml", "CMakePresets.json"},
                            QDir::Files, recurse ? QDirIterator::Subdirectories : QDirIterator::NoIteratorFlags);
            while (it.hasNext()) {
                QFile file(it.next());
                const QString path = QDir(root).relativeFilePath(file.fileName());
                if (path.startsWith("tests/golden/"))
                    continue;
                QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(path));
                ++files;
                for (const rules::Violation& violation : rules::check(path.toStdString(), file.readAll().toStdString()))
                    problems << QString("%1:%2: %3").arg(path).arg(violation.line).arg(QString::fromStdString(violation.message));
            }
        }
        QVERIFY2(files > 50, "the tree was not found");
        QVERIFY2(problems.isEmpty(), qPrintable("\n" + problems.join("\n")));
    }
};

QTEST_GUILESS_MAIN(TestRules)
#include "tst_rules.moc"
