// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/schema_form.h"

#include "base/units.h"
#include "widgets/icons.h"
#include "widgets/number_format.h"
#include "widgets/number_edit.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QToolButton>

#include <cmath>

namespace crucible::widgets {

using namespace Qt::StringLiterals;

struct SchemaForm::Field {
    const ParamSpec* spec = nullptr;
    QString name;
    QVariant value;   // invalid: the default
    bool readable = true;
    QString ownProblem, pageProblem;
    QWidget* editor = nullptr;
    QToolButton* reset = nullptr;
    QToolButton* curve = nullptr;
    QLabel* problem = nullptr;
};

SchemaForm::SchemaForm(const char* context, QWidget* parent) : QWidget(parent), m_context(context)
{
    m_grid = new QGridLayout(this);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(Theme::px(8));
    m_grid->setVerticalSpacing(Theme::px(6));
    m_grid->setColumnStretch(0, 2);
    m_grid->setColumnStretch(1, 3);
}

SchemaForm::~SchemaForm() = default;

QString SchemaForm::translated(std::string_view text) const
{
    return text.empty() ? QString() : QCoreApplication::translate(m_context, std::string(text).c_str());
}

QString SchemaForm::rangeText(const ParamSpec& spec) const
{
    const bool low = std::isfinite(spec.low), high = std::isfinite(spec.high);
    if (low && high)
        return tr("Between %1 and %2.").arg(format::number(spec.low), format::number(spec.high));
    if (low)
        return tr("At least %1.").arg(format::number(spec.low));
    if (high)
        return tr("At most %1.").arg(format::number(spec.high));
    return {};
}

QString SchemaForm::placeholderOf(const ParamSpec& spec) const
{
    if (spec.required)
        return tr("needed");
    if (!spec.hasDefault)
        return tr("off");
    return QString::fromStdString(formatNumber(spec.defaultValue));
}

void SchemaForm::setSpecs(std::span<const ParamSpec> specs, std::optional<ParamScope> scope)
{
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_fields.clear();
    int row = 0;
    for (const ParamSpec& spec : specs)
        if (!scope || spec.scope == *scope)
            addField(spec, row++);
}

void SchemaForm::addField(const ParamSpec& spec, int row)
{
    auto owned = std::make_unique<Field>();
    Field& field = *owned;
    field.spec = &spec;
    field.name = QString::fromUtf8(spec.name.data(), qsizetype(spec.name.size()));
    const QString title = spec.title.empty() ? field.name : translated(spec.title);
    QString label = title;
    if (!spec.unit.empty())
        label += u" ("_s + translated(spec.unit) + u')';
    const QString help = QStringList{translated(spec.help), rangeText(spec)}.join(u' ').trimmed();
    const QString toolTip = u"<p>%1</p><p><code>%2</code></p>"_s.arg(help.toHtmlEscaped(), field.name.toHtmlEscaped());

    auto* box = new QWidget(this);
    auto* line = new QHBoxLayout(box);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(Theme::px(2));
    if (spec.type == ParamType::Bool) {
        auto* check = new QCheckBox(box);
        connect(check, &QCheckBox::clicked, this, [this, &field](bool on) { fieldEdited(field, on); });
        field.editor = check;
    } else if (spec.type == ParamType::Choice) {
        auto* combo = new QComboBox(box);
        for (const std::string_view choice : spec.choices)
            combo->addItem(translated(choice), QString::fromUtf8(choice.data(), qsizetype(choice.size())));
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        combo->setMinimumContentsLength(6);
        connect(combo, &QComboBox::activated, this, [this, &field, combo] { fieldEdited(field, combo->currentData()); });
        field.editor = combo;
    } else {
        auto* edit = new NumberEdit(box);
        edit->setStep(spec.type == ParamType::Integer ? 1 : spec.type == ParamType::Real ? spec.step : 0);
        edit->setLimits(spec.low, spec.high);
        edit->setDefaultValue(spec.hasDefault && !spec.required ? std::optional(spec.defaultValue) : std::nullopt);
        edit->setPlaceholderText(spec.type == ParamType::Text ? QString() : placeholderOf(spec));
        connect(edit, &QLineEdit::textChanged, this, [this, &field](const QString& text) {
            const ParamSpec& s = *field.spec;
            QVariant value;
            if (!text.trimmed().isEmpty())
                value = s.type == ParamType::Text ? QVariant(text)
                                                  : readNumbers(text, s.mayVaryByLayer, s.type == ParamType::Integer);
            field.readable = text.trimmed().isEmpty() || value.isValid();
            fieldEdited(field, value);
        });
        field.editor = edit;
    }
    field.editor->setAccessibleName(label);
    field.editor->setAccessibleDescription(help);
    field.editor->setToolTip(toolTip);
    line->addWidget(field.editor, 1);

    const auto addButton = [&](const QString& icon, const QString& text) {
        auto* button = new QToolButton(box);
        button->setIcon(Icons::icon(icon, IconRole::Muted));
        button->setIconSize(QSize(Theme::px(14), Theme::px(14)));
        button->setToolTip(text);
        button->setAccessibleName(text);
        line->addWidget(button);
        return button;
    };
    field.curve = addButton(u"runs"_s, tr("Draw %1 along the layers").arg(title));
    connect(field.curve, &QToolButton::clicked, this, [this, &field] { Q_EMIT curveRequested(field.name); });
    showCurveButton(field);
    field.reset = addButton(u"undo"_s, tr("Back to the default of %1").arg(title));
    connect(field.reset, &QToolButton::clicked, this, [this, &field] {
        field.readable = true;
        fieldEdited(field, {});
        showValue(field);
    });
    // The field's place stays the same whether or not there is something to reset.
    QSizePolicy policy = field.reset->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    field.reset->setSizePolicy(policy);

    auto* caption = new QLabel(label, this);
    caption->setBuddy(field.editor);
    caption->setToolTip(toolTip);
    caption->setWordWrap(true);
    m_grid->addWidget(caption, row * 2, 0);
    m_grid->addWidget(box, row * 2, 1);
    field.problem = new QLabel(this);
    field.problem->setWordWrap(true);
    Theme::setTextRole(field.problem, TextRole::Error);
    field.problem->setFont(Theme::secondaryFont());
    field.problem->hide();
    m_grid->addWidget(field.problem, row * 2 + 1, 1);
    m_fields.push_back(std::move(owned));
    showValue(field);
}

QVariant SchemaForm::readNumbers(const QString& text, bool listAllowed, bool integer)
{
    QString body = text.trimmed();
    const bool bracketed = body.startsWith(u'[') && body.endsWith(u']');
    if (bracketed)
        body = body.mid(1, body.size() - 2);
    const QStringList parts = body.split(u',');
    if (parts.size() > 1 && !listAllowed)
        return {};
    QVariantList list;
    for (const QString& part : parts) {
        const std::optional<double> number = parseNumber(part.trimmed().toStdString());
        if (!number || (integer && *number != std::floor(*number)))
            return {};
        list << (integer ? QVariant(qlonglong(*number)) : QVariant(*number));
    }
    if (list.size() == 1 && !(bracketed && listAllowed))
        return list.front();
    return list;
}

void SchemaForm::checkField(Field& field)
{
    const ParamSpec& spec = *field.spec;
    const auto outside = [&](const QVariant& v) { return v.toDouble() < spec.low || v.toDouble() > spec.high; };
    field.ownProblem.clear();
    if (!field.readable) {
        field.ownProblem = spec.mayVaryByLayer ? tr("Write a number, or several with commas between them.")
                           : spec.type == ParamType::Integer ? tr("Write a whole number.") : tr("Write a number.");
    } else if (field.value.isValid() && (spec.type == ParamType::Real || spec.type == ParamType::Integer)) {
        const QVariantList all = field.value.typeId() == QMetaType::QVariantList ? field.value.toList() : QVariantList{field.value};
        if (std::any_of(all.begin(), all.end(), outside))
            field.ownProblem = rangeText(spec);
    }
    const QString shown = field.ownProblem.isEmpty() ? field.pageProblem : field.ownProblem;
    field.problem->setText(shown);
    field.problem->setVisible(!shown.isEmpty());
    field.editor->setProperty("invalid", !shown.isEmpty());
    field.editor->update();
    field.reset->setVisible(field.value.isValid() || !field.readable);
}

void SchemaForm::fieldEdited(Field& field, const QVariant& value)
{
    field.pageProblem.clear();
    const bool changed = field.value != value || field.value.isValid() != value.isValid();
    field.value = value;
    checkField(field);
    if (changed)
        Q_EMIT valueChanged(field.name, value);
}

void SchemaForm::showValue(Field& field)
{
    const QSignalBlocker blocker(field.editor);
    if (auto* check = qobject_cast<QCheckBox*>(field.editor)) {
        const bool on = field.value.isValid() ? field.value.toBool() : field.spec->defaultValue != 0;
        check->setChecked(on);
    } else if (auto* combo = qobject_cast<QComboBox*>(field.editor)) {
        const int index = field.value.isValid() ? combo->findData(field.value) : int(field.spec->defaultValue);
        combo->setCurrentIndex(index);
    } else if (auto* edit = qobject_cast<QLineEdit*>(field.editor)) {
        const auto text = [](const QVariant& v) {
            return v.typeId() == QMetaType::QString ? v.toString() : QString::fromStdString(formatNumber(v.toDouble()));
        };
        QStringList parts;
        if (field.value.typeId() == QMetaType::QVariantList)
            for (const QVariant& v : field.value.toList())
                parts << text(v);
        else if (field.value.isValid())
            parts << text(field.value);
        edit->setText(parts.join(u", "_s));
    }
    checkField(field);
}

QVariantMap SchemaForm::values() const
{
    QVariantMap map;
    for (const auto& field : m_fields)
        if (field->value.isValid())
            map.insert(field->name, field->value);
    return map;
}

void SchemaForm::setValues(const QVariantMap& values)
{
    for (const auto& field : m_fields) {
        const QVariant value = values.value(field->name);
        // What is being typed stays as it was typed ("0.50") while it means the same.
        if (field->readable && value == field->value && value.isValid() == field->value.isValid())
            continue;
        field->value = value;
        field->readable = true;
        showValue(*field);
    }
}

bool SchemaForm::isValid() const
{
    return std::all_of(m_fields.begin(), m_fields.end(), [](const auto& field) {
        return field->readable && field->ownProblem.isEmpty() && (!field->spec->required || field->value.isValid());
    });
}

SchemaForm::Field* SchemaForm::find(const QString& name) const
{
    for (const auto& field : m_fields)
        if (field->name == name)
            return field.get();
    return nullptr;
}

void SchemaForm::setFieldProblem(const QString& name, const QString& message)
{
    if (Field* field = find(name)) {
        field->pageProblem = message;
        checkField(*field);
    }
}

QString SchemaForm::fieldProblem(const QString& name) const
{
    const Field* field = find(name);
    return field == nullptr ? QString() : field->ownProblem.isEmpty() ? field->pageProblem : field->ownProblem;
}

void SchemaForm::setCurvesOffered(bool offered)
{
    m_curves = offered;
    for (const auto& field : m_fields)
        showCurveButton(*field);
}

// Rows without a curve keep the button's place free, so that all fields end at one line.
void SchemaForm::showCurveButton(Field& field)
{
    QSizePolicy policy = field.curve->sizePolicy();
    policy.setRetainSizeWhenHidden(m_curves);
    field.curve->setSizePolicy(policy);
    field.curve->setVisible(m_curves && field.spec->mayVaryByLayer && field.spec->type == ParamType::Real);
}

int SchemaForm::fieldCount() const
{
    return int(m_fields.size());
}

QWidget* SchemaForm::editorOf(const QString& name) const
{
    const Field* field = find(name);
    return field == nullptr ? nullptr : field->editor;
}

} // namespace crucible::widgets
