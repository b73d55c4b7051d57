// SPDX-License-Identifier: GPL-3.0-or-later
// The Qt headers that nearly every file of the window includes.
#pragma once

#include <QAbstractTableModel>
#include <QAction>
#include <QApplication>
#include <QBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QString>
#include <QTimer>
#include <QToolButton>
#include <QVariant>
#include <QWidget>

#include <memory>
#include <optional>
#include <string>
#include <vector>
