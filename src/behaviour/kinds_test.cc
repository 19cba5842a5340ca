#include "behaviour/kinds.h"

#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace shrike {
namespace {

/// As the page writes it: a true minus sign.
std::string signed_llr(double llr) { return fmt::format("{}{:.1f}", llr < 0 ? "−" : "+", std::abs(llr)); }

TEST(Kinds, StandInTheManualAsTheyAre) {
  const auto page = read_file(SHRIKE_SOURCE_DIR "/docs/evidence.md", 1 << 20);
  ASSERT_TRUE(page) << page.error().message;
  for (const Kind& kind : shipped_kinds()) {
    const auto row = fmt::format("\n| `{}` | {} | {} | {} |", kind.name, kind.llr < 0 ? "against" : kind.alert_type,
                                 kind.group.empty() ? "–" : kind.group, signed_llr(kind.llr));
    EXPECT_NE(page->find(row), std::string::npos) << "docs/evidence.md has no row" << row;
  }
  for (const Group& group : shipped_groups()) {
    const auto cap = fmt::format("`{}` {:.1f}", group.name, group.cap);
    EXPECT_NE(page->find(cap), std::string::npos) << cap;
  }
  const auto steps = [&](const Kind* kind, std::span<const Step> all) {
    for (const Step& step : all.subspan(1)) {
      const auto worth = fmt::format("({})", signed_llr(kind->llr * step.factor));
      EXPECT_NE(page->find(worth), std::string::npos) << kind->name << " " << worth;
    }
  };
  steps(find_kind("loitering"), loitering_steps());
  steps(find_kind("repeated_entry"), entry_steps());
  steps(find_kind("frequent_entry"), rate_steps());
}

TEST(Kinds, StepsOnlyGrow) {
  for (const auto steps : {loitering_steps(), entry_steps(), rate_steps()}) {
    EXPECT_EQ(steps.front().factor, 1);
    for (size_t i = 1; i < steps.size(); ++i) {
      EXPECT_GT(steps[i].from, steps[i - 1].from);
      EXPECT_GT(steps[i].factor, steps[i - 1].factor);
    }
  }
}

}  // namespace
}  // namespace shrike
