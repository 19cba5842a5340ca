#include "track/mot_eval.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <vector>

#include "track/assignment.h"

namespace shrike {
namespace {

constexpr double kMatchIou = 0.5;
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

double alpha_of(size_t a) { return 0.05 + 0.05 * static_cast<double>(a); }

double overlap(const MotRow& a, const MotRow& b) {
  const double w = std::min(a.left + a.width, b.left + b.width) - std::max(a.left, b.left);
  const double h = std::min(a.top + a.height, b.top + b.height) - std::max(a.top, b.top);
  if (w <= 0 || h <= 0) return 0;
  return w * h / (a.width * a.height + b.width * b.height - w * h);
}

// True and tracked identities as indices from 0, in order of appearance.
class Names {
 public:
  int index(int64_t id) {
    const auto [found, is_new] = indices_.try_emplace(id, static_cast<int>(counts.size()));
    if (is_new) counts.push_back(0);
    return found->second;
  }
  std::vector<int64_t> counts;  // boxes of each

 private:
  std::unordered_map<int64_t, int> indices_;
};

// Boxes of one frame that overlap.
struct Touch {
  int truth, result;  // index in the frame
  double iou;
};

struct FrameRows {
  std::vector<int> truth, result;  // identities
  std::vector<Touch> touches;      // ascending by truth
};

// What a true and a tracked identity have in common over the whole sequence.
struct PairCounts {
  int truth = 0, result = 0;
  double potential = 0;                              // Σ of HOTA's normalised overlap
  int64_t at_half = 0;                               // frames with IoU >= .5
  std::array<int64_t, MotScore::kAlphas> matched{};  // frames matched under HOTA, by alpha
};

class Scorer {
 public:
  void add_frame(std::span<const MotRow> truth, std::span<const MotRow> results);
  MotScore score();

 private:
  std::vector<MotRow> without_distractors(std::span<const MotRow> truth, std::span<const MotRow> results);
  PairCounts& pair(int truth, int result);
  void count_clear(MotScore& score);
  void count_identities(MotScore& score);
  void count_potential();
  void count_hota(MotScore& score);

  Names truth_names_, result_names_;
  std::vector<FrameRows> frames_;
  std::unordered_map<int64_t, PairCounts> pairs_;
  Assignment assignment_;
};

std::vector<MotRow> Scorer::without_distractors(std::span<const MotRow> truth, std::span<const MotRow> results) {
  assignment_.begin(static_cast<int>(truth.size()), static_cast<int>(results.size()));
  for (size_t t = 0; t < truth.size(); ++t)
    for (size_t r = 0; r < results.size(); ++r)
      if (const double iou = overlap(truth[t], results[r]); iou >= kMatchIou - kEpsilon)
        assignment_.add(static_cast<int>(t), static_cast<int>(r), static_cast<float>(iou));
  std::vector<bool> removed(results.size());
  const auto match = assignment_.solve();
  for (size_t t = 0; t < truth.size(); ++t) {
    const int label = truth[t].label;
    if (match[t] >= 0 && (label == 2 || label == 7 || label == 8 || label == 12))
      removed[static_cast<size_t>(match[t])] = true;
  }
  std::vector<MotRow> kept;
  for (size_t r = 0; r < results.size(); ++r)
    if (!removed[r]) kept.push_back(results[r]);
  return kept;
}

void Scorer::add_frame(std::span<const MotRow> truth, std::span<const MotRow> results) {
  const std::vector<MotRow> kept = without_distractors(truth, results);
  FrameRows frame;
  std::vector<const MotRow*> counted;
  for (const MotRow& row : truth)
    if (row.confidence != 0 && row.label == 1) counted.push_back(&row);
  for (const MotRow* row : counted) ++truth_names_.counts[frame.truth.emplace_back(truth_names_.index(row->id))];
  for (const MotRow& row : kept) ++result_names_.counts[frame.result.emplace_back(result_names_.index(row.id))];
  for (size_t t = 0; t < counted.size(); ++t)
    for (size_t r = 0; r < kept.size(); ++r)
      if (const double iou = overlap(*counted[t], kept[r]); iou > 0)
        frame.touches.push_back({static_cast<int>(t), static_cast<int>(r), iou});
  frames_.push_back(std::move(frame));
}

PairCounts& Scorer::pair(int truth, int result) {
  PairCounts& counts = pairs_[(static_cast<int64_t>(truth) << 32) | result];
  counts.truth = truth;
  counts.result = result;
  return counts;
}

void Scorer::count_clear(MotScore& score) {
  constexpr float kStayTogether = 10;  // more than any other pairing can gain: matches of the last frame go on
  std::vector<int> last_result(truth_names_.counts.size(), -1), previous(truth_names_.counts.size(), -1);
  std::vector<int> now(truth_names_.counts.size(), -1);
  for (const FrameRows& frame : frames_) {
    assignment_.begin(static_cast<int>(frame.truth.size()), static_cast<int>(frame.result.size()));
    for (const Touch& touch : frame.touches) {
      if (touch.iou < kMatchIou - kEpsilon) continue;
      const bool together = previous[frame.truth[touch.truth]] == frame.result[touch.result];
      assignment_.add(touch.truth, touch.result, static_cast<float>(touch.iou) + (together ? kStayTogether : 0));
    }
    const auto match = assignment_.solve();
    std::fill(now.begin(), now.end(), -1);
    int64_t matches = 0;
    for (size_t t = 0; t < frame.truth.size(); ++t) {
      if (match[t] < 0) continue;
      const int truth = frame.truth[t], result = frame.result[static_cast<size_t>(match[t])];
      ++matches;
      if (last_result[truth] >= 0 && last_result[truth] != result) ++score.switches;
      last_result[truth] = now[truth] = result;
    }
    previous.swap(now);
    score.matches += matches;
    score.misses += static_cast<int64_t>(frame.truth.size()) - matches;
    score.false_positives += static_cast<int64_t>(frame.result.size()) - matches;
  }
}

void Scorer::count_identities(MotScore& score) {
  for (const FrameRows& frame : frames_)
    for (const Touch& touch : frame.touches)
      if (touch.iou >= kMatchIou - kEpsilon) ++pair(frame.truth[touch.truth], frame.result[touch.result]).at_half;
  std::vector<const PairCounts*> sorted;
  for (const auto& [key, counts] : pairs_)
    if (counts.at_half > 0) sorted.push_back(&counts);
  std::sort(sorted.begin(), sorted.end(), [](const PairCounts* a, const PairCounts* b) {
    return std::pair(a->truth, a->result) < std::pair(b->truth, b->result);
  });
  assignment_.begin(static_cast<int>(truth_names_.counts.size()), static_cast<int>(result_names_.counts.size()));
  for (const PairCounts* counts : sorted)
    assignment_.add(counts->truth, counts->result, static_cast<float>(counts->at_half));
  const auto match = assignment_.solve();
  for (size_t truth = 0; truth < match.size(); ++truth)
    if (match[truth] >= 0) score.id_matches += pair(static_cast<int>(truth), match[truth]).at_half;
}

// HOTA's first pass: how well whole identities go together, each overlap shared among all that overlap there.
void Scorer::count_potential() {
  std::vector<double> truth_sum, result_sum;
  for (const FrameRows& frame : frames_) {
    truth_sum.assign(frame.truth.size(), 0);
    result_sum.assign(frame.result.size(), 0);
    for (const Touch& touch : frame.touches) {
      truth_sum[touch.truth] += touch.iou;
      result_sum[touch.result] += touch.iou;
    }
    for (const Touch& touch : frame.touches)
      pair(frame.truth[touch.truth], frame.result[touch.result]).potential +=
          touch.iou / (truth_sum[touch.truth] + result_sum[touch.result] - touch.iou);
  }
}

void Scorer::count_hota(MotScore& score) {
  count_potential();
  for (const FrameRows& frame : frames_) {
    assignment_.begin(static_cast<int>(frame.truth.size()), static_cast<int>(frame.result.size()));
    for (const Touch& touch : frame.touches) {
      const int truth = frame.truth[touch.truth], result = frame.result[touch.result];
      const double potential = pair(truth, result).potential;
      const auto boxes = static_cast<double>(truth_names_.counts[truth] + result_names_.counts[result]);
      assignment_.add(touch.truth, touch.result, static_cast<float>(potential / (boxes - potential) * touch.iou));
    }
    const auto match = assignment_.solve();
    for (const Touch& touch : frame.touches) {
      if (match[static_cast<size_t>(touch.truth)] != touch.result) continue;
      PairCounts& counts = pair(frame.truth[touch.truth], frame.result[touch.result]);
      for (size_t a = 0; a < MotScore::kAlphas && touch.iou >= alpha_of(a) - kEpsilon; ++a) {
        ++counts.matched[a];
        ++score.hota_matches[a];
        score.localisation_sum[a] += touch.iou;
      }
    }
  }
  for (const auto& [key, counts] : pairs_) {
    const int64_t boxes = truth_names_.counts[counts.truth] + result_names_.counts[counts.result];
    for (size_t a = 0; a < MotScore::kAlphas; ++a) {
      const auto matched = static_cast<double>(counts.matched[a]);
      score.association_sum[a] += matched * matched / std::max(1.0, static_cast<double>(boxes) - matched);
    }
  }
}

MotScore Scorer::score() {
  MotScore score;
  for (const FrameRows& frame : frames_) {
    score.truth += static_cast<int64_t>(frame.truth.size());
    score.results += static_cast<int64_t>(frame.result.size());
  }
  count_clear(score);
  count_identities(score);
  count_hota(score);
  return score;
}

// Takes the rows of `frame` off the front of `rows`.
std::span<const MotRow> take_frame(std::span<const MotRow>& rows, int frame) {
  size_t n = 0;
  while (n < rows.size() && rows[n].frame == frame) ++n;
  const auto taken = rows.first(n);
  rows = rows.subspan(n);
  return taken;
}

double mean(const std::array<double, MotScore::kAlphas>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// DetA, AssA and LocA at one alpha.
double detection_at(const MotScore& score, size_t a) {
  const int64_t either = score.truth + score.results - score.hota_matches[a];
  return static_cast<double>(score.hota_matches[a]) / static_cast<double>(std::max<int64_t>(1, either));
}
double association_at(const MotScore& score, size_t a) {
  return score.association_sum[a] / static_cast<double>(std::max<int64_t>(1, score.hota_matches[a]));
}
double localisation_at(const MotScore& score, size_t a) {
  return score.hota_matches[a] == 0 ? 1 : score.localisation_sum[a] / static_cast<double>(score.hota_matches[a]);
}

template <class F>
double mean_over_alphas(F value_at) {
  std::array<double, MotScore::kAlphas> values{};
  for (size_t a = 0; a < values.size(); ++a) values[a] = value_at(a);
  return mean(values);
}

}  // namespace

double MotScore::mota() const {
  return 1 -
         static_cast<double>(misses + false_positives + switches) / static_cast<double>(std::max<int64_t>(1, truth));
}

double MotScore::idf1() const {
  return 2 * static_cast<double>(id_matches) / static_cast<double>(std::max<int64_t>(1, truth + results));
}

double MotScore::hota() const {
  return mean_over_alphas([&](size_t a) { return std::sqrt(detection_at(*this, a) * association_at(*this, a)); });
}
double MotScore::detection_accuracy() const {
  return mean_over_alphas([&](size_t a) { return detection_at(*this, a); });
}
double MotScore::association_accuracy() const {
  return mean_over_alphas([&](size_t a) { return association_at(*this, a); });
}
double MotScore::localisation_accuracy() const {
  return mean_over_alphas([&](size_t a) { return localisation_at(*this, a); });
}

MotScore& MotScore::operator+=(const MotScore& other) {
  truth += other.truth;
  results += other.results;
  matches += other.matches;
  false_positives += other.false_positives;
  misses += other.misses;
  switches += other.switches;
  id_matches += other.id_matches;
  for (size_t a = 0; a < kAlphas; ++a) {
    hota_matches[a] += other.hota_matches[a];
    association_sum[a] += other.association_sum[a];
    localisation_sum[a] += other.localisation_sum[a];
  }
  return *this;
}

MotScore score_mot(std::span<const MotRow> truth, std::span<const MotRow> results) {
  Scorer scorer;
  while (!truth.empty() || !results.empty()) {
    int frame = std::numeric_limits<int>::max();
    if (!truth.empty()) frame = truth.front().frame;
    if (!results.empty()) frame = std::min(frame, results.front().frame);
    scorer.add_frame(take_frame(truth, frame), take_frame(results, frame));
  }
  return scorer.score();
}

}  // namespace shrike
