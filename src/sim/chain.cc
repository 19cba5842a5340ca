#include "sim/chain.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "sim/chain_random.h"

namespace shrike {
namespace {

constexpr double kYearDays = 365.25;

/// One product in one store. `book` is what the store's system shows (documents count from the day they are posted);
/// `rolled` is the last count plus every document by the day it happened.
struct Cell {
  bool ranged = false, recorded = false;
  int from_day = 0;
  double demand = 0, theft = 1, spread = 1;
  int physical = 0, book = 0, rolled = 0;
  int on_order = 0, order_arrives = -1;
  int count_day = -1, error_before = 0, count_before = 0;
  int last_sale = -1, sold = 0, received = 0, pack_gap = 0;
  double stock_days = 0, ledger_usl = 0;
  std::array<int, kSimCauses> realised{};
  std::array<double, kSimCauses> expected{};
};

struct LatePosting {
  int day, product, units;
};

/// Expected size of a run of thefts of 1, 2, … units, one more with chance `more`, out of `there` units.
double expected_run(double more, int there) {
  return more <= 0 ? std::min(1, there) : (1 - std::pow(more, there)) / (1 - more);
}

class StoreRun {
 public:
  StoreRun(const ChainPlan& plan, int store, const std::vector<SimTransfer>& inbox)
      : plan_(plan),
        w_(plan.world),
        store_(plan.stores[static_cast<size_t>(store)]),
        inbox_(inbox),
        random_(plan.size.seed, static_cast<uint64_t>(store) + 1) {
    tape_.store = store;
    range_.reserve(plan.products.size());
    set_up_cells();
  }

  StoreTape run() {
    int full_day = random_.below(std::max(1, std::min(15, plan_.size.days)));
    for (int day = 0; day < plan_.size.days; ++day) {
      open_day(day);
      for (size_t p = 0; p < cells_.size(); ++p) {
        if (cells_[p].ranged && cells_[p].from_day <= day) live_through(static_cast<int>(p), day);
      }
      send(day);
      if (day == full_day) {
        count_all(day);
        const double gap = random_.between(w_.counts.gap_days_min, w_.counts.gap_days_max);
        full_day = day + std::max(1, static_cast<int>(gap));
      } else {
        count_some(day);
      }
      suspects_.clear();
    }
    close();
    return std::move(tape_);
  }

 private:
  void set_up_cells() {
    cells_.resize(plan_.products.size());
    for (size_t p = 0; p < cells_.size(); ++p) {
      Cell& c = cells_[p];
      const SimProduct& x = plan_.products[p];
      const double affinity = random_.gamma_mean_1(w_.demand.affinity_shape);
      const double spread = random_.gamma_mean_1(w_.theft.cell_shape);
      c.from_day = plan_.ranged_from[static_cast<size_t>(tape_.store)][p];
      c.ranged = c.from_day != kNotRanged;
      if (!c.ranged) continue;
      c.demand = w_.demand.units_per_day * store_.size * x.popularity * affinity;
      c.spread = spread;
      c.theft = store_.theft * x.theft * spread;
      c.physical = c.book = c.rolled = fill_up(c, x) / 2 + 1;
      // Goods of a range that starts later arrive with its first day, unseen by any count.
      range_.push_back(static_cast<int>(p));
      value_.push_back(std::pow(x.price, w_.counts.cycle_value_bias) + (value_.empty() ? 0 : value_.back()));
    }
    mixed_to_.assign(cells_.size(), -1);
    for (auto [sold, scanned] : store_.mixed) mixed_to_[static_cast<size_t>(sold)] = scanned;
  }

  [[nodiscard]] int fill_up(const Cell& c, const SimProduct& x) const {
    return std::max(x.pack, static_cast<int>(std::lround(c.demand * w_.stock.cover_days)) + 2);
  }

  void note(Cell& c, int product, int day, SimCause cause, int units) {
    if (units == 0) return;
    c.realised[static_cast<size_t>(cause)] += units;
    tape_.events.push_back({day, product, cause, units});
  }

  void expect(Cell& c, SimCause cause, double units) { c.expected[static_cast<size_t>(cause)] += units; }

  void adjust(Cell& c, int product, int day, int units, SimReason reason) {
    tape_.adjustments.push_back({day, product, units, reason, -1});
    c.book += units;
    if (reason == SimReason::unknown) {
      c.ledger_usl -= units;
    } else {
      c.rolled += units;
    }
  }

  void open_day(int day) {
    const int64_t date = plan_.first_day + day;
    const bool weekend = (date + 3) % 7 >= 5;  // 1970-01-01 was a Thursday
    const double angle = 2 * std::numbers::pi / kYearDays * static_cast<double>(date % 1461);
    const double w = w_.demand.weekend;
    demand_today_ = (weekend ? w : 1) * 7 / (5 + 2 * w) * (1 + w_.demand.year_amplitude * std::cos(angle));
    const double peak = 2 * std::numbers::pi / kYearDays * w_.theft.season_peak_day;
    theft_today_ = 1 + w_.theft.season_amplitude * std::cos(angle - peak);
    for (const LatePosting& late : late_) {
      if (late.day == day) cells_[static_cast<size_t>(late.product)].book += late.units;
    }
    std::erase_if(late_, [&](const LatePosting& late) { return late.day == day; });
    late_truck_ =
        random_.chance(w_.receiving.late_docs) ? 1 + random_.below(static_cast<int>(w_.receiving.late_days_max)) : 0;
    for (const SimTransfer& t : inbox_) {
      if (t.to != tape_.store || t.day_received != day) continue;
      Cell& c = cells_[static_cast<size_t>(t.product)];
      c.physical += t.received;
      if (t.posted) {
        c.book += t.received;
        c.rolled += t.received;
      } else {
        note(c, t.product, day, SimCause::transfer, -t.received);
      }
    }
  }

  void live_through(int p, int day) {
    Cell& c = cells_[static_cast<size_t>(p)];
    const SimProduct& x = plan_.products[static_cast<size_t>(p)];
    if (c.on_order > 0 && c.order_arrives <= day) receive(c, x, p, day);
    sell(c, p, day);
    steal(c, x, p, day);
    if (x.shelf_life_d > 0) spoil(c, x, p, day);
    if (random_.uniform() < 0.0004 &&
        c.physical > 0) {  // breakage, and the gift to the food bank keyed with a code nobody mapped
      --c.physical;
      const bool unmapped = random_.chance(w_.faults.unmapped);
      adjust(c, p, day, -1, unmapped ? SimReason::donation_unmapped : SimReason::damage);
    }
    if ((day + tape_.store) % std::max(1, static_cast<int>(w_.stock.review_days)) == 0) order(c, x, day);
    c.stock_days += std::max(0, c.book);
  }

  void receive(Cell& c, const SimProduct& x, int p, int day) {
    const int expected = c.on_order;
    c.on_order = 0;
    int arrived = expected, booked = expected;
    const double chance_short =
        plan_.bad_vendor[static_cast<size_t>(x.vendor)] ? w_.receiving.short_bad : w_.receiving.short_good;
    const double uncredited = chance_short * (1 - w_.receiving.credited);
    if (c.count_day >= 0) expect(c, SimCause::receiving, (uncredited - w_.receiving.over) * x.pack);
    const double u = random_.uniform();
    bool credit = false;
    if (u < chance_short) {
      arrived -= x.pack;
      credit = random_.chance(w_.receiving.credited);
      if (!credit) note(c, p, day, SimCause::receiving, x.pack);
    } else if (u < chance_short + w_.receiving.over) {
      arrived += x.pack;
      note(c, p, day, SimCause::receiving, -x.pack);
    }
    const bool faulty = x.uom_start >= 0 && day > x.uom_start * plan_.size.days &&
                        day < (x.uom_start + 0.15) * plan_.size.days && random_.chance(w_.faults.uom_docs);
    if (faulty) {  // "2" was keyed for two packs
      booked = expected / x.pack;
      note(c, p, day, SimCause::uom, booked - expected);
      if (c.count_day >= 0) expect(c, SimCause::uom, booked - expected);
    }
    c.physical += arrived;
    c.rolled += booked;
    c.received += booked;
    if (booked < expected && booked * x.pack == expected) c.pack_gap += expected - booked;
    if (late_truck_ > 0) {
      late_.push_back({day + late_truck_, p, booked});
    } else {
      c.book += booked;
    }
    c.recorded = true;
    tape_.receipts.push_back({day, day + late_truck_, p, expected, booked});
    if (credit) adjust(c, p, day, -x.pack, SimReason::vendor_credit);
  }

  void sell(Cell& c, int p, int day) {
    const int wanted = c.physical > 0 ? random_.poisson(c.demand * demand_today_) : 0;
    const int sold = std::min(wanted, c.physical);
    if (sold == 0) return;
    c.physical -= sold;
    int mixed = 0;
    const int as = mixed_to_[static_cast<size_t>(p)];
    const bool sibling_here =
        as >= 0 && cells_[static_cast<size_t>(as)].ranged && cells_[static_cast<size_t>(as)].from_day <= day;
    if (sibling_here) {
      for (int i = 0; i < sold; ++i) mixed += random_.chance(w_.till.mixed_rate) ? 1 : 0;
      Cell& other = cells_[static_cast<size_t>(as)];
      const double mean = w_.till.mixed_rate * sold;
      if (c.count_day >= 0) expect(c, SimCause::sibling, mean);
      if (other.count_day >= 0) expect(other, SimCause::sibling, -mean);
      if (mixed > 0) {
        note(c, p, day, SimCause::sibling, mixed);
        note(other, as, day, SimCause::sibling, -mixed);
        book_sale(other, as, day, mixed);
      }
    }
    if (sold > mixed) book_sale(c, p, day, sold - mixed);
    if (random_.chance(w_.till.return_rate)) {
      ++c.physical;
      book_sale(c, p, day, -1);
    }
  }

  void book_sale(Cell& c, int p, int day, int units) {
    tape_.sales.push_back({day, p, units});
    c.recorded = true;
    c.book -= units;
    c.rolled -= units;
    c.sold += units;
    if (units > 0) c.last_sale = day;
  }

  [[nodiscard]] double regime(int category, int day) const {
    const double share = static_cast<double>(day) / plan_.size.days;
    double factor = 1;
    if (store_.ring_category == category && share >= w_.theft.ring_start) {
      const double ramp = (share - w_.theft.ring_start) * plan_.size.days / w_.theft.ring_ramp_days;
      factor *= 1 + (w_.theft.ring_factor - 1) * std::min(1.0, ramp);
    }
    if (store_.intervention_category == category && share >= w_.theft.intervention_start)
      factor *= w_.theft.intervention_factor;
    return factor;
  }

  void steal(Cell& c, const SimProduct& x, int p, int day) {
    if (c.physical <= 0) return;
    const double usual = w_.demand.units_per_day;
    const double usual_stock = usual * w_.stock.cover_days + w_.assortment.pack_small;
    const double by_sales = std::pow(c.demand * demand_today_ / usual, w_.theft.sales_power);
    const double by_stock = std::pow(c.physical / usual_stock, w_.theft.stock_power);
    const double pull = w_.theft.sales_weight * by_sales + (1 - w_.theft.sales_weight) * by_stock;
    const double hazard = w_.theft.share_of_sales * usual * (1 - w_.theft.sweep) * c.theft * theft_today_ *
                          regime(x.category, day) * pull;
    const double chance = 1 - std::exp(-hazard);
    if (c.count_day >= 0)
      expect(c, SimCause::theft, chance * (1 - w_.theft.known) * expected_run(w_.theft.sweep, c.physical));
    if (!random_.chance(chance)) return;
    const int taken = std::min(c.physical, random_.geometric(w_.theft.sweep));
    c.physical -= taken;
    if (random_.chance(w_.theft.known)) {
      adjust(c, p, day, -taken, SimReason::theft_seen);
      return;
    }
    note(c, p, day, SimCause::theft, taken);
    if (random_.chance(w_.counts.targeted_seen)) suspects_.push_back(p);
  }

  void spoil(Cell& c, const SimProduct& x, int p, int day) {
    if (c.physical <= 0) return;
    // Short-lived goods spoil more; 12 days is the middle of what plan_products() draws, on a logarithmic scale.
    const double usual_stock = std::max(1.0, c.demand * w_.stock.cover_days);
    const double mean = w_.spoilage.share_of_sales * c.demand * 12 / x.shelf_life_d * c.physical / usual_stock;
    const double chance = 1 - std::exp(-mean / 1.5);
    const double miscoded = store_.miscodes ? w_.spoilage.miscoded : 0;
    const double hidden = w_.spoilage.unrecorded + (1 - w_.spoilage.unrecorded) * miscoded;
    if (c.count_day >= 0) expect(c, SimCause::spoilage, chance * hidden * expected_run(1.0 / 3, c.physical));
    if (!random_.chance(chance)) return;
    const int lost = std::min(c.physical, random_.geometric(1.0 / 3));
    c.physical -= lost;
    if (random_.chance(w_.spoilage.unrecorded)) {
      note(c, p, day, SimCause::spoilage, lost);
    } else if (random_.chance(miscoded)) {
      note(c, p, day, SimCause::spoilage, lost);
      adjust(c, p, day, -lost, SimReason::unknown);
    } else {
      adjust(c, p, day, -lost, SimReason::spoilage);
    }
  }

  void order(Cell& c, const SimProduct& x, int day) {
    const double until_next = w_.stock.review_days + w_.stock.lead_days;
    const double reorder_at = 1.4 * c.demand * until_next + 2;
    if (c.on_order > 0 || c.book > reorder_at) return;
    const int missing = std::max(1, fill_up(c, x) - c.book);
    c.on_order = (missing + x.pack - 1) / x.pack * x.pack;
    c.order_arrives = day + std::max(1, static_cast<int>(w_.stock.lead_days));
  }

  void send(int day) {
    const int stores = static_cast<int>(plan_.stores.size());
    if (tape_.store + 1 >= stores || day + 2 >= plan_.size.days || range_.empty()) return;
    for (int n = random_.poisson(w_.transfers.per_store_week / 7); n > 0; --n) {
      const int to = tape_.store + 1 + random_.below(stores - tape_.store - 1);
      const int p = range_[static_cast<size_t>(random_.below(static_cast<int>(range_.size())))];
      const int there = plan_.ranged_from[static_cast<size_t>(to)][static_cast<size_t>(p)];
      Cell& c = cells_[static_cast<size_t>(p)];
      if (there == kNotRanged || there > day || c.from_day > day || c.physical < 4 || c.book < 4) continue;
      const int units = 2 + random_.below(std::min(6, c.physical - 2));
      const bool posted = !random_.chance(w_.transfers.unposted);
      const int lost = posted && random_.chance(w_.transfers.lost) ? 1 : 0;
      c.physical -= units;
      if (posted) {
        c.book -= units;
        c.rolled -= units;
      } else {
        note(c, p, day, SimCause::transfer, units);
      }
      tape_.sent.push_back({tape_.store, to, p, day, day + 2, units, units - lost, posted});
    }
  }

  void count_all(int day) {
    SimCount count{day, SimCountKind::full, {}};
    for (int p : range_) {
      if (cells_[static_cast<size_t>(p)].from_day <= day) count_line(count, p);
    }
    finish(count);
  }

  void count_some(int day) {
    std::vector<int> cycle;
    for (int n = random_.poisson(w_.counts.cycle_per_day * static_cast<double>(range_.size())); n > 0; --n) {
      const auto at = std::lower_bound(value_.begin(), value_.end(), random_.uniform() * value_.back());
      cycle.push_back(range_[static_cast<size_t>(at - value_.begin())]);
    }
    for (int p : range_) {  // a shelf that should sell and does not makes somebody look
      const Cell& c = cells_[static_cast<size_t>(p)];
      const bool quiet = c.last_sale >= 0 && (day - c.last_sale) * c.demand > 3 && c.book > 0;
      if (quiet && random_.chance(w_.counts.targeted_empty)) suspects_.push_back(p);
    }
    std::vector<bool> done(cells_.size(), false);
    auto count_list = [&](const std::vector<int>& products, SimCountKind kind) {
      SimCount count{day, kind, {}};
      for (int p : products) {
        if (done[static_cast<size_t>(p)] || cells_[static_cast<size_t>(p)].from_day > day) continue;
        done[static_cast<size_t>(p)] = true;
        count_line(count, p);
      }
      if (!count.lines.empty()) finish(count);
    };
    count_list(suspects_, SimCountKind::targeted);
    count_list(cycle, SimCountKind::cycle);
  }

  void count_line(SimCount& count, int p) {
    Cell& c = cells_[static_cast<size_t>(p)];
    int error = 0;
    if (random_.chance(w_.counts.line_error)) {
      error = random_.geometric(w_.counts.line_error_more) * (random_.chance(0.5) ? 1 : -1);
      error = std::max(error, -c.physical);
    }
    const int counted = c.physical + error;
    count.lines.push_back({p, counted, c.book, c.recorded});
    c.recorded = true;
    close_interval(c, p, count.day, count.kind, counted, error, false);
    c.error_before = error;
    c.count_before = c.rolled = counted;
  }

  void close_interval(Cell& c, int p, int day, SimCountKind kind, int counted, int error, bool open) {
    if (c.count_day >= 0 && day > c.count_day) {
      SimInterval i;
      i.product = p;
      i.day_from = c.count_day;
      i.day_to = day;
      i.kind = kind;
      i.open = open;
      i.variance = c.rolled - counted;
      c.realised[static_cast<size_t>(SimCause::count_error)] += c.error_before - error;
      i.realised = c.realised;
      i.expected = c.expected;
      i.cell_theft = c.spread;
      i.sold = c.sold;
      i.counted_from = c.count_before;
      i.counted_to = counted;
      i.received = c.received;
      i.pack_gap = c.pack_gap;
      i.last_sale_day = c.last_sale > c.count_day ? c.last_sale : -1;
      i.book = c.rolled;
      i.stock_days = c.stock_days;
      i.ledger_usl = c.ledger_usl + (open ? 0 : c.book - counted);
      tape_.intervals.push_back(i);
    }
    c.count_day = day;
    c.sold = c.received = c.pack_gap = 0;
    c.stock_days = c.ledger_usl = 0;
    c.realised = {};
    c.expected = {};
  }

  void finish(SimCount& count) {
    const int index = static_cast<int>(tape_.counts.size());
    for (const SimCountLine& line : count.lines) {
      Cell& c = cells_[static_cast<size_t>(line.product)];
      if (line.counted != c.book) {
        tape_.adjustments.push_back({count.day, line.product, line.counted - c.book, SimReason::count_variance, index});
      }
      c.book = line.counted;
    }
    tape_.counts.push_back(std::move(count));
  }

  void close() {
    for (int p : range_) {
      Cell& c = cells_[static_cast<size_t>(p)];
      close_interval(c, p, plan_.size.days - 1, SimCountKind::full, c.physical, 0, true);
    }
  }

  const ChainPlan& plan_;
  const World& w_;
  const SimStore& store_;
  const std::vector<SimTransfer>& inbox_;
  SimRandom random_;
  StoreTape tape_;
  std::vector<Cell> cells_;
  std::vector<int> range_;     ///< products this store keeps
  std::vector<double> value_;  ///< running sum of a cycle count's preference, as range_
  std::vector<int> mixed_to_;  ///< by product: what it is scanned as, or -1
  std::vector<int> suspects_;  ///< products somebody wants counted tonight
  std::vector<LatePosting> late_;
  double demand_today_ = 1, theft_today_ = 1;
  int late_truck_ = 0;  ///< days by which today's delivery notes are posted late
};

}  // namespace

const char* to_string(SimCause cause) {
  static constexpr std::array names{"theft", "unrecorded_spoilage", "receiving", "sibling", "transfer",
                                    "uom",   "count_error"};
  return names[static_cast<size_t>(cause)];
}

const char* to_string(SimCountKind kind) {
  return kind == SimCountKind::full ? "full" : kind == SimCountKind::cycle ? "cycle" : "targeted";
}

const char* raw_reason(SimReason reason) {
  static constexpr std::array names{"Spoilage",       "Damage",        "ZZ9", "Theft", "Vendor shortage credit",
                                    "Count variance", "Unknown shrink"};
  return names[static_cast<size_t>(reason)];
}

void simulate_chain(const ChainPlan& plan, const std::function<void(const StoreTape&)>& each) {
  std::vector<SimTransfer> on_the_road;
  for (size_t s = 0; s < plan.stores.size(); ++s) {
    const StoreTape tape = StoreRun(plan, static_cast<int>(s), on_the_road).run();
    on_the_road.insert(on_the_road.end(), tape.sent.begin(), tape.sent.end());
    each(tape);
  }
}

}  // namespace shrike
