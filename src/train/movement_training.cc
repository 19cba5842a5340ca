#include "train/movement_training.h"

#include <ATen/core/ivalue.h>  // first: the others leave IValue unfinished, which clang refuses
#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <random>
#include <torch/nn.h>
#include <torch/optim.h>

namespace shrike {
namespace {

constexpr size_t kWalksMin = 100;
constexpr size_t kBatch = 64;
constexpr double kLearningRate = 4e-3, kWeightDecay = 1e-5, kClip = 5;
constexpr double kHidden = 0.03;  // share of places that are hidden, so that the net knows what an unknown one means

/// Walks of one batch, side by side, the shorter ones filled up.
struct Batch {
  torch::Tensor place;       ///< walk × (1 + steps): the moment before the first one, then each stretch
  torch::Tensor features;    ///< … × kStepFeatures
  torch::Tensor next;        ///< walk × (1 + steps): the place that follows; places.size(): leaving; −1: nothing
  torch::Tensor next_place;  ///< the same as a row of the vectors, 0 where nothing is
  torch::Tensor bin;         ///< of the stretch that follows; −1 where none does
};

Batch batch_of(const MovementRows& rows, const std::vector<size_t>& which, std::mt19937_64* random) {
  size_t steps = 0;
  for (const size_t w : which) steps = std::max(steps, rows.walks[w].place.size());
  const auto n = static_cast<int64_t>(which.size()), t = static_cast<int64_t>(steps) + 1;
  Batch b{torch::zeros({n, t}, torch::kInt64), torch::zeros({n, t, kStepFeatures}),
          torch::full({n, t}, -1, torch::kInt64), torch::zeros({n, t}, torch::kInt64),
          torch::full({n, t}, -1, torch::kInt64)};
  auto place = b.place.accessor<int64_t, 2>(), next = b.next.accessor<int64_t, 2>(),
       next_place = b.next_place.accessor<int64_t, 2>(), bin = b.bin.accessor<int64_t, 2>();
  auto* features = b.features.data_ptr<float>();
  std::bernoulli_distribution hide(kHidden);
  for (int64_t w = 0; w < n; ++w) {
    const WalkSteps& walk = rows.walks[which[static_cast<size_t>(w)]];
    const auto row = [&](int64_t i) {
      return std::span(features + (w * t + i) * kStepFeatures, static_cast<size_t>(kStepFeatures));
    };
    begin_features(walk.hour, row(0));
    const auto count = static_cast<int64_t>(walk.place.size());
    for (int64_t i = 0; i < count; ++i) {
      const auto at = static_cast<size_t>(i);
      const bool hidden = random != nullptr && hide(*random);
      place[w][i + 1] = hidden ? 0 : walk.place[at];
      next[w][i] = hidden ? 0 : walk.place[at];
      next_place[w][i] = next[w][i];
      bin[w][i] = seconds_bin(static_cast<double>(walk.seconds[at]));
      step_features(walk, at, row(i + 1));
    }
    next[w][count] = static_cast<int64_t>(rows.places.size());
  }
  return b;
}

/// The net while it learns.
struct Learner : torch::nn::Module {
  torch::nn::Embedding vectors{nullptr};
  torch::nn::GRU memory{nullptr};
  torch::nn::Linear next{nullptr}, mix{nullptr}, seconds{nullptr};

  Learner(int64_t places, const MovementTraining& how) {
    vectors = register_module("vectors", torch::nn::Embedding(places, how.embed));
    memory = register_module(
        "memory", torch::nn::GRU(torch::nn::GRUOptions(how.embed + kStepFeatures, how.hidden).batch_first(true)));
    next = register_module("next", torch::nn::Linear(how.hidden, places + 1));
    mix = register_module("mix", torch::nn::Linear(how.hidden + how.embed, how.seconds_hidden));
    seconds = register_module("seconds", torch::nn::Linear(how.seconds_hidden, kSecondsBins));
    const torch::NoGradGuard fixed;
    vectors->weight.mul_(0.3);
  }

  /// −ln of the likelihood of all that follows, summed.
  torch::Tensor loss(const Batch& b) {
    const auto x = torch::cat({vectors->forward(b.place), b.features}, 2);
    const auto h = std::get<0>(memory->forward(x));
    const auto ignore = torch::nn::functional::CrossEntropyFuncOptions().ignore_index(-1).reduction(torch::kSum);
    const auto where = torch::nn::functional::cross_entropy(next->forward(h).flatten(0, 1), b.next.flatten(), ignore);
    const auto mixed = torch::tanh(mix->forward(torch::cat({h, vectors->forward(b.next_place)}, 2)));
    const auto how_long =
        torch::nn::functional::cross_entropy(seconds->forward(mixed).flatten(0, 1), b.bin.flatten(), ignore);
    return where + how_long;
  }
};

size_t stretches_in(const MovementRows& rows, const std::vector<size_t>& which) {
  size_t n = 0;
  for (const size_t w : which) n += rows.walks[w].place.size() + 1;
  return n;
}

double mean_loss(Learner& net, const MovementRows& rows, const std::vector<size_t>& which) {
  const torch::NoGradGuard still;
  double sum = 0;
  for (size_t at = 0; at < which.size(); at += kBatch) {
    const auto first = which.begin() + static_cast<std::ptrdiff_t>(at);
    const std::vector<size_t> part(first, first + static_cast<std::ptrdiff_t>(std::min(kBatch, which.size() - at)));
    sum += net.loss(batch_of(rows, part, nullptr)).item<double>();
  }
  return sum / static_cast<double>(std::max<size_t>(1, stretches_in(rows, which)));
}

void learn_epoch(Learner& net, torch::optim::Adam& optimiser, const MovementRows& rows, std::vector<size_t>& which,
                 std::mt19937_64& random) {
  std::ranges::shuffle(which, random);
  // Walks of a length side by side waste little; batches come in any order.
  for (size_t at = 0; at < which.size(); at += kBatch * 16) {
    const size_t end = std::min(which.size(), at + kBatch * 16);
    std::sort(which.begin() + static_cast<std::ptrdiff_t>(at), which.begin() + static_cast<std::ptrdiff_t>(end),
              [&](size_t a, size_t b) { return rows.walks[a].place.size() < rows.walks[b].place.size(); });
  }
  std::vector<size_t> starts;
  for (size_t at = 0; at < which.size(); at += kBatch) starts.push_back(at);
  std::ranges::shuffle(starts, random);
  for (const size_t at : starts) {
    const auto first = which.begin() + static_cast<std::ptrdiff_t>(at);
    const std::vector<size_t> part(first, first + static_cast<std::ptrdiff_t>(std::min(kBatch, which.size() - at)));
    optimiser.zero_grad();
    const auto loss =
        net.loss(batch_of(rows, part, &random)) / static_cast<double>(std::max<size_t>(1, stretches_in(rows, part)));
    loss.backward();
    torch::nn::utils::clip_grad_norm_(net.parameters(), kClip);
    optimiser.step();
  }
}

std::vector<float> values(const torch::Tensor& tensor) {
  const auto flat = tensor.detach().contiguous().to(torch::kFloat32).flatten();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

MovementNet net_of(Learner& learner, const MovementRows& rows, const MovementTraining& how) {
  auto memory = learner.memory->named_parameters();
  return {.embed = how.embed,
          .hidden = how.hidden,
          .seconds_hidden = how.seconds_hidden,
          .places = rows.places,
          .place_vectors = values(learner.vectors->weight),
          .w_in = values(memory["weight_ih_l0"]),
          .b_in = values(memory["bias_ih_l0"]),
          .w_hidden = values(memory["weight_hh_l0"]),
          .b_hidden = values(memory["bias_hh_l0"]),
          .w_next = values(learner.next->weight),
          .b_next = values(learner.next->bias),
          .w_mix = values(learner.mix->weight),
          .b_mix = values(learner.mix->bias),
          .w_seconds = values(learner.seconds->weight),
          .b_seconds = values(learner.seconds->bias)};
}

}  // namespace

Result<TrainedMovement> train_movement(const MovementRows& rows, const MovementTraining& how) try {
  if (rows.walks.size() < kWalksMin)
    return bad_input(fmt::format("found {} walks, expected {} or more to learn from", rows.walks.size(), kWalksMin));
  at::set_num_threads(how.threads);
  torch::manual_seed(how.seed);
  std::mt19937_64 random(how.seed);
  std::vector<size_t> most, aside;
  for (size_t w = 0; w < rows.walks.size(); ++w) (w % 10 == 7 ? aside : most).push_back(w);
  Learner net(static_cast<int64_t>(rows.places.size()), how);
  torch::optim::Adam optimiser(net.parameters(), torch::optim::AdamOptions(kLearningRate).weight_decay(kWeightDecay));
  TrainedMovement out{.net = net_of(net, rows, how), .epochs = 0, .surprise_per_stretch = mean_loss(net, rows, aside)};
  for (int epoch = 1; epoch <= how.epochs_max && epoch - out.epochs <= how.patience; ++epoch) {
    learn_epoch(net, optimiser, rows, most, random);
    const double loss = mean_loss(net, rows, aside);
    if (!(loss < out.surprise_per_stretch)) continue;
    out = {net_of(net, rows, how), epoch, loss};
  }
  return out;
} catch (const std::exception& error) {
  return fail(fmt::format("libtorch: {}", error.what()));
}

}  // namespace shrike
