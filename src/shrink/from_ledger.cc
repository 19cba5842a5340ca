#include "shrink/from_ledger.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <unordered_map>

#include "ledger/ledger.h"
#include "ledger/level.h"
#include "shrink/numeric.h"

namespace shrike {
namespace {

constexpr double kDayUs = 86'400e6;

/// Names in the order in which they are first asked for.
class Names {
 public:
  explicit Names(std::vector<std::string>& names) : names_(names) {}
  int32_t index(const std::string& name) {
    const auto [at, is_new] = index_.try_emplace(name, static_cast<int32_t>(names_.size()));
    if (is_new) names_.push_back(name);
    return at->second;
  }

 private:
  std::vector<std::string>& names_;
  std::unordered_map<std::string, int32_t> index_;
};

class Reader {
 public:
  explicit Reader(Ledger& ledger) : ledger_(ledger) {}

  Result<LossData> run() {
    if (!ledger_.manifest.currencies.empty()) out_.currency = ledger_.manifest.currencies.front();
    TRY_VOID(stores());
    TRY_VOID(vendors());
    TRY_VOID(products());
    TRY_VOID(pack_faults());
    TRY_VOID(intervals());
    return std::move(out_);
  }

 private:
  using Key = std::pair<int32_t, int32_t>;
  struct Gap {
    double day, units;
  };

  /// Runs `sql` and calls `use` with every row of every chunk.
  template <class Use>
  Result<void> rows(const std::string& sql, const Use& use) {
    TRY(DuckStream stream, ledger_.duck.stream(sql));
    for (;;) {
      TRY(const bool more, stream.next());
      if (!more) return {};
      for (size_t r = 0; r < stream.rows(); ++r) use(stream, r);
    }
  }

  static std::string text(const DuckStream& s, size_t column, size_t row) {
    return s.is_null(column, row) ? std::string() : std::string(s.text(column, row));
  }
  static double real(const DuckStream& s, size_t column, size_t row) {
    return s.is_null(column, row) ? 0.0 : s.real(column, row);
  }

  Result<void> stores() {
    return rows("SELECT store_id, name, format, tz, area_id, area_m2, lat, lon FROM store ORDER BY store_id",
                [&](const DuckStream& s, size_t r) {
                  Store x;
                  x.id = text(s, 0, r);
                  x.name = text(s, 1, r);
                  x.format = text(s, 2, r);
                  x.time_zone = text(s, 3, r);
                  x.area = text(s, 4, r);
                  x.area_m2 = real(s, 5, r);
                  x.lat = real(s, 6, r);
                  x.lon = real(s, 7, r);
                  store_index_.emplace(x.id, static_cast<int32_t>(out_.stores.size()));
                  out_.stores.push_back(std::move(x));
                });
  }

  /// Who delivers a product, and in what cases: whatever most of its receipts say.
  Result<void> vendors() {
    return rows(
        "SELECT sku_id, vendor, case_pack::DOUBLE AS pack, count(*) AS n FROM movement WHERE kind = 'receipt' "
        "GROUP BY ALL ORDER BY sku_id, n DESC, vendor NULLS LAST, pack NULLS LAST",
        [&](const DuckStream& s, size_t r) {
          auto& [vendor, pack] = delivered_[text(s, 0, r)];
          if (vendor.empty()) vendor = text(s, 1, r);
          if (pack == 0) pack = real(s, 2, r);
        });
  }

  Result<void> products() {
    Names categories(out_.categories), vendors(out_.vendors), groups(out_.groups);
    return rows(
        "SELECT sku_id, name, category, pack_qty::DOUBLE, shelf_life_d, variant_group, unit_cost::DOUBLE, "
        "unit_retail::DOUBLE FROM product ORDER BY sku_id",
        [&](const DuckStream& s, size_t r) {
          Product x;
          x.sku = text(s, 0, r);
          x.name = text(s, 1, r);
          const auto category = text(s, 2, r);
          x.category = categories.index(category.empty() ? "(no category)" : category);
          x.pack = std::max(1.0, real(s, 3, r));
          x.shelf_life_d = s.is_null(4, r) ? 0.0 : static_cast<double>(s.integer(4, r));
          if (const auto group = text(s, 5, r); !group.empty()) x.group = groups.index(group);
          x.unit_cost = real(s, 6, r);
          x.unit_retail = real(s, 7, r);
          if (const auto found = delivered_.find(x.sku); found != delivered_.end()) {
            if (!found->second.first.empty()) x.vendor = vendors.index(found->second.first);
            if (x.pack <= 1) x.pack = std::max(1.0, found->second.second);
          }
          product_index_.emplace(x.sku, static_cast<int32_t>(out_.products.size()));
          out_.products.push_back(std::move(x));
        });
  }

  /// Receipts of "2" where two cases were advised: the book lacks the rest, and the next count will find it.
  Result<void> pack_faults() {
    return rows(
        "SELECT m.store_id, m.sku_id, epoch_us(m.ts), (m.qty_expected - m.qty)::DOUBLE FROM movement m "
        "LEFT JOIN product p ON p.sku_id = m.sku_id WHERE m.kind = 'receipt' AND m.qty > 0 AND m.qty_expected > m.qty "
        "AND coalesce(m.case_pack, p.pack_qty) > 1 AND m.qty * coalesce(m.case_pack, p.pack_qty) = m.qty_expected "
        "ORDER BY ALL",
        [&](const DuckStream& s, size_t r) {
          gaps_[{index(store_index_, s, 0, r), index(product_index_, s, 1, r)}].push_back(
              {static_cast<double>(s.integer(2, r)) / kDayUs, s.real(3, r)});
        });
  }

  static int32_t index(const std::unordered_map<std::string, int32_t>& of, const DuckStream& s, size_t column,
                       size_t row) {
    const auto found = of.find(std::string(s.text(column, row)));
    return found == of.end() ? -1 : found->second;
  }

  static CountKind kind_of(std::string_view kind) {
    for (CountKind k : {CountKind::full, CountKind::cycle, CountKind::spot, CountKind::targeted, CountKind::opening}) {
      if (kind == to_string(k)) return k;
    }
    return CountKind::unknown;
  }

  Result<void> intervals() {
    return rows(
        "SELECT store_id, sku_id, epoch_us(t0), t1 IS NULL, kind1, days, v::DOUBLE, sold::DOUBLE, received::DOUBLE, "
        "stock_days, epoch_us(last_sale), c0::DOUBLE, (c0 + net)::DOUBLE, unit_cost::DOUBLE, unit_retail::DOUBLE, "
        "ambiguous_var FROM interval ORDER BY store_id, sku_id, k",
        [&](const DuckStream& s, size_t r) {
          Interval x;
          x.store = index(store_index_, s, 0, r);
          x.product = index(product_index_, s, 1, r);
          if (x.store < 0 || x.product < 0) return;  // the ledger gives every one of both a row
          x.day_from = static_cast<double>(s.integer(2, r)) / kDayUs;
          x.day_to = x.day_from + real(s, 5, r);
          x.open = s.integer(3, r) != 0;
          x.kind = s.is_null(4, r) ? CountKind::full : kind_of(s.text(4, r));
          x.v = static_cast<float>(real(s, 6, r));
          x.sold = static_cast<float>(real(s, 7, r));
          x.received = static_cast<float>(real(s, 8, r));
          x.stock_days = static_cast<float>(real(s, 9, r));
          const double last_sale = s.is_null(10, r) ? x.day_from : static_cast<double>(s.integer(10, r)) / kDayUs;
          x.quiet_days = static_cast<float>(std::max(0.0, x.day_to - std::max(x.day_from, last_sale)));
          x.count_from = static_cast<float>(real(s, 11, r));
          x.book_to = static_cast<float>(real(s, 12, r));
          const Product& product = out_.products[static_cast<size_t>(x.product)];
          x.unit_cost = static_cast<float>(s.is_null(13, r) ? product.unit_cost : s.real(13, r));
          x.unit_retail = static_cast<float>(s.is_null(14, r) ? product.unit_retail : s.real(14, r));
          x.ambiguous_var = static_cast<float>(real(s, 15, r));
          if (const auto found = gaps_.find({x.store, x.product}); found != gaps_.end()) {
            for (const Gap& gap : found->second) {
              if (gap.day > x.day_from && gap.day <= x.day_to) x.uom_gap += static_cast<float>(gap.units);
            }
          }
          out_.intervals.push_back(x);
        });
  }

  Ledger& ledger_;
  LossData out_;
  std::unordered_map<std::string, int32_t> store_index_, product_index_;
  std::unordered_map<std::string, std::pair<std::string, double>> delivered_;
  std::map<Key, std::vector<Gap>> gaps_;
};

class Hash {
 public:
  void add(uint64_t value) { hash_ = hash_mix(hash_ ^ value); }
  void add(const std::string& text) {
    for (char c : text) add(static_cast<uint64_t>(static_cast<unsigned char>(c)));
    add(text.size());
  }
  [[nodiscard]] std::string text() const { return fmt::format("{:016x}", hash_); }

 private:
  uint64_t hash_ = hash_mix(1);
};

/// Cost and retail price of a product that only its intervals tell.
void fill_prices(LossData& data) {
  for (const Interval& x : data.intervals) {
    Product& p = data.products[static_cast<size_t>(x.product)];
    if (p.unit_cost == 0) p.unit_cost = x.unit_cost;
    if (p.unit_retail == 0) p.unit_retail = x.unit_retail;
  }
}

}  // namespace

Result<LossData> losses_of_ledger(const std::filesystem::path& dir, const std::string& for_what) {
  TRY(Ledger ledger, open_ledger(dir));
  TRY_VOID(require_level(ledger.manifest, TruthLevel::roll_forward, for_what));
  TRY(LossData data, Reader(ledger).run());
  fill_prices(data);
  return data;
}

std::string fingerprint_of(const LossData& data) {
  Hash hash;
  for (const Store& s : data.stores) hash.add(s.id);
  for (const Product& p : data.products) {
    hash.add(p.sku);
    hash.add(data.categories[static_cast<size_t>(p.category)]);
  }
  for (const Interval& x : data.intervals) {
    if (x.open) continue;
    hash.add((static_cast<uint64_t>(static_cast<uint32_t>(x.store)) << 32U) | static_cast<uint32_t>(x.product));
    for (double v : {x.day_from, x.day_to, static_cast<double>(x.v), static_cast<double>(x.sold),
                     static_cast<double>(x.stock_days), static_cast<double>(x.book_to)}) {
      hash.add(std::bit_cast<uint64_t>(v));
    }
  }
  return hash.text();
}

std::string stores_fingerprint_of(const LossData& data) {
  Hash hash;
  for (const Store& s : data.stores) hash.add(s.id);
  return hash.text();
}

}  // namespace shrike
