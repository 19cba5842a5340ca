#pragma once
// Saved challengers, and which model speaks for a ledger: a promoted one that saw these very data, else the baseline,
// always with the reason.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "shrink/promotion.h"

namespace shrike {

/// What `model.json` says of the challenger beside it.
struct ModelCard {
  ChallengerKind kind = ChallengerKind::trees;
  std::string sha256;              ///< of the challenger's file, 64 hexadecimal digits
  std::string data_fingerprint;    ///< of what it was trained and judged on (fingerprint_of)
  std::string stores_fingerprint;  ///< of the chain: its stores' ids
  double learnt_until = 0;         ///< day
  size_t learnt_counts = 0;
  Trials trials;
  /// What a person calls it by: the beginning of the hash.
  [[nodiscard]] std::string version() const { return sha256.substr(0, 12); }
};

/// Reads a card. Refused with `file`'s name and the remedy: no JSON object, another format (older, or from a newer
/// program), an unknown kind, other features than this program reckons, a field that is missing or of another type.
[[nodiscard]] Result<ModelCard> card_from(std::string_view text, const std::string& file);

/// Writes `model.<kind>.json` and `model.json`, its card, into `folder`.
[[nodiscard]] Result<ModelCard> save_trained(const Trained& trained, const LossData& data,
                                             const std::filesystem::path& folder);

struct SavedModel {
  ModelCard card;
  std::shared_ptr<const Challenger> model;
};
/// Reads both back; a file that is not the one that was saved is refused.
[[nodiscard]] Result<SavedModel> load_trained(const std::filesystem::path& folder);

/// Who speaks for these data, and why.
struct Voice {
  Speaker speaker;                      ///< its model is there also where it was promoted in no view
  std::array<std::string, kViews> why;  ///< by view; of the baseline: why no challenger does
  std::optional<ModelCard> card;        ///< of the saved challenger, where it could be read
  /// "trees", "net" or "baseline".
  [[nodiscard]] std::string speaks(View view) const;
};
/// Of what is saved in `folder`, for `data`. What is wrong with it is a reason, and no error: the baseline can speak.
[[nodiscard]] Voice voice_for(const LossData& data, const std::filesystem::path& folder);

}  // namespace shrike
