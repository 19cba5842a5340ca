// XGBoost's C API, which throws nothing across its face: nothing else includes it.
#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <utility>
#include <xgboost/c_api.h>

#include "shrink/challenger.h"
#include "shrink/numeric.h"

namespace shrike {
namespace {

constexpr int kRoundsMax = 200, kPatience = 15;

/// Every call that fails says why in a thread-local text.
Result<void> done(int code, const char* what) {
  if (code == 0) return {};
  return fail(fmt::format("XGBoost: {}: {}", what, XGBGetLastError()));
}

struct Matrix {
  DMatrixHandle handle = nullptr;
  Matrix() = default;
  Matrix(Matrix&& other) noexcept : handle(std::exchange(other.handle, nullptr)) {}
  Matrix& operator=(Matrix&& other) noexcept {
    std::swap(handle, other.handle);
    return *this;
  }
  ~Matrix() {
    if (handle != nullptr) XGDMatrixFree(handle);
  }
};

struct Booster {
  BoosterHandle handle = nullptr;
  Booster() = default;
  Booster(Booster&& other) noexcept : handle(std::exchange(other.handle, nullptr)) {}
  Booster& operator=(Booster&& other) noexcept {
    std::swap(handle, other.handle);
    return *this;
  }
  ~Booster() {
    if (handle != nullptr) XGBoosterFree(handle);
  }
};

Result<Matrix> matrix_of(const ChallengeRows& rows, const std::vector<size_t>& chosen) {
  const size_t n = rows.columns();
  std::vector<float> x, offset, y;
  for (size_t i : chosen) {
    x.insert(x.end(), rows.x.begin() + static_cast<std::ptrdiff_t>(i * n),
             rows.x.begin() + static_cast<std::ptrdiff_t>((i + 1) * n));
    offset.push_back(rows.log_offset[i]);
    if (!rows.y.empty()) y.push_back(rows.y[i]);
  }
  Matrix m;
  TRY_VOID(done(XGDMatrixCreateFromMat(x.data(), chosen.size(), n, -999.F, &m.handle), "making a matrix"));
  TRY_VOID(done(XGDMatrixSetFloatInfo(m.handle, "base_margin", offset.data(), offset.size()), "setting the offset"));
  if (!y.empty()) TRY_VOID(done(XGDMatrixSetFloatInfo(m.handle, "label", y.data(), y.size()), "setting the losses"));
  return m;
}

class Trees final : public Challenger {
 public:
  explicit Trees(Booster booster) : booster_(std::move(booster)) {}
  [[nodiscard]] ChallengerKind kind() const override { return ChallengerKind::trees; }

  [[nodiscard]] Result<std::vector<double>> predict(const ChallengeRows& rows) const override {
    std::vector<size_t> all(rows.rows());
    for (size_t i = 0; i < all.size(); ++i) all[i] = i;
    TRY(const Matrix m, matrix_of(rows, all));
    constexpr const char* kHow =
        R"({"type": 0, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": false})";
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* out = nullptr;
    TRY_VOID(
        done(XGBoosterPredictFromDMatrix(booster_.handle, m.handle, kHow, &shape, &dimensions, &out), "predicting"));
    if (dimensions < 1 || shape[0] != rows.rows()) return fail("XGBoost: predicted another number of rows");
    return std::vector<double>(out, out + rows.rows());
  }

  [[nodiscard]] Result<void> save(const std::filesystem::path& file) const override {
    return done(XGBoosterSaveModel(booster_.handle, file.c_str()), "saving the model");
  }

 private:
  Booster booster_;
};

Result<Booster> booster_with(const std::vector<DMatrixHandle>& matrices, const TrainOptions& options, float mean) {
  Booster b;
  TRY_VOID(done(XGBoosterCreate(matrices.data(), matrices.size(), &b.handle), "making a booster"));
  // Shallow trees, small steps and leaves of many counts: the baseline is good, and what it leaves over is mostly
  // chance.
  const std::vector<std::pair<const char*, std::string>> settings{{"objective", "count:poisson"},
                                                                  {"tree_method", "hist"},
                                                                  {"max_depth", "4"},
                                                                  {"eta", "0.05"},
                                                                  {"min_child_weight", "20"},
                                                                  {"lambda", "5"},
                                                                  {"subsample", "0.8"},
                                                                  {"colsample_bytree", "0.8"},
                                                                  {"max_delta_step", "0.7"},
                                                                  {"base_score", fmt::format("{:g}", mean)},
                                                                  {"seed", std::to_string(options.seed)},
                                                                  {"nthread", std::to_string(options.threads)},
                                                                  {"verbosity", "0"}};
  for (const auto& [name, value] : settings) TRY_VOID(done(XGBoosterSetParam(b.handle, name, value.c_str()), name));
  return b;
}

/// The figure behind the last colon of "[3]\tstop-poisson-nloglik:0.43".
double last_figure(const char* text) {
  const std::string line(text);
  const size_t colon = line.rfind(':');
  return colon == std::string::npos ? 0 : std::strtod(line.c_str() + colon + 1, nullptr);
}

}  // namespace

Result<std::unique_ptr<Challenger>> train_trees(const ChallengeRows& rows, const TrainOptions& options) {
  std::vector<size_t> learn, stop;
  for (size_t i = 0; i < rows.rows(); ++i) {
    const bool held = hash_uniform(options.seed ^ 0x7e57, static_cast<uint64_t>(rows.store[i])) < 0.15;
    (held ? stop : learn).push_back(i);
  }
  if (learn.size() < 200 || stop.size() < 50)
    return bad_input("too few counts to train on: 250 in several stores are needed");
  TRY(const Matrix train, matrix_of(rows, learn));
  TRY(const Matrix watch, matrix_of(rows, stop));
  int best_round = 0;
  double best = 1e300;
  {
    TRY(const Booster b, booster_with({train.handle, watch.handle}, options, 0.5F));
    DMatrixHandle watched[] = {watch.handle};
    const char* names[] = {"stop"};
    for (int round = 0; round < kRoundsMax && round - best_round <= kPatience; ++round) {
      TRY_VOID(done(XGBoosterUpdateOneIter(b.handle, round, train.handle), "training"));
      const char* text = nullptr;
      TRY_VOID(done(XGBoosterEvalOneIter(b.handle, round, watched, names, 1, &text), "evaluating"));
      const double now = last_figure(text);
      if (now < best - 1e-6) {
        best = now;
        best_round = round;
      }
    }
  }
  // Again on all rows for as many rounds.
  learn.insert(learn.end(), stop.begin(), stop.end());
  std::sort(learn.begin(), learn.end());
  TRY(const Matrix all, matrix_of(rows, learn));
  TRY(Booster b, booster_with({all.handle}, options, 0.5F));
  for (int round = 0; round <= best_round; ++round)
    TRY_VOID(done(XGBoosterUpdateOneIter(b.handle, round, all.handle), "training"));
  return std::unique_ptr<Challenger>(std::make_unique<Trees>(std::move(b)));
}

Result<std::unique_ptr<Challenger>> load_trees(const std::filesystem::path& file) {
  Booster b;
  TRY_VOID(done(XGBoosterCreate(nullptr, 0, &b.handle), "making a booster"));
  TRY_VOID(done(XGBoosterLoadModel(b.handle, file.c_str()), "loading the model"));
  return std::unique_ptr<Challenger>(std::make_unique<Trees>(std::move(b)));
}

}  // namespace shrike
