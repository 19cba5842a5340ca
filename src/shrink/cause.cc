#include "shrink/cause.h"

#include <algorithm>
#include <boost/math/distributions/gamma.hpp>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numeric>

#include "shrink/delivery_path.h"
#include "shrink/numeric.h"
#include "shrink/ordinary_loss.h"
#include "shrink/parallel.h"
#include "shrink/siblings.h"

namespace shrike {
namespace {

constexpr double kLossSize = 5;  // negative binomial size of losses about their expected mean
constexpr int kErrorMax = kCountErrorMax;
constexpr double kErrorMore = 0.3;  // of the counts that are off, by two
constexpr int kRounds = 12;
constexpr int kFirstPaths = 4, kLastPaths = 8;  // rounds after which the days are weighed by what is known by then
constexpr double kPriorCases = 100;             // cases of the chain's rate that weigh as much as a vendor's own
constexpr double kPriorLoss = 2;                // units of a product, before its own say what is usual
constexpr double kPathSize = 3;                 // Gamma shape of an interval's losses about their expected mean
constexpr double kPriorDays = 60;               // of a cell's usual sales that weigh as much as an interval's own
constexpr size_t kPathsAtOnce = 64;
constexpr double kSiblingLead = 0.3;    // probability from which a pair is listed
constexpr double kUnderRecorded = 0.6;  // recorded over usual spoilage below which a store is listed
constexpr size_t kLeadsMax = 500;

size_t at(Cause cause) { return static_cast<size_t>(cause); }

double ordinary(double x, double mean) { return ordinary_loss(x, mean, kLossSize); }

class Explainer {
 public:
  Explainer(const LossData& data, const Layout& layout, const CauseOptions& options)
      : data_(data), layout_(layout), options_(options) {}

  Result<CauseReport> run() {
    TRY_VOID(fit());
    out_.units.assign(data_.intervals.size(), CauseUnits{});
    out_.spoilage_score.assign(data_.intervals.size(), 0);
    left_.assign(data_.intervals.size(), 0);
    for (size_t i = 0; i < left_.size(); ++i) {
      const Interval& x = data_.intervals[i];
      if (x.open) continue;
      out_.units[i][at(Cause::pack_fault)] = -x.uom_gap;  // the document says so itself
      left_[i] = target(x);
    }
    find_siblings();
    find_spoilage();
    find_transfers();
    steps_.assign(left_.size(), 0);
    const std::vector<double> fitted = mean_;
    for (int round = 0; round < kRounds; ++round) {
      learn_steps_and_errors(round + 1 == kRounds);
      leave_steps_out_of_the_mean(fitted);
      if (round == kFirstPaths || round == kLastPaths) weigh_days();
    }
    share_the_rest();
    add_up();
    return std::move(out_);
  }

 private:
  [[nodiscard]] const Product& product(const Interval& x) const {
    return data_.products[static_cast<size_t>(x.product)];
  }

  Result<void> fit() {
    FitOptions options;
    options.threads = options_.threads;
    options.flat[static_cast<size_t>(Level::attention)] = true;
    TRY(const LossModel model, fit_losses(data_, layout_, options));
    mean_.resize(data_.intervals.size());
    for (size_t i = 0; i < mean_.size(); ++i) mean_[i] = mean_without_itself(model, i) + 0.01;
    sales_rate_ = model.cell_sales_rate;
    vendor_rate_.assign(data_.vendors.size() + 1, 0.001);
    for (size_t i = 0; i < data_.intervals.size(); ++i) {
      const size_t cell = static_cast<size_t>(layout_.cell[i]);
      if (cell_begin_.size() <= cell) cell_begin_.resize(cell + 1, i);
    }
    cell_begin_.push_back(data_.intervals.size());
    return {};
  }

  /// Expected loss of an interval, its own V not known: else a case missing would make itself look usual.
  [[nodiscard]] double mean_without_itself(const LossModel& model, size_t i) const {
    const double mean = model.rate_mean(data_, layout_, i);
    const auto cell = static_cast<size_t>(layout_.cell[i]);
    const double alpha = model.alpha[at_level(Level::cell)];
    const double effect = static_cast<double>(model.effect[at_level(Level::cell)][cell]);
    if (data_.intervals[i].open || alpha <= 0 || effect <= 0) return mean;
    const double usual = mean / effect;
    const double observed = std::max(0.0, static_cast<double>(model.cell_observed[cell]) - target(data_.intervals[i]));
    const double expected = std::max(0.0, static_cast<double>(model.cell_expected[cell]) - usual);
    return usual * (alpha + observed / model.dispersion) / (alpha + expected / model.dispersion);
  }
  static size_t at_level(Level level) { return static_cast<size_t>(level); }

  // ---- siblings ------------------------------------------------------------------------------------------------

  [[nodiscard]] std::vector<CellLoss> losses_of(size_t cell) const {
    std::vector<CellLoss> out;
    for (size_t i = cell_begin_[cell]; i < cell_begin_[cell + 1] && !data_.intervals[i].open; ++i)
      out.push_back({i, data_.intervals[i].day_to, left_[i], mean_[i], data_.intervals[i].sold});
    return out;
  }

  void find_siblings() {
    const WeighBy by{kLossSize};
    auto pairs = pairs_among(
        data_, layout_, 0, cell_begin_.size() - 1, [this](size_t cell) { return losses_of(cell); }, by);
    const std::vector<double> before = left_;
    const auto beliefs = explain_pairs(pairs, by, kSiblingLead, left_);
    for (size_t i = 0; i < left_.size(); ++i)
      out_.units[i][at(Cause::sibling)] = static_cast<float>(before[i] - left_[i]);
    for (size_t n = 0; n < beliefs.size(); ++n) {
      const auto& [a, b, spans] = pairs.odd[n];
      if (beliefs[n].probability < kSiblingLead) continue;
      const double units = std::accumulate(beliefs[n].units.begin(), beliefs[n].units.end(), 0.0);
      out_.siblings.push_back({layout_.cell_store[a], layout_.cell_product[a], layout_.cell_product[b],
                               beliefs[n].probability * units, beliefs[n].probability});
    }
    std::stable_sort(out_.siblings.begin(), out_.siblings.end(),
                     [](const SiblingLead& x, const SiblingLead& y) { return x.units > y.units; });
  }

  /// Units to an interval: they leave what is still to be explained.
  void give(size_t interval, double units, Cause cause) {
    out_.units[interval][at(cause)] += static_cast<float>(units);
    left_[interval] -= units;
  }

  // ---- spoilage ------------------------------------------------------------------------------------------------

  /// A store that keys little of what its perishables should spoil, while they vanish more than elsewhere.
  void find_spoilage() {
    if (options_.spoiled.size() != data_.intervals.size()) {
      out_.notes.emplace_back("recorded spoilage is not known: unrecorded spoilage is not told from the rest");
      return;
    }
    std::vector<double> spoiled(data_.products.size(), 0), sold(data_.products.size(), 0);
    for (size_t i = 0; i < left_.size(); ++i) {
      const Interval& x = data_.intervals[i];
      if (x.open) continue;
      spoiled[static_cast<size_t>(x.product)] += options_.spoiled[i];
      sold[static_cast<size_t>(x.product)] += std::max(0.0F, x.sold);
    }
    usual_.assign(left_.size(), 0);
    std::vector<SpoilageLead> stores(data_.stores.size());
    std::vector<double> excess(data_.stores.size(), 0);
    for (size_t i = 0; i < left_.size(); ++i) {
      const Interval& x = data_.intervals[i];
      if (x.open || product(x).shelf_life_d <= 0) continue;
      const auto p = static_cast<size_t>(x.product);
      usual_[i] = (spoiled[p] + 0.1) / (sold[p] + 10) * std::max(0.0F, x.sold);
      auto& s = stores[static_cast<size_t>(x.store)];
      s.store = x.store;
      s.usual += usual_[i];
      s.recorded += options_.spoiled[i];
      excess[static_cast<size_t>(x.store)] += left_[i];
    }
    const double slope = spoilage_slope(stores);
    for (auto& s : stores) {
      const auto k = static_cast<size_t>(s.store);
      if (s.usual < 30 || s.recorded > kUnderRecorded * s.usual) continue;
      s.missing = std::clamp(excess[k], 0.0, s.usual - s.recorded);
      if (s.missing > 0) out_.spoilage.push_back(s);
    }
    std::map<int, double> gap;  // share of the usual spoilage of a listed store that went unrecorded
    for (const auto& s : out_.spoilage) gap[s.store] = s.missing / s.usual;
    for (size_t i = 0; i < left_.size(); ++i) {
      if (usual_[i] <= 0) continue;
      const auto listed = gap.find(data_.intervals[i].store);
      const double share = slope + (listed == gap.end() ? 0 : listed->second);
      out_.spoilage_score[i] =
          static_cast<float>(std::clamp(left_[i], 0.2, 1 + usual_[i]) * (0.05 + share) * usual_[i]);
      give(i, share * usual_[i], Cause::spoilage);
    }
  }

  /// Units vanishing per unit of spoilage that is recorded, within products over stores; 0 where that is not above
  /// nothing by two standard errors.
  double spoilage_slope(const std::vector<SpoilageLead>& stores) {
    struct Sums {
      double v = 0, s = 0, e = 0;
    };
    std::map<size_t, Sums> by_cell;
    for (size_t i = 0; i < left_.size(); ++i) {
      const Interval& x = data_.intervals[i];
      if (usual_[i] <= 0) continue;
      const auto& store = stores[static_cast<size_t>(x.store)];
      if (store.recorded < kUnderRecorded * store.usual) continue;
      auto& sums = by_cell[static_cast<size_t>(layout_.cell[i])];
      sums.v += left_[i];
      sums.s += options_.spoiled[i];
      sums.e += mean_[i];
    }
    std::map<int, Sums> by_product;
    for (const auto& [c, x] : by_cell) {
      auto& p = by_product[layout_.cell_product[c]];
      p.v += x.v;
      p.s += x.s;
      p.e += x.e;
    }
    double xy = 0, xx = 0, noise = 0;
    for (const auto& [c, x] : by_cell) {
      const auto& p = by_product[layout_.cell_product[c]];
      const double dv = x.v - x.e * p.v / p.e, ds = x.s - x.e * p.s / p.e;
      const double weight = 1 / (x.e + 0.5);
      xy += weight * dv * ds;
      xx += weight * ds * ds;
      noise += weight * weight * dv * dv * ds * ds;
    }
    if (xx <= 0) return 0;
    const double slope = xy / xx, error = std::sqrt(noise) / xx;
    out_.notes.push_back(
        fmt::format("for each unit of spoilage that is keyed, {:.2f} ± {:.2f} vanish", slope, 2 * error));
    return slope > 2 * error ? std::min(slope, 0.5) : 0;
  }

  // ---- transfers -----------------------------------------------------------------------------------------------

  struct Candidate {
    size_t to, from;
    double ratio;
  };

  /// A gain here and a like loss there, of one product and at overlapping times. Against chance: the mean of the
  /// likelihood ratios over all other stores is one where goods do not move.
  void find_transfers() {
    std::vector<std::vector<size_t>> by_product(data_.products.size());
    for (size_t i = 0; i < left_.size(); ++i) {
      if (!data_.intervals[i].open) by_product[static_cast<size_t>(data_.intervals[i].product)].push_back(i);
    }
    std::vector<std::vector<Candidate>> gains;
    for (const auto& intervals : by_product) {
      for (size_t to : intervals) {
        const double units = -std::round(left_[to]);
        if (units < 2 || is_case(to, units)) continue;
        auto candidates = candidates_for(to, units, intervals);
        if (!candidates.empty()) gains.push_back(std::move(candidates));
      }
    }
    double prior = 0.3;
    const auto odds = [&](const std::vector<Candidate>& g) {
      double sum = 0;
      for (const auto& c : g) sum += c.ratio;
      return prior / (1 - prior) * sum / static_cast<double>(g.size());
    };
    for (int round = 0; round < 20; ++round) {
      double sum = 1;
      for (const auto& g : gains) sum += odds(g) / (1 + odds(g));
      prior = std::clamp(sum / (static_cast<double>(gains.size()) + 4), 0.01, 0.95);
    }
    for (const auto& g : gains) take_transfer(g, odds(g) / (1 + odds(g)));
    std::stable_sort(out_.transfers.begin(), out_.transfers.end(), [](const TransferLead& a, const TransferLead& b) {
      return a.probability * a.units > b.probability * b.units;
    });
    if (out_.transfers.size() > kLeadsMax) out_.transfers.resize(kLeadsMax);
  }

  [[nodiscard]] bool is_case(size_t i, double units) const {
    const double pack = product(data_.intervals[i]).pack;
    return pack >= 2 && std::abs(std::remainder(units, pack)) < 0.5;
  }

  [[nodiscard]] std::vector<Candidate> candidates_for(size_t to, double units, const std::vector<size_t>& all) const {
    const Interval& x = data_.intervals[to];
    std::vector<Candidate> out;
    for (size_t i : all) {
      const Interval& y = data_.intervals[i];
      if (y.store == x.store || y.day_to <= x.day_from || y.day_from >= x.day_to) continue;
      out.push_back({to, i, ordinary(left_[i] - units, mean_[i]) / ordinary(left_[i], mean_[i])});
    }
    return out;
  }

  void take_transfer(const std::vector<Candidate>& candidates, double p) {
    const size_t to = candidates.front().to;
    const double units = -std::round(left_[to]);
    if (units < 1) return;
    double sum = 0;
    for (const auto& c : candidates) sum += c.ratio;
    give(to, -p * units, Cause::transfer);
    const auto best = std::max_element(candidates.begin(), candidates.end(),
                                       [](const Candidate& a, const Candidate& b) { return a.ratio < b.ratio; });
    for (const auto& c : candidates) {
      const double share = p * c.ratio / sum;
      if (share > 0.02) give(c.from, share * units, Cause::transfer);
    }
    const double certain = p * best->ratio / sum;
    if (certain > 0.3)
      out_.transfers.push_back(
          {data_.intervals[to].product, data_.intervals[best->from].store, data_.intervals[to].store, units, certain});
  }

  // ---- deliveries and count errors ------------------------------------------------------------------------------

  struct Atoms {
    double units[3];  ///< nothing, a case missing, a case too many
    double chance[3];
  };

  [[nodiscard]] Atoms atoms_of(size_t i) const {
    const Interval& x = data_.intervals[i];
    const double pack = product(x).pack;
    if (pack < 2 || x.received <= 0) return {{0, 0, 0}, {1, 0, 0}};
    const double cases = static_cast<double>(x.received) / pack;
    const double missing = std::min(0.5, cases * vendor_rate_[vendor(x)]), over = std::min(0.2, cases * over_rate_);
    return {{0, pack, -pack}, {1 - missing - over, missing, over}};
  }
  [[nodiscard]] size_t vendor(const Interval& x) const {
    const int v = product(x).vendor;
    return v < 0 ? data_.vendors.size() : static_cast<size_t>(v);
  }
  [[nodiscard]] double error_chance(int e) const {
    if (e == 0) return 1 - error_rate_;
    return error_rate_ * 0.5 * (std::abs(e) == 1 ? 1 - kErrorMore : kErrorMore);
  }

  static constexpr int kStates = 2 * kErrorMax + 1;
  using Errors = std::array<double, kStates>;

  /// P(V | error before, error after), and by atom.
  [[nodiscard]] std::array<double, 3> likelihood(size_t i, const Atoms& a, int before, int after) const {
    std::array<double, 3> out{};
    const double x = left_[i] - before + after;
    if (!paths_.empty() && path_of_[i] >= 0) {
      const auto& path = paths_[static_cast<size_t>(path_of_[i])]
                             .by_error[static_cast<size_t>(before + kErrorMax)][static_cast<size_t>(after + kErrorMax)];
      return {a.chance[0] * path[0], a.chance[1] * path[1], 0};
    }
    for (size_t k = 0; k < 3; ++k) {
      if (a.chance[k] > 0) out[k] = a.chance[k] * ordinary(x - a.units[k], mean_[i]);
    }
    return out;
  }

  /// Forward and backward over each cell's counts: an error that one count makes the next takes back.
  void learn_steps_and_errors(bool last) {
    found_.assign(vendor_rate_.size(), 0);
    cases_.assign(vendor_rate_.size(), 0);
    over_found_ = wrong_ = counts_ = 0;
    for (size_t c = 0; c + 1 < cell_begin_.size(); ++c) weigh_cell(cell_begin_[c], cell_begin_[c + 1], last);
    double all_found = 0.5, all_cases = 1000, over_cases = 1000;
    for (size_t v = 0; v < cases_.size(); ++v) {
      all_found += found_[v];
      all_cases += cases_[v];
      over_cases += cases_[v];
    }
    chain_rate_ = all_found / all_cases;
    for (size_t v = 0; v < cases_.size(); ++v)
      vendor_rate_[v] = (found_[v] + kPriorCases * chain_rate_) / (cases_[v] + kPriorCases);
    over_rate_ = (over_found_ + 0.1) / over_cases;
    error_rate_ = std::clamp((wrong_ + 1) / (counts_ + 50), 0.001, 0.2);
  }

  /// The likelihoods of intervals whose days are known, from the losses that are expected by now.
  void weigh_days() {
    if (options_.days == nullptr) return;
    const StockDays& days = *options_.days;
    path_of_.assign(left_.size(), -1);
    paths_.resize(days.told.size());
    for (size_t t = 0; t < days.told.size(); ++t) path_of_[days.told[t].interval] = static_cast<int32_t>(t);
    for_blocks(days.told.size(), kPathsAtOnce, options_.threads, [&](size_t begin, size_t end, size_t) {
      for (size_t t = begin; t < end; ++t) {
        const size_t i = days.told[t].interval;
        paths_[t] = path_likelihood({days, days.told[t], data_.intervals[i], left_[i], product(data_.intervals[i]).pack,
                                     mean_[i], kPathSize, wanted_a_day(days.told[t])});
      }
    });
  }

  /// Units a day that are wanted at the store's mean pace: by the interval's own sales, and its cell's.
  [[nodiscard]] double wanted_a_day(const StockDays::Told& told) const {
    const Interval& x = data_.intervals[told.interval];
    double paces = kPriorDays;
    for (int32_t day = told.first; day <= told.last; ++day) paces += options_.days->pace_of(x.store, day);
    const double usual = static_cast<double>(sales_rate_[static_cast<size_t>(layout_.cell[told.interval])]);
    return std::max(1e-4, (std::max(0.0, static_cast<double>(x.sold)) + kPriorDays * usual) / paces);
  }

  /// What a product loses all the time is not what its deliveries lack: the model was fitted to both.
  void leave_steps_out_of_the_mean(const std::vector<double>& fitted) {
    std::vector<double> all(data_.products.size(), kPriorLoss), kept = all;
    for (size_t i = 0; i < left_.size(); ++i) {
      if (data_.intervals[i].open) continue;
      const auto p = static_cast<size_t>(data_.intervals[i].product);
      all[p] += std::max(0.0, left_[i]);
      kept[p] += std::max(0.0, left_[i] - steps_[i]);
    }
    for (size_t i = 0; i < left_.size(); ++i) {
      const auto p = static_cast<size_t>(data_.intervals[i].product);
      mean_[i] = fitted[i] * std::min(1.0, kept[p] / all[p]);
    }
  }

  void weigh_cell(size_t begin, size_t end, bool last) {
    while (end > begin && data_.intervals[end - 1].open) --end;
    if (end == begin) return;
    const size_t n = end - begin;
    std::vector<Errors> backward(n + 1);
    backward[n].fill(1);
    std::vector<Atoms> atoms(n);
    std::vector<std::array<std::array<std::array<double, 3>, kStates>, kStates>> like(n);
    for (size_t k = n; k-- > 0;) {
      atoms[k] = atoms_of(begin + k);
      double scale = 0;
      for (int a = 0; a < kStates; ++a) {
        double sum = 0;
        for (int b = 0; b < kStates; ++b) {
          const auto l = like[k][static_cast<size_t>(a)][static_cast<size_t>(b)] =
              likelihood(begin + k, atoms[k], a - kErrorMax, b - kErrorMax);
          sum += (l[0] + l[1] + l[2]) * error_chance(b - kErrorMax) * backward[k + 1][static_cast<size_t>(b)];
        }
        backward[k][static_cast<size_t>(a)] = sum;
        scale = std::max(scale, sum);
      }
      for (double& x : backward[k]) x /= std::max(scale, 1e-300);
    }
    Errors forward{};
    for (int a = 0; a < kStates; ++a) forward[static_cast<size_t>(a)] = error_chance(a - kErrorMax);
    for (size_t k = 0; k < n; ++k)
      forward = weigh_interval(begin + k, atoms[k], like[k], forward, backward[k + 1], last);
  }

  Errors weigh_interval(size_t i, const Atoms& a,
                        const std::array<std::array<std::array<double, 3>, kStates>, kStates>& like,
                        const Errors& forward, const Errors& backward, bool last) {
    double all = 0, error = 0, missing = 0, over = 0, wrong = 0;
    Errors next{};
    for (int before = 0; before < kStates; ++before) {
      for (int after = 0; after < kStates; ++after) {
        const auto b = static_cast<size_t>(before), f = static_cast<size_t>(after);
        const double chance = forward[b] * error_chance(after - kErrorMax);
        const auto& l = like[b][f];
        const double joint = chance * backward[f];
        const double here = l[0] + l[1] + l[2];
        next[f] += chance * here;
        all += joint * here;
        error += joint * here * (before - after);
        wrong += after != kErrorMax ? joint * here : 0;
        missing += joint * l[1];
        over += joint * l[2];
      }
    }
    double scale = 0;
    for (double x : next) scale = std::max(scale, x);
    for (double& x : next) x /= std::max(scale, 1e-300);
    if (all <= 0) return next;
    const Interval& x = data_.intervals[i];
    counts_ += 1;
    wrong_ += wrong / all;
    if (a.units[1] > 0) {
      found_[vendor(x)] += missing / all;
      cases_[vendor(x)] += static_cast<double>(x.received) / a.units[1];
      over_found_ += over / all;
    }
    steps_[i] = (missing - over) / all * a.units[1];
    if (last) {
      out_.units[i][at(Cause::count_error)] = static_cast<float>(error / all);
      out_.units[i][at(Cause::receiving)] = static_cast<float>(steps_[i]);
    }
    return next;
  }

  // ---- sums ------------------------------------------------------------------------------------------------------

  /// What bears no trace: as much of it as such goods lose all the time is theft-like, the rest nothing explains.
  void share_the_rest() {
    for (size_t i = 0; i < left_.size(); ++i) {
      if (data_.intervals[i].open) continue;
      auto& u = out_.units[i];
      double rest = data_.intervals[i].v;
      for (float part : u) rest -= static_cast<double>(part);
      const double usual = std::clamp(rest, 0.0, mean_[i]);
      u[at(Cause::theft_like)] = static_cast<float>(usual);
      u[at(Cause::unexplained)] = static_cast<float>(rest - usual);
    }
  }

  void add_up() {
    std::array<CauseTotal, kCauses> totals;
    out_.by_store.assign(data_.stores.size(), {});
    out_.by_category.assign(data_.categories.size(), {});
    double all = 0;
    for (size_t i = 0; i < left_.size(); ++i) {
      const Interval& x = data_.intervals[i];
      for (size_t c = 0; c < kCauses; ++c) {
        const double units = out_.units[i][c];
        (units > 0 ? totals[c].lost : totals[c].found) += std::abs(units);
        totals[c].net += units;
        totals[c].net_cost += units * static_cast<double>(x.unit_cost);
        all += std::abs(units);
        out_.by_store[static_cast<size_t>(x.store)][c] += units;
        out_.by_category[static_cast<size_t>(product(x).category)][c] += units;
      }
    }
    for (size_t c = 0; c < kCauses; ++c) {
      totals[c].cause = static_cast<Cause>(c);
      totals[c].share = all > 0 ? (totals[c].lost + totals[c].found) / all : 0;
      out_.totals.push_back(totals[c]);
    }
    for (size_t v = 0; v < data_.vendors.size(); ++v) {
      if (cases_[v] <= 0) continue;
      const double shape = found_[v] + kPriorCases * chain_rate_, rate = cases_[v] + kPriorCases;
      const boost::math::gamma_distribution<> posterior(std::max(1e-3, shape), 1 / rate);
      VendorShorts x{static_cast<int>(v),
                     cases_[v],
                     found_[v],
                     shape / rate,
                     boost::math::quantile(posterior, 0.05),
                     boost::math::quantile(posterior, 0.95),
                     false};
      x.stands_out = x.low > 2 * chain_rate_;
      out_.vendors.push_back(x);
    }
    std::stable_sort(out_.vendors.begin(), out_.vendors.end(),
                     [](const VendorShorts& a, const VendorShorts& b) { return a.rate > b.rate; });
    out_.count_error = error_rate_;
  }

  const LossData& data_;
  const Layout& layout_;
  const CauseOptions& options_;
  CauseReport out_;
  std::vector<double> mean_;       ///< by interval: expected loss of such goods there
  std::vector<double> left_;       ///< by interval: what of V is still to be explained
  std::vector<double> steps_;      ///< by interval: units that a delivery lacked, or had too many
  std::vector<double> usual_;      ///< by interval: spoilage that its sales would have
  std::vector<float> sales_rate_;  ///< by cell: units a day
  std::vector<PathLikelihood> paths_;
  std::vector<int32_t> path_of_;    ///< by interval: index into paths_, or -1
  std::vector<size_t> cell_begin_;  ///< by cell, and one past the last
  std::vector<double> vendor_rate_, found_, cases_;
  double chain_rate_ = 0.001, over_rate_ = 0.0003, error_rate_ = 0.03;
  double over_found_ = 0, wrong_ = 0, counts_ = 0;
};

}  // namespace

const char* to_string(Cause cause) {
  static constexpr std::array names{"receiving",   "scan of a sibling", "unrecorded spoilage", "packs booked as units",
                                    "count error", "unbooked transfer", "theft-like",          "unexplained"};
  return names[static_cast<size_t>(cause)];
}

Result<CauseReport> explain_losses(const LossData& data, const Layout& layout, const CauseOptions& options) {
  return Explainer(data, layout, options).run();
}

}  // namespace shrike
