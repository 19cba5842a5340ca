#include "behaviour/concealment_model.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "vision/model_file.h"

namespace shrike {
namespace {

enum Output : size_t { kScore, kPoints, kParts };
constexpr size_t kWindow = 2 * kConcealmentReach + 1;
constexpr size_t kBehind = 9;
constexpr float kSigma = 3;    // steps: about 8 count
constexpr size_t kChunk = 64;  // steps a run where a whole stretch is at hand

// Rows of features into the network's input: one column a step.
void fill(std::span<float> input, std::span<const ConcealmentFeatures> rows) {
  assert(input.size() == rows.size() * kConcealmentFeatures);
  for (size_t i = 0; i < rows.size(); ++i)
    for (size_t k = 0; k < kConcealmentFeatures; ++k) input[k * rows.size() + i] = rows[i][k];
}

// What `part` says of a chunk.
std::span<const float> row_of(const Inference& inference, ConcealmentPart part) {
  if (part.kind == ConcealmentPart::whole) return inference.output(kScore);
  return inference.output(kParts).subspan(kChunk * static_cast<size_t>(part.kind - ConcealmentPart::hands), kChunk);
}

// `inference` takes kChunk steps a run.
Result<void> judge_stretch(Inference& inference, std::span<const BodyStep> steps, ConcealmentPart part,
                           std::vector<float>& scores) {
  std::vector<ConcealmentFeatures> rows;
  for (const BodyStep& step : steps) rows.push_back(concealment_features(step));
  // Before its first and after its last step a stretch is taken to stand still.
  rows.insert(rows.begin(), kConcealmentReach, rows.front());
  rows.resize(kConcealmentReach + (steps.size() + kChunk - 1) / kChunk * kChunk + kConcealmentReach, rows.back());
  std::vector<float> raw;
  for (size_t at = 0; at < steps.size(); at += kChunk) {
    fill(inference.input(), std::span(rows).subspan(at, kChunk + kWindow - 1));
    TRY_VOID(inference.run());
    const auto out = row_of(inference, part);
    raw.insert(raw.end(), out.begin(), out.end());
  }
  raw.resize(steps.size());
  for (size_t i = 0; i < raw.size(); ++i) scores.push_back(part.smoothed ? smoothed_at(raw, i) : raw[i]);
  return {};
}

// What a run on nothing tells; what is wrong with the network otherwise.
Result<std::vector<OperatingPoint>> read_points(const Session& session) {
  const auto& names = session.outputs();
  if (names.size() != 3 || names[kScore].name != "score" || names[kPoints].name != "operating_points" ||
      names[kParts].name != "parts")
    return bad_input("its outputs are not score, operating_points and parts");
  TRY(auto inference, session.prepare({1, static_cast<int64_t>(kConcealmentFeatures), static_cast<int64_t>(kWindow)}));
  TRY_VOID(inference.run());
  const Shape& shape = inference.output_shape(kPoints);
  if (shape.size() != 2 || shape[1] != 3 || shape[0] < 1)
    return bad_input(fmt::format("its operating_points are {}, expected nx3", fmt::join(shape, "x")));
  if (inference.output(kScore).size() != 1 || inference.output(kParts).size() != kConcealmentParts)
    return bad_input(fmt::format("it gives {} scores and {} parts for one step, expected 1 and {}",
                                 inference.output(kScore).size(), inference.output(kParts).size(), kConcealmentParts));
  std::vector<OperatingPoint> points;
  const auto values = inference.output(kPoints);
  for (size_t i = 0; i + 2 < values.size(); i += 3) points.push_back({values[i], values[i + 1], values[i + 2]});
  if (!std::ranges::is_sorted(points, {}, &OperatingPoint::threshold))
    return bad_input("the thresholds of its operating_points do not ascend");
  return points;
}

}  // namespace

float smoothed_at(std::span<const float> raw, size_t at) {
  static const auto weight = [] {
    std::array<float, kBehind + kConcealmentAhead + 1> w;
    for (size_t i = 0; i < w.size(); ++i) {
      const float d = (static_cast<float>(i) - static_cast<float>(kBehind)) / kSigma;
      w[i] = std::exp(-d * d / 2);
    }
    return w;
  }();
  const size_t from = at >= kBehind ? at - kBehind : 0, to = std::min(raw.size() - 1, at + kConcealmentAhead);
  float sum = 0, total = 0;
  for (size_t i = from; i <= to; ++i) {
    const float w = weight[i + kBehind - at];
    sum += w * raw[i];
    total += w;
  }
  return sum / total;
}

Result<ConcealmentModel> ConcealmentModel::load(const Runtime& runtime, const std::filesystem::path& file) {
  TRY(auto session, open_model(runtime, file));
  auto points = read_points(session);
  if (!points)
    return bad_input(fmt::format("{}: no concealment network: {}; make one with `shrike train concealment`",
                                 file.string(), points.error().message));
  return ConcealmentModel(std::move(session), std::move(*points));
}

float ConcealmentModel::threshold_for(double per_hour) const {
  for (const OperatingPoint& point : points_)
    if (std::max(point.per_hour_other_clips, point.per_hour_other_cameras) <= per_hour) return point.threshold;
  return points_.back().threshold;
}

Result<Inference> ConcealmentModel::prepare(size_t outputs) const {
  return session_.prepare({1, static_cast<int64_t>(kConcealmentFeatures), static_cast<int64_t>(outputs + kWindow - 1)});
}

std::vector<std::span<const BodyStep>> stretches_in(std::span<const BodyStep> steps) {
  std::vector<std::span<const BodyStep>> out;
  for (size_t from = 0; from < steps.size();) {
    size_t to = from + 1;
    while (to < steps.size() && !steps[to].first) ++to;
    out.push_back(steps.subspan(from, to - from));
    from = to;
  }
  return out;
}

Result<std::vector<float>> concealment_scores(const ConcealmentModel& model, std::span<const BodyStep> steps,
                                              ConcealmentPart part) {
  TRY(auto inference, model.prepare(kChunk));
  std::vector<float> scores;
  for (const auto stretch : stretches_in(steps)) TRY_VOID(judge_stretch(inference, stretch, part, scores));
  return scores;
}

Result<ConcealmentWatch> ConcealmentWatch::make(const ConcealmentModel& model) {
  TRY(auto inference, model.prepare(1));
  return ConcealmentWatch(std::move(inference));
}

Result<void> ConcealmentWatch::push(double time_s, const Pose& pose, std::vector<ConcealmentMoment>& out) {
  fresh_.clear();
  steps_.push(time_s, pose, fresh_);
  return take(fresh_, out);
}

Result<void> ConcealmentWatch::finish(std::vector<ConcealmentMoment>& out) {
  fresh_.clear();
  steps_.finish(fresh_);
  TRY_VOID(take(fresh_, out));
  return drain(out);
}

Result<void> ConcealmentWatch::take(const std::vector<BodyStep>& steps, std::vector<ConcealmentMoment>& out) {
  for (const BodyStep& step : steps) {
    if (step.first) TRY_VOID(drain(out));
    const auto row = concealment_features(step);
    if (window_.empty()) window_.assign(kConcealmentReach, {step.time_s, row});
    window_.emplace_back(step.time_s, row);
    if (window_.size() == kWindow) TRY_VOID(judge(out));
  }
  return {};
}

// The network on the full window: a judgement of its middle.
Result<void> ConcealmentWatch::judge(std::vector<ConcealmentMoment>& out) {
  assert(window_.size() == kWindow);
  std::array<ConcealmentFeatures, kWindow> rows;
  std::ranges::transform(window_, rows.begin(), [](const auto& entry) { return entry.second; });
  fill(inference_.input(), rows);
  TRY_VOID(inference_.run());
  judged_.push_back({window_[kConcealmentReach].first, inference_.output(kScore)[0]});
  window_.pop_front();
  if (judged_.size() - smoothed_ > kConcealmentAhead) smooth_one(out);
  return {};
}

void ConcealmentWatch::smooth_one(std::vector<ConcealmentMoment>& out) {
  std::vector<float> raw;
  for (const ConcealmentMoment& moment : judged_) raw.push_back(moment.score);
  out.push_back({judged_[smoothed_].time_s, smoothed_at(raw, smoothed_)});
  if (++smoothed_ > kBehind) {
    judged_.pop_front();
    --smoothed_;
  }
}

Result<void> ConcealmentWatch::drain(std::vector<ConcealmentMoment>& out) {
  if (window_.empty()) return {};
  const auto last = window_.back();
  // Steps of the stretch that no run has had in its middle yet; a short stretch's window is not even full.
  for (size_t missing = kConcealmentReach; missing > 0; --missing) {
    window_.push_back(last);
    if (window_.size() == kWindow) TRY_VOID(judge(out));
  }
  while (smoothed_ < judged_.size()) smooth_one(out);
  window_.clear();
  judged_.clear();
  smoothed_ = 0;
  return {};
}

}  // namespace shrike
