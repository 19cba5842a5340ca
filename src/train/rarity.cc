#include "train/rarity.h"

#include <ATen/core/ivalue.h>  // first: the others leave IValue unfinished, which clang refuses
#include <algorithm>
#include <cassert>
#include <fmt/format.h>
#include <torch/nn.h>

namespace shrike {
namespace {

constexpr int64_t kSteps_min = 1000;
constexpr double kShrinkage =
    0.05;  // share of the mean variance added to each: directions that hardly vary count little
constexpr auto kFeatures = static_cast<int64_t>(kBodyFeatures);

// libtorch takes its inputs by non-const pointer; it does not write to them.
torch::Tensor view(std::span<const float> values, c10::IntArrayRef shape) {
  return torch::from_blob(const_cast<float*>(values.data()), shape);
}

// Feature × (steps + 2 reach): before its first and after its last step a stretch stands still.
torch::Tensor features_of(std::span<const BodyStep> stretch) {
  const auto reach = static_cast<int64_t>(kConcealmentReach), n = static_cast<int64_t>(stretch.size());
  auto out = torch::empty({kFeatures, n + 2 * reach});
  auto at = out.accessor<float, 2>();
  for (int64_t i = 0; i < n + 2 * reach; ++i) {
    const auto values = concealment_features(stretch[static_cast<size_t>(std::clamp(i - reach, int64_t{0}, n - 1))]);
    for (int64_t k = 0; k < kFeatures; ++k) at[k][i] = values[static_cast<size_t>(k)];
  }
  return out;
}

// What a Gaussian is fitted from. Sums, so that what a group adds can be taken off again.
struct Moments {
  torch::Tensor sum = torch::zeros({Rarity::kOutputs}, torch::kFloat64);
  torch::Tensor squares = torch::zeros({Rarity::kOutputs, Rarity::kOutputs}, torch::kFloat64);
  int64_t n = 0;

  void add(std::span<const BodyStep> stretch) {
    // Step × (feature × kSteps).
    const auto windows = features_of(stretch).unfold(1, Rarity::kSteps, 1).permute({1, 0, 2});
    const auto x = windows.reshape({-1, Rarity::kOutputs}).to(torch::kFloat64);
    sum += x.sum(0);
    squares += x.t().mm(x);
    n += x.size(0);
  }
  Moments& operator+=(const Moments& other) {
    sum += other.sum;
    squares += other.squares;
    n += other.n;
    return *this;
  }
  Moments operator-(const Moments& other) const { return {sum - other.sum, squares - other.squares, n - other.n}; }
};

Result<Rarity> rarity_of(const Moments& moments) {
  const int64_t n = moments.n;
  if (n < kSteps_min) return bad_input(fmt::format("found {} steps of people, expected {} or more", n, kSteps_min));
  const auto mean = moments.sum / n;
  const auto covariance = moments.squares / n - mean.outer(mean);
  const auto ridge = covariance.diagonal().mean() * kShrinkage * torch::eye(Rarity::kOutputs, torch::kFloat64);
  const auto whiten = torch::linalg_inv(torch::linalg_cholesky(covariance + ridge));
  const auto w = whiten.to(torch::kFloat32).contiguous(), b = (-whiten.mv(mean)).to(torch::kFloat32).contiguous();
  return Rarity{.weights = {w.data_ptr<float>(), w.data_ptr<float>() + w.numel()},
                .biases = {b.data_ptr<float>(), b.data_ptr<float>() + b.numel()}};
}

}  // namespace

std::vector<float> Rarity::of(std::span<const BodyStep> stretch) const {
  const torch::NoGradGuard no_gradients;
  const auto x = features_of(stretch).unsqueeze(0);
  const auto far = torch::conv1d(x, view(weights, {kOutputs, kFeatures, kSteps}), view(biases, {kOutputs}));
  const auto out = far.square().mean(1).sqrt().contiguous();
  return {out.data_ptr<float>(), out.data_ptr<float>() + out.numel()};
}

Result<Rarities> fit_rarities(std::span<const std::span<const BodyStep>> stretches, std::span<const size_t> group,
                              size_t groups) {
  assert(stretches.size() == group.size());
  const torch::NoGradGuard no_gradients;
  Moments all;
  std::vector<Moments> of_group(groups);
  for (size_t i = 0; i < stretches.size(); ++i) of_group[group[i]].add(stretches[i]);
  for (const Moments& one : of_group) all += one;
  Rarities out;
  TRY(out.all, rarity_of(all));
  for (const Moments& one : of_group) {
    TRY(auto rarity, rarity_of(all - one));
    out.without.push_back(std::move(rarity));
  }
  return out;
}

}  // namespace shrike
