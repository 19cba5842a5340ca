#pragma once
// All receipts of the last hours, and whose they are as far as is known.

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "behaviour/receipts.h"
#include "behaviour/tag_watch.h"
#include "behaviour/till_clock.h"
#include "behaviour/till_match.h"

namespace shrike {

/// A receipt that may be a visit's.
struct PaidReceipt {
  const Receipt* receipt = nullptr;
  double p = 0;          ///< that it is
  double runner_up = 0;  ///< the same of the likeliest other visit
};

/// Not thread-safe; bounded in memory.
class TillSide {
 public:
  TillSide(const Products& products, bool checkouts_watched)
      : products_(products), tag_watch_(products), checkouts_watched_(checkouts_watched) {}

  /// Takes a transaction up, once; one of the same key replaces the earlier, a post-void takes it away. The visits that
  /// it was thought to belong to.
  std::set<std::string> hear(const TillTransaction& transaction, Timestamp now);
  /// A stay at a checkout that is over.
  void stop(const PlaceStay& stay);
  /// Says anew whose the newest receipts are. The visits for which that changed.
  std::set<std::string> match(std::span<const Shopper> shoppers, Timestamp now,
                              const std::function<bool(const std::string&)>& is_sensed);
  /// Whether match() would look at anything.
  [[nodiscard]] bool open(Timestamp now) const;

  /// Likeliest first.
  [[nodiscard]] std::vector<PaidReceipt> paid_by(std::string_view visit_id) const;
  /// Whether any till sold the piece with this tag.
  [[nodiscard]] bool sold(const std::string& serial) const { return !serial.empty() && sold_.contains(serial); }

  /// Whether some till sold a piece of `product` in the half hour before `time` without naming its tag.
  [[nodiscard]] bool sold_without_tag(const std::string& product, Timestamp time) const;

  /// A tag of `product` went out of a door.
  void tag_went_out(const std::string& product) { tag_watch_.went_out(product); }
  [[nodiscard]] const TagWatch& tag_watch() const { return tag_watch_; }

  /// Whether a till that may stand there printed while somebody was there, theirs or a companion's.
  [[nodiscard]] bool printed_during(const PlaceStay& stop) const;
  /// A visit that had stopped at a checkout is over: was a receipt found for it, or printed then? What tills say counts
  /// only once that is so of most such visits: else there are tills that nobody hears.
  void note_stop(bool has_receipt);
  [[nodiscard]] bool trusted() const;
  [[nodiscard]] bool heard_any() const { return heard_ > 0; }
  [[nodiscard]] double late_s() const { return clocks_.late_s(); }
  [[nodiscard]] std::vector<TillClock> clocks() const { return clocks_.all(); }
  void forget(std::string_view visit_id);
  void merge(std::string_view from, const std::string& into);

 private:
  struct Held {
    Receipt receipt;
    std::vector<std::pair<std::string, double>> claims;  ///< visit, probability; likeliest first
    bool settled = false;                                ///< its claims change no more
  };
  void mind_clocks();
  void drop(std::map<int64_t, Held>::iterator held);
  void learn_place(const Held& held, std::span<const Shopper> shoppers);
  [[nodiscard]] double place(const std::string& till, const std::string& zone) const;

  const Products& products_;
  TagWatch tag_watch_;
  bool checkouts_watched_;
  TillClocks clocks_;
  std::map<int64_t, Held> receipts_;  ///< in the order they came
  std::map<TillKey, int64_t> by_key_;
  std::map<std::string, std::set<int64_t>, std::less<>> of_visit_;
  std::set<std::string> sold_;                                  ///< serials
  std::map<std::string, std::map<std::string, double>> place_;  ///< till → zone → receipts paid there
  std::set<std::string> zones_;
  std::map<std::string, std::deque<Timestamp>, std::less<>> without_tag_;  ///< by product: when sold
  std::map<std::string, double> clock_held_s_;  ///< by till: the offset that `stops_` were held against
  std::deque<bool> stops_;
  int64_t next_ = 0, heard_ = 0;
};

}  // namespace shrike
