#include "base/child.h"

#include <csignal>
#include <gtest/gtest.h>

#include "base/time.h"

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

TEST(Child, CanBeAskedToEndThoughWeWaitForTheSignal) {
  sigset_t terminate, before;
  sigemptyset(&terminate);
  sigaddset(&terminate, SIGTERM);
  ASSERT_EQ(pthread_sigmask(SIG_BLOCK, &terminate, &before), 0);
  const auto child = start_child({"/bin/sh", "-c", "kill -TERM $$"});
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ASSERT_TRUE(child);
  const auto done = wait_for_children({*child});
  ASSERT_FALSE(done) << "what it inherits it keeps for good";
  EXPECT_EQ(done.error().message, "was ended by signal 15");
}

// The sleepers end by themselves: a wait without a deadline fails here, and does not hang.
TEST(Child, IsEndedAtOnceWhereItListens) {
  const auto child = start_child({"/bin/sleep", "40"});
  ASSERT_TRUE(child);
  const double start_s = monotonic_s();
  EXPECT_TRUE(end_child(*child, 30));
  EXPECT_LT(monotonic_s() - start_s, 20);
  EXPECT_EQ(::kill(*child, 0), -1) << "not reaped";
}

TEST(Child, IsKilledAtTheDeadlineWhereItDoesNot) {
  const auto before = std::signal(SIGTERM, SIG_IGN);  // a child ignores what its parent did
  const auto child = start_child({"/bin/sleep", "40"});
  (void)std::signal(SIGTERM, before);
  ASSERT_TRUE(child);
  const double start_s = monotonic_s();
  EXPECT_TRUE(end_child(*child, 0.1));
  EXPECT_LT(monotonic_s() - start_s, 20);
  EXPECT_EQ(::kill(*child, 0), -1) << "not reaped";
}

TEST(Child, AProgramThatIsNotThere) {
  const auto child = start_child({"/no/such/program"});
  ASSERT_FALSE(child);
  EXPECT_NE(child.error().message.find("/no/such/program: cannot be started"), std::string::npos);
}

}  // namespace
}  // namespace shrike
