#pragma once
// What each visit carries: taken − put back, piece by piece, with probabilities. docs/basket.md is the manual.

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "behaviour/basket_acts.h"
#include "behaviour/basket_places.h"
#include "behaviour/door_timing.h"
#include "behaviour/presence.h"
#include "behaviour/products.h"
#include "sense/item_event.h"

namespace shrike {

/// One piece that a visit may have taken.
struct Piece {
  int64_t act = 0;
  std::vector<std::pair<std::string, double>> products;  ///< alternatives (empty name: unknown), likeliest first
  std::string serial;                                    ///< where a tag says it
  std::string zone;
  Timestamp taken;
  double p = 0;      ///< that this visit took it: `share` times that anybody did
  double share = 1;  ///< that it was this visit, if anybody
  double back = 0;   ///< that it was put back, if taken
  bool hidden = false;
  int sources = 1;       ///< sensors that saw it taken
  bool sensed = false;   ///< … and not only a camera that saw a hand
  std::string taken_by;  ///< a visit that this one met, where that was seen taking it

  /// That the visit still has it.
  [[nodiscard]] double held() const { return p * (1 - back); }
  /// That it was taken and not put back, by whomever.
  [[nodiscard]] double gone() const { return share <= 0 ? 0 : std::min(1.0, p / share) * (1 - back); }
  [[nodiscard]] const std::string& product() const { return products.front().first; }
  /// The probability that the piece, if taken, is `product`.
  [[nodiscard]] double is(std::string_view product) const;
};

/// From this share on it is known who has a piece, or whose tag went out.
inline constexpr double kBearer = 0.6;

/// A tag that went through a portal with a visit.
struct TagOut {
  std::string product, serial, zone;
  Timestamp time;
  double p = 0;      ///< that it was carried out by this visit: `share` times that it went out at all
  double share = 1;  ///< that it was this visit, if anybody
};

/// Not thread-safe; bounded in memory. Works on the times of what it is told; depends on nothing else.
class BasketBook {
 public:
  explicit BasketBook(const Products& products) : products_(products) {}

  /// Kept back for a moment: the camera that says who stood there may be behind, and other sensors may speak of the
  /// same act. Events of a moment long past, or without a guess, are counted and left out.
  void hear(const ItemEvent& event);
  /// Takes up what is due by `now`; the visits whose baskets may have changed.
  [[nodiscard]] std::set<std::string> advance(Timestamp now, const Presence& presence);

  /// The visit's pieces in the order they were taken; those surely put back too.
  [[nodiscard]] std::vector<Piece> pieces(std::string_view visit_id) const;
  [[nodiscard]] std::vector<TagOut> tags_out(std::string_view visit_id) const;
  /// A piece of `product` turned out to be paid for by `visit_id`: where several may have taken it, it was this one.
  /// The visits whose baskets that changes.
  std::vector<std::string> settle_owner(int64_t act, const std::string& visit_id, double probability);
  /// Whether sensors have told of goods in `zone`.
  [[nodiscard]] bool sensed(std::string_view zone) const;
  [[nodiscard]] bool sensed_product(std::string_view product) const;

  void forget(std::string_view visit_id);
  void merge(std::string_view from, const std::string& into);
  [[nodiscard]] size_t acts_held() const { return acts_.size(); }
  [[nodiscard]] int64_t left_out() const { return left_out_; }

 private:
  void take_up(const ItemEvent& event, const Presence& presence, std::set<std::string>& changed);
  [[nodiscard]] std::vector<Presence::Near> whose(const Act& act, const Presence& presence) const;
  [[nodiscard]] bool can_be_one(const Act& act, const ItemEvent& event, const Presence& presence) const;
  /// How much likelier the act's goods were taken by `visit_id` from where it stood than from anywhere in the zone.
  [[nodiscard]] double reaches(const std::string& visit_id, const Act& act, const Presence& presence) const;
  void settle_by_tag(const Act& out, const Presence& presence, std::set<std::string>& changed);
  struct Holding {
    int64_t act = 0;
    Timestamp taken;
    std::string taker;
    double held = 0;  ///< that they have it
  };
  [[nodiscard]] std::vector<Holding> holdings_of(const std::string& product, Timestamp until) const;
  [[nodiscard]] std::vector<std::string> pass_on(Act& act, const std::string& visit_id, double probability);
  void learn_place(const Act& act, const Presence& presence);
  void by_timing(std::vector<Presence::Near>& near, const Act& act, const Presence& presence) const;
  void learn_timing(const Act& act, const Presence& presence);
  void assign(Act& act, std::vector<Presence::Near> visits);
  [[nodiscard]] double holds(std::string_view visit_id, const Act& act) const;
  void drop_oldest();

  const Products& products_;
  BasketPlaces places_;
  DoorTiming timing_;
  std::deque<ItemEvent> waiting_;
  std::map<int64_t, Act> acts_;  ///< by id, which grows
  std::map<std::string, std::set<int64_t>, std::less<>> acts_of_;
  std::map<std::string, int64_t, std::less<>> heard_of_;    ///< zone → events
  std::map<std::string, Timestamp, std::less<>> own_tags_;  ///< serials that were carried in: the customers' own
  int64_t next_ = 0, left_out_ = 0;
  Timestamp now_;
};

}  // namespace shrike
