#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/folder_testing.h"
#include "base/ulid.h"
#include "cli/program_testing.h"
#include "vault/incident_store.h"

namespace shrike {
namespace {

using testing::HasSubstr;

/// A store with forty judged incidents of two kinds of evidence, one a day; the first kind is right more often.
class RiskCliTest : public testing::Test {
 protected:
  RiskCliTest() {
    auto store = IncidentStore::open(folder_.path()).value();
    for (int i = 0; i < 40; ++i) {
      const Timestamp t = now_utc().plus_s(-86400.0 * 0.5 * (40 - i));
      const bool loitered = i % 2 == 0, theft = loitered ? i % 8 != 0 : i % 5 == 0;
      Incident incident{.event_id = new_ulid(t),
                        .type = loitered ? "LOITERING" : "CHECKOUT_BYPASS",
                        .store_id = "s",
                        .camera = "door",
                        .time = t,
                        .from = t,
                        .to = t,
                        .prior = 0.05,
                        .risk = 0.6,
                        .summary = "long in razors"};
      const std::string kind = loitered ? "loitering" : "object_carried_out";
      incident.evidence = {{{kind, t, t, "door", "razors", 3, "seen"}, 1, 3}};
      EXPECT_TRUE(store.save(incident));
      EXPECT_TRUE(store.add_verdict(incident.event_id, {.verdict = theft ? "theft" : "honest", .time = t}));
      newest_ = incident.event_id;
      VisitRecord visit{.visit_id = new_ulid(t),
                        .store_id = "s",
                        .camera = "door",
                        .from = t,
                        .to = t.plus_s(60),
                        .prior = 0.05,
                        .risk = 0.6};
      visit.evidence = incident.evidence;
      EXPECT_TRUE(store.save_visit(visit));
    }
  }
  [[nodiscard]] std::string data() const { return folder_.path().string(); }
  [[nodiscard]] std::string file(const char* name) const { return (folder_.path() / name).string(); }

  TestFolder folder_;
  std::string newest_;
};

TEST_F(RiskCliTest, ShowsWhatWasAchieved) {
  const auto json = nlohmann::json::parse(run_shrike("risk show --from " + data() + " --json", false).text);
  EXPECT_EQ(json["incidents"], 40);
  EXPECT_EQ(json["thefts"], 15 + 4);
  EXPECT_NEAR(json["precision"]["mean"].get<double>(), 19.0 / 40, 1e-9);
  EXPECT_LT(json["precision"]["low"], json["precision"]["mean"]);
  const Answer table = run_shrike("risk show --from " + data());
  EXPECT_EQ(table.code, 0) << table.text;
  EXPECT_THAT(table.text, HasSubstr("precision 0.47"));
  EXPECT_THAT(run_shrike("risk show --from " + data() + " --incident " + newest_).text, HasSubstr("long in razors"));
}

TEST_F(RiskCliTest, FitsScoresBesideAndRollsBack) {
  const std::string weights = file("weights.json");
  const Answer first = run_shrike(fmt::format("risk fit --from {} --out {}", data(), weights));
  ASSERT_EQ(first.code, 0) << first.text;
  EXPECT_THAT(first.text, HasSubstr("19 visits judged theft, 21 honest"));
  ASSERT_EQ(run_shrike(fmt::format("risk fit --from {} --out {} --json", data(), weights)).code, 0);
  const Answer back = run_shrike("risk roll-back " + weights);
  EXPECT_EQ(back.code, 0) << back.text;
  EXPECT_THAT(back.text, HasSubstr("holds the weights of"));
  const Answer canary = run_shrike(fmt::format("risk canary --from {} --weights {} --json", data(), weights), false);
  EXPECT_EQ(nlohmann::json::parse(canary.text)["visits"], 40) << canary.text;
}

TEST_F(RiskCliTest, NamesWhatItCannotRead) {
  const Answer nowhere = run_shrike("risk show --from /nowhere");
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_THAT(nowhere.text, HasSubstr("/nowhere: no shrike.db"));
  EXPECT_EQ(run_shrike("risk canary --from " + data()).code, 2) << "no weights were given";
  EXPECT_EQ(run_shrike(fmt::format("risk canary --from {} --weights /nowhere.json", data())).code, 2);
  EXPECT_EQ(run_shrike("risk roll-back " + folder_.write("w.json", "{").string()).code, 2);
  const auto lines = folder_.write("judged.jsonl", "{\"visit_id\": \"a\", \"verdict\": \"maybe\"}\n");
  const Answer bad = run_shrike("risk fit --from " + lines.string());
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.text, HasSubstr("judged.jsonl:1"));
}

}  // namespace
}  // namespace shrike
