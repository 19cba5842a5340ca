#include "sense/till_exceptions.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "shrink/numeric.h"

namespace shrike {
namespace {

struct MeasureWords {
  std::string_view name, events, base;
};
/// In the order of TillMeasure.
constexpr std::array<MeasureWords, kTillMeasures.size()> kMeasureWords{{
    {"voids", "voided or post-voided transactions", "transactions"},
    {"line_voids", "lines taken off again", "lines"},
    {"returns_without_receipt", "returned lines without a receipt", "returned lines"},
    {"no_sales", "drawer openings without a sale", "transactions and openings"},
    {"price_overrides", "lines with a price override", "lines"},
    {"discounts", "lines with a discount by hand", "lines"},
    {"keyed", "lines keyed in", "lines scanned or keyed, weighed ones apart"},
    {"never_resumed", "suspended and never taken up", "suspended transactions"},
}};
const MeasureWords& words_of(TillMeasure m) { return kMeasureWords[static_cast<size_t>(m)]; }

bool is_about_lines(TillMeasure m) {
  return m == TillMeasure::line_voids || m == TillMeasure::returns_without_receipt ||
         m == TillMeasure::price_overrides || m == TillMeasure::discounts || m == TillMeasure::keyed;
}

bool line_in_base(const TillLine& line, TillMeasure m) {
  if (!line.is_item()) return false;
  if (m == TillMeasure::returns_without_receipt) return line.returned && !line.voided;
  // Produce on a scale has no barcode: its number is keyed by everyone.
  if (m == TillMeasure::keyed)
    return !line.weighed && (line.entry == TillEntry::keyed || line.entry == TillEntry::scanned);
  return true;
}

bool line_is_event(const TillLine& line, TillMeasure m) {
  switch (m) {
    case TillMeasure::line_voids:
      return line.voided;
    case TillMeasure::returns_without_receipt:
      return !line.has_receipt;
    case TillMeasure::price_overrides:
      return line.price_override;
    case TillMeasure::discounts:
      return std::any_of(line.discounts.begin(), line.discounts.end(), [](const auto& d) { return d.manual; });
    case TillMeasure::keyed:
      return line.entry == TillEntry::keyed;
    default:
      return false;
  }
}

bool in_base(const BookedTill& booked, TillMeasure m) {
  const auto kind = booked.transaction.kind;
  if (m == TillMeasure::voids) return is_retail(kind) && kind != TillKind::suspended;
  if (m == TillMeasure::no_sales) return moves_goods(kind) || kind == TillKind::no_sale;
  if (m == TillMeasure::never_resumed) return kind == TillKind::suspended;
  return moves_goods(kind);
}

bool is_event(const BookedTill& booked, TillMeasure m) {
  const auto kind = booked.transaction.kind;
  if (m == TillMeasure::voids) return kind == TillKind::voided || kind == TillKind::post_void;
  if (m == TillMeasure::no_sales) return kind == TillKind::no_sale;
  return m == TillMeasure::never_resumed && !booked.resumed_by;
}

RateCount count_of(const BookedTill& booked, TillMeasure m) {
  RateCount count;
  if (!in_base(booked, m)) return count;
  if (!is_about_lines(m)) return {is_event(booked, m) ? 1 : 0, 1};
  for (const auto& line : booked.transaction.lines) {
    if (!line_in_base(line, m)) continue;
    ++count.base;
    count.events += line_is_event(line, m) ? 1 : 0;
  }
  return count;
}

const std::string& reason_of(const TillLine& line, TillMeasure m) {
  static const std::string kNone;
  if (m == TillMeasure::line_voids) return line.void_reason;
  if (m == TillMeasure::price_overrides) return line.override_reason;
  if (m == TillMeasure::discounts) {
    for (const auto& each : line.discounts) {
      if (each.manual) return each.reason;
    }
  }
  return kNone;
}

void add_events(const BookedTill& booked, TillMeasure m, std::vector<TillEvent>& events) {
  const auto& t = booked.transaction;
  if (!in_base(booked, m)) return;
  if (!is_about_lines(m)) {
    if (is_event(booked, m)) events.push_back({t.key, t.time(), "", "", "", t.reason, t.total(), t.approved});
    return;
  }
  for (const auto& line : t.lines) {
    if (!line_in_base(line, m) || !line_is_event(line, m)) continue;
    events.push_back({t.key, t.time(), line.number, line.item, line.description, reason_of(line, m), line.amount,
                      line.approved || t.approved});
  }
}

/// Self-checkout, store, id: whom a transaction is counted for. Empty id: nobody.
using Whom = std::tuple<bool, std::string, std::string>;
Whom whom_of(const TillTransaction& t) {
  const bool self = t.self_checkout.value_or(false);
  return {self, t.key.store, self ? t.key.till : t.operator_id};
}

struct Counted {
  int64_t transactions = 0;
  std::array<RateCount, kTillMeasures.size()> of{};
  std::array<Clumps, kTillMeasures.size()> clumps{};
};

using CountedByWhom = std::map<Whom, Counted>;

CountedByWhom count_all(const TillBook& book, TillExceptions& out) {
  CountedByWhom counted;
  bool receipts_are_named = false;
  for (const auto& [key, booked] : book.all()) {
    const auto& t = booked.transaction;
    if (t.training || !(is_retail(t.kind) || t.kind == TillKind::no_sale)) continue;
    const auto whom = whom_of(t);
    if (std::get<2>(whom).empty()) {
      ++out.without_operator;
      continue;
    }
    auto& one = counted[whom];
    one.transactions += is_retail(t.kind) ? 1 : 0;
    for (const auto& line : t.lines) receipts_are_named = receipts_are_named || line.has_receipt;
    for (size_t m = 0; m < kTillMeasures.size(); ++m) {
      const auto count = count_of(booked, kTillMeasures[m]);
      one.of[m].events += count.events;
      one.of[m].base += count.base;
      one.clumps[m].add(count);
    }
  }
  if (!receipts_are_named) {  // a source that never names a receipt cannot say that one was missing
    for (auto& [whom, one] : counted) one.of[static_cast<size_t>(TillMeasure::returns_without_receipt)] = {};
  }
  return counted;
}

/// The rates of one sort of subject; a measure that nobody has an event of says nothing.
void compare(const CountedByWhom& counted, bool self_checkout, const std::map<Whom, size_t>& index,
             TillExceptions& out) {
  for (size_t m = 0; m < kTillMeasures.size(); ++m) {
    std::vector<RateCount> counts;
    std::vector<Clumps> clumps;
    std::vector<size_t> subjects;
    int64_t events = 0;
    for (const auto& [whom, one] : counted) {
      if (std::get<0>(whom) != self_checkout || one.of[m].base == 0) continue;
      counts.push_back(one.of[m]);
      clumps.push_back(one.clumps[m]);
      subjects.push_back(index.at(whom));
      events += one.of[m].events;
    }
    if (events == 0) continue;
    const double design_effect = is_about_lines(kTillMeasures[m]) ? design_effect_of(clumps) : 1;
    const auto peers = compare_rates(counts, design_effect);
    for (size_t i = 0; i < peers.size(); ++i) {
      out.rates.push_back({subjects[i], kTillMeasures[m], counts[i], design_effect, peers[i], false, {}});
    }
  }
}

void choose(TillExceptions& out, double false_discovery_rate) {
  std::vector<double> p;
  std::vector<TillRate*> tested;
  for (auto& rate : out.rates) {
    if (!rate.peer.tested) continue;
    p.push_back(rate.peer.p);
    tested.push_back(&rate);
  }
  out.tests = static_cast<int64_t>(p.size());
  const auto found = benjamini_hochberg(p, false_discovery_rate);
  for (size_t i = 0; i < tested.size(); ++i) {
    const auto& peer = tested[i]->peer;
    tested[i]->listed = found[i] && peer.shrunk_low > peer.peers_median;
  }
  std::stable_sort(out.rates.begin(), out.rates.end(), [](const TillRate& a, const TillRate& b) {
    return std::tuple(!a.listed, a.peer.p) < std::tuple(!b.listed, b.peer.p);
  });
}

}  // namespace

std::string_view to_string(TillMeasure measure) { return words_of(measure).name; }
std::string_view events_in_words(TillMeasure measure) { return words_of(measure).events; }
std::string_view base_in_words(TillMeasure measure) { return words_of(measure).base; }

TillExceptions till_exceptions(const TillBook& book, const ExceptionOptions& options) {
  TillExceptions out;
  const auto counted = count_all(book, out);
  std::map<Whom, size_t> index;
  for (const auto& [whom, one] : counted) {
    index[whom] = out.subjects.size();
    out.subjects.push_back({std::get<1>(whom), std::get<2>(whom), std::get<0>(whom), one.transactions});
  }
  for (const bool self_checkout : {false, true}) compare(counted, self_checkout, index, out);
  choose(out, options.false_discovery_rate);
  std::map<size_t, std::vector<TillRate*>> listed;
  for (auto& rate : out.rates) {
    if (rate.listed) listed[rate.subject].push_back(&rate);
  }
  for (const auto& [key, booked] : book.all()) {
    const auto found = index.find(whom_of(booked.transaction));
    if (booked.transaction.training || found == index.end()) continue;
    if (const auto rates = listed.find(found->second); rates != listed.end()) {
      for (TillRate* rate : rates->second) add_events(booked, rate->measure, rate->events);
    }
  }
  for (auto& rate : out.rates) {
    std::stable_sort(rate.events.begin(), rate.events.end(),
                     [](const TillEvent& a, const TillEvent& b) { return a.time < b.time; });
  }
  return out;
}

}  // namespace shrike
