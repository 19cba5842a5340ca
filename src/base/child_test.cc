#include "base/child.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

TEST(Child, EndsWell) {
  const auto one = start_child({"/bin/true"}), two = start_child({"/bin/true"});
  ASSERT_TRUE(one && two);
  EXPECT_TRUE(wait_for_children({*one, *two}));
}

TEST(Child, OneThatFailsEndsTheOthersAndIsNamed) {
  const auto fails = start_child({"/bin/sh", "-c", "exit 3"}), waits = start_child({"/bin/sleep", "600"});
  ASSERT_TRUE(fails && waits);
  const auto done = wait_for_children({*fails, *waits});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "ended with exit code 3");
}

TEST(Child, ExitCodeTwoIsBadInput) {
  const auto child = start_child({"/bin/sh", "-c", "exit 2"});
  ASSERT_TRUE(child);
  const auto done = wait_for_children({*child});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Error::Kind::bad_input);
}

TEST(Child, ADeathBySignalIsNamed) {
  const auto child = start_child({"/bin/sh", "-c", "kill -9 $$"});
  ASSERT_TRUE(child);
  const auto done = wait_for_children({*child});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "was ended by signal 9");
}

TEST(Child, AProgramThatIsNotThere) {
  const auto child = start_child({"/no/such/program"});
  ASSERT_FALSE(child);
  EXPECT_NE(child.error().message.find("/no/such/program: cannot be started"), std::string::npos);
}

}  // namespace
}  // namespace shrike
