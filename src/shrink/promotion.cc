#include "shrink/promotion.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "shrink/backtest.h"
#include "shrink/numeric.h"

namespace shrike {
namespace {

constexpr int kBootstraps = 1000;
constexpr double kGainMin = 0.02, kBiasMax = 0.05;
constexpr size_t kJudgedMin = 200;
// Shares of the period: a challenger learns until the first, is calibrated until the second, and judged after it.
constexpr double kLearntUntil = 0.70, kJudgedFrom = 0.85;

/// Counts in (from, until], and the baseline as it was at `from`.
struct Window {
  std::vector<uint32_t> which;
  Nowcaster baseline;
};

Result<Window> window(const LossData& data, const Layout& layout, double from, double until, int threads) {
  FitOptions options;
  options.until_day = from;
  options.threads = threads;
  TRY(Nowcaster baseline, Nowcaster::fit(data, layout, options));
  return Window{next_counts(data, layout, from, until), std::move(baseline)};
}

/// A window's counts as both views show them, with what was found.
void append(ChallengeRows& to, const LossData& data, const Layout& layout, const Window& w, int threads) {
  const auto asked = asked_of(data, layout, w.which);
  auto add = [](auto& a, const auto& b) { a.insert(a.end(), b.begin(), b.end()); };
  for (View view : {View::nowcast, View::forecast}) {
    const ChallengeRows more = w.baseline.rows(data, asked, view, threads);
    to.names = more.names;
    add(to.x, more.x);
    add(to.store, more.store);
    add(to.category, more.category);
    add(to.product, more.product);
    add(to.log_offset, more.log_offset);
    for (const Asked& a : asked) to.y.push_back(static_cast<float>(std::max(0.0, target(a.interval))));
  }
}

/// Sums of deviance over an area's counts.
struct AreaSum {
  double baseline = 0, challenger = 0;
  void add(const AreaSum& more) {
    baseline += more.baseline;
    challenger += more.challenger;
  }
  [[nodiscard]] double gain() const { return baseline > 0 ? 1 - challenger / baseline : 0; }
};

/// Of `speaker` as it would speak at the end of `day`.
Result<Trials> trials_of(const LossData& data, const Layout& layout, const Speaker& speaker, double day,
                         const std::vector<uint32_t>& which, int threads) {
  FitOptions options;
  options.until_day = day;
  options.threads = threads;
  TRY(const Nowcaster spoken, Nowcaster::fit(data, layout, options, speaker));
  Nowcaster baseline = spoken;
  baseline.let_speak({});
  Trials out;
  for (View view : {View::nowcast, View::forecast}) {
    TRY(const auto before, predict(data, layout, baseline, which, view, threads));
    TRY(const auto now, predict(data, layout, spoken, which, view, threads));
    out[static_cast<size_t>(view)] = judge(data, which, to_string(speaker.model->kind()), before.mean, now.mean);
  }
  return out;
}

}  // namespace

bool Trial::promoted() const { return gain >= kGainMin && gain_low > 0 && std::abs(total_ratio - 1) <= kBiasMax; }

std::string Trial::why() const {
  if (gain < kGainMin)
    return fmt::format("on {} later counts deviance falls by {:.1f} %, less than the {:g} % that a promotion takes",
                       counts, 100 * gain, 100 * kGainMin);
  const auto interval = fmt::format("{:.1f} .. {:.1f} %", 100 * gain_low, 100 * gain_high);
  if (gain_low <= 0)
    return fmt::format("on {} later counts in {} areas the 95 % interval of its gain ({}) holds 0", counts, areas,
                       interval);
  if (!promoted())
    return fmt::format("on {} later counts its total is {:+.1f} % off, more than {:g} %", counts,
                       100 * (total_ratio - 1), 100 * kBiasMax);
  return fmt::format("on {} later counts in {} areas deviance falls by {:.1f} % ({}), the total is {:+.1f} % off",
                     counts, areas, 100 * gain, interval, 100 * (total_ratio - 1));
}

Trial judge(const LossData& data, const std::vector<uint32_t>& which, const std::string& challenger,
            const std::vector<double>& baseline, const std::vector<double>& mean) {
  Trial t;
  t.challenger = challenger;
  t.counts = which.size();
  std::map<std::string, AreaSum> areas;
  double seen = 0, said = 0;
  for (size_t k = 0; k < which.size(); ++k) {
    const Interval& x = data.intervals[which[k]];
    const Store& store = data.stores[static_cast<size_t>(x.store)];
    const double v = x.v, loss = std::max(0.0, v);
    areas[store.area.empty() ? store.id : store.area].add({nb_deviance(loss, baseline[k]), nb_deviance(loss, mean[k])});
    seen += v;
    said += mean[k];
  }
  AreaSum all;
  std::vector<AreaSum> sums;
  for (const auto& [area, sum] : areas) {
    sums.push_back(sum);
    all.add(sum);
  }
  t.areas = sums.size();
  const auto n = static_cast<double>(std::max<size_t>(1, which.size()));
  t.baseline_deviance = all.baseline / n;
  t.deviance = all.challenger / n;
  t.gain = all.gain();
  t.total_ratio = seen > 0 ? said / seen : 0;
  std::vector<double> gains;
  for (uint64_t b = 0; b < kBootstraps; ++b) {
    AreaSum drawn;
    for (size_t k = 0; k < sums.size(); ++k)
      drawn.add(sums[static_cast<size_t>(hash_uniform(0xb007 + b, k) * static_cast<double>(sums.size()))]);
    gains.push_back(drawn.gain());
  }
  t.gain_low = quantile(gains, 0.025);
  t.gain_high = quantile(gains, 0.975);
  return t;
}

Speaker Trained::speaker() const {
  Speaker out{.model = model, .learnt_until = learnt_until};
  for (size_t v = 0; v < kViews; ++v) out.views[v] = trials[v].promoted();
  return out;
}

Result<std::vector<Trained>> train_and_judge(const LossData& data, const Layout& layout, const TrainOptions& options,
                                             double until_day) {
  double first = 1e18, last = 0;
  for (const Interval& x : data.intervals) {
    if (x.open || x.day_to > until_day) continue;
    first = std::min(first, x.day_from);
    last = std::max(last, x.day_to);
  }
  if (last <= first) return bad_input("no interval between two counts: nothing to train on");
  auto at = [&](double share) { return first + share * (last - first); };
  // Rolling origins: what each count is predicted with had not seen it, nor had anything that it was trained on.
  ChallengeRows learn;
  for (auto [from, until] : {std::pair{0.45, 0.58}, {0.58, kLearntUntil}}) {
    auto w = window(data, layout, at(from), at(until), options.threads);
    if (w) append(learn, data, layout, *w, options.threads);
  }
  if (learn.rows() == 0)
    return bad_input("too few counts to train on: two full counts a store are needed at the least");
  const auto judged = next_counts(data, layout, at(kJudgedFrom), last);
  if (judged.size() < kJudgedMin) return bad_input("too few full counts late in the period to judge a challenger by");
  std::vector<Trained> out;
  for (const ChallengerKind kind : options.kinds) {
    TRY(auto model, kind == ChallengerKind::trees ? train_trees(learn, options) : train_net(learn, options));
    Trained trained{.model = std::move(model),
                    .trials = {},
                    .learnt_until = at(kLearntUntil),
                    .learnt_counts = learn.rows() / kViews};
    const Speaker in_all{.model = trained.model, .views = {true, true}, .learnt_until = trained.learnt_until};
    TRY(trained.trials, trials_of(data, layout, in_all, at(kJudgedFrom), judged, options.threads));
    out.push_back(std::move(trained));
  }
  if (out.empty()) return bad_input("no challenger to train");
  const auto merit = [](const Trained& t) {
    const auto& [now, ahead] = t.trials;
    return std::pair(-static_cast<int>(now.promoted()) - static_cast<int>(ahead.promoted()),
                     now.deviance + ahead.deviance);
  };
  std::ranges::stable_sort(out, {}, merit);
  return out;
}

}  // namespace shrike
