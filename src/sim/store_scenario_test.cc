#include "sim/store_scenario.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "base/scratch_folder.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

fs::path source() { return SHRIKE_SOURCE_DIR; }

std::vector<std::string> scenarios() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(source() / "tests/scenarios/stores"))
    if (entry.path().extension() == ".yml") names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

class store_scenario : public testing::TestWithParam<std::string> {};

TEST_P(store_scenario, raises_incidents_about_whom_it_should) {
  const auto scenario =
      load_scenario(source() / "tests/scenarios/stores" / (GetParam() + ".yml"), source() / "config/stores");
  ASSERT_TRUE(scenario) << scenario.error().message;
  const auto scratch = ScratchFolder::make();
  ASSERT_TRUE(scratch);
  const auto outcome = play_scenario(*scenario, scratch->path());
  ASSERT_TRUE(outcome) << outcome.error().message;
  const std::string found = fmt::format("{}\nraised about: {}\n{}", scenario->about, fmt::join(outcome->raised, ", "),
                                        fmt::join(outcome->summaries, "\n"));
  for (const std::string& name : scenario->raised) {
    // Where somebody else may be taken for them, one of all is enough.
    const bool other = std::ranges::any_of(scenario->may, [&](const auto& n) { return outcome->raised.contains(n); });
    EXPECT_TRUE(outcome->raised.contains(name) || other) << "no incident about " << name << "\n" << found;
  }
  for (const std::string& name : outcome->raised)
    EXPECT_TRUE(scenario->raised.contains(name) || scenario->may.contains(name)) << "an incident about " << name << "\n"
                                                                                 << found;
}

INSTANTIATE_TEST_SUITE_P(files, store_scenario, testing::ValuesIn(scenarios()),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace shrike
