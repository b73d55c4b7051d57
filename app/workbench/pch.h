// SPDX-License-Identifier: GPL-3.0-or-later
// The headers that nearly every file of the window includes: Qt's, and those of core that cost most to read.
#pragma once

#include <QAbstractTableModel>
#include <QAction>
#include <QApplication>
#include <QBoxLayout>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QFutureWatcher>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QString>
#include <QTimer>
#include <QToolButton>
#include <QVariant>
#include <QWidget>

#include "../../core/base/pch.h"
#include "formats/adapter.h"
#include "job/events.h"
#include "merge/plan.h"
#include "project/run.h"
#include "recipe/merge_recipe.h"
