// SPDX-License-Identifier: GPL-3.0-or-later
// How alike two models of a recipe are, layer by kind of tensor, as a heat map. Reads all weights of both, so it starts by
// itself only for models that are read in a moment, and on a button for larger ones.
#pragma once

#include "analyze/compare.h"
#include "formats/model_folder.h"
#include "jobs/background.h"
#include "widgets/card.h"

#include <memory>
#include <string>

class QComboBox;
class QPushButton;

namespace crucible::widgets {
class HeatMap;
}

namespace crucible::workbench {

class SimilarityCard : public widgets::Card {
    Q_OBJECT
public:
    explicit SimilarityCard(QWidget* parent = nullptr);

    using Folder = std::shared_ptr<const formats::ModelFolder>;
    // The pair to compare; null for nothing. The same pair again does nothing.
    void setModels(Folder a, Folder b, const QString& nameA, const QString& nameB);
    bool isBusy() const { return m_work.isBusy(); }

Q_SIGNALS:
    void busyChanged();

private:
    void start();
    void show();

    Folder m_a, m_b;
    QString m_names;
    std::shared_ptr<const analyze::ModelComparison> m_comparison;
    double m_seconds = 0;
    Background m_work;
    QComboBox* m_measure;
    widgets::HeatMap* m_map;
    QPushButton* m_read;
};

} // namespace crucible::workbench
