// SPDX-License-Identifier: GPL-3.0-or-later
// A form made from parameter descriptions: one field per parameter with title, unit, range and help. Only what a person
// set is a value; everything else shows its default faintly and is left out of the recipe.
#pragma once

#include "base/schema.h"

#include <QVariantMap>
#include <QWidget>

#include <memory>
#include <optional>
#include <span>
#include <vector>

class QGridLayout;

namespace crucible::widgets {

class SchemaForm : public QWidget {
    Q_OBJECT
public:
    // Titles and help are translated in `context` ("Merge").
    explicit SchemaForm(const char* context, QWidget* parent = nullptr);
    ~SchemaForm() override;

    // The specs and their strings must outlive the form (they are constants of core). With a scope only its parameters.
    void setSpecs(std::span<const ParamSpec> specs, std::optional<ParamScope> scope = std::nullopt);
    // Booleans as bool, integers as qlonglong, reals as double, choices and texts as QString; where a parameter may vary
    // by layer "0, .5, 1" is a QVariantList of double. Names that are absent have their default.
    QVariantMap values() const;
    void setValues(const QVariantMap& values);
    // Whether every field that has text can be read and is within its range, and required ones are there.
    bool isValid() const;
    // Says in the form what only the page can know (a plan's problem at this parameter); empty clears.
    void setFieldProblem(const QString& name, const QString& message);
    QString fieldProblem(const QString& name) const;
    // A button beside parameters that may vary by layer; emits curveRequested.
    void setCurvesOffered(bool offered);
    int fieldCount() const;
    QWidget* editorOf(const QString& name) const;

    // A number or a list of numbers as a person types it: "0.5", ".5", "0, .5, 1", "[0, 0.5, 1]". Invalid when unreadable.
    static QVariant readNumbers(const QString& text, bool listAllowed, bool integer);

Q_SIGNALS:
    // An invalid QVariant: back to the default.
    void valueChanged(const QString& name, const QVariant& value);
    void curveRequested(const QString& name);

private:
    struct Field;
    void addField(const ParamSpec& spec, int row);
    void fieldEdited(Field& field, const QVariant& value);
    void showValue(Field& field);
    void showCurveButton(Field& field);
    void checkField(Field& field);
    QString placeholderOf(const ParamSpec& spec) const;
    QString rangeText(const ParamSpec& spec) const;
    QString translated(std::string_view text) const;
    Field* find(const QString& name) const;

    const char* m_context;
    QGridLayout* m_grid;
    std::vector<std::unique_ptr<Field>> m_fields;
    bool m_curves = false;
};

} // namespace crucible::widgets
