// SPDX-License-Identifier: GPL-3.0-or-later
// Pages that hold every widget with believable contents: looked at as pictures, walked through by the tests.
#pragma once

#include <QString>
#include <QWidget>

#include <functional>
#include <vector>

namespace crucible::widgets {

struct GalleryPage {
    QString name;
    std::function<QWidget*()> make; // the caller owns it
};
std::vector<GalleryPage> galleryPages();

} // namespace crucible::widgets
