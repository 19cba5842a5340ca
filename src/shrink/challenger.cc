#include "shrink/challenger.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <numbers>

#include "base/file.h"
#include "shrink/backtest.h"
#include "shrink/numeric.h"

namespace shrike {
namespace {

constexpr int kFormat = 1;
constexpr int kBootstraps = 1000;
constexpr double kGainMin = 0.02, kBiasMax = 0.05;
constexpr size_t kMetaBytesMax = 1U << 20U;

const std::vector<std::string>& feature_names() {
  static const std::vector<std::string> kNames{
      "log_days",      "log_sales_rate", "log_stock",       "log_cost",       "margin",      "pack",
      "shelf_life",    "season_cos",     "season_sin",      "unsold",         "book",        "received_rate",
      "store_m2",      "store_effect",   "category_effect", "product_effect", "cell_effect", "cell_expected",
      "cell_observed", "empty_chance",   "attention",       "log_mean"};
  return kNames;
}

std::vector<float> features_of(const LossData& data, const Interval& x, int cell, const Nowcaster& nowcaster,
                               const SpreadParts& parts, double mean) {
  const LossModel& model = nowcaster.model();
  const Product& p = data.products[static_cast<size_t>(x.product)];
  const Store& s = data.stores[static_cast<size_t>(x.store)];
  const auto c = static_cast<size_t>(cell);
  const double days = std::max(1.0, x.days()), rate = model.sales_rate(cell);
  const double turn = 2 * std::numbers::pi * 0.5 * (x.day_from + x.day_to) / 365.25;
  auto effect = [&](Level l, int32_t group) {
    return std::log(static_cast<double>(model.effect[static_cast<size_t>(l)][static_cast<size_t>(group)]));
  };
  const std::vector<double> values{std::log(days),
                                   std::log(rate + 1e-3),
                                   std::log(std::max(0.0, static_cast<double>(x.stock_days)) / days + 0.5),
                                   std::log(std::max(0.01, static_cast<double>(x.unit_cost))),
                                   x.unit_retail > 0 ? 1 - static_cast<double>(x.unit_cost) / x.unit_retail : 0,
                                   p.pack,
                                   p.shelf_life_d,
                                   std::cos(turn),
                                   std::sin(turn),
                                   std::min(30.0, rate * static_cast<double>(x.quiet_days)),
                                   std::log1p(parts.book),
                                   static_cast<double>(x.received) / days,
                                   s.area_m2,
                                   effect(Level::store, x.store),
                                   effect(Level::category, p.category),
                                   effect(Level::product, x.product),
                                   effect(Level::cell, cell),
                                   std::log1p(static_cast<double>(model.cell_expected[c])),
                                   std::log1p(std::max(0.0, static_cast<double>(model.cell_observed[c]))),
                                   parts.empty_chance,
                                   static_cast<double>(model.attention[c]),
                                   std::log(std::max(1e-3, mean))};
  return {values.begin(), values.end()};
}

/// Rows counted in (from, until] with offsets by a model that had learnt until `from` alone.
struct Window {
  std::vector<uint32_t> which;
  std::vector<double> baseline;
  ChallengeRows rows;
};

Result<Window> window(const LossData& data, const Layout& layout, double from, double until, int threads) {
  FitOptions options;
  options.until_day = from;
  options.threads = threads;
  TRY(const Nowcaster nowcaster, Nowcaster::fit(data, layout, options));
  Window out;
  out.which = next_counts(data, layout, from, until);
  out.rows = challenge_rows(data, layout, nowcaster, out.which);
  for (float o : out.rows.log_offset) out.baseline.push_back(std::exp(static_cast<double>(o)));
  return out;
}

void append(ChallengeRows& to, const ChallengeRows& more) {
  if (to.names.empty()) to.names = more.names;
  auto add = [](auto& a, const auto& b) { a.insert(a.end(), b.begin(), b.end()); };
  add(to.x, more.x);
  add(to.store, more.store);
  add(to.category, more.category);
  add(to.product, more.product);
  add(to.log_offset, more.log_offset);
  add(to.y, more.y);
}

std::string verdict(const Trial& t) {
  if (t.gain < kGainMin)
    return fmt::format("deviance falls by {:.1f} %, less than the {:g} % that a promotion takes", 100 * t.gain,
                       100 * kGainMin);
  if (t.gain_low <= 0)
    return fmt::format("the 95 % interval of its gain ({:.1f} .. {:.1f} %) holds 0", 100 * t.gain_low,
                       100 * t.gain_high);
  if (std::abs(t.total_ratio - 1) > kBiasMax)
    return fmt::format("its total is {:.1f} % off, more than {:g} %", 100 * (t.total_ratio - 1), 100 * kBiasMax);
  return fmt::format("deviance falls by {:.1f} % ({:.1f} .. {:.1f} %) and its total is {:+.1f} % off", 100 * t.gain,
                     100 * t.gain_low, 100 * t.gain_high, 100 * (t.total_ratio - 1));
}

nlohmann::ordered_json trial_json(const Trial& t) {
  return {{"challenger", t.challenger},
          {"counts", t.counts},
          {"areas", t.areas},
          {"baseline_deviance", t.baseline_deviance},
          {"deviance", t.deviance},
          {"gain", t.gain},
          {"gain_low", t.gain_low},
          {"gain_high", t.gain_high},
          {"total_ratio", t.total_ratio},
          {"promoted", t.promoted},
          {"why", t.why}};
}

Trial trial_from(const nlohmann::json& json) {
  Trial trial;
  if (!json.is_object()) return trial;
  trial.challenger = json.value("challenger", "");
  trial.counts = json.value("counts", size_t{0});
  trial.areas = json.value("areas", size_t{0});
  trial.baseline_deviance = json.value("baseline_deviance", 0.0);
  trial.deviance = json.value("deviance", 0.0);
  trial.gain = json.value("gain", 0.0);
  trial.gain_low = json.value("gain_low", 0.0);
  trial.gain_high = json.value("gain_high", 0.0);
  trial.total_ratio = json.value("total_ratio", 1.0);
  trial.promoted = json.value("promoted", false);
  trial.why = json.value("why", "");
  return trial;
}

}  // namespace

ChallengeRows challenge_rows(const LossData& data, const Layout& layout, const Nowcaster& nowcaster,
                             const std::vector<uint32_t>& which) {
  ChallengeRows out;
  out.names = feature_names();
  for (uint32_t i : which) {
    const Interval& x = data.intervals[i];
    const int cell = layout.cell[i];
    const SpreadParts parts = nowcaster.parts(data, x, cell);
    const double mean = std::max(0.02, Nowcaster::mean(parts, x) + static_cast<double>(x.uom_gap));
    const auto row = features_of(data, x, cell, nowcaster, parts, mean);
    out.x.insert(out.x.end(), row.begin(), row.end());
    out.store.push_back(x.store);
    out.product.push_back(x.product);
    out.category.push_back(data.products[static_cast<size_t>(x.product)].category);
    out.log_offset.push_back(static_cast<float>(std::log(mean)));
    out.y.push_back(static_cast<float>(std::max(0.0, target(x))));
  }
  return out;
}

Trial judge(const LossData& data, const std::vector<uint32_t>& which, const std::string& challenger,
            const std::vector<double>& baseline, const std::vector<double>& mean) {
  Trial t;
  t.challenger = challenger;
  t.counts = which.size();
  struct Sum {
    double baseline = 0, challenger = 0;
  };
  std::map<std::string, Sum> areas;
  double seen = 0, said = 0;
  for (size_t k = 0; k < which.size(); ++k) {
    const Interval& x = data.intervals[which[k]];
    const Store& store = data.stores[static_cast<size_t>(x.store)];
    Sum& sum = areas[store.area.empty() ? store.id : store.area];
    const double y = std::max(0.0, target(x));
    sum.baseline += nb_deviance(y, baseline[k]);
    sum.challenger += nb_deviance(y, mean[k]);
    seen += y;
    said += mean[k];
  }
  std::vector<Sum> sums;
  for (const auto& [area, sum] : areas) {
    sums.push_back(sum);
    t.baseline_deviance += sum.baseline / static_cast<double>(which.size());
    t.deviance += sum.challenger / static_cast<double>(which.size());
  }
  t.areas = sums.size();
  t.gain = t.baseline_deviance > 0 ? 1 - t.deviance / t.baseline_deviance : 0;
  t.total_ratio = seen > 0 ? said / seen : 1;
  std::vector<double> gains;
  for (uint64_t b = 0; b < kBootstraps; ++b) {
    Sum drawn;
    for (size_t k = 0; k < sums.size(); ++k) {
      const auto at = static_cast<size_t>(hash_uniform(0xb007 + b, k) * static_cast<double>(sums.size()));
      drawn.baseline += sums[at].baseline;
      drawn.challenger += sums[at].challenger;
    }
    gains.push_back(drawn.baseline > 0 ? 1 - drawn.challenger / drawn.baseline : 0);
  }
  t.gain_low = quantile(gains, 0.025);
  t.gain_high = quantile(gains, 0.975);
  t.promoted = t.gain >= kGainMin && t.gain_low > 0 && std::abs(t.total_ratio - 1) <= kBiasMax;
  t.why = verdict(t);
  return t;
}

Result<Trained> train_and_judge(const LossData& data, const Layout& layout, const TrainOptions& options) {
  double first = 1e18, last = 0;
  for (const Interval& x : data.intervals) {
    if (x.open) continue;
    first = std::min(first, x.day_from);
    last = std::max(last, x.day_to);
  }
  if (last <= first) return bad_input("no interval between two counts: nothing to train on");
  auto at = [&](double share) { return first + share * (last - first); };
  // Rolling origins: what each count is predicted with had not seen it, nor had anything that it was trained on.
  ChallengeRows learn;
  for (auto [from, until] : {std::pair{0.45, 0.60}, {0.60, 0.78}}) {
    auto w = window(data, layout, at(from), at(until), options.threads);
    if (w) append(learn, w->rows);
  }
  if (learn.rows() == 0)
    return bad_input("too few counts to train on: two full counts a store are needed at the least");
  TRY(Window judged, window(data, layout, at(0.78), last, options.threads));
  if (judged.which.size() < 200) return bad_input("too few full counts late in the period to judge a challenger by");
  Trained out;
  out.learnt_until = at(0.78);
  out.learnt_counts = learn.rows();
  for (const ChallengerKind kind : options.kinds) {
    TRY(auto model, kind == ChallengerKind::trees ? train_trees(learn, options) : train_net(learn, options));
    TRY(const auto mean, model->predict(judged.rows));
    out.trials.push_back(judge(data, judged.which, to_string(kind), judged.baseline, mean));
    const Trial& trial = out.trials.back();
    if (out.model && std::pair(!trial.promoted, trial.deviance) >= std::pair(!out.trial.promoted, out.trial.deviance))
      continue;
    out.model = std::move(model);
    out.trial = trial;
  }
  if (!out.model) return bad_input("no challenger to train");
  return out;
}

const char* to_string(ChallengerKind kind) { return kind == ChallengerKind::trees ? "trees" : "net"; }

Result<void> save_trained(const Trained& trained, const std::string& fingerprint, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(fmt::format("cannot make {}: {}", folder.string(), error.message()));
  const std::string file = fmt::format("model.{}.json", to_string(trained.model->kind()));
  TRY_VOID(trained.model->save(folder / file));
  auto trials = nlohmann::ordered_json::array();
  for (const Trial& trial : trained.trials) trials.push_back(trial_json(trial));
  const nlohmann::ordered_json json{{"format", kFormat},
                                    {"kind", to_string(trained.model->kind())},
                                    {"file", file},
                                    {"features", feature_names()},
                                    {"data_fingerprint", fingerprint},
                                    {"learnt_until_day", trained.learnt_until},
                                    {"learnt_counts", trained.learnt_counts},
                                    {"trial", trial_json(trained.trial)},
                                    {"trials", trials}};
  return write_file(folder / "model.json", json.dump(2) + "\n");
}

Result<Trained> load_trained(const std::filesystem::path& folder, std::string& fingerprint) {
  const auto meta = folder / "model.json";
  TRY(const std::string text, read_file(meta, kMetaBytesMax));
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return bad_input(meta.string() + ": no JSON object");
  if (json.value("format", 0) != kFormat)
    return bad_input(
        fmt::format("{}: format {}, expected {}: train again", meta.string(), json.value("format", 0), kFormat));
  const std::string kind = json.value("kind", "");
  const auto known = std::ranges::find(kChallengerKinds, kind, [](ChallengerKind k) { return to_string(k); });
  if (known == kChallengerKinds.end())
    return bad_input(fmt::format("{}: kind '{}', expected trees or net", meta.string(), kind));
  if (json.value("features", std::vector<std::string>{}) != feature_names())
    return bad_input(meta.string() + ": trained on other features than this version reckons: train again");
  fingerprint = json.value("data_fingerprint", "");
  Trained out;
  out.learnt_until = json.value("learnt_until_day", 0.0);
  out.learnt_counts = json.value("learnt_counts", size_t{0});
  out.trial = trial_from(json.value("trial", nlohmann::json::object()));
  for (const auto& trial : json.value("trials", nlohmann::json::array())) out.trials.push_back(trial_from(trial));
  const auto file = folder / fmt::format("model.{}.json", kind);
  TRY(out.model, *known == ChallengerKind::trees ? load_trees(file) : load_net(file));
  return out;
}

}  // namespace shrike
