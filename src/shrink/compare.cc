#include "shrink/compare.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

#include "shrink/numeric.h"

namespace shrike {
namespace {

constexpr double kCap = 1.2815515655446004;  // 10 % on either side is brought in to here …
constexpr double kCapVariance = 0.6786;      // … which leaves so much of a standard normal's variance

/// One table of store × category: what was found and what the stores' goods and sales would have it.
struct Table {
  std::vector<double> seen, expected;
  std::vector<double> noise;  ///< Σ of squared residuals, one a product in a store: its counts share its multiplier
  std::vector<double> seen_cost, expected_cost;
};

struct Cells {
  size_t stores, categories;
  [[nodiscard]] size_t at(size_t s, size_t c) const { return s * categories + c; }
  [[nodiscard]] size_t size() const { return stores * categories; }
};

Table table_of(const LossData& data, const Layout& layout, const std::vector<double>& mean, Cells cells, double from,
               double to) {
  Table t;
  for (auto* column : {&t.seen, &t.expected, &t.noise, &t.seen_cost, &t.expected_cost}) column->assign(cells.size(), 0);
  struct One {  // product in a store
    size_t k, store;
    double y, m;
  };
  std::vector<One> ones;
  std::vector<double> store_seen(cells.stores), store_expected(cells.stores);
  int32_t last_cell = -1;
  for (size_t i = 0; i < data.intervals.size(); ++i) {
    const Interval& x = data.intervals[i];
    if (x.open || x.day_to <= from || x.day_to > to) continue;
    const auto category = static_cast<size_t>(data.products[static_cast<size_t>(x.product)].category);
    const auto store = static_cast<size_t>(x.store);
    const size_t k = cells.at(store, category);
    const double y = target(x);
    t.seen[k] += y;
    t.expected[k] += mean[i];
    t.seen_cost[k] += y * x.unit_cost;
    t.expected_cost[k] += mean[i] * x.unit_cost;
    store_seen[store] += y;
    store_expected[store] += mean[i];
    if (layout.cell[i] != last_cell) ones.push_back({k, store, 0, 0});
    last_cell = layout.cell[i];
    ones.back().y += y;
    ones.back().m += mean[i];
  }
  for (const One& x : ones) {  // about the store's own level: a store that loses more is not for that reason noisier
    const double level = (std::max(0.0, store_seen[x.store]) + 3) / (store_expected[x.store] + 3);
    t.noise[x.k] += (x.y - level * x.m) * (x.y - level * x.m);
  }
  return t;
}

/// e_sc = N_s · M_sc / Σ_c M_sc: the store's own total, spread as its goods would have it.
std::vector<double> given_totals(const std::vector<double>& seen, const std::vector<double>& expected, Cells cells) {
  std::vector<double> out(cells.size(), 0);
  for (size_t s = 0; s < cells.stores; ++s) {
    double n = 0, m = 0;
    for (size_t c = 0; c < cells.categories; ++c) {
      n += seen[cells.at(s, c)];
      m += expected[cells.at(s, c)];
    }
    for (size_t c = 0; c < cells.categories; ++c)
      out[cells.at(s, c)] = m > 0 ? std::max(0.0, n) * expected[cells.at(s, c)] / m : 0;
  }
  return out;
}

/// By category: variance / mean that products scattering each for themselves explain; the top tenth of the stores left
/// out, so that what is looked for does not hide itself.
std::vector<double> scatter_of(const Table& t, const std::vector<double>& e, Cells cells) {
  std::vector<double> out(cells.categories, 1);
  for (size_t c = 0; c < cells.categories; ++c) {
    std::vector<std::pair<double, size_t>> by_ratio;
    for (size_t s = 0; s < cells.stores; ++s) {
      const size_t k = cells.at(s, c);
      if (e[k] > 0.5) by_ratio.emplace_back(t.noise[k] / e[k], k);
    }
    std::sort(by_ratio.begin(), by_ratio.end());
    by_ratio.resize(by_ratio.size() - by_ratio.size() / 10);
    double noise = 5, expected = 5;
    for (const auto& [ratio, k] : by_ratio) {
      noise += t.noise[k];
      expected += e[k];
    }
    out[c] = std::max(1.0, noise / expected);
  }
  return out;
}

struct Unevenness {
  double x2 = 0, df = 0;
  double robust = 1;  ///< mean square of z with the greatest tenth on either side brought in, made right for normal z
};

Unevenness unevenness_of(const std::vector<double>& seen, const std::vector<double>& e,
                         const std::vector<double>& scatter, Cells cells, double e_min) {
  Unevenness out;
  std::vector<double> z;
  for (size_t s = 0; s < cells.stores; ++s) {
    double used = 0;
    for (size_t c = 0; c < cells.categories; ++c) {
      const size_t k = cells.at(s, c);
      if (e[k] < e_min) continue;
      z.push_back((seen[k] - e[k]) / std::sqrt(scatter[c] * e[k]));
      out.x2 += z.back() * z.back();
      used += 1;
    }
    out.df += std::max(0.0, used - 1);
  }
  if (z.size() < 10) return out;
  const double middle = quantile(z, 0.5);
  const double low = quantile(z, 0.1), high = quantile(z, 0.9);
  double sum = 0;
  for (double v : z) sum += std::pow(std::clamp(v, low, high) - middle, 2);
  out.robust = std::max(0.5, sum / static_cast<double>(z.size()) / kCapVariance);
  return out;
}

/// P(X ≥ seen) of a count with mean e and variance φ e: a Gamma of the same two moments, half a unit taken off. It
/// leans right as counts do; the normal does not and would find something in every quiet chain.
double upper_tail(double seen, double e, double phi) {
  if (seen <= e) return 0.5;
  return boost::math::cdf(
      boost::math::complement(boost::math::gamma_distribution<>(e / phi, phi), std::max(1e-9, seen - 0.5)));
}

double concentration_of(const std::vector<double>& seen, const std::vector<double>& e, Cells cells) {
  auto log_likelihood = [&](double log_kappa) {
    const double kappa = std::exp(log_kappa);
    double sum = 0;
    for (size_t s = 0; s < cells.stores; ++s) {
      double n = 0, m = 0;
      for (size_t c = 0; c < cells.categories; ++c) {
        n += std::max(0.0, seen[cells.at(s, c)]);
        m += e[cells.at(s, c)];
      }
      if (m <= 0 || n <= 0) continue;
      sum += log_gamma(kappa) - log_gamma(kappa + n);
      for (size_t c = 0; c < cells.categories; ++c) {
        const double a = kappa * e[cells.at(s, c)] / m;
        if (a > 1e-9) sum += log_gamma(a + std::max(0.0, seen[cells.at(s, c)])) - log_gamma(a);
      }
    }
    return sum;
  };
  return std::exp(golden_max(log_likelihood, std::log(1.0), std::log(1e6), 40));
}

double js_bits(const std::vector<double>& p, const std::vector<double>& q) {
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i) {
    const double m = 0.5 * (p[i] + q[i]);
    if (p[i] > 0) sum += 0.5 * p[i] * std::log2(p[i] / m);
    if (q[i] > 0) sum += 0.5 * q[i] * std::log2(q[i] / m);
  }
  return sum;
}

std::vector<double> shares(std::vector<double> v) {
  double sum = 0;
  for (double& x : v) sum += x = std::max(0.0, x);
  for (double& x : v) x /= std::max(sum, 1e-12);
  return v;
}

using Engine = boost::random::mt19937_64;

/// The distance of each store's mix from its expected one, less what chance alone gives at its size and the chain's φ₀.
void measure_mixes(Comparison& out, const Table& table, const std::vector<double>& e, Cells cells,
                   const CompareOptions& options) {
  for (size_t s = 0; s < cells.stores; ++s) {
    std::vector<double> seen(cells.categories), expected(cells.categories);
    for (size_t c = 0; c < cells.categories; ++c) {
      seen[c] = table.seen[cells.at(s, c)];
      expected[c] = e[cells.at(s, c)];
    }
    const auto q = shares(expected);
    double null_mean = 0;
    Engine engine(hash_mix(options.seed ^ (s + 1)));
    const int draws = std::max(1, options.bootstraps / 8);
    for (int b = 0; b < draws; ++b) {
      std::vector<double> drawn(cells.categories);
      for (size_t c = 0; c < cells.categories; ++c) {
        if (expected[c] <= 1e-9) continue;
        const double phi = out.reference_unevenness * out.product_scatter[c];
        drawn[c] = boost::random::gamma_distribution<>(expected[c] / phi, phi)(engine);
      }
      null_mean += js_bits(shares(drawn), q) / draws;
    }
    out.stores[s].mix_bits = js_bits(shares(seen), q) - null_mean;
  }
}

/// A store's (O/E)^⅓ and its variance by chance.
struct Standing {
  size_t store;
  double y, noise;
};

struct ChainSpread {
  double middle = 0, tau2 = 0;
  double df = 1;  ///< of the t distribution that a store which is nothing special has about them
};

/// The middle of those stores, and τ² by the method of moments on brought-in z: the spread beyond noise that makes
/// their mean square what it should be.
ChainSpread spread_among(const std::vector<Standing>& stores) {
  ChainSpread out;
  std::vector<double> values;
  values.reserve(stores.size());
  for (const Standing& x : stores) values.push_back(x.y);
  out.middle = quantile(values, 0.5);
  auto excess = [&](double tau2) {
    double sum = 0;
    for (const Standing& x : stores)
      sum += std::pow(std::clamp((x.y - out.middle) / std::sqrt(x.noise + tau2), -kCap, kCap), 2);
    return sum / static_cast<double>(stores.size()) - kCapVariance;
  };
  double low = 0, high = 1;
  for (int i = 0; i < 60 && excess(0) > 0; ++i) (excess(0.5 * (low + high)) > 0 ? low : high) = 0.5 * (low + high);
  out.tau2 = low;
  out.df = 0.8 * static_cast<double>(stores.size()) - 1;  // a fifth of them was brought in
  return out;
}

/// Holds every store against that spread.
void find_outliers(Comparison& out, const std::vector<Standing>& judged, const ChainSpread& spread, double rate) {
  out.store_spread = 3 * std::sqrt(spread.tau2) / std::max(0.1, spread.middle);
  const boost::math::students_t t(spread.df);
  std::vector<double> p;
  for (const Standing& store : judged) {
    StoreStanding& x = out.stores[store.store];
    const double sd = std::sqrt(store.noise + spread.tau2);
    x.z = (store.y - spread.middle) / sd;
    x.p = boost::math::cdf(boost::math::complement(t, x.z));
    x.low = std::pow(std::max(0.0, spread.middle - 1.96 * sd), 3);
    x.high = std::pow(spread.middle + 1.96 * sd, 3);
    p.push_back(x.p);
  }
  const auto found = benjamini_hochberg(p, rate);
  for (size_t k = 0; k < judged.size(); ++k) out.stores[judged[k].store].outlier = found[k];
}

/// Each store's (O/E)^⅓ against the chain's spread: noise + τ², τ from z with the outer tenths brought in. The model's
/// multipliers are Gamma distributed, and the cube root makes a Gamma normal (Wilson & Hilferty 1931); the logarithm
/// would make it lean left, τ too wide and outliers ordinary. So would the outliers themselves: those found leave the
/// spread, and all are looked at again until nothing is added.
void place_stores(Comparison& out, const Table& table, Cells cells, const CompareOptions& options) {
  std::vector<Standing> judged;
  for (size_t s = 0; s < cells.stores; ++s) {
    StoreStanding& x = out.stores[s];
    double squares = 0;
    for (size_t c = 0; c < cells.categories; ++c) {
      const size_t k = cells.at(s, c);
      x.seen += table.seen[k];
      x.expected += table.expected[k];
      x.seen_cost += table.seen_cost[k];
      x.expected_cost += table.expected_cost[k];
      squares += table.noise[k];
    }
    if (x.expected < options.expected_min) continue;
    x.ratio = x.seen / x.expected;
    judged.push_back(
        {s, std::cbrt(std::max(0.0, x.ratio)),
         std::max(squares, x.expected) / std::pow(3 * x.expected * std::pow(std::cbrt(std::max(0.3, x.ratio)), 2), 2)});
  }
  if (judged.size() < 5) {
    out.notes.emplace_back("fewer than five stores with enough expected loss: no store is called an outlier");
    return;
  }
  std::vector<Standing> usual = judged;
  for (size_t looked_at = 0; looked_at != usual.size();) {
    looked_at = usual.size();
    find_outliers(out, judged, spread_among(usual), options.false_discovery_rate);
    std::vector<Standing> rest;
    for (const Standing& x : judged) {
      if (!out.stores[x.store].outlier) rest.push_back(x);
    }
    const bool few_found = rest.size() * 5 >= judged.size() * 4;
    if (few_found && rest.size() < usual.size()) usual = std::move(rest);
  }
}

/// Ranks by draws from each store's posterior Gamma(α + O/φ, α + E/φ).
void rank_stores(Comparison& out, const Table& table, Cells cells, const CompareOptions& options) {
  constexpr int kDraws = 2000;
  std::vector<std::vector<double>> rank(cells.stores);
  std::vector<double> shape(cells.stores), rate(cells.stores), draw(cells.stores);
  const double alpha = 1 / std::max(1e-4, out.store_spread * out.store_spread);
  for (size_t s = 0; s < cells.stores; ++s) {
    double squares = 0;
    for (size_t c = 0; c < cells.categories; ++c) squares += table.noise[cells.at(s, c)];
    const double phi = std::max(1.0, squares / std::max({1.0, out.stores[s].seen, 0.5 * out.stores[s].expected}));
    shape[s] = alpha + std::max(0.0, out.stores[s].seen) / phi;
    rate[s] = alpha + out.stores[s].expected / phi;
  }
  Engine engine(hash_mix(options.seed));
  for (int d = 0; d < kDraws; ++d) {
    for (size_t s = 0; s < cells.stores; ++s)
      draw[s] = boost::random::gamma_distribution<>(shape[s], 1 / rate[s])(engine);
    const auto r = ranks(draw);
    for (size_t s = 0; s < cells.stores; ++s) {
      rank[s].push_back(r[s]);
      if (r[s] > 0.9 * static_cast<double>(cells.stores)) out.stores[s].worst_decile += 1.0 / kDraws;
    }
  }
  for (size_t s = 0; s < cells.stores; ++s) {
    out.stores[s].rank_low = quantile(rank[s], 0.05);
    out.stores[s].rank_high = quantile(rank[s], 0.95);
  }
}

void find_leads(Comparison& out, const Table& table, const std::vector<double>& e, Cells cells,
                const CompareOptions& options) {
  for (size_t s = 0; s < cells.stores; ++s) {
    for (size_t c = 0; c < cells.categories; ++c) {
      const size_t k = cells.at(s, c);
      if (e[k] < options.expected_min) continue;
      CategoryLead lead{static_cast<int>(s), static_cast<int>(c), table.seen[k], e[k]};
      const double phi = out.reference_unevenness * out.product_scatter[c];
      lead.z = (lead.seen - lead.expected) / std::sqrt(phi * lead.expected);
      lead.p = upper_tail(lead.seen, lead.expected, phi);
      lead.cost = (lead.seen - lead.expected) * (table.seen[k] > 0 ? table.seen_cost[k] / table.seen[k] : 0);
      out.leads.push_back(lead);
    }
  }
  std::vector<double> p;
  for (const CategoryLead& lead : out.leads) p.push_back(lead.p);
  const auto found = benjamini_hochberg(p, options.false_discovery_rate);
  for (size_t i = 0; i < found.size(); ++i) out.leads[i].found = found[i];
  std::stable_sort(out.leads.begin(), out.leads.end(),
                   [](const CategoryLead& a, const CategoryLead& b) { return a.p < b.p; });
  out.tests = static_cast<int>(p.size());
}

/// What each interval would lose if no store differed: exposure, category, product and kind of count alone.
Result<std::vector<double>> storeless_means(const LossData& data, const Layout& layout, double until, int threads) {
  FitOptions options;
  options.until_day = until;
  options.threads = threads;
  options.rounds = 12;
  for (Level level : {Level::store, Level::store_category, Level::cell, Level::attention})
    options.flat[static_cast<size_t>(level)] = true;
  TRY(const LossModel model, fit_losses(data, layout, options));
  std::vector<double> mean(data.intervals.size());
  for (size_t i = 0; i < mean.size(); ++i) {
    const auto kind = data.intervals[i].kind;
    const size_t k = kind == CountKind::targeted ? 1 : kind == CountKind::cycle || kind == CountKind::spot ? 2 : 0;
    mean[i] = model.rate_mean(data, layout, i) * model.effect[static_cast<size_t>(Level::kind)][k];
  }
  return mean;
}

}  // namespace

Result<Comparison> compare_stores(const LossData& data, const Layout& layout, const CompareOptions& options) {
  const Cells cells{data.stores.size(), std::max<size_t>(1, data.categories.size())};
  TRY(const auto mean, storeless_means(data, layout, options.to_day, options.threads));
  const Table table = table_of(data, layout, mean, cells, options.from_day, options.to_day);
  const double total = std::accumulate(table.expected.begin(), table.expected.end(), 0.0);
  if (total < options.expected_min) return bad_input("no expected loss in the period: no counts closed in it");
  Comparison out;
  out.seen = table.seen;
  out.stores.resize(cells.stores);
  for (size_t s = 0; s < cells.stores; ++s) out.stores[s].store = static_cast<int>(s);
  const auto e = given_totals(table.seen, table.expected, cells);
  out.expected = e;

  out.product_scatter = scatter_of(table, e, cells);
  const Unevenness now = unevenness_of(table.seen, e, out.product_scatter, cells, options.expected_min);
  out.unevenness = now.df > 0 ? now.x2 / now.df : 1;
  const Table before = table_of(data, layout, mean, cells, -1e18, options.from_day);
  const auto e_before = given_totals(before.seen, before.expected, cells);
  const Unevenness reference =
      unevenness_of(before.seen, e_before, scatter_of(before, e_before, cells), cells, options.expected_min);
  out.has_reference = reference.df >= 30;
  out.reference_unevenness = out.has_reference ? std::max(1.0, reference.x2 / reference.df) : std::max(1.0, now.robust);
  if (!out.has_reference) {
    out.notes.emplace_back(
        "no counts before the period: unevenness is measured on the period itself, its outer tenths brought in; what "
        "all stores share stays hidden");
  }
  out.global_p = now.df > 0 ? boost::math::cdf(boost::math::complement(boost::math::chi_squared(now.df),
                                                                       now.x2 / out.reference_unevenness))
                            : 1;
  out.concentration = concentration_of(table.seen, e, cells);
  find_leads(out, table, e, cells, options);
  place_stores(out, table, cells, options);
  rank_stores(out, table, cells, options);
  measure_mixes(out, table, e, cells, options);
  return out;
}

}  // namespace shrike
