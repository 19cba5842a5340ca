#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace shrike {

/// Linear assignment on a sparse table: pairs rows with columns so that the sum of gains is largest; a row or column
/// may stay alone (gain 0). Shortest augmenting paths with dual variables (Jonker & Volgenant, Computing 38, 1987),
/// grown over the pairs that exist, so that a crowd costs what its connected groups cost. Buffers are kept between
/// calls.
class Assignment {
 public:
  /// Starts a new table. Forgets the pairs of the last one.
  void begin(int rows, int columns);
  /// A pair that may be made, `gain` > 0. Rows must come in ascending order; a pair at most once.
  void add(int row, int column, float gain);
  /// The column of each row, or -1. Valid until begin().
  std::span<const int> solve();

 private:
  struct Pair {
    int column;
    float cost;
  };
  void close_rows_up_to(int row);
  void insert(int row);
  void visit(int row, float distance);
  [[nodiscard]] int nearest_open_column() const;
  void shift_duals(float total);
  void augment(int row, int last_row, int last_column);

  int rows_ = 0, columns_ = 0;
  std::vector<Pair> pairs_;
  std::vector<int> first_;  // of each row in pairs_; rows_ + 1 entries once solved
  std::vector<float> row_dual_, column_dual_;
  std::vector<int> column_of_, row_of_;
  // The search tree of one insertion.
  struct Reached {
    int row;
    float distance;
  };
  std::vector<Reached> tree_;
  std::vector<int> touched_;
  std::vector<float> distance_;
  std::vector<int> parent_;
  std::vector<uint8_t> done_;
  float alone_distance_ = 0;
  int alone_row_ = -1;
};

}  // namespace shrike
