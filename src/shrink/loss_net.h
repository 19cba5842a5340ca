#pragma once
// A small network that corrects the baseline's expected loss: what it is, and how it reckons. `shrike-train` makes it
// with libtorch (src/train); to use one nothing but this is needed.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace shrike {

/// What a challenger sees of counts: features row by row, and the baseline's expectation made without these counts.
struct ChallengeRows {
  std::vector<std::string> names;  ///< of the columns
  std::vector<float> x;            ///< rows × columns
  std::vector<int32_t> store, category, product;
  std::vector<float> log_offset;  ///< ln of the baseline's expected loss
  std::vector<float> y;           ///< loss found, ≥ 0; empty where it is asked for
  [[nodiscard]] size_t rows() const { return log_offset.size(); }
  [[nodiscard]] size_t columns() const { return names.size(); }
};

/// y = x · weight + bias; weight is inputs × outputs.
struct DenseLayer {
  size_t inputs = 0, outputs = 0;
  std::vector<float> weight, bias;
};

/// Who it is about: a vector for each store, category or product that was trained on. Row 0 is for all others.
struct Embedding {
  size_t size = 0;
  std::vector<float> rows;  ///< (1 + known) × size
};

/// ln(mean) = ln(baseline) + kReach · tanh(net(standardised features, embeddings) / kReach); relu between the layers.
struct LossNet {
  static constexpr float kReach = 1.5F;  ///< it can change an expectation by at most this factor, as a logarithm
  std::vector<float> shift, scale;       ///< of the features: (x − shift) · scale, kept within ±5
  std::array<Embedding, 3> embeddings;   ///< store, category, product
  std::vector<DenseLayer> layers;
};

/// Expected loss of each row, units. Rows need the columns that the net was trained on.
[[nodiscard]] Result<std::vector<double>> predict(const LossNet& net, const ChallengeRows& rows);

/// JSON, every figure so that it comes back the same.
[[nodiscard]] std::string to_text(const LossNet& net);
/// Refuses what is no net, or one whose parts do not fit each other; `file` names it.
[[nodiscard]] Result<LossNet> loss_net_from(std::string_view text, const std::string& file);

/// Rows as CBOR, for the process that trains.
[[nodiscard]] std::string to_cbor(const ChallengeRows& rows);
[[nodiscard]] Result<ChallengeRows> rows_from_cbor(std::string_view bytes);

}  // namespace shrike
