#include "shrink/plan.h"

#include <algorithm>
#include <cmath>

namespace shrike {
namespace {

struct Line {
  uint32_t place;
  double worth, loss, doubt;
};

class Planner {
 public:
  Planner(const LossData& data, const std::vector<CellOutlook>& cells, const PlanOptions& options)
      : options_(options), line_h_(options.line_s / 3600), store_h_(options.store_min / 60) {
    lines_.resize(data.stores.size());
    for (size_t k = 0; k < cells.size(); ++k) {
      const Interval& x = data.intervals[cells[k].interval];
      const double cost = std::max(0.0F, x.unit_cost);
      const double loss = cells[k].found * cost, doubt = 0.5 * (cells[k].since_high - cells[k].since_low) * cost;
      lines_[static_cast<size_t>(x.store)].push_back(
          {static_cast<uint32_t>(k), options.aim == PlanAim::loss ? loss : doubt, loss, doubt});
    }
    for (auto& store : lines_) {
      std::stable_sort(store.begin(), store.end(), [](const Line& a, const Line& b) { return a.worth > b.worth; });
    }
  }

  CountPlan run() {
    double low = 0, high = 1e9;
    for (int i = 0; i < 80; ++i) {
      const double middle = low < 1e-6 ? std::sqrt((low + 1e-9) * high) : std::sqrt(low * high);
      (hours_at(middle) > options_.hours ? low : high) = middle;
    }
    const double price = hours_at(0) <= options_.hours ? 0 : high;
    CountPlan plan;
    for (size_t s = 0; s < lines_.size(); ++s) {
      if (const size_t n = lines_at(s, price); n > 0) take(plan, s, n);
    }
    fill_up(plan);
    finish(plan);
    return plan;
  }

 private:
  /// Lines of a store that pay at `price` an hour; none where together they do not pay for beginning there.
  [[nodiscard]] size_t lines_at(size_t s, double price) const {
    double worth = 0;
    size_t n = 0;
    for (; n < lines_[s].size() && lines_[s][n].worth > price * line_h_; ++n) worth += lines_[s][n].worth;
    return worth > price * (store_h_ + static_cast<double>(n) * line_h_) ? n : 0;
  }
  [[nodiscard]] double hours_of(size_t n) const { return n > 0 ? store_h_ + static_cast<double>(n) * line_h_ : 0; }
  [[nodiscard]] double hours_at(double price) const {
    double sum = 0;
    for (size_t s = 0; s < lines_.size(); ++s) sum += hours_of(lines_at(s, price));
    return sum;
  }

  void take(CountPlan& plan, size_t s, size_t n) const {
    PlannedStore store;
    store.store = static_cast<int>(s);
    store.hours = hours_of(n);
    for (size_t k = 0; k < n; ++k) add(store, lines_[s][k]);
    plan.hours += store.hours;
    plan.stores.push_back(std::move(store));
  }
  static void add(PlannedStore& store, const Line& line) {
    store.cells.push_back(line.place);
    store.loss += line.loss;
    store.doubt += line.doubt;
  }

  /// Time that is left over goes to the next best lines of stores that are counted anyway; if there is no such store,
  /// to the one store where it finds most.
  void fill_up(CountPlan& plan) const {
    if (plan.stores.empty()) begin_best_store(plan);
    for (;;) {
      PlannedStore* best = nullptr;
      for (PlannedStore& store : plan.stores) {
        if (plan.hours + line_h_ <= options_.hours && next(store) != nullptr &&
            (best == nullptr || next(store)->worth > next(*best)->worth)) {
          best = &store;
        }
      }
      if (best == nullptr || next(*best)->worth <= 0) return;
      add(*best, *next(*best));
      best->hours += line_h_;
      plan.hours += line_h_;
    }
  }
  [[nodiscard]] const Line* next(const PlannedStore& store) const {
    const auto& lines = lines_[static_cast<size_t>(store.store)];
    return store.cells.size() < lines.size() ? &lines[store.cells.size()] : nullptr;
  }
  void begin_best_store(CountPlan& plan) const {
    const double fit = std::floor((options_.hours - store_h_) / line_h_ + 1e-9);
    if (fit < 1) return;
    double best = 0;
    size_t at = 0, most = 0;
    for (size_t s = 0; s < lines_.size(); ++s) {
      const size_t n = std::min(lines_[s].size(), static_cast<size_t>(fit));
      double worth = 0;
      for (size_t k = 0; k < n; ++k) worth += lines_[s][k].worth;
      if (worth <= best) continue;
      best = worth;
      at = s;
      most = n;
    }
    if (most > 0) take(plan, at, most);
  }

  void finish(CountPlan& plan) const {
    for (size_t s = 0; s < lines_.size(); ++s) {
      for (const Line& line : lines_[s]) plan.loss_of_all += line.loss;
      plan.hours_of_all += hours_of(lines_[s].size());
    }
    for (const PlannedStore& store : plan.stores) {
      plan.loss += store.loss;
      plan.doubt += store.doubt;
      plan.lines += store.cells.size();
      const auto& lines = lines_[static_cast<size_t>(store.store)];
      double all = 0;
      for (const Line& line : lines) all += line.loss;
      plan.loss_at_random += all * static_cast<double>(store.cells.size()) / static_cast<double>(lines.size());
    }
    const bool by_loss = options_.aim == PlanAim::loss;
    std::stable_sort(plan.stores.begin(), plan.stores.end(), [&](const PlannedStore& a, const PlannedStore& b) {
      return (by_loss ? a.loss : a.doubt) * b.hours > (by_loss ? b.loss : b.doubt) * a.hours;
    });
  }

  const PlanOptions& options_;
  double line_h_, store_h_;
  std::vector<std::vector<Line>> lines_;  ///< by store, most worth first
};

}  // namespace

CountPlan plan_counts(const LossData& data, const std::vector<CellOutlook>& cells, const PlanOptions& options) {
  return Planner(data, cells, options).run();
}

}  // namespace shrike
