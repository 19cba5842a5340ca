#include "ledger/roll_forward.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <optional>
#include <thread>

#include "ledger/ledger.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr double kDayUs = 86'400e6;

struct CountedStock {
  std::string store, sku, id;
  int64_t ts = 0, from = 0, to = 0, qty = 0;
  int32_t day = 0;
  uint8_t kind = 0;
  bool implied = false, scope_known = false, midday = false;
};

uint8_t kind_index(std::string_view kind) {
  const auto found = std::find(std::begin(kCountKinds), std::end(kCountKinds) - 1, kind);  // else the last, unknown
  return static_cast<uint8_t>(found - std::begin(kCountKinds));
}

/// A movement as the pass sees it. `kind` by its first letters: the ledger has six.
struct Moved {
  int64_t ts = 0, book = 0, sold = 0, usl = 0;
  int32_t day = 0;
  bool day_only = false;
  enum class Kind : uint8_t { sale, receipt, transfer, adjustment } kind = Kind::sale;
};

Moved::Kind kind_of(std::string_view kind) {
  if (kind == "sale" || kind == "return") return Moved::Kind::sale;
  if (kind == "receipt") return Moved::Kind::receipt;
  return kind.starts_with("transfer") ? Moved::Kind::transfer : Moved::Kind::adjustment;
}

/// Rolls one cell: takes its counts, then its movements in order, and gives its intervals.
class Cell {
 public:
  Cell(const RollForwardOptions& options, int64_t end_us) : options_(options), end_us_(end_us) {}

  void begin(uint32_t sku, std::vector<CountedStock> counts) {
    sku_ = sku;
    counts_ = std::move(counts);
    next_ = 0;
    running_ = false;
    k_ = 0;
    seen_days_ = 0;
    seen_sale_days_ = 0;
    undecided_ = 0;
  }

  void move(const Moved& moved, StoreRoll& roll) {
    while (next_ < counts_.size() && counts_[next_].ts < moved.ts) count(roll);
    note_undecided(moved);
    if (!running_) return;
    advance(moved.ts);
    if (moved.kind == Moved::Kind::sale && moved.sold > 0) sell(moved);
    if (moved.kind == Moved::Kind::receipt || (moved.kind == Moved::Kind::transfer && moved.book > 0))
      restock(moved.ts);
    now_.net += moved.book;
    book_ += moved.book;
    now_.min_book = std::min(now_.min_book, book_);
    now_.ledger += moved.usl;
    now_.sold += moved.sold;
    if (moved.kind == Moved::Kind::receipt) now_.received += moved.book;
    if (moved.kind == Moved::Kind::transfer) now_.moved += moved.book;
    if (moved.kind == Moved::Kind::adjustment) now_.spoiled -= moved.book;
  }

  void end(StoreRoll& roll) {
    while (next_ < counts_.size()) count(roll);
    if (!running_ || end_us_ < now_.t0_us) return;
    advance(end_us_);
    now_.open = true;
    now_.t1_us = kNoTime;
    close(end_us_, true);
    roll.intervals.push_back(now_);
  }

 private:
  /// Movements inside a count's window, or on its day without a time of their own: their order against it is not known.
  void note_undecided(const Moved& moved) {
    const auto inside = [&](const CountedStock& count) {
      if (moved.day_only) return count.midday && count.day == moved.day;
      return count.from < count.to && moved.ts >= count.from && moved.ts <= count.to;
    };
    if (next_ < counts_.size() && inside(counts_[next_])) {
      undecided_ += moved.book;
    } else if (running_ && next_ > 0 && inside(counts_[next_ - 1])) {
      // After the count as we order them; had it come before, V would be without it.
      now_.ambiguous -= moved.book;
      late_ += moved.book;
    }
  }

  void advance(int64_t ts) {
    now_.stock_days += static_cast<double>(std::max<int64_t>(book_, 0)) * 1e-3 * static_cast<double>(ts - at_) / kDayUs;
    at_ = ts;
  }

  void sell(const Moved& moved) {
    const int64_t day = moved.ts / static_cast<int64_t>(kDayUs);
    if (now_.last_sale_us == kNoTime || now_.last_sale_us / static_cast<int64_t>(kDayUs) != day) ++now_.sale_days;
    now_.last_sale_us = moved.ts;
    still_since_ = moved.ts;
  }

  void restock(int64_t ts) {
    // What stood still until goods came may have been gone: the sale after proves the new goods only.
    if (book_ > 0) gaps_.push_back(static_cast<double>(ts - still_since_) / kDayUs);
    still_since_ = ts;
    now_.last_receipt_us = ts;
  }

  void count(StoreRoll& roll) {
    const auto& here = counts_[next_];
    const bool opening = here.kind == 4;
    if (running_ && opening) {  // an opening stock ends nothing
      ++next_;
      return;
    }
    if (running_) {
      advance(here.ts);
      now_.count1 = count_name(roll, here.id);
      now_.kind1 = here.kind;
      now_.implied1 = here.implied;
      now_.scope_known = here.scope_known;
      now_.t1_us = here.ts;
      now_.c1 = here.qty;
      now_.v = now_.c0 + now_.net - now_.c1;
      now_.ambiguous += undecided_;
      now_.ambiguous_var += static_cast<double>(undecided_) * static_cast<double>(undecided_) / 12e6;
      close(here.ts, here.qty <= 0);
      roll.intervals.push_back(now_);
    }
    start(here, roll);
    ++next_;
  }

  void start(const CountedStock& here, StoreRoll& roll) {
    const uint32_t name = count_name(roll, here.id);
    now_ = LedgerInterval{.sku = sku_,
                          .k = k_++,
                          .count0 = name,
                          .count1 = name,
                          .implied0 = here.implied,
                          .scope_known = here.scope_known,
                          .kind0 = here.kind,
                          .kind1 = here.kind,
                          .t0_us = here.ts,
                          .c0 = here.qty,
                          .min_book = here.qty};
    // What was undecided before this count is undecided after it too, the other way round.
    now_.ambiguous = -undecided_;
    now_.ambiguous_var = static_cast<double>(undecided_) * static_cast<double>(undecided_) / 12e6;
    undecided_ = 0;
    late_ = 0;
    running_ = true;
    book_ = here.qty;
    at_ = still_since_ = here.ts;
    gaps_.clear();
  }

  /// Days, and the days in which the shelf may have been empty while the book was not. `may_be_gone`: nothing proves
  /// that stock was there at the end.
  void close(int64_t ts, bool may_be_gone) {
    now_.days = static_cast<double>(ts - now_.t0_us) / kDayUs;
    now_.end_book = book_;
    now_.ambiguous_var += static_cast<double>(late_) * static_cast<double>(late_) / 12e6;
    const double still = static_cast<double>(ts - still_since_) / kDayUs;
    if (may_be_gone && book_ > 0) gaps_.push_back(still);
    double idle = 0;
    for (const double gap : gaps_) idle += gap;
    seen_days_ += std::max(0.0, now_.days - idle);
    seen_sale_days_ += now_.sale_days;
    const double rate = seen_days_ > 0 ? static_cast<double>(seen_sale_days_) / seen_days_ : 0;
    double stopped = 0;
    for (const double gap : gaps_) stopped += phantom_days(rate, gap);
    now_.active_days = now_.days - std::min(stopped, now_.days);
  }

  /// ∫ P(phantom) over a gap of `gap` days at `rate` sales a day: ln(1 − π + π e^{dg}) / d.
  [[nodiscard]] double phantom_days(double rate, double gap) const {
    const double prior = options_.phantom_prior;
    if (rate <= 0) return prior * gap;
    const double x = rate * gap;
    return (x > 50 ? std::log(prior) + x : std::log(1 - prior + prior * std::exp(x))) / rate;
  }

  static uint32_t count_name(StoreRoll& roll, const std::string& id) {
    // Counts of a store come again for every product, mostly in the same order: look near the end first.
    for (size_t i = roll.counts.size(); i-- > 0 && roll.counts.size() - i < 16;) {
      if (roll.counts[i] == id) return static_cast<uint32_t>(i);
    }
    const auto found = std::find(roll.counts.begin(), roll.counts.end(), id);
    if (found != roll.counts.end()) return static_cast<uint32_t>(found - roll.counts.begin());
    roll.counts.push_back(id);
    return static_cast<uint32_t>(roll.counts.size() - 1);
  }

  const RollForwardOptions& options_;
  int64_t end_us_;
  uint32_t sku_ = 0, k_ = 0;
  std::vector<CountedStock> counts_;
  size_t next_ = 0;
  bool running_ = false;
  LedgerInterval now_;
  int64_t book_ = 0, at_ = 0, still_since_ = 0, undecided_ = 0, late_ = 0;
  std::vector<double> gaps_;
  double seen_days_ = 0;
  int64_t seen_sale_days_ = 0;
};

/// The counts of a bucket, cell after cell.
class CountReader {
 public:
  static Result<CountReader> open(Duck& duck, const fs::path& dir, int bucket) {
    TRY(auto stream, duck.stream("SELECT store_id, sku_id, count_id, ts, ts_start, ts_end, qty, day, kind, implied, "
                                 "scope_known, midday FROM " +
                                 table_sql(dir, "count", bucket)));
    return CountReader(std::move(stream));
  }

  /// The next count, or nothing at the end.
  Result<const CountedStock*> peek() {
    if (held_) return &*held_;
    while (!done_ && row_ == stream_.rows()) {
      TRY(const bool more, stream_.next());
      done_ = !more;
      row_ = 0;
    }
    if (done_) return nullptr;
    held_ = CountedStock{.store = std::string(stream_.text(0, row_)),
                         .sku = std::string(stream_.text(1, row_)),
                         .id = std::string(stream_.text(2, row_)),
                         .ts = stream_.integer(3, row_),
                         .from = stream_.integer(4, row_),
                         .to = stream_.integer(5, row_),
                         .qty = stream_.integer(6, row_),
                         .day = static_cast<int32_t>(stream_.integer(7, row_)),
                         .kind = kind_index(stream_.text(8, row_)),
                         .implied = stream_.integer(9, row_) != 0,
                         .scope_known = stream_.integer(10, row_) != 0,
                         .midday = stream_.integer(11, row_) != 0};
    ++row_;
    return &*held_;
  }
  CountedStock take() {
    auto count = std::move(*held_);
    held_.reset();
    return count;
  }

 private:
  explicit CountReader(DuckStream stream) : stream_(std::move(stream)) {}
  DuckStream stream_;
  size_t row_ = 0;
  bool done_ = false;
  std::optional<CountedStock> held_;
};

/// One bucket: merges its movements with its counts, cell by cell, both in the files' order.
class BucketRoll {
 public:
  BucketRoll(const Duck& database, const fs::path& dir, int bucket, const RollForwardOptions& options, int64_t end_us)
      : database_(database), dir_(dir), bucket_(bucket), cell_(options, end_us) {}

  Result<std::vector<StoreRoll>> run() {
    TRY(auto duck, database_.connect());
    TRY(auto beside, database_.connect());
    TRY(const auto midday, duck.number("SELECT count(*) FROM " + table_sql(dir_, "count", bucket_) + " WHERE midday"));
    TRY(auto counts, CountReader::open(beside, dir_, bucket_));
    counts_ = &counts;
    // Day and day_only matter only to counts in the middle of a trading day.
    const std::string days = midday > 0 ? ", day, day_only" : "";
    TRY(auto moves, duck.stream("SELECT store_id, sku_id, ts, book, sold, usl, kind" + days + " FROM " +
                                table_sql(dir_, "movement", bucket_) + " WHERE ts IS NOT NULL"));
    for (;;) {
      TRY(const bool more, moves.next());
      if (!more) break;
      for (size_t r = 0; r < moves.rows(); ++r) TRY_VOID(take(moves, r, midday > 0));
    }
    TRY_VOID(finish_cell());
    TRY_VOID(cells_before(nullptr, nullptr));
    return std::move(rolls_);
  }

 private:
  Result<void> take(const DuckStream& moves, size_t r, bool with_days) {
    const auto store = moves.text(0, r);
    const auto sku = moves.text(1, r);
    if (!in_cell_ || sku != sku_ || store != store_) {
      if (in_cell_ && (store < store_ || (store == store_ && sku < sku_))) {
        return fail(
            fmt::format("{}: movements of bucket {} are not in order; import the files again", dir_.string(), bucket_));
      }
      TRY_VOID(finish_cell());
      TRY_VOID(cells_before(&store, &sku));
      TRY_VOID(begin_cell(store, sku));
    }
    if (!counted_) return {};
    Moved moved{.ts = moves.integer(2, r),
                .book = moves.integer(3, r),
                .sold = moves.integer(4, r),
                .usl = moves.integer(5, r),
                .kind = kind_of(moves.text(6, r))};
    if (with_days) {
      moved.day = static_cast<int32_t>(moves.integer(7, r));
      moved.day_only = moves.integer(8, r) != 0;
    }
    cell_.move(moved, rolls_.back());
    return {};
  }

  /// Cells with counts and no movement, before the one that comes.
  Result<void> cells_before(const std::string_view* store, const std::string_view* sku) {
    for (;;) {
      TRY(const auto* next, counts_->peek());
      if (next == nullptr) return {};
      if (store != nullptr && (next->store > *store || (next->store == *store && next->sku >= *sku))) return {};
      const std::string its_store = next->store;
      const std::string its_sku = next->sku;
      TRY_VOID(begin_cell(its_store, its_sku));
      TRY_VOID(finish_cell());
    }
  }

  Result<void> begin_cell(std::string_view store, std::string_view sku) {
    store_ = store;
    sku_ = sku;
    in_cell_ = true;
    std::vector<CountedStock> counts;
    for (;;) {
      TRY(const auto* next, counts_->peek());
      if (next == nullptr || next->store != store_ || next->sku != sku_) break;
      counts.push_back(counts_->take());
    }
    counted_ = !counts.empty();
    if (!counted_) return {};
    if (rolls_.empty() || rolls_.back().store != store_) rolls_.push_back(StoreRoll{.store = store_});
    rolls_.back().skus.push_back(sku_);
    cell_.begin(static_cast<uint32_t>(rolls_.back().skus.size() - 1), std::move(counts));
    return {};
  }

  Result<void> finish_cell() {
    if (in_cell_ && counted_) cell_.end(rolls_.back());
    in_cell_ = counted_ = false;
    return {};
  }

  const Duck& database_;
  const fs::path& dir_;
  int bucket_;
  Cell cell_;
  CountReader* counts_ = nullptr;
  std::string store_, sku_;
  bool in_cell_ = false, counted_ = false;
  std::vector<StoreRoll> rolls_;
};

Result<int64_t> last_moment(Duck& duck, const fs::path& dir) {
  return duck.number("SELECT max(epoch_us(t)) FROM (SELECT max(ts) AS t FROM " + table_sql(dir, "movement") +
                     " UNION ALL SELECT max(ts) FROM " + table_sql(dir, "count") + ")");
}

}  // namespace

Result<void> roll_forward(const fs::path& dir, const RollForwardOptions& options,
                          const std::function<Result<void>(StoreRoll&&)>& each) {
  const auto buckets = buckets_of(dir);
  const auto width = static_cast<size_t>(std::max(1, options.threads));
  // One database, a connection a bucket: each is worked through by the thread that asks.
  TRY(auto duck, Duck::open({.memory_mb = 1024 * width, .threads = 1}));
  int64_t end_us = options.end_us;
  if (end_us == kNoTime) {
    TRY(end_us, last_moment(duck, dir));
  }
  // Waves of one bucket a thread: bounded memory, and the order of delivery does not depend on who finishes first.
  for (size_t first = 0; first < buckets.size(); first += width) {
    const size_t count = std::min(width, buckets.size() - first);
    std::vector<std::optional<Result<std::vector<StoreRoll>>>> done(count);
    {
      std::vector<std::jthread> workers;
      for (size_t i = 1; i < count; ++i) {
        workers.emplace_back([&, i] { done[i] = BucketRoll(duck, dir, buckets[first + i], options, end_us).run(); });
      }
      done[0] = BucketRoll(duck, dir, buckets[first], options, end_us).run();
    }
    for (auto& result : done) {
      if (!*result) return fail(std::move(result->error()), "roll-forward");
      for (auto& roll : **result) TRY_VOID(each(std::move(roll)));
    }
  }
  return {};
}

std::string interval_sql(const std::string& ledger, const std::string& counts) {
  return fmt::format(R"(WITH ev AS (
  SELECT store_id, sku_id, ts, 0 AS is_count, 1 AS ord, qty, 0 AS counted, sold FROM {}
  UNION ALL
  SELECT store_id, sku_id, ts, 1, 2, 0, qty_counted, 0 FROM {}),
iv AS (
  SELECT ev.*, SUM(is_count) OVER (PARTITION BY store_id, sku_id ORDER BY ts,
      ord ROWS UNBOUNDED PRECEDING) - is_count AS k FROM ev),
agg AS (
  SELECT store_id, sku_id, k, SUM(qty) AS net, SUM(sold) AS sold, MAX(CASE WHEN is_count = 1 THEN ts END) AS t1,
    MAX(CASE WHEN is_count = 1 THEN counted END) AS c1
  FROM iv GROUP BY store_id, sku_id, k),
x AS (
  SELECT agg.*, LAG(t1) OVER w AS t0, LAG(c1) OVER w AS c0 FROM agg WINDOW w AS (PARTITION BY store_id, sku_id
      ORDER BY k))
SELECT store_id, sku_id, t0, t1, sold, c0 + net - c1 AS v FROM x WHERE c0 IS NOT NULL AND c1 IS NOT NULL)",
                     ledger, counts);
}

double count_error_variance(const std::vector<LedgerInterval>& intervals, const std::vector<double>& residual) {
  double sum = 0;
  int64_t pairs = 0;
  for (size_t i = 0; i + 1 < intervals.size(); ++i) {
    const auto& a = intervals[i];
    const auto& b = intervals[i + 1];
    if (a.open || b.open || a.sku != b.sku || b.k != a.k + 1) continue;
    sum += residual[i] * residual[i + 1];
    ++pairs;
  }
  return pairs == 0 ? 0 : std::max(0.0, -sum / static_cast<double>(pairs));
}

}  // namespace shrike
