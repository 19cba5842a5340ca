#include "watch/recording.h"

#include <cmath>
#include <fstream>
#include <gtest/gtest.h>

#include "base/scratch_folder.h"

namespace shrike {
namespace {

std::vector<float> two_looks() {
  std::vector<float> looks(2 * kAppearanceSize, 0.F);
  looks[3] = 1;
  looks[kAppearanceSize + 7] = 1;
  return looks;
}

std::string recorded() {
  auto folder = ScratchFolder::make();
  EXPECT_TRUE(folder);
  const auto file = folder->path() / "camera.det";
  auto writer = RecordingWriter::open(file, 1280, 720, Timestamp{1'000'000'000}, two_looks());
  EXPECT_TRUE(writer);
  Detections some;
  some.add({10.5F, 20, 110.25F, 300}, 0.8F, 0);
  some.add({600, 20, 700, 300}, 0.5F, 26);
  const RecordedLook looks[] = {{0, 1, 0.25F}, {}};
  writer->add(Timestamp{1'000'200'000}, some, looks);
  writer->add(Timestamp{1'000'400'000}, {}, {});
  EXPECT_TRUE(writer->finish());
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(recording, gives_back_what_was_kept) {
  auto recording = Recording::from_bytes(recorded(), "r");
  ASSERT_TRUE(recording) << recording.error().message;
  EXPECT_EQ(recording->width(), 1280);
  RecordedFrame frame;
  auto more = recording->next(frame);
  ASSERT_TRUE(more && *more);
  EXPECT_EQ(frame.time.us, 1'000'200'000);
  ASSERT_EQ(frame.detections.size(), 2U);
  EXPECT_FLOAT_EQ(frame.detections.boxes[0].x1, 10.5F);
  EXPECT_FLOAT_EQ(frame.detections.boxes[0].x2, 110.25F);
  EXPECT_NEAR(frame.detections.scores[0], 0.8, 0.003);
  EXPECT_EQ(frame.detections.classes[1], 26);
  ASSERT_EQ(frame.appearance.size(), 2 * kAppearanceSize);
  EXPECT_NEAR(frame.appearance[3], std::sqrt(0.75), 0.01) << "histograms mix, not their roots";
  EXPECT_NEAR(frame.appearance[7], std::sqrt(0.25), 0.01);
  EXPECT_EQ(frame.appearance[kAppearanceSize + 3], 0) << "no appearance is a row of zeros";
  more = recording->next(frame);
  ASSERT_TRUE(more && *more);
  EXPECT_EQ(frame.detections.size(), 0U);
  more = recording->next(frame);
  ASSERT_TRUE(more);
  EXPECT_FALSE(*more);
}

TEST(recording, names_what_is_wrong) {
  EXPECT_NE(Recording::from_bytes("no such thing", "x.det").error().message.find("x.det"), std::string::npos);
  std::string cut = recorded();
  cut.resize(cut.size() - 10);
  auto recording = Recording::from_bytes(cut, "x.det");
  ASSERT_TRUE(recording);
  RecordedFrame frame;
  const auto first = recording->next(frame);
  const auto result = first ? recording->next(frame) : first;
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("cut off"), std::string::npos);
}

TEST(recording, refuses_an_appearance_that_is_not_there) {
  std::string bytes = recorded();
  // The first detection's first appearance, behind the header, the looks, the frame's head and nine bytes of box and
  // score and one of class.
  const size_t at = 24 + 2 * kAppearanceSize + 6 + 10;
  bytes[at] = 9;
  auto recording = Recording::from_bytes(bytes, "x.det");
  ASSERT_TRUE(recording);
  RecordedFrame frame;
  EXPECT_FALSE(recording->next(frame));
}

}  // namespace
}  // namespace shrike
