#include "cli/usl_confirmed.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/folder_testing.h"
#include "base/ulid.h"
#include "cli/program_testing.h"
#include "vault/incident_store.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

/// From an officer's verdict to the report: what was seen to be stolen is no longer unexplained.
TEST(UslCommand, ReportTakesConfirmedIncidentsOffTheLossOfTheirProducts) {
  const TestFolder folder;
  const auto ledger = (folder.path() / "ledger").string(), store = (folder.path() / "store").string();
  const auto file = folder.write("adj.csv",
                                 "store_id,sku_id,date,qty,reason,unit_cost\nS1,A,2026-03-01,-3,Shrinkage,2.00\n"
                                 "S1,B,2026-03-02,-2,Shrinkage,2.00\nS1,B,2026-03-03,1,Overage,2.00\n");
  ASSERT_EQ(run_shrike("usl import --into " + ledger + " " + file.string()).code, 0);
  fs::create_directories(store);
  {
    auto incidents = IncidentStore::open(store);
    ASSERT_TRUE(incidents) << incidents.error().message;
    const Timestamp time = *parse_rfc3339("2026-02-20T15:00:00Z");
    for (const char* verdict : {"theft", "honest"}) {
      Incident incident;
      incident.event_id = new_ulid(time);
      incident.type = "CHECKOUT_BYPASS";
      incident.store_id = "S1";
      incident.time = incident.from = incident.to = time;
      incident.evidence = {{{"item_unpaid", time, time, "basket", "razors", 5, "2 taken", {{"A", 2}}}, 1, 5}};
      ASSERT_TRUE(incidents->save(incident));
      ASSERT_TRUE(incidents->add_verdict(incident.event_id, {verdict, "officer", "", time}));
    }
  }
  const auto answer = run_shrike("usl report --json --explained " + store + " --from " + ledger);
  ASSERT_EQ(answer.code, 0) << answer.text;
  const auto json = nlohmann::json::parse(answer.text);
  EXPECT_EQ(json.at("totals").at("usl").at("units"), 5);
  EXPECT_EQ(json.at("totals").at("explained").at("units"), 2);
  EXPECT_EQ(json.at("totals").at("explained").at("cost"), 4);
  EXPECT_EQ(json.at("totals").at("unexplained").at("units"), 3);
  EXPECT_EQ(json.at("totals").at("net_unexplained").at("units"), 2);
  EXPECT_EQ(json.at("explained").at("confirmed_incidents"), 1);
  for (const auto& product : json.at("by_product"))
    EXPECT_EQ(product.at("explained").at("units"), product.at("sku_id") == "A" ? 2 : 0);
  const auto text = run_shrike("usl report --explained " + store + " --from " + ledger).text;
  EXPECT_NE(text.find("explained by confirmed incidents"), std::string::npos) << text;
  EXPECT_EQ(run_shrike("usl report --explained " + ledger + " --from " + ledger).code, 2);
}

}  // namespace
}  // namespace shrike
