#include "vault/corrections.h"

#include <filesystem>
#include <gtest/gtest.h>

#include "base/ulid.h"
#include "vault/incident_store.h"

namespace shrike {
namespace {

class CorrectionsTest : public testing::Test {
 protected:
  CorrectionsTest() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() / (std::string("shrike_corrections_") + info->name());
    std::filesystem::remove_all(folder_);
    auto opened = IncidentStore::open(folder_);
    if (opened) store_.emplace(std::move(*opened));
  }
  ~CorrectionsTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  Database& database() { return store_->database(); }

  std::filesystem::path folder_;
  std::optional<IncidentStore> store_;
};

TEST_F(CorrectionsTest, WaitUntilTheyAreDone) {
  ASSERT_TRUE(store_);
  const Timestamp noon{1'770'000'000'000'000};
  const std::string first = new_ulid(noon), second = new_ulid(noon.plus_s(1));
  ASSERT_TRUE(add_correction(database(), {.id = first,
                                          .action = "merge",
                                          .visit_id = "A",
                                          .other = "B",
                                          .by = "kim",
                                          .note = "same jacket",
                                          .time = noon}));
  ASSERT_TRUE(add_correction(
      database(),
      {.id = second, .action = "split", .visit_id = "A", .other = "C", .by = "", .note = "", .time = noon.plus_s(1)}));
  auto waiting = waiting_corrections(database(), 10);
  ASSERT_TRUE(waiting) << waiting.error().message;
  ASSERT_EQ(waiting->size(), 2U);
  EXPECT_EQ((*waiting)[0].id, first);
  EXPECT_EQ((*waiting)[0].note, "same jacket");
  ASSERT_TRUE(close_correction(database(), first, "done"));
  EXPECT_EQ(waiting_corrections(database(), 10)->size(), 1U);
  const auto of_b = corrections_of(database(), "B");
  ASSERT_TRUE(of_b);
  ASSERT_EQ(of_b->size(), 1U);
  EXPECT_EQ((*of_b)[0].state, "done");
  EXPECT_EQ(corrections_of(database(), "A")->size(), 2U);
}

TEST_F(CorrectionsTest, PartsAreKeptInPlaceOfTheOldOnes) {
  ASSERT_TRUE(store_);
  const Timestamp noon{1'770'000'000'000'000};
  VisitRecord visit{.visit_id = new_ulid(noon), .store_id = "s", .camera = "a"};
  visit.parts = {{"a", "x", noon, noon.plus_s(5), 1}, {"b", "y", noon.plus_s(6), noon.plus_s(9), 0.8}};
  ASSERT_TRUE(store_->save_visit(visit));
  ASSERT_TRUE(save_parts(database(), visit));
  ASSERT_TRUE(save_parts(database(), visit));
  auto parts = load_parts(database(), visit.visit_id);
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ((*parts)[1].camera_visit, "y");
  EXPECT_DOUBLE_EQ((*parts)[1].probability, 0.8);
  EXPECT_EQ((*parts)[1].to, noon.plus_s(9));
  ASSERT_TRUE(erase_visit(database(), visit.visit_id));
  EXPECT_TRUE(load_parts(database(), visit.visit_id)->empty());
  EXPECT_FALSE(*store_->find_visit(visit.visit_id));
}

}  // namespace
}  // namespace shrike
