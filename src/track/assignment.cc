#include "track/assignment.h"

#include <cassert>
#include <limits>

#include "track/refill.h"

namespace shrike {
namespace {
constexpr float kFar = std::numeric_limits<float>::max();

}  // namespace

void Assignment::begin(int rows, int columns) {
  rows_ = rows;
  columns_ = columns;
  pairs_.clear();
  first_.clear();
}

void Assignment::close_rows_up_to(int row) {
  while (static_cast<int>(first_.size()) <= row) first_.push_back(static_cast<int>(pairs_.size()));
}

void Assignment::add(int row, int column, float gain) {
  assert(row >= 0 && row < rows_ && column >= 0 && column < columns_ && gain > 0);
  assert(static_cast<int>(first_.size()) <= row + 1);  // ascending rows
  close_rows_up_to(row);
  pairs_.push_back({column, -gain});
}

std::span<const int> Assignment::solve() {
  close_rows_up_to(rows_);
  const auto rows = static_cast<size_t>(rows_), columns = static_cast<size_t>(columns_);
  refill(row_dual_, rows, 0);
  refill(column_dual_, columns, 0);
  refill(column_of_, rows, -1);
  refill(row_of_, columns, -1);
  refill(distance_, columns, kFar);
  parent_.resize(columns);
  refill(done_, columns, 0);
  for (int row = 0; row < rows_; ++row) insert(row);
  return column_of_;
}

// Finds the cheapest way to place `row`: on a free column, on one whose row moves elsewhere, or nowhere.
void Assignment::insert(int row) {
  if (first_[row] == first_[row + 1]) return;
  tree_.clear();
  touched_.clear();
  alone_distance_ = kFar;
  visit(row, 0);
  int last_column = -1;
  float total = 0;
  while (true) {
    const int column = nearest_open_column();
    if (column < 0 || distance_[column] >= alone_distance_) {
      total = alone_distance_;
      break;
    }
    done_[column] = 1;
    if (row_of_[column] < 0) {
      total = distance_[column];
      last_column = column;
      break;
    }
    visit(row_of_[column], distance_[column]);
  }
  shift_duals(total);
  augment(row, alone_row_, last_column);
  for (const int column : touched_) {
    distance_[column] = kFar;
    done_[column] = 0;
  }
}

void Assignment::visit(int row, float distance) {
  tree_.push_back({row, distance});
  const float base = distance - row_dual_[row];
  if (base < alone_distance_) {
    alone_distance_ = base;
    alone_row_ = row;
  }
  for (int k = first_[row]; k < first_[row + 1]; ++k) {
    const int column = pairs_[k].column;
    const float reached = base + pairs_[k].cost - column_dual_[column];
    if (done_[column] || reached >= distance_[column]) continue;
    if (distance_[column] == kFar) touched_.push_back(column);
    distance_[column] = reached;
    parent_[column] = row;
  }
}

int Assignment::nearest_open_column() const {
  int nearest = -1;
  for (const int column : touched_)
    if (!done_[column] && (nearest < 0 || distance_[column] < distance_[nearest])) nearest = column;
  return nearest;
}

void Assignment::shift_duals(float total) {
  for (const Reached& reached : tree_) row_dual_[reached.row] += total - reached.distance;
  for (const int column : touched_)
    if (done_[column]) column_dual_[column] -= total - distance_[column];
}

// Moves every row on the path from `row` to its end one column on; without a last column, `last_row` stays alone.
void Assignment::augment(int row, int last_row, int last_column) {
  int column = last_column;
  if (column < 0) {
    column = column_of_[last_row];
    column_of_[last_row] = -1;
  }
  while (column >= 0) {
    const int owner = parent_[column];
    const int next = column_of_[owner];
    column_of_[owner] = column;
    row_of_[column] = owner;
    if (owner == row) return;
    column = next;
  }
}

}  // namespace shrike
