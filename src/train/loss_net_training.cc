#include "train/loss_net_training.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <random>
#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/nn.h>
#include <torch/optim.h>

namespace shrike {
namespace {

constexpr std::array<int64_t, 3> kEmbedded{4, 3, 6};  // store, category, product
constexpr int64_t kHidden1 = 48, kHidden2 = 24;
constexpr int64_t kBatch = 1024;
constexpr int kEpochsMost = 60, kPatience = 6;
constexpr double kUnknown =
    0.2;  // share of the rows whose store, category or product is hidden, so that others fare well
constexpr double kLearningRate = 2e-3, kWeightDecay = 1e-4;
constexpr std::chrono::seconds kGlooPatience{60};

/// The table as tensors, features standardised.
struct Table {
  torch::Tensor x, offset, y;
  std::array<torch::Tensor, 3> who;  // 0 = not known
  std::vector<float> shift, scale;
  std::array<int64_t, 3> known{};
  int64_t rows = 0;
};

torch::Tensor column(const std::vector<float>& values) {
  return torch::tensor(at::ArrayRef<float>(values.data(), values.size()), torch::kFloat32);
}

Table table_of(const ChallengeRows& rows) {
  Table t;
  const size_t columns = rows.columns(), n = rows.rows();
  t.rows = static_cast<int64_t>(n);
  std::vector<float> x = rows.x;
  for (size_t c = 0; c < columns; ++c) {
    double sum = 0, squares = 0;
    for (size_t r = 0; r < n; ++r) sum += x[r * columns + c];
    const double mean = sum / static_cast<double>(n);
    for (size_t r = 0; r < n; ++r) squares += std::pow(x[r * columns + c] - mean, 2);
    const double deviation = std::sqrt(squares / static_cast<double>(n));
    t.shift.push_back(static_cast<float>(mean));
    t.scale.push_back(deviation > 1e-6 ? static_cast<float>(1 / deviation) : 0.F);
    for (size_t r = 0; r < n; ++r)
      x[r * columns + c] = std::clamp((x[r * columns + c] - t.shift[c]) * t.scale[c], -5.F, 5.F);
  }
  t.x = column(x).reshape({t.rows, static_cast<int64_t>(columns)});
  t.offset = column(rows.log_offset);
  t.y = column(rows.y);
  const std::array<const std::vector<int32_t>*, 3> who{&rows.store, &rows.category, &rows.product};
  for (size_t k = 0; k < who.size(); ++k) {
    std::vector<int64_t> index;
    for (int32_t w : *who[k]) {
      index.push_back(int64_t{w} + 1);
      t.known[k] = std::max(t.known[k], int64_t{w} + 1);
    }
    t.who[k] = torch::tensor(at::ArrayRef<int64_t>(index.data(), index.size()), torch::kInt64);
  }
  return t;
}

/// The net while it learns.
struct Learner : torch::nn::Module {
  std::array<torch::nn::Embedding, 3> embedding{nullptr, nullptr, nullptr};
  torch::nn::Linear one{nullptr}, two{nullptr}, last{nullptr};
  torch::Tensor log_size;  // of the negative binomial

  Learner(int64_t columns, const std::array<int64_t, 3>& known) {
    int64_t width = columns;
    for (size_t k = 0; k < embedding.size(); ++k) {
      embedding[k] =
          register_module(fmt::format("embedding{}", k),
                          torch::nn::Embedding(torch::nn::EmbeddingOptions(known[k] + 1, kEmbedded[k]).padding_idx(0)));
      const torch::NoGradGuard fixed;
      embedding[k]->weight.mul_(0.05);
      width += kEmbedded[k];
    }
    one = register_module("one", torch::nn::Linear(width, kHidden1));
    two = register_module("two", torch::nn::Linear(kHidden1, kHidden2));
    last = register_module("last", torch::nn::Linear(kHidden2, 1));
    // It begins as the baseline.
    const torch::NoGradGuard fixed;
    last->weight.zero_();
    last->bias.zero_();
    log_size = register_parameter("log_size", torch::zeros({1}));
  }

  torch::Tensor log_mean(const Table& t, const torch::Tensor& rows, const torch::Tensor& hidden) {
    std::vector<torch::Tensor> parts{t.x.index_select(0, rows)};
    for (size_t k = 0; k < embedding.size(); ++k) {
      auto who = t.who[k].index_select(0, rows);
      if (hidden.defined()) who = who.masked_fill(hidden.select(1, static_cast<int64_t>(k)), 0);
      parts.push_back(embedding[k]->forward(who));
    }
    auto h = torch::relu(one->forward(torch::cat(parts, 1)));
    h = last->forward(torch::relu(two->forward(h))).squeeze(1);
    return t.offset.index_select(0, rows) + LossNet::kReach * torch::tanh(h / LossNet::kReach);
  }

  /// Negative log-likelihood, summed; what does not depend on the net is left out.
  torch::Tensor loss(const Table& t, const torch::Tensor& rows, const torch::Tensor& hidden,
                     const torch::Tensor& size) {
    const auto eta = log_mean(t, rows, hidden);
    const auto y = t.y.index_select(0, rows);
    const auto r = size.exp();
    return -(torch::lgamma(y + r) - torch::lgamma(r) + r * size + y * eta - (y + r) * torch::log(r + eta.exp())).sum();
  }
};

/// The other processes, where there are any.
class Crew {
 public:
  explicit Crew(const NetTraining& how) : rank_(how.rank), workers_(how.workers) {
    if (workers_ <= 1) return;
    auto options = c10d::ProcessGroupGloo::Options::create();
    options->timeout = kGlooPatience;
    options->devices.push_back(c10d::ProcessGroupGloo::createDeviceForInterface("lo"));
    group_ = c10::make_intrusive<c10d::ProcessGroupGloo>(
        c10::make_intrusive<c10d::FileStore>(how.meet.string(), workers_), rank_, workers_, options);
  }

  /// This process's share of a batch.
  [[nodiscard]] torch::Tensor mine(const torch::Tensor& batch) const {
    return workers_ <= 1 ? batch : batch.slice(0, rank_, batch.size(0), workers_);
  }

  /// Adds up everybody's gradients.
  void add_up(const std::vector<torch::Tensor>& parameters) const {
    if (!group_) return;
    std::vector<torch::Tensor> flat;
    flat.reserve(parameters.size());
    for (const auto& p : parameters)
      flat.push_back(p.grad().defined() ? p.grad().flatten() : torch::zeros_like(p).flatten());
    std::vector<torch::Tensor> all{torch::cat(flat)};
    group_->allreduce(all)->wait();
    int64_t at = 0;
    for (const auto& p : parameters) {
      p.mutable_grad() = all[0].slice(0, at, at + p.numel()).view(p.sizes()).clone();
      at += p.numel();
    }
  }

 private:
  int rank_, workers_;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> group_;
};

torch::Tensor as_index(const std::vector<int64_t>& rows) {
  return torch::tensor(at::ArrayRef<int64_t>(rows.data(), rows.size()), torch::kInt64);
}

void learn_epoch(Learner& net, torch::optim::Adam& optimiser, const Table& t, std::vector<int64_t>& rows,
                 std::mt19937_64& random, const Crew& crew) {
  std::shuffle(rows.begin(), rows.end(), random);
  const auto hidden = torch::rand({t.rows, 3}) < kUnknown;
  for (size_t from = 0; from < rows.size(); from += static_cast<size_t>(kBatch)) {
    const size_t to = std::min(rows.size(), from + static_cast<size_t>(kBatch));
    const auto batch =
        as_index({rows.begin() + static_cast<std::ptrdiff_t>(from), rows.begin() + static_cast<std::ptrdiff_t>(to)});
    const auto mine = crew.mine(batch);
    optimiser.zero_grad();
    auto loss = net.loss(t, mine, hidden.index_select(0, mine), net.log_size) / static_cast<double>(to - from);
    loss.backward();
    crew.add_up(net.parameters());
    optimiser.step();
  }
}

/// Learns `rows` for `epochs`; where `watch` is not empty, stops when its likelihood no longer grows, and returns the
/// epochs that were best for it: 0 where the baseline is.
int learn(Learner& net, const Table& t, std::vector<int64_t> rows, const std::vector<int64_t>& watch, int epochs,
          const NetTraining& how, const Crew& crew) {
  torch::optim::Adam optimiser(net.parameters(), torch::optim::AdamOptions(kLearningRate).weight_decay(kWeightDecay));
  std::mt19937_64 random(how.seed);
  const auto watched = as_index(watch);
  // At size 1, as challengers are judged (nb_deviance), so that a better spread alone is no gain.
  const auto now = [&] {
    const torch::NoGradGuard still;
    return watch.empty() ? 0 : net.loss(t, watched, {}, torch::zeros({1})).item<double>();
  };
  double best = now();
  int best_epoch = 0;
  for (int epoch = 1; epoch <= epochs && (watch.empty() || epoch - best_epoch <= kPatience); ++epoch) {
    learn_epoch(net, optimiser, t, rows, random, crew);
    const double loss = now();
    if (watch.empty() || loss >= best) continue;
    best = loss;
    best_epoch = epoch;
  }
  return best_epoch;
}

std::vector<float> values(const torch::Tensor& tensor) {
  const auto flat = tensor.detach().contiguous().to(torch::kFloat32).flatten();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

DenseLayer layer_of(const torch::nn::Linear& linear) {
  return {.inputs = static_cast<size_t>(linear->weight.size(1)),
          .outputs = static_cast<size_t>(linear->weight.size(0)),
          .weight = values(linear->weight.t()),
          .bias = values(linear->bias)};
}

LossNet net_of(const Learner& learner, const Table& t) {
  LossNet net{.shift = t.shift, .scale = t.scale, .embeddings = {}, .layers = {}};
  for (size_t k = 0; k < net.embeddings.size(); ++k)
    net.embeddings[k] = {static_cast<size_t>(kEmbedded[k]), values(learner.embedding[k]->weight)};
  net.layers = {layer_of(learner.one), layer_of(learner.two), layer_of(learner.last)};
  return net;
}

}  // namespace

Result<LossNet> train_loss_net(const ChallengeRows& rows, const NetTraining& how) try {
  if (rows.y.size() != rows.rows()) return bad_input("counts without what was found: nothing to learn from");
  at::set_num_threads(how.workers > 1 ? 1 : how.threads);
  const Table t = table_of(rows);
  std::vector<int64_t> all(rows.rows()), most, watch;
  std::iota(all.begin(), all.end(), 0);
  for (const int64_t r : all) (rows.store[static_cast<size_t>(r)] % 7 == 3 ? watch : most).push_back(r);
  if (most.size() < 200 || watch.size() < 50)
    return bad_input("too few counts to train on: 250 in several stores are needed");
  const Crew crew(how);
  const auto columns = static_cast<int64_t>(rows.columns());
  torch::manual_seed(how.seed);
  Learner first(columns, t.known);
  const int epochs = learn(first, t, most, watch, kEpochsMost, how, crew);
  torch::manual_seed(how.seed);
  Learner net(columns, t.known);
  learn(net, t, all, {}, epochs, how, crew);
  return net_of(net, t);
} catch (const std::exception& error) {
  return fail(fmt::format("libtorch: {}", error.what()));
}

}  // namespace shrike
