#include "shrink/voice.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/sha256.h"
#include "shrink/challenge_rows.h"
#include "shrink/from_ledger.h"

namespace shrike {
namespace {

constexpr int kFormat = 6;
constexpr size_t kCardBytesMax = 1U << 20U;

nlohmann::ordered_json trial_json(const Trial& t) {
  return {{"counts", t.counts},
          {"areas", t.areas},
          {"baseline_deviance", t.baseline_deviance},
          {"deviance", t.deviance},
          {"gain", t.gain},
          {"gain_low", t.gain_low},
          {"gain_high", t.gain_high},
          {"total_ratio", t.total_ratio},
          {"promoted", t.promoted()},
          {"why", t.why()}};
}

/// A trial's figures; whether they promote is reckoned from them again, and not believed.
Trial trial_from(const nlohmann::json& json, ChallengerKind kind) {
  Trial trial;
  trial.challenger = to_string(kind);
  json.at("counts").get_to(trial.counts);
  json.at("areas").get_to(trial.areas);
  json.at("baseline_deviance").get_to(trial.baseline_deviance);
  json.at("deviance").get_to(trial.deviance);
  json.at("gain").get_to(trial.gain);
  json.at("gain_low").get_to(trial.gain_low);
  json.at("gain_high").get_to(trial.gain_high);
  json.at("total_ratio").get_to(trial.total_ratio);
  return trial;
}

std::string file_of(ChallengerKind kind) { return fmt::format("model.{}.json", to_string(kind)); }

Result<ModelCard> read_card(const nlohmann::json& json, const std::string& file) {
  const int format = json.at("format").get<int>();
  if (format > kFormat)
    return bad_input(
        fmt::format("{}: format {}, this program knows {}: it was made by a newer one; use that, or train again", file,
                    format, kFormat));
  if (format < kFormat) return bad_input(fmt::format("{}: format {}, expected {}: train again", file, format, kFormat));
  const auto kind = json.at("kind").get<std::string>();
  const auto known = std::ranges::find(kChallengerKinds, kind, [](ChallengerKind k) { return to_string(k); });
  if (known == kChallengerKinds.end())
    return bad_input(fmt::format("{}: kind '{}', expected trees or net", file, kind));
  if (json.at("features").get<std::vector<std::string>>() != challenge_features())
    return bad_input(file + ": trained on other features than this program reckons: train again");
  ModelCard card;
  card.kind = *known;
  json.at("sha256").get_to(card.sha256);
  json.at("data_fingerprint").get_to(card.data_fingerprint);
  json.at("stores_fingerprint").get_to(card.stores_fingerprint);
  json.at("learnt_until_day").get_to(card.learnt_until);
  json.at("learnt_counts").get_to(card.learnt_counts);
  for (View view : {View::nowcast, View::forecast})
    card.trials[static_cast<size_t>(view)] = trial_from(json.at("trials").at(to_string(view)), *known);
  return card;
}

}  // namespace

Result<ModelCard> card_from(std::string_view text, const std::string& file) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return bad_input(file + ": no JSON object: it is cut short or something else; train again");
  try {
    return read_card(json, file);
  } catch (const nlohmann::json::exception& error) {
    return bad_input(fmt::format("{}: {}: train again", file, error.what()));
  }
}

Result<ModelCard> save_trained(const Trained& trained, const LossData& data, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(fmt::format("cannot make {}: {}", folder.string(), error.message()));
  ModelCard card{.kind = trained.model->kind(),
                 .sha256 = {},
                 .data_fingerprint = fingerprint_of(data),
                 .stores_fingerprint = stores_fingerprint_of(data),
                 .learnt_until = trained.learnt_until,
                 .learnt_counts = trained.learnt_counts,
                 .trials = trained.trials};
  const auto file = folder / file_of(card.kind);
  TRY_VOID(trained.model->save(file));
  TRY(card.sha256, sha256_of_file(file));
  nlohmann::ordered_json json{{"format", kFormat},
                              {"kind", to_string(card.kind)},
                              {"sha256", card.sha256},
                              {"features", challenge_features()},
                              {"data_fingerprint", card.data_fingerprint},
                              {"stores_fingerprint", card.stores_fingerprint},
                              {"learnt_until_day", card.learnt_until},
                              {"learnt_counts", card.learnt_counts}};
  for (View view : {View::nowcast, View::forecast})
    json["trials"][to_string(view)] = trial_json(card.trials[static_cast<size_t>(view)]);
  TRY_VOID(write_file(folder / "model.json", json.dump(2) + "\n"));
  return card;
}

Result<SavedModel> load_trained(const std::filesystem::path& folder) {
  const auto meta = folder / "model.json";
  TRY(const std::string text, read_file(meta, kCardBytesMax));
  SavedModel out;
  TRY(out.card, card_from(text, meta.string()));
  const auto file = folder / file_of(out.card.kind);
  TRY(const auto is, sha256_of_file(file));
  if (is != out.card.sha256)
    return bad_input(
        fmt::format("{}: found SHA-256 {}…, expected the {}… of {}: it is cut short or was changed; train again",
                    file.string(), is.substr(0, 12), out.card.version(), meta.string()));
  TRY(out.model, out.card.kind == ChallengerKind::trees ? load_trees(file) : load_net(file));
  return out;
}

std::string Voice::speaks(View view) const { return speaker.in(view) ? to_string(speaker.model->kind()) : "baseline"; }

Voice voice_for(const LossData& data, const std::filesystem::path& folder) {
  Voice out;
  const auto because = [&](const std::string& why) {
    out.why.fill(why);
    return out;
  };
  std::error_code error;
  if (!std::filesystem::exists(folder / "model.json", error))
    return because("no challenger was trained for this ledger (shrike usl train)");
  auto saved = load_trained(folder);
  if (!saved) return because("the saved challenger cannot be used: " + saved.error().message);
  out.card = saved->card;
  const ModelCard& card = *out.card;
  const std::string kind = to_string(card.kind);
  if (card.stores_fingerprint != stores_fingerprint_of(data))
    return because(
        fmt::format("the saved {} in {} learnt from other stores than this ledger's", kind, folder.string()));
  if (const auto now = fingerprint_of(data); card.data_fingerprint != now)
    return because(fmt::format("the saved {} in {} learnt from data {}, the ledger's counts are {} by now: train again",
                               kind, folder.string(), card.data_fingerprint, now));
  const Trained trained{.model = std::move(saved->model),
                        .trials = card.trials,
                        .learnt_until = card.learnt_until,
                        .learnt_counts = card.learnt_counts};
  out.speaker = trained.speaker();
  for (size_t v = 0; v < kViews; ++v)
    out.why[v] = (out.speaker.views[v] ? "" : kind + " not promoted: ") + card.trials[v].why();
  return out;
}

}  // namespace shrike
