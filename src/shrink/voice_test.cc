#include "shrink/voice.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/file.h"
#include "base/folder_testing.h"
#include "shrink/challenge_rows.h"
#include "shrink/from_ledger.h"
#include "shrink/test_chain.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A net that says 1.3 times the baseline of everything.
std::shared_ptr<const Challenger> small_net(const fs::path& scratch) {
  const size_t n = challenge_features().size();
  LossNet net{.shift = std::vector<float>(n), .scale = std::vector<float>(n, 1.F)};
  net.embeddings.fill({1, {0, 0}});
  net.layers = {{.inputs = n + 3, .outputs = 1, .weight = std::vector<float>(n + 3), .bias = {std::log(1.3F)}}};
  EXPECT_TRUE(write_file(scratch, to_text(net)));
  return load_net(scratch).value();
}

class VoiceTest : public testing::Test {
 protected:
  VoiceTest() {
    const Trial good{"net", 900, 12, 1.0, 0.95, 0.05, 0.03, 0.07, 1.01};
    trained_.model = small_net(folder_.path() / "scratch.json");
    trained_.trials = {good, good};
    trained_.learnt_until = 19300;
    card_ = save_trained(trained_, data_, folder_.path()).value();
  }
  [[nodiscard]] fs::path file(const char* name) const { return folder_.path() / name; }
  [[nodiscard]] std::string text(const char* name) const { return read_file(file(name), 1U << 24U).value(); }
  /// Changes the card on disk.
  template <class Change>
  void edit(const Change& change) const {
    auto json = nlohmann::json::parse(text("model.json"));
    change(json);
    ASSERT_TRUE(write_file(file("model.json"), json.dump()));
  }
  /// The baseline speaks, in both views, for this reason.
  void expect_baseline(const LossData& data, const std::string& why) const {
    const Voice voice = voice_for(data, folder_.path());
    for (View view : {View::nowcast, View::forecast}) {
      EXPECT_EQ(voice.speaks(view), "baseline");
      EXPECT_THAT(voice.why[static_cast<size_t>(view)], HasSubstr(why));
    }
  }

  LossData data_ = test::make_up({.stores = 12, .products = 30}).data;
  Trained trained_;
  TestFolder folder_;
  ModelCard card_;
};

TEST_F(VoiceTest, APromotedChallengerSpeaksAndSaysWhy) {
  const Voice voice = voice_for(data_, folder_.path());
  ASSERT_TRUE(voice.card);
  EXPECT_EQ(voice.card->version(), card_.version());
  EXPECT_EQ(voice.card->version().size(), 12U);
  EXPECT_EQ(voice.card->data_fingerprint, fingerprint_of(data_));
  EXPECT_EQ(voice.speaker.learnt_until, 19300);
  for (View view : {View::nowcast, View::forecast}) {
    EXPECT_EQ(voice.speaks(view), "net");
    EXPECT_EQ(voice.why[static_cast<size_t>(view)], trained_.trials[0].why());
  }
}

TEST_F(VoiceTest, EachViewIsJudgedForItself) {
  trained_.trials[1].total_ratio = 1.2;
  ASSERT_TRUE(save_trained(trained_, data_, folder_.path()));
  const Voice voice = voice_for(data_, folder_.path());
  EXPECT_EQ(voice.speaks(View::nowcast), "net");
  EXPECT_EQ(voice.speaks(View::forecast), "baseline");
  EXPECT_THAT(voice.why[1], HasSubstr("net not promoted: on 900 later counts its total is +20.0 % off"));
}

/// And what it says does not depend on threads.
TEST(Voice, TreesComeBackToTheLastBit) {
  const LossData data = test::make_up_with_prices({.stores = 24, .products = 40, .counts = 6, .seed = 8}).data;
  const Layout layout = layout_of(data);
  const auto trained = train_and_judge(data, layout, {});
  ASSERT_TRUE(trained) << trained.error().message;
  const TestFolder folder;
  ASSERT_TRUE(save_trained(trained->front(), data, folder.path()));
  const auto loaded = load_trained(folder.path());
  ASSERT_TRUE(loaded) << loaded.error().message;
  auto nowcaster = Nowcaster::fit(data, layout, {});
  ASSERT_TRUE(nowcaster);
  std::vector<uint32_t> all(data.intervals.size());
  std::iota(all.begin(), all.end(), 0);
  const auto asked = asked_of(data, layout, all);
  const auto said = [&](const std::shared_ptr<const Challenger>& model, int threads) {
    nowcaster->let_speak({.model = model, .views = {true, true}});
    std::vector<double> out;
    const auto parts = nowcaster->parts(data, asked, View::nowcast, threads).value();
    for (const SpreadParts& p : parts) out.push_back(p.loss_mean);
    return out;
  };
  const auto before = said(trained->front().model, 1);
  EXPECT_EQ(said(loaded->model, 1), before);
  EXPECT_EQ(said(loaded->model, 3), before);
  EXPECT_NE(said(nullptr, 1), before);
}

TEST_F(VoiceTest, OnlyWhatWasCountedMakesAModelStale) {
  LossData data = data_;
  for (Interval& x : data.intervals) {
    if (x.open) x.day_to += 3, x.sold += 2;
  }
  EXPECT_EQ(voice_for(data, folder_.path()).speaks(View::nowcast), "net");
  data.intervals[2].v += 1;
  expect_baseline(data, "by now: train again");
}

TEST_F(VoiceTest, AModelOfAnotherLedgerDoesNotSpeak) {
  LossData data = data_;
  data.stores[2].id = "elsewhere";
  expect_baseline(data, "learnt from other stores");
}

TEST_F(VoiceTest, WithNoModelTheBaselineSpeaks) {
  const Voice voice = voice_for(data_, folder_.path() / "nothing");
  EXPECT_EQ(voice.speaks(View::forecast), "baseline");
  EXPECT_THAT(voice.why[1], HasSubstr("no challenger was trained"));
  EXPECT_FALSE(voice.card);
}

TEST_F(VoiceTest, FilesThatAreCutShortOrChangedAreNamed) {
  const std::string whole = text("model.net.json"), card = text("model.json");
  ASSERT_TRUE(write_file(file("model.net.json"), whole.substr(0, whole.size() / 2)));
  expect_baseline(data_, "model.net.json: found SHA-256");
  fs::remove(file("model.net.json"));
  expect_baseline(data_, "model.net.json: cannot be read");
  ASSERT_TRUE(write_file(file("model.json"), card.substr(0, card.size() / 2)));
  expect_baseline(data_, "model.json: no JSON object");
}

TEST_F(VoiceTest, CardsOfOtherVersionsAreNamed) {
  edit([](auto& json) { json["format"] = 7; });
  expect_baseline(data_, "format 7, this program knows 6: it was made by a newer one");
  edit([](auto& json) { json["format"] = 2; });
  expect_baseline(data_, "format 2, expected 6: train again");
  edit([](auto& json) { json["format"] = 6, json["kind"] = "oracle"; });
  expect_baseline(data_, "kind 'oracle', expected trees or net");
  edit([](auto& json) { json["kind"] = "net", json["features"].erase(3); });
  expect_baseline(data_, "other features");
  edit([](auto& json) { json["format"] = "two"; });
  expect_baseline(data_, "model.json: ");
  edit([](auto& json) { json.erase("format"); });
  expect_baseline(data_, "'format' not found");
}

TEST_F(VoiceTest, TheRuleDecidesAndNotWhatACardSaysOfItself) {
  edit([](auto& json) {
    for (auto& trial : json["trials"]) trial["gain"] = 0.001, trial["promoted"] = true;
  });
  expect_baseline(data_, "net not promoted: ");
  const Voice voice = voice_for(data_, folder_.path());
  EXPECT_TRUE(voice.speaker.model) << "still there to be looked at";
}

}  // namespace
}  // namespace shrike
