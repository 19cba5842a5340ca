#pragma once
// All that the tills said so far, each transaction once. Messages come late, twice, changed, and out of order; the book
// is the same in the end.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sense/till.h"

namespace shrike {

struct BookedTill {
  TillTransaction transaction;
  std::optional<TillKey> undone_by;   ///< the post-void that undid it
  std::optional<TillKey> resumed_by;  ///< the transaction that took this suspended one up
  std::optional<TillKey> undoes, resumes;
};

/// Numbers that a till gave out and that no transaction came for.
struct SequenceGap {
  std::string store, till;
  int64_t from = 0, to = 0;           ///< both missing, and all between them
  std::string day_before, day_after;  ///< business days of the neighbours

  [[nodiscard]] int64_t missing() const { return to - from + 1; }
};

struct TillBookCounts {
  int64_t messages = 0;
  int64_t repeated = 0;      ///< came again, the same
  int64_t replaced = 0;      ///< came again, changed: the later one holds
  int64_t out_of_order = 0;  ///< came after a higher number, or a later business day, of its till
  int64_t undone = 0, post_voids_without_target = 0;
  int64_t resumed = 0, never_resumed = 0;
};

class TillBook {
 public:
  void add(TillTransaction transaction);
  /// Finds what post-voids undo and what takes suspended transactions up. Call when all that is known is in; again when
  /// more came.
  void link();

  [[nodiscard]] const std::map<TillKey, BookedTill>& all() const { return all_; }
  [[nodiscard]] const TillBookCounts& counts() const { return counts_; }
  /// Of what was replaced, the first thousand keys.
  [[nodiscard]] const std::vector<TillKey>& replaced() const { return replaced_; }
  /// By store, till and number. A till that starts again from a low number, as at the turn of a day or when its counter
  /// is full, has no gap there.
  [[nodiscard]] std::vector<SequenceGap> gaps() const;

 private:
  using Till = std::pair<std::string, std::string>;
  BookedTill* find(const TillLink& link, const TillKey& from);
  void link_one(BookedTill& booked);
  void link_alike();
  void note_order(const TillKey& key);

  std::map<TillKey, BookedTill> all_;
  std::map<Till, std::pair<std::string, int64_t>> last_;  ///< business day and number of each till's highest so far
  TillBookCounts counts_;
  std::vector<TillKey> replaced_;
};

/// A number as till counters count; empty where it is none.
[[nodiscard]] std::optional<int64_t> sequence_number(std::string_view text);

}  // namespace shrike
