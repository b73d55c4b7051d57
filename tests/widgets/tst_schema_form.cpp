// SPDX-License-Identifier: GPL-3.0-or-later
// Protects what a form makes of what a person types, and that defaults stay out of the recipe.
#include "widgets/schema_form.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

using namespace crucible;
using namespace crucible::widgets;

constexpr std::string_view kChoices[] = {"sum", "count"};
constexpr ParamSpec kSpecs[] = {
    {.name = "weight", .title = "Weight", .required = true},
    {.name = "density", .title = "Density", .scope = ParamScope::PerModel, .defaultValue = 1, .low = 0, .high = 1},
    {.name = "iterations", .title = "Iterations", .type = ParamType::Integer, .defaultValue = 10, .low = 1, .mayVaryByLayer = false},
    {.name = "normalize", .title = "Normalize", .type = ParamType::Bool, .defaultValue = 1, .mayVaryByLayer = false},
    {.name = "sign", .title = "Sign", .type = ParamType::Choice, .choices = kChoices, .mayVaryByLayer = false},
};

class TestSchemaForm : public QObject {
    Q_OBJECT
    template <class T> static T* editor(SchemaForm& form, const char* name)
    {
        return qobject_cast<T*>(form.editorOf(QString::fromLatin1(name)));
    }

private Q_SLOTS:
    void initTestCase() { Theme::apply(*qApp, Theme::Mode::Light); }
    void onlyWhatIsSetIsAValue()
    {
        SchemaForm form("Merge");
        form.setSpecs(kSpecs);
        QCOMPARE(form.fieldCount(), 5);
        QVERIFY(form.values().isEmpty());
        QVERIFY(!form.isValid()); // weight is needed
        QSignalSpy changed(&form, &SchemaForm::valueChanged);
        editor<QLineEdit>(form, "weight")->setText(QStringLiteral(".5"));
        QCOMPARE(form.values().value(QStringLiteral("weight")), QVariant(0.5));
        QVERIFY(form.isValid());
        editor<QCheckBox>(form, "normalize")->click();
        QCOMPARE(form.values().value(QStringLiteral("normalize")), QVariant(false));
        QCOMPARE(changed.count(), 2);
        form.setValues({});
        QVERIFY(form.values().isEmpty());
        QVERIFY(editor<QCheckBox>(form, "normalize")->isChecked());
    }
    void problemsAreSaidAtTheField_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("good");
        QTest::newRow("within") << "density" << "0.3" << true;
        QTest::newRow("gradient") << "density" << "0, .5, 1" << true;
        QTest::newRow("above") << "density" << "1.5" << false;
        QTest::newRow("one of a gradient") << "density" << "0, 2" << false;
        QTest::newRow("word") << "density" << "half" << false;
        QTest::newRow("comma for a point") << "iterations" << "1,5" << false;
        QTest::newRow("fraction") << "iterations" << "1.5" << false;
        QTest::newRow("too few") << "iterations" << "0" << false;
    }
    void problemsAreSaidAtTheField()
    {
        QFETCH(QString, field);
        QFETCH(QString, text);
        QFETCH(bool, good);
        SchemaForm form("Merge");
        form.setSpecs(kSpecs);
        form.setValues({{QStringLiteral("weight"), 1.0}});
        qobject_cast<QLineEdit*>(form.editorOf(field))->setText(text);
        QCOMPARE(form.fieldProblem(field).isEmpty(), good);
        QCOMPARE(form.isValid(), good);
    }
    void keysStepFromTheDefault()
    {
        SchemaForm form("Merge");
        form.setSpecs(kSpecs);
        auto* density = editor<QLineEdit>(form, "density");
        QTest::keyClick(density, Qt::Key_Down);
        QCOMPARE(density->text(), QStringLiteral("0.95"));
        QTest::keyClick(density, Qt::Key_PageUp);
        QCOMPARE(density->text(), QStringLiteral("1"));
    }
    void scopeChoosesFields()
    {
        SchemaForm form("Merge");
        form.setSpecs(kSpecs, ParamScope::PerModel);
        QCOMPARE(form.fieldCount(), 1);
    }
    void pageProblemGoesWithTheNextEdit()
    {
        SchemaForm form("Merge");
        form.setSpecs(kSpecs);
        form.setFieldProblem(QStringLiteral("density"), QStringLiteral("no"));
        QCOMPARE(form.fieldProblem(QStringLiteral("density")), QStringLiteral("no"));
        editor<QLineEdit>(form, "density")->setText(QStringLiteral("0.5"));
        QVERIFY(form.fieldProblem(QStringLiteral("density")).isEmpty());
    }
};

QTEST_MAIN(TestSchemaForm)
#include "tst_schema_form.moc"
