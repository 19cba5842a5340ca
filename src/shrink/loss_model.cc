#include "shrink/loss_model.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <numeric>

#include "shrink/numeric.h"
#include "shrink/parallel.h"
#include "shrink/siblings.h"

namespace shrike {
namespace {

constexpr size_t kBlock = 8192;
constexpr double kSalesMemoryDays = 60;  // days of a cell's own sales that weigh as much as its long-run rate
constexpr size_t kAlphaGroupsMax = 8000;
// What made somebody look is in the cell's own multiplier already, in part: with the whole effect products that nobody
// suspected are told too high, and the later the more; with none of it, those suspected too low (docs/usl.md).
constexpr double kAttentionShare = 0.5;
constexpr Exponents kFirstGuess{1, 0, 0, 0.3, 0.5, 0, 0};

std::array<double, kDrivers> drivers(const Interval& x, double cell_rate) {
  const double days = std::max(1.0, x.days());
  const double log_days = std::log(days);
  const double rate =
      (std::max(0.0, static_cast<double>(x.sold)) + kSalesMemoryDays * cell_rate) / (days + kSalesMemoryDays);
  const double stock = std::max(0.0, static_cast<double>(x.stock_days)) / days + 0.5;
  const double turn = 2 * std::numbers::pi / 365.25;
  const double a = turn * x.day_from, b = turn * std::max(x.day_to, x.day_from + 1);
  return {log_days - 4.5,
          std::max(0.0, log_days - std::log(60.0)),
          std::max(0.0, log_days - std::log(180.0)),
          std::log(std::max(rate, 1e-4)) + 2,
          std::log(stock) - 2,
          (std::sin(b) - std::sin(a)) / (b - a),
          (std::cos(a) - std::cos(b)) / (b - a)};
}

int kind_group(CountKind kind) {
  switch (kind) {
    case CountKind::targeted:
      return 1;
    case CountKind::cycle:
    case CountKind::spot:
      return 2;
    default:
      return 0;
  }
}

/// One level's groups over the intervals that are learnt from: members of group g are order[start[g]] …
/// order[start[g+1]-1].
struct Groups {
  std::vector<int32_t> of;
  std::vector<uint32_t> start, order;
};

Groups group_by(std::vector<int32_t> of, int groups) {
  Groups g;
  g.of = std::move(of);
  g.start.assign(static_cast<size_t>(groups) + 1, 0);
  for (int32_t k : g.of) ++g.start[static_cast<size_t>(k) + 1];
  for (size_t k = 1; k < g.start.size(); ++k) g.start[k] += g.start[k - 1];
  g.order.resize(g.of.size());
  std::vector<uint32_t> next(g.start.begin(), g.start.end() - 1);
  for (size_t i = 0; i < g.of.size(); ++i) g.order[next[static_cast<size_t>(g.of[i])]++] = static_cast<uint32_t>(i);
  return g;
}

/// Marginal likelihood of one level: group totals are Poisson(θ M) with θ ~ Gamma(α, α).
double best_alpha(const std::vector<double>& observed, const std::vector<double>& expected, double dispersion,
                  double before) {
  std::vector<std::pair<double, double>> sample;
  const double step = std::max(1.0, static_cast<double>(observed.size()) / kAlphaGroupsMax);
  for (double at = 0; at < static_cast<double>(observed.size()); at += step) {
    const auto g = static_cast<size_t>(at);
    if (expected[g] > 0) sample.emplace_back(std::max(0.0, observed[g]) / dispersion, expected[g] / dispersion);
  }
  if (sample.size() < 2) return 1e4;
  auto log_likelihood = [&](double log_alpha) {
    const double alpha = std::exp(log_alpha);
    const double at_alpha = log_gamma(alpha);
    double sum = 0;
    for (auto [y, m] : sample) {
      const double rise = y > 0 ? log_gamma(alpha + y) - at_alpha : 0;
      sum += rise + alpha * log_alpha - (alpha + y) * std::log(alpha + m);
    }
    return sum;
  };
  double low = std::log(0.02), high = std::log(1e4);
  if (before > 0) {  // later rounds only refine
    low = std::max(low, std::log(before) - 1);
    high = std::min(high, std::log(before) + 1);
  }
  return std::exp(golden_max(log_likelihood, low, high, before > 0 ? 10 : 24));
}

class Fit {
 public:
  Fit(const LossData& data, const Layout& layout, const FitOptions& options)
      : data_(data), layout_(layout), options_(options) {
    for (size_t i = 0; i < data.intervals.size(); ++i) {
      if (learns_from(data, i, options)) rows_.push_back(static_cast<uint32_t>(i));
    }
  }

  Result<LossModel> run() {
    if (rows_.empty())
      return bad_input(
          "no interval between two counts to learn from: at least two counts of a product in a store are needed");
    learn_sales_rates();
    make_levels();
    start();
    for (int round = 0; round < options_.rounds; ++round) {
      for (int l = 0; l < kLevels; ++l) {
        if (!options_.flat[static_cast<size_t>(l)]) update_level(static_cast<Level>(l), round);
      }
      if (round >= 1) update_exponents();
      if (options_.siblings && round == options_.rounds / 2) take_siblings_out();
    }
    finish();
    return std::move(model_);
  }

 private:
  [[nodiscard]] const Interval& row(size_t i) const { return data_.intervals[rows_[i]]; }
  [[nodiscard]] size_t rows() const { return rows_.size(); }

  /// A cell's units a day, shrunk towards what the product sells a day × how the store sells against the chain.
  void learn_sales_rates() {
    const auto cells = static_cast<size_t>(layout_.cells());
    std::vector<double> sold(cells), days(cells), product_sold(data_.products.size()),
        product_days(data_.products.size());
    std::vector<double> store_sold(data_.stores.size()), store_usual(data_.stores.size());
    double all_sold = 0, all_days = 0;
    for (size_t i = 0; i < rows(); ++i) {
      const Interval& x = row(i);
      const auto c = static_cast<size_t>(layout_.cell[rows_[i]]);
      const double units = std::max(0.0, static_cast<double>(x.sold));
      sold[c] += units;
      days[c] += x.days();
      product_sold[static_cast<size_t>(x.product)] += units;
      product_days[static_cast<size_t>(x.product)] += x.days();
      all_sold += units;
      all_days += x.days();
    }
    const double chain = (all_sold + 0.01) / (all_days + 1);
    auto product_rate = [&](size_t p) { return (product_sold[p] + 30 * chain) / (product_days[p] + 30); };
    for (size_t c = 0; c < cells; ++c) {
      store_sold[static_cast<size_t>(layout_.cell_store[c])] += sold[c];
      store_usual[static_cast<size_t>(layout_.cell_store[c])] +=
          days[c] * product_rate(static_cast<size_t>(layout_.cell_product[c]));
    }
    model_.cell_sales_rate.resize(cells);
    for (size_t c = 0; c < cells; ++c) {
      const auto s = static_cast<size_t>(layout_.cell_store[c]);
      const double prior =
          product_rate(static_cast<size_t>(layout_.cell_product[c])) * (store_sold[s] + 1) / (store_usual[s] + 1);
      model_.cell_sales_rate[c] = static_cast<float>((sold[c] + 60 * prior) / (days[c] + 60));
    }
  }

  void make_levels() {
    const auto categories = static_cast<int>(std::max<size_t>(1, data_.categories.size()));
    std::array<std::vector<int32_t>, kLevels> of;
    for (auto& column : of) column.resize(rows());
    for (size_t i = 0; i < rows(); ++i) {
      const Interval& x = row(i);
      const int32_t category = data_.products[static_cast<size_t>(x.product)].category;
      const int32_t cell = layout_.cell[rows_[i]];
      const std::array<int32_t, kLevels> ids{x.store,
                                             category,
                                             x.product,
                                             x.store * categories + category,
                                             cell,
                                             kind_group(x.kind),
                                             layout_.attention[rows_[i]]};
      for (size_t l = 0; l < ids.size(); ++l) of[l][i] = ids[l];
    }
    const auto stores = static_cast<int>(data_.stores.size());
    const std::array<int, kLevels> sizes{
        stores, categories, static_cast<int>(data_.products.size()), stores * categories, layout_.cells(), 3, 4};
    for (size_t l = 0; l < of.size(); ++l) {
      levels_[l] = group_by(std::move(of[l]), sizes[l]);
      model_.effect[l].assign(static_cast<size_t>(sizes[l]), 1.0F);
    }
  }

  void start() {
    y_.resize(rows());
    mu_.resize(rows());
    drivers_.resize(rows());
    double observed = 0, expected = 0;
    for (size_t i = 0; i < rows(); ++i) {
      const auto z = drivers(row(i), model_.sales_rate(layout_.cell[rows_[i]]));
      double log_mu = 0;
      for (size_t k = 0; k < z.size(); ++k) {
        drivers_[i][k] = static_cast<float>(z[k]);
        log_mu += kFirstGuess[k] * z[k];
      }
      y_[i] = options_.side == Side::net ? target(row(i)) : std::max(0.0, -target(row(i)));
      mu_[i] = std::exp(log_mu);
      observed += y_[i];
      expected += mu_[i];
    }
    model_.exponents = kFirstGuess;
    model_.base = std::max(observed, 1.0) / expected;
    for (double& mu : mu_) mu *= model_.base;
    model_.dispersion = 1.5;
  }

  void update_level(Level level, int round) {
    const auto l = static_cast<size_t>(level);
    const Groups& groups = levels_[l];
    std::vector<float>& effect = model_.effect[l];
    std::vector<double> observed(effect.size()), expected(effect.size());
    for_blocks(effect.size(), 512, options_.threads, [&](size_t begin, size_t end, size_t) {
      for (size_t g = begin; g < end; ++g) {
        for (uint32_t k = groups.start[g]; k < groups.start[g + 1]; ++k) {
          observed[g] += y_[groups.order[k]];
          expected[g] += mu_[groups.order[k]];
        }
        expected[g] /= effect[g];
      }
    });
    const bool shrunk = level != Level::kind && level != Level::attention;
    double& alpha = model_.alpha[l];
    if (shrunk && (round % 4 == 0 || round == 1))
      alpha = best_alpha(observed, expected, model_.dispersion, round < 2 ? 0 : alpha);
    const double prior = shrunk ? alpha : 5;
    std::vector<float> next(effect.size());
    for (size_t g = 0; g < next.size(); ++g) {
      const double y = std::max(0.0, observed[g]) / model_.dispersion, m = expected[g] / model_.dispersion;
      next[g] = static_cast<float>(std::max(1e-3, (prior + y) / (prior + m)));
    }
    if (!shrunk) {  // group 0 (full counts, cells nobody suspected) is the reference
      const float reference = next[0];
      for (float& e : next) e /= reference;
      model_.base *= reference;
      for (double& mu : mu_) mu *= reference;
    }
    for_blocks(rows(), kBlock, options_.threads, [&](size_t begin, size_t end, size_t) {
      for (size_t i = begin; i < end; ++i) {
        const auto g = static_cast<size_t>(groups.of[i]);
        mu_[i] *= next[g] / effect[g];
      }
    });
    effect = std::move(next);
  }

  /// One step of Fisher scoring of the quasi-Poisson likelihood for the exponents and the base, multipliers held.
  /// Targeted counts are left out: what made somebody look also sets their loss, however long ago the count before was.
  void update_exponents() {
    constexpr size_t n = kDrivers + 1;
    const size_t blocks = (rows() + kBlock - 1) / kBlock;
    std::vector<std::array<double, n + n * n>> sums(blocks);
    for_blocks(rows(), kBlock, options_.threads, [&](size_t begin, size_t end, size_t block) {
      auto& sum = sums[block];
      for (size_t i = begin; i < end; ++i) {
        if (row(i).kind == CountKind::targeted) continue;
        std::array<double, n> z{};
        for (size_t k = 0; k < kDrivers; ++k) z[k] = drivers_[i][k];
        z[kDrivers] = 1;
        for (size_t a = 0; a < n; ++a) {
          sum[a] += (y_[i] - mu_[i]) * z[a];
          for (size_t b = 0; b <= a; ++b) sum[n + a * n + b] += mu_[i] * z[a] * z[b];
        }
      }
    });
    std::vector<double> score(n), information(n * n);
    for (const auto& sum : sums) {
      for (size_t a = 0; a < n; ++a) {
        score[a] += sum[a];
        for (size_t b = 0; b <= a; ++b) information[a * n + b] += sum[n + a * n + b];
      }
    }
    // A weak prior at the first guess: thirty units' worth of information, so that a small chain keeps sensible
    // exponents.
    for (size_t a = 0; a < n; ++a) {
      information[a * n + a] += 30;
      if (a < kDrivers) score[a] += 30 * (kFirstGuess[a] - model_.exponents[a]);
    }
    for (double& v : score) v /= model_.dispersion;
    for (double& v : information) v /= model_.dispersion;
    auto step = solve_spd(information, score);
    if (step.empty()) return;
    for (double& s : step) s = std::clamp(s, -0.5, 0.5);
    for (size_t a = 0; a < kDrivers; ++a) model_.exponents[a] += step[a];
    model_.base *= std::exp(step[kDrivers]);
    for_blocks(rows(), kBlock, options_.threads, [&](size_t begin, size_t end, size_t) {
      for (size_t i = begin; i < end; ++i) {
        double change = step[kDrivers];
        for (size_t a = 0; a < kDrivers; ++a) change += step[a] * drivers_[i][a];
        mu_[i] *= std::exp(change);
      }
    });
  }

  /// What a cell's intervals show that were learnt from, its own multiplier left out.
  [[nodiscard]] std::vector<CellLoss> losses_of(size_t cell) const {
    const Groups& groups = levels_[static_cast<size_t>(Level::cell)];
    const double effect = static_cast<double>(model_.effect[static_cast<size_t>(Level::cell)][cell]);
    std::vector<CellLoss> out;
    for (uint32_t k = groups.start[cell]; k < groups.start[cell + 1]; ++k) {
      const uint32_t i = groups.order[k];
      out.push_back({i, row(i).day_to, y_[i], mu_[i] / effect, row(i).sold});
    }
    return out;
  }

  /// What siblings were scanned as each other leaves the losses that the multipliers explain. All that was learnt from
  /// is one span: its counts share the cell's multiplier.
  void take_siblings_out() {
    const WeighBy by{std::max(0.1, model_.alpha[static_cast<size_t>(Level::cell)]), true};
    std::vector<size_t> store_begin;
    for (size_t c = 0; c < layout_.cell_store.size(); ++c) {
      if (c == 0 || layout_.cell_store[c] != layout_.cell_store[c - 1]) store_begin.push_back(c);
    }
    store_begin.push_back(layout_.cell_store.size());
    std::vector<SiblingPairs> of_store(store_begin.size() - 1);
    for_blocks(of_store.size(), 1, options_.threads, [&](size_t s, size_t, size_t) {
      of_store[s] = pairs_among(
          data_, layout_, store_begin[s], store_begin[s + 1], [this](size_t cell) { return losses_of(cell); }, by);
    });
    SiblingPairs pairs;
    for (SiblingPairs& more : of_store) {
      pairs.all += more.all;
      std::move(more.odd.begin(), more.odd.end(), std::back_inserter(pairs.odd));
    }
    const auto beliefs = explain_pairs(pairs, by, 0, y_);
    model_.cell_mixed_up.assign(static_cast<size_t>(layout_.cells()), 0);
    for (size_t n = 0; n < beliefs.size(); ++n) {
      const auto& [a, b, spans] = pairs.odd[n];
      const auto a_day =
          static_cast<float>(beliefs[n].probability * beliefs[n].rate * model_.sales_rate(static_cast<int>(a)));
      model_.cell_mixed_up[a] += a_day;
      model_.cell_mixed_up[b] -= a_day;
    }
  }

  void finish() {
    const auto cell = static_cast<size_t>(Level::cell);
    model_.cell_expected.assign(static_cast<size_t>(layout_.cells()), 0);
    model_.cell_observed.assign(static_cast<size_t>(layout_.cells()), 0);
    for (size_t i = 0; i < rows(); ++i) {
      const auto c = static_cast<size_t>(layout_.cell[rows_[i]]);
      model_.cell_expected[c] += static_cast<float>(mu_[i] / model_.effect[cell][c]);
      model_.cell_observed[c] += static_cast<float>(y_[i]);
      model_.last_day = std::max(model_.last_day, row(i).day_to);
    }
    model_.intervals = rows();
  }

  const LossData& data_;
  const Layout& layout_;
  const FitOptions& options_;
  std::vector<uint32_t> rows_;
  std::array<Groups, kLevels> levels_;
  std::vector<double> y_, mu_;
  std::vector<std::array<float, kDrivers>> drivers_;
  LossModel model_;
};

}  // namespace

const char* to_string(Level level) {
  static constexpr std::array names{"store", "category", "product", "store_category", "cell", "kind", "attention"};
  return names[static_cast<size_t>(level)];
}

Layout layout_of(const LossData& data) {
  Layout layout;
  layout.cell.reserve(data.intervals.size());
  for (const Interval& x : data.intervals) {
    const bool same =
        !layout.cell.empty() && layout.cell_store.back() == x.store && layout.cell_product.back() == x.product;
    if (!same) {
      layout.cell_store.push_back(x.store);
      layout.cell_product.push_back(x.product);
    }
    const auto before = static_cast<uint8_t>(
        same ? layout.attention.back() + (data.intervals[layout.cell.size() - 1].kind == CountKind::targeted ? 1 : 0)
             : 0);
    layout.attention.push_back(std::min<uint8_t>(before, 3));
    layout.cell.push_back(layout.cells() - 1);
  }
  return layout;
}

bool learns_from(const LossData& data, size_t interval, const FitOptions& options) {
  const Interval& x = data.intervals[interval];
  return !x.open && x.day_to <= options.until_day && (options.held_out.empty() || options.held_out[interval] == 0);
}

Result<LossModel> fit_losses(const LossData& data, const Layout& layout, const FitOptions& options) {
  return Fit(data, layout, options).run();
}

double LossModel::rate_mean(const LossData& data, const Layout& layout, size_t interval) const {
  const auto categories = static_cast<int>(std::max<size_t>(1, data.categories.size()));
  return rate_mean(data, {data.intervals[interval], layout.cell[interval], layout.attention[interval]}, categories);
}

double LossModel::mixed_up(const Asked& asked) const {
  return cell_mixed_up.empty()
             ? 0
             : static_cast<double>(cell_mixed_up[static_cast<size_t>(asked.cell)]) * asked.interval.days();
}

double LossModel::rate_mean(const LossData& data, const Asked& asked, int categories) const {
  const auto& [x, cell, attention] = asked;
  const auto z = drivers(x, sales_rate(cell));
  double log_mu = std::log(base);
  for (size_t k = 0; k < z.size(); ++k) log_mu += exponents[k] * z[k];
  const int32_t category = data.products[static_cast<size_t>(x.product)].category;
  auto of = [&](Level level, int32_t group) {
    return static_cast<double>(effect[static_cast<size_t>(level)][static_cast<size_t>(group)]);
  };
  const double usual = std::exp(log_mu) * of(Level::store, x.store) * of(Level::category, category) *
                       of(Level::product, x.product) * of(Level::store_category, x.store * categories + category) *
                       of(Level::cell, cell) * std::pow(of(Level::attention, attention), kAttentionShare);
  return usual + mixed_up(asked);
}

}  // namespace shrike
