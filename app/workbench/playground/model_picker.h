// SPDX-License-Identifier: GPL-3.0-or-later
// A list of the models there are, to choose one from: those of the folders the window knows, results of runs among them, an
// adapter on its base, any other folder or .gguf file.
#pragma once

#include "jobs/project_reader.h"
#include "playground/model_choice.h"
#include "services.h"

#include <QFrame>

class QLabel;
class QLineEdit;
class QListWidget;

namespace crucible::workbench {

struct ModelEntry;

class ModelPicker : public QFrame {
    Q_OBJECT
public:
    explicit ModelPicker(Services& services, QWidget* parent = nullptr);
    // Below `anchor`, with `current` marked.
    void popupAt(QWidget* anchor, const ModelChoice& current);
    // What a folder or file stands for: a model, or an adapter on the base that its config names. Without a path when the
    // base is not among the models that are known; `problem` then says so.
    static ModelChoice choiceFor(Services& services, const QString& path, QString* problem = nullptr);

Q_SIGNALS:
    void chosen(const crucible::workbench::ModelChoice& choice);
    void problemFound(const QString& text);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void fill();
    void addRow(const QString& path, const QString& name, const QString& detail, const QString& icon, bool usable);
    void readResults();
    void chooseCurrent();
    void choosePath(const QString& path);

    Services& m_services;
    QLineEdit* m_filter;
    QListWidget* m_list;
    QLabel* m_none;
    ModelChoice m_current;
    struct Result { // of a run, wherever it lies
        QString path;
        QString run;
    };
    ProjectReader m_reader;
    QList<Result> m_results;
};

} // namespace crucible::workbench
