#include "shrink/nowcast.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "shrink/challenge_rows.h"
#include "shrink/numeric.h"
#include "shrink/parallel.h"

namespace shrike {
namespace {

constexpr int kFolds = 5;
constexpr int kBands = 10;
constexpr int kGrid = 40;                // steps of a band's probability map
constexpr size_t kBandCountsMin = 150;   // fewer counts than this a band say less than the nominal distribution
constexpr size_t kScaleCountsMin = 200;  // fewer full counts than this are scaled together with others
constexpr size_t kSpreadSample = 5000;   // counts that the spread's two numbers are fitted on
constexpr double kTailSize = 1.2;        // of the loss distribution whose tail is the prior of an empty shelf
constexpr double kEmptyMax = 0.97;
constexpr double kLeastMean = 0.01;  // units that an interval is expected to lose at least, gains put back
constexpr size_t kBlock = 256;
constexpr size_t kRowsAtOnce = 65536;      // shown to a challenger: bounds their memory
constexpr size_t kSpeakerCountsMin = 100;  // fewer say less of a challenger's spread than the baseline's does

double logit(double p) { return std::log(p / (1 - p)); }
double logistic(double x) { return 1 / (1 + std::exp(-x)); }

/// Counts that were not made because of what they found.
bool unprompted(CountKind kind) { return kind != CountKind::targeted && kind != CountKind::opening; }

/// Losses of mean `mean` against a shelf that holds `book`.
NbBelow lost_below(double mean, double book) {
  return nb_below(mean, kTailSize, static_cast<int>(std::min(book, 2000.0)));
}
/// Nothing was there at its count though the book said otherwise.
bool was_empty(const Interval& x) {
  return std::round(static_cast<double>(x.book_to) + x.uom_gap) >= 1 && static_cast<double>(x.book_to) - x.v < 0.5;
}
double empty_prior(double tail) { return std::clamp(logit(std::clamp(tail, 1e-6, 1 - 1e-6)), -12.0, 12.0); }

}  // namespace

std::vector<Asked> asked_of(const LossData& data, const Layout& layout, const std::vector<uint32_t>& intervals) {
  std::vector<Asked> out;
  out.reserve(intervals.size());
  for (uint32_t i : intervals) out.push_back({data.intervals[i], layout.cell[i], layout.attention[i]});
  return out;
}

double Nowcaster::missing_case(int vendor) const {
  if (missing_case_.empty()) return 0;
  const bool known = vendor >= 0 && static_cast<size_t>(vendor) + 1 < missing_case_.size();
  return known ? missing_case_[static_cast<size_t>(vendor)] : missing_case_.back();
}

Interval Nowcaster::unseen(const Asked& asked) const {
  Interval x = asked.interval;
  const auto c = static_cast<size_t>(asked.cell);
  const double days = std::max(1.0, x.days());
  x.sold = static_cast<float>(net_.sales_rate(asked.cell) * days);
  x.received = x.sold;
  x.stock_days = static_cast<float>(usual_stock_[c] * days);
  x.quiet_days = 0;
  x.uom_gap = 0;
  return x;
}

SpreadParts Nowcaster::parts(const LossData& data, const Asked& asked, View view, const Calibration& calibration,
                             double factor) const {
  factor *= calibration.level;
  const Asked known{view == View::nowcast ? asked.interval : unseen(asked), asked.cell, asked.attention};
  const Interval& x = known.interval;
  const Product& product = data.products[static_cast<size_t>(x.product)];
  SpreadParts out;
  const double mixed_up = net_.mixed_up(known), net = net_.rate_mean(data, known, categories_) - mixed_up;
  out.gain_mean = gain_.intervals > 0 ? gain_.rate_mean(data, known, categories_) : 0;
  // Scanned for its sibling: more comes than goes.
  if (net + mixed_up < 0) out.gain_mean = std::max(out.gain_mean, kLeastMean - net - mixed_up);
  if (product.pack >= 2) {
    const double cases = std::max(0.0, static_cast<double>(x.received)) / product.pack;
    out.step_chance = std::min(0.5, cases * missing_case(product.vendor));
    out.step_units = product.pack;
  }
  out.book = std::max(0.0, std::round(static_cast<double>(x.book_to) + x.uom_gap));
  NbBelow left{0, net + out.gain_mean};  // what is lost where something is left
  if (view == View::nowcast && out.book >= 1) left = lost_below(net + out.gain_mean, out.book);
  // How often a sibling is scanned is known by its rate; only what else is lost may be the whole shelf.
  const double kept = net * left.mean / (net + out.gain_mean) + mixed_up, step = out.step_chance * out.step_units;
  out.loss_mean =
      factor * (std::max(0.05 * std::max(0.0, kept), calibration.scale[0] * kept + out.gain_mean - step) + 1e-4);
  const auto c = static_cast<size_t>(asked.cell);
  const double shape =
      net_.alpha[static_cast<size_t>(Level::cell)] + std::max(0.0F, net_.cell_observed[c]) / net_.dispersion;
  out.loss_size = 1 / (1 / calibration.loss_size + 1 / shape);
  out.loss_clump = calibration.loss_clump;
  out.error_chance = std::min(0.4, 2 * count_error_sd_ * count_error_sd_);
  if (view == View::nowcast && out.book >= 1) {
    const double prior = empty_prior(left.tail);
    const double unsold = std::min(30.0, net_.sales_rate(asked.cell) * static_cast<double>(x.quiet_days));
    const double chance = logistic(empty_[0] + empty_[1] * prior + empty_[2] * unsold);
    out.empty_chance = std::min(kEmptyMax, factor * calibration.scale[1] * chance);
  }
  return out;
}

Result<std::vector<SpreadParts>> Nowcaster::parts(const LossData& data, const std::vector<Asked>& asked, View view,
                                                  int threads) const {
  std::vector<double> factor;
  if (speaker_.in(view)) {
    TRY(factor, factors(data, asked, view, threads));
  }
  std::vector<SpreadParts> out(asked.size());
  for_blocks(asked.size(), kBlock, threads, [&](size_t begin, size_t end, size_t) {
    for (size_t k = begin; k < end; ++k)
      out[k] = parts(data, asked[k], view, calibration(view), factor.empty() ? 1 : factor[k]);
  });
  return out;
}

ChallengeRows Nowcaster::rows(const LossData& data, std::span<const Asked> asked, View view, int threads) const {
  ChallengeRows out = challenge_rows(asked.size());
  for_blocks(asked.size(), kBlock, threads, [&](size_t begin, size_t end, size_t) {
    for (size_t k = begin; k < end; ++k) {
      const Asked& x = asked[k];
      fill_row(out, k, data, {view == View::nowcast ? x.interval : unseen(x), x.cell, x.attention}, view, net_,
               parts(data, asked[k], view, calibration_[static_cast<size_t>(view)], 1));
    }
  });
  return out;
}

Result<std::vector<double>> Nowcaster::factors(const LossData& data, const std::vector<Asked>& asked, View view,
                                               int threads) const {
  static const double kMost = std::exp(static_cast<double>(LossNet::kReach));
  std::vector<double> out;
  out.reserve(asked.size());
  for (size_t at = 0; at < asked.size(); at += kRowsAtOnce) {
    const auto some = std::span(asked).subspan(at, std::min(kRowsAtOnce, asked.size() - at));
    const ChallengeRows shown = rows(data, some, view, threads);
    TRY(const auto said, speaker_.model->predict(shown));
    for (size_t k = 0; k < said.size(); ++k)
      out.push_back(std::clamp(said[k] / std::exp(static_cast<double>(shown.log_offset[k])), 1 / kMost, kMost));
  }
  return out;
}

void Nowcaster::let_speak(const Speaker& speaker) {
  speaker_ = speaker;
  spoken_ = calibration_;
}

double Nowcaster::mean(const SpreadParts& x, const Interval& interval) {
  const double left = x.loss_mean - x.gain_mean + x.step_chance * x.step_units;
  return (1 - x.empty_chance) * left + x.empty_chance * x.book - static_cast<double>(interval.uom_gap);
}

double Nowcaster::calibrated(double nominal, double mean, View view) const {
  const auto& bands = calibration(view).bands;
  if (bands.empty()) return nominal;
  const auto band =
      std::find_if(bands.begin(), bands.end() - 1, [&](const Recalibration& b) { return mean <= b.mean_up_to; });
  const double at = std::clamp(nominal, 0.0, 1.0) * kGrid;
  const auto low = static_cast<size_t>(std::min(at, kGrid - 1.0));
  return band->at[low] + (at - static_cast<double>(low)) * (band->at[low + 1] - band->at[low]);
}

Outlook Nowcaster::outlook(const SpreadParts& parts, const Spread& spread, const Interval& interval, View view) const {
  Outlook out;
  out.mean = mean(parts, interval);
  out.empty = parts.empty_chance;
  double nominal = 0;
  const double top = spread.low + static_cast<double>(spread.p.size()) - 1;
  out.low = out.median = out.high = top;
  bool low = false, median = false, high = false;
  for (size_t i = 0; i < spread.p.size() && !high; ++i) {
    nominal += spread.p[i];
    const double is = calibrated(nominal, out.mean, view), v = spread.low + static_cast<double>(i);
    if (!low && is >= 0.05) out.low = v, low = true;
    if (!median && is >= 0.5) out.median = v, median = true;
    if (!high && is >= 0.95) out.high = v, high = true;
  }
  for (double* v : {&out.low, &out.median, &out.high}) *v = *v * spread.unit - static_cast<double>(interval.uom_gap);
  return out;
}

/// Fits everything in a Nowcaster. Order matters: each step uses what those before it left in `out_`.
class NowcastFit {
 public:
  NowcastFit(const LossData& data, const Layout& layout, const FitOptions& options, const Speaker& speaker)
      : data_(data), layout_(layout), options_(options), speaker_(speaker) {
    options_.siblings = true;
  }

  Result<Nowcaster> run() {
    out_.categories_ = static_cast<int>(std::max<size_t>(1, data_.categories.size()));
    learn_usual_stock();
    TRY_VOID(fit_folds());
    level_folds();
    learn_count_error();
    learn_missing_cases();
    learn_empty_shelves();
    learn_scale();
    for (View view : {View::nowcast, View::forecast}) {
      learn_spread(view);
      learn_bands(view);
      learn_total_spread(view);
    }
    TRY(out_.net_, fit_losses(data_, layout_, options_));
    TRY(out_.gain_, fit_losses(data_, layout_, gain_options(options_)));
    if (speaker_.in(View::nowcast) || speaker_.in(View::forecast)) TRY_VOID(calibrate_speaker());
    return std::move(out_);
  }

 private:
  static FitOptions gain_options(FitOptions options) {
    options.side = Side::gain;
    options.siblings = false;
    options.rounds = std::max(4, options.rounds / 2);
    return options;
  }

  /// The spread of a challenger, on counts that it has not learnt from. The scale stays the baseline's: those counts
  /// are of some months, and their level would carry the season.
  Result<void> calibrate_speaker() {
    out_.let_speak(speaker_);
    speaking_ = true;
    hold_out_later(speaker_.learnt_until);
    if (samples_.size() < kSpeakerCountsMin) return {};
    for (View view : {View::nowcast, View::forecast}) {
      if (!speaker_.in(view)) continue;
      TRY_VOID(learn_factors(view));
      learn_level(view);
      learn_spread(view);
      learn_bands(view);
      learn_total_spread(view);
    }
    return {};
  }

  /// Book stock, mean over a cell's days; of a cell never seen what its product has elsewhere × how the store stocks.
  void learn_usual_stock() {
    const auto cells = static_cast<size_t>(layout_.cells());
    struct Stock {
      double units = 0, days = 0;
    };
    std::vector<Stock> cell(cells), product(data_.products.size()), store(data_.stores.size());
    Stock chain{3, 1};
    for (size_t i = 0; i < data_.intervals.size(); ++i) {
      if (!learns_from(data_, i, options_)) continue;
      const Interval& x = data_.intervals[i];
      for (Stock* sum :
           {&cell[static_cast<size_t>(layout_.cell[i])], &product[static_cast<size_t>(x.product)], &chain}) {
        sum->units += std::max(0.0, static_cast<double>(x.stock_days));
        sum->days += x.days();
      }
    }
    const auto usual = [&](size_t c) {
      const Stock& p = product[static_cast<size_t>(layout_.cell_product[c])];
      return (p.units + 30 * chain.units / chain.days) / (p.days + 30);
    };
    for (size_t c = 0; c < cells; ++c) {  // of a store: units there, and what its products have elsewhere
      Stock& s = store[static_cast<size_t>(layout_.cell_store[c])];
      s.units += cell[c].units;
      s.days += cell[c].days * usual(c);
    }
    out_.usual_stock_.resize(cells);
    for (size_t c = 0; c < cells; ++c) {
      const Stock& s = store[static_cast<size_t>(layout_.cell_store[c])];
      const double prior = usual(c) * (s.units + 1) / (s.days + 1);
      out_.usual_stock_[c] = static_cast<float>((cell[c].units + 5 * prior) / (cell[c].days + 5));
    }
  }

  /// All counts of one store on one day share a fold: that is what is not known when the next count of a store is
  /// predicted.
  [[nodiscard]] int fold_of(const Interval& x) const {
    const auto day = static_cast<uint64_t>(x.day_to);
    return static_cast<int>(hash_uniform(0x5eed, (static_cast<uint64_t>(x.store) << 32U) ^ day) * kFolds);
  }

  Result<void> fit_folds() {
    for (int fold = 0; fold < kFolds; ++fold) {
      FitOptions options = options_;
      options.rounds = std::max(6, options_.rounds * 3 / 5);
      if (options.held_out.empty()) options.held_out.assign(data_.intervals.size(), 0);
      std::vector<uint32_t> held;
      for (size_t i = 0; i < data_.intervals.size(); ++i) {
        if (!learns_from(data_, i, options_) || fold_of(data_.intervals[i]) != fold) continue;
        options.held_out[i] = 1;
        held.push_back(static_cast<uint32_t>(i));
      }
      auto net = fit_losses(data_, layout_, options);
      if (!net) continue;  // a chain of one or two counts a store: no calibration, and the result says so
      auto gain = fit_losses(data_, layout_, gain_options(options));
      if (!gain) continue;
      for (uint32_t i : held) {
        samples_.push_back({i, static_cast<int>(fold_nets_.size())});
      }
      fold_nets_.push_back(std::move(*net));
      fold_gains_.push_back(std::move(*gain));
    }
    return {};
  }

  /// Each cell's next count after `day`, as one fold: a model that knows what was counted by then looks at what came
  /// next, which is what it is there for. Within thirds it would know the time after a count too, and with all later
  /// counts those that follow soon upon another would weigh most.
  void hold_out_later(double day) {
    samples_.clear();
    fold_nets_.clear();
    fold_gains_.clear();
    FitOptions options = options_;
    options.rounds = std::max(6, options_.rounds * 3 / 5);
    options.until_day = std::min(options_.until_day, day);
    auto net = fit_losses(data_, layout_, options);
    auto gain = fit_losses(data_, layout_, gain_options(options));
    if (!net || !gain) return;
    fold_nets_.push_back(std::move(*net));
    fold_gains_.push_back(std::move(*gain));
    int32_t last_cell = -1;
    for (size_t i = 0; i < data_.intervals.size(); ++i) {
      const Interval& x = data_.intervals[i];
      const bool usual = unprompted(x.kind) && x.kind != CountKind::cycle;
      if (!learns_from(data_, i, options_) || x.day_to <= day || !usual || layout_.cell[i] == last_cell) continue;
      last_cell = layout_.cell[i];  // intervals of a cell follow one another in time
      samples_.push_back({static_cast<uint32_t>(i), 0});
    }
  }

  Result<void> learn_factors(View view) {
    std::vector<uint32_t> which;
    for (const Sample& s : samples_) which.push_back(s.interval);
    Result<std::vector<double>> factor;
    with_folds(
        [&](int) { factor = out_.factors(data_, shrike::asked_of(data_, layout_, which), view, options_.threads); });
    if (!factor) return tl::unexpected(factor.error());
    for (size_t k = 0; k < samples_.size(); ++k) samples_[k].factor = (*factor)[k];
    return {};
  }

  struct Sample {
    uint32_t interval;
    int fold;
    double factor = 1;
  };

  [[nodiscard]] const Interval& row(const Sample& s) const { return data_.intervals[s.interval]; }
  /// What is being learnt: the baseline's, then the speaker's.
  [[nodiscard]] Calibration& learnt(View view) {
    return (speaking_ ? out_.spoken_ : out_.calibration_)[static_cast<size_t>(view)];
  }
  [[nodiscard]] Asked asked_of(const Sample& s) const {
    return {row(s), layout_.cell[s.interval], layout_.attention[s.interval]};
  }
  [[nodiscard]] SpreadParts parts(const Sample& s, View view) {
    return out_.parts(data_, asked_of(s), view, learnt(view), s.factor);
  }

  /// The sample's parts as a model would give them that has not seen its count. Swaps the fold's fits in.
  template <class Use>
  void with_folds(const Use& use) {
    for (size_t f = 0; f < fold_nets_.size(); ++f) {
      std::swap(out_.net_, fold_nets_[f]);
      std::swap(out_.gain_, fold_gains_[f]);
      use(static_cast<int>(f));
      std::swap(out_.net_, fold_nets_[f]);
      std::swap(out_.gain_, fold_gains_[f]);
    }
  }

  void learn_count_error() {
    // V_k = L_k + e_{k-1} - e_k: neighbouring residuals share one error with opposite signs.
    double sum = 0, n = 0;
    std::vector<double> residual(data_.intervals.size(), 0);
    std::vector<uint8_t> has(data_.intervals.size(), 0);
    with_folds([&](int f) {
      for (const Sample& s : samples_) {
        if (s.fold != f) continue;
        residual[s.interval] = std::clamp(target(row(s)) - out_.net_.rate_mean(data_, layout_, s.interval), -4.0, 4.0);
        has[s.interval] = 1;
      }
    });
    double all = 0, all_n = 0;
    for (size_t i = 0; i < has.size(); ++i) {
      if (has[i] == 0) continue;
      all += residual[i];
      all_n += 1;
    }
    const double middle = all_n > 0 ? all / all_n : 0;
    for (size_t i = 1; i < has.size(); ++i) {
      if (has[i] == 0 || has[i - 1] == 0 || layout_.cell[i] != layout_.cell[i - 1]) continue;
      sum += (residual[i] - middle) * (residual[i - 1] - middle);
      n += 1;
    }
    out_.count_error_sd_ = n > 100 ? std::sqrt(std::clamp(-sum / n, 0.0, 0.2)) : 0.1;
  }

  /// A case missing from a delivery shows as a loss of its size. Each vendor's rate by expectation-maximisation, with
  /// the chain's rate as prior.
  void learn_missing_cases() {
    const size_t vendors = data_.vendors.size() + 1;
    std::vector<double> rate(vendors, 0.001), found(vendors), cases(vendors);
    const double chain_start = 0.001;
    for (int round = 0; round < 6; ++round) {
      out_.missing_case_.assign(vendors, 0);
      std::fill(found.begin(), found.end(), 0.0);
      std::fill(cases.begin(), cases.end(), 0.0);
      with_folds([&](int f) {
        for (const Sample& s : samples_) {
          if (s.fold == f) weigh_case(s, rate, found, cases);
        }
      });
      double all_found = chain_start * 2000, all_cases = 2000;
      for (size_t v = 0; v < vendors; ++v) {
        all_found += found[v];
        all_cases += cases[v];
      }
      const double prior_cases = 400;
      for (size_t v = 0; v < vendors; ++v) {
        rate[v] = (found[v] + prior_cases * all_found / all_cases) / (cases[v] + prior_cases);
      }
    }
    out_.missing_case_ = rate;
  }

  void weigh_case(const Sample& s, const std::vector<double>& rate, std::vector<double>& found,
                  std::vector<double>& cases) const {
    const Interval& x = row(s);
    const Product& product = data_.products[static_cast<size_t>(x.product)];
    if (product.pack < 2 || x.received <= 0) return;
    const size_t v = product.vendor >= 0 && static_cast<size_t>(product.vendor) + 1 < rate.size()
                         ? static_cast<size_t>(product.vendor)
                         : rate.size() - 1;
    const double n = static_cast<double>(x.received) / product.pack;
    cases[v] += n;
    const double y = std::round(target(x));
    if (y < product.pack || y >= x.book_to + x.uom_gap) return;  // all gone: that is no case missing
    const double mean = std::max(0.0, out_.net_.rate_mean(data_, layout_, s.interval)) + kLeastMean;
    const double chance = std::min(0.5, n * rate[v]);
    const double with = std::log(chance) + nb_log_pmf(y - product.pack, mean, 1.5);
    const double without = std::log(1 - chance) + nb_log_pmf(y, mean, 1.5);
    found[v] += logistic(with - without);
  }

  /// Logistic regression of "nothing was left though the book said otherwise" on two terms whose weights theory gives
  /// as 1.
  void learn_empty_shelves() {
    struct Row {
      double prior, unsold, empty;
    };
    std::vector<Row> rows;
    with_folds([&](int f) {
      for (const Sample& s : samples_) {
        const Interval& x = row(s);
        const double book = std::round(static_cast<double>(x.book_to) + x.uom_gap);
        if (s.fold != f || !unprompted(x.kind) || book < 1) continue;
        const double mean = std::max(kLeastMean, out_.net_.rate_mean(data_, layout_, s.interval) +
                                                     out_.gain_.rate_mean(data_, layout_, s.interval));
        rows.push_back(
            {empty_prior(lost_below(mean, book).tail),
             std::min(30.0, out_.net_.sales_rate(layout_.cell[s.interval]) * static_cast<double>(x.quiet_days)),
             was_empty(x) ? 1.0 : 0.0});
      }
    });
    std::array<double, 3> w = out_.empty_;
    const std::array<double, 3> start = w;
    for (int round = 0; round < 12; ++round) {
      std::vector<double> score(3), information(9);
      for (const Row& r : rows) {
        const std::array<double, 3> z{1, r.prior, r.unsold};
        const double p = logistic(w[0] + w[1] * r.prior + w[2] * r.unsold);
        for (size_t a = 0; a < 3; ++a) {
          score[a] += (r.empty - p) * z[a];
          for (size_t b = 0; b <= a; ++b) information[a * 3 + b] += p * (1 - p) * z[a] * z[b];
        }
      }
      for (size_t a = 0; a < 3; ++a) {
        score[a] += 10 * (start[a] - w[a]);
        information[a * 4] += 10;
      }
      const auto step = solve_spd(information, score);
      if (step.empty()) break;
      for (size_t a = 0; a < 3; ++a) w[a] += std::clamp(step[a], -1.0, 1.0);
    }
    out_.empty_ = w;
  }

  /// A challenger redistributes what the baseline expects; how much there is altogether the baseline knows from the
  /// whole period, the challenger from a few early months.
  void learn_level(View view) {
    Calibration& c = learnt(view);
    for (int round = 0; round < 6; ++round) {
      double baseline = 1, said = 1;
      with_folds([&](int f) {
        for (const Sample& s : samples_) {
          if (s.fold != f) continue;
          const Asked asked = asked_of(s);
          baseline += Nowcaster::mean(out_.parts(data_, asked, view, out_.calibration_[static_cast<size_t>(view)], 1),
                                      asked.interval);
          said += Nowcaster::mean(out_.parts(data_, asked, view, c, s.factor), asked.interval);
        }
      });
      c.level = std::clamp(c.level * std::max(0.1, baseline / said), 0.5, 2.0);
    }
  }

  /// Counts that tell how much there is: the mean speaks of a full count; others, which find another share, only where
  /// there are none of it.
  [[nodiscard]] bool scales(const Sample& s, bool by_full) const {
    return by_full ? row(s).kind == CountKind::full : unprompted(row(s).kind);
  }
  [[nodiscard]] bool enough_full() const {
    const auto full = std::ranges::count_if(samples_, [&](const Sample& s) { return scales(s, true); });
    return full >= static_cast<std::ptrdiff_t>(kScaleCountsMin);
  }

  /// Without a cell's only count folds expect too much of it: a tenth more and up to twice as much, by how few counts
  /// there are. The fit on all counts, which will speak, does not; so everything is learnt from folds that are brought
  /// onto what was counted.
  void level_folds() {
    const bool by_full = enough_full();
    double counted = 30, fitted = 30;
    with_folds([&](int f) {
      for (const Sample& s : samples_) {
        if (s.fold != f || !scales(s, by_full)) continue;
        counted += target(row(s));
        fitted += out_.net_.rate_mean(data_, layout_, s.interval);
      }
    });
    const double level = std::clamp(counted / fitted, 0.4, 1.5);
    for (LossModel& net : fold_nets_) net.base *= level;
  }

  /// The two numbers that bring a nowcast's parts onto held-out counts: least squares is at the mercy of single cases,
  /// so the parts' totals are matched instead, among counts where the shelf is likely and unlikely to be empty. How
  /// much a forecast expects is the fit's to say.
  void learn_scale() {
    Calibration& c = learnt(View::nowcast);
    const bool by_full = enough_full();
    c.scale = {1, 1};
    for (int round = 0; round < 4; ++round) {
      double left_seen = 30, left_said = 30, empty_seen = 5, empty_said = 5;
      with_folds([&](int f) {
        for (const Sample& s : samples_) {
          if (s.fold != f || !scales(s, by_full)) continue;
          const Interval& x = row(s);
          const SpreadParts p = parts(s, View::nowcast);
          const double left = p.loss_mean - p.gain_mean + p.step_chance * p.step_units;
          (was_empty(x) ? empty_seen : left_seen) += target(x);
          empty_said += p.empty_chance * p.book;
          left_said += (1 - p.empty_chance) * left;
        }
      });
      c.scale[0] = std::clamp(c.scale[0] * left_seen / left_said, 0.3, 2.0);
      c.scale[1] = std::clamp(c.scale[1] * std::max(0.1, empty_seen / empty_said), 0.3, 1.5);
    }
  }

  void learn_spread(View view) {
    Calibration& c = learnt(view);
    std::vector<std::pair<SpreadParts, double>> sample;
    size_t usable = 0;
    for (const Sample& s : samples_) usable += unprompted(row(s).kind) ? 1 : 0;
    c.counts = usable;
    const double share =
        std::min(1.0, static_cast<double>(kSpreadSample) / static_cast<double>(std::max<size_t>(1, usable)));
    with_folds([&](int f) {
      for (const Sample& s : samples_) {
        if (s.fold != f || !unprompted(row(s).kind) || hash_uniform(7, s.interval) > share) continue;
        sample.emplace_back(parts(s, view), target(row(s)));
      }
    });
    if (sample.size() < 100) return;
    auto score = [&](double size, double clump) {
      std::vector<double> sums((sample.size() + 255) / 256);
      for_blocks(sample.size(), 256, options_.threads, [&](size_t begin, size_t end, size_t block) {
        for (size_t i = begin; i < end; ++i) {
          SpreadParts p = sample[i].first;
          p.loss_size = 1 / (1 / size + 1 / p.loss_size - 1 / c.loss_size);
          p.loss_clump = clump;
          sums[block] += std::log(std::max(1e-6, spread_of(p).probability(sample[i].second)));
        }
      });
      double sum = 0;
      for (double v : sums) sum += v;
      return sum;
    };
    double size = c.loss_size, clump = c.loss_clump;
    for (int round = 0; round < 2; ++round) {
      size =
          std::exp(golden_max([&](double v) { return score(std::exp(v), clump); }, std::log(0.3), std::log(60.0), 12));
      clump = golden_max([&](double v) { return score(size, v); }, 1.0, 4.0, 12);
    }
    c.loss_size = size;
    c.loss_clump = clump;
  }

  void learn_bands(View view) {
    Calibration& c = learnt(view);
    struct Row {
      double mean, below, at;
    };
    std::vector<Row> rows;
    with_folds([&](int f) {
      std::vector<Sample> mine;
      for (const Sample& s : samples_) {
        if (s.fold == f && row(s).kind != CountKind::cycle && unprompted(row(s).kind)) mine.push_back(s);
      }
      std::vector<Row> part(mine.size());
      for_blocks(mine.size(), 256, options_.threads, [&](size_t begin, size_t end, size_t) {
        for (size_t i = begin; i < end; ++i) {
          const SpreadParts p = parts(mine[i], view);
          const Spread spread = spread_of(p);
          const double y = target(row(mine[i])), at = spread.probability(y);
          part[i] = {Nowcaster::mean(p, row(mine[i])), spread.cdf(y) - at, at};
        }
      });
      rows.insert(rows.end(), part.begin(), part.end());
    });
    if (rows.size() < 2 * kBandCountsMin) return;
    c.bands.clear();
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
      return std::tie(a.mean, a.below, a.at) < std::tie(b.mean, b.below, b.at);
    });
    const auto bands = std::min<size_t>(kBands, rows.size() / kBandCountsMin);
    for (size_t b = 0; b < bands; ++b) {
      const size_t begin = b * rows.size() / bands, end = (b + 1) * rows.size() / bands;
      Recalibration band{rows[end - 1].mean, std::vector<double>(kGrid + 1)};
      for (size_t i = begin; i < end; ++i) {
        for (int k = 0; k <= kGrid; ++k) {
          const double g = static_cast<double>(k) / kGrid;
          const double share = rows[i].at > 1e-12 ? (g - rows[i].below) / rows[i].at : (g >= rows[i].below ? 1.0 : 0.0);
          band.at[static_cast<size_t>(k)] += std::clamp(share, 0.0, 1.0);
        }
      }
      for (double& v : band.at) v /= static_cast<double>(end - begin);
      band.at.back() = 1;
      c.bands.push_back(std::move(band));
    }
  }

  /// From all counts of one store on one day, which were held out together. The greatest twentieth is left out: a ring
  /// or a lost pallet is not what a usual total errs by.
  void learn_total_spread(View view) {
    struct Total {
      double error = 0, variance = 0;
      size_t n = 0;
    };
    std::map<std::pair<int32_t, int64_t>, Total> totals;
    with_folds([&](int f) {
      for (const Sample& s : samples_) {
        const Interval& x = row(s);
        if (s.fold != f || !unprompted(x.kind) || x.kind == CountKind::cycle) continue;
        const SpreadParts p = parts(s, view);
        Total& t = totals[{x.store, static_cast<int64_t>(x.day_to)}];
        t.error += target(x) - Nowcaster::mean(p, x) - x.uom_gap;
        t.variance += spread_of(p).variance();
        ++t.n;
      }
    });
    std::vector<double> squares;
    for (const auto& [key, t] : totals) {
      if (t.n >= 20) squares.push_back(t.error * t.error / t.variance);
    }
    if (squares.size() < 10) return;
    std::sort(squares.begin(), squares.end());
    squares.resize(squares.size() - squares.size() / 20);
    const double mean = std::accumulate(squares.begin(), squares.end(), 0.0) / static_cast<double>(squares.size());
    learnt(view).total_spread = std::clamp(std::sqrt(mean), 1.0, 20.0);
  }

  const LossData& data_;
  const Layout& layout_;
  FitOptions options_;
  const Speaker& speaker_;
  bool speaking_ = false;
  std::vector<LossModel> fold_nets_, fold_gains_;
  std::vector<Sample> samples_;
  Nowcaster out_;
};

Result<Nowcaster> Nowcaster::fit(const LossData& data, const Layout& layout, const FitOptions& options,
                                 const Speaker& speaker) {
  return NowcastFit(data, layout, options, speaker).run();
}

}  // namespace shrike
