// `shrike eval`, as a process, on data small enough to be known by heart.
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/folder_testing.h"
#include "cli/program_testing.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* kVtest = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";
constexpr int kFrames = 20;

/// A box at the first and at the last of `kFrames` frames; between them people walk evenly.
struct Walk {
  double from[4], to[4];  // left, top, right, bottom in pixels
};

// The two people of vtest.avi who are in the open all through its first 20 frames, marked by hand.
constexpr Walk kLeftMan = {{254, 220, 283, 308}, {360, 193, 397, 278}};
constexpr Walk kRightMan = {{640, 240, 684, 321}, {462, 233, 486, 320}};

std::string mot_rows(const Walk& walk, int id, bool truth) {
  std::string rows;
  for (int frame = 1; frame <= kFrames; ++frame) {
    const double part = (frame - 1) / double(kFrames - 1);
    double at[4];
    for (int side = 0; side < 4; ++side) at[side] = walk.from[side] + part * (walk.to[side] - walk.from[side]);
    rows += fmt::format("{},{},{:.1f},{:.1f},{:.1f},{:.1f},{}\n", frame, truth ? id : -1, at[0], at[1], at[2] - at[0],
                        at[3] - at[1], truth ? "1,1,1" : "0.9,-1,-1,-1");
  }
  return rows;
}

class EvalTrack : public testing::Test {
 protected:
  /// The folder of a MOT sequence with the two people, found everywhere where they are.
  fs::path sequence(int frames = kFrames) const {
    const auto folder = folder_.path() / "PETS-start";
    fs::create_directories(folder / "det");
    fs::create_directories(folder / "gt");
    std::ofstream(folder / "seqinfo.ini")
        << "[Sequence]\nname=PETS-start\nimDir=img1\nframeRate=10\nseqLength=" << frames
        << "\nimWidth=768\nimHeight=576\nimExt=.jpg\n";
    std::ofstream(folder / "gt" / "gt.txt") << mot_rows(kLeftMan, 1, true) << mot_rows(kRightMan, 2, true);
    std::ofstream(folder / "det" / "det.txt") << mot_rows(kLeftMan, 1, false) << mot_rows(kRightMan, 2, false);
    return folder;
  }
  fs::path video() const {
    const auto file = folder_.path() / "start.avi";
    const auto cut =
        fmt::format("ffmpeg -nostdin -y -v error -i {} -frames:v {} -c copy {}", kVtest, kFrames, file.string());
    EXPECT_EQ(std::system(cut.c_str()), 0);
    return file;
  }
  TestFolder folder_;
};

TEST_F(EvalTrack, ScoresGivenDetectionsAndWritesResultFiles) {
  const auto out = folder_.path() / "results";
  const auto answer =
      run_shrike(fmt::format("eval track --mot {} --out {} --json", sequence().string(), out.string()), false);
  ASSERT_EQ(answer.code, 0) << answer.text;
  const auto scored = nlohmann::json::parse(answer.text).at("sequences").at(0);
  EXPECT_EQ(scored.at("id_switches"), 0);
  EXPECT_EQ(scored.at("truth_boxes"), 2 * kFrames);
  EXPECT_GT(scored.at("idf1").get<double>(), 0.9);
  EXPECT_TRUE(fs::exists(out / "PETS-start.txt"));
}

TEST_F(EvalTrack, ScoresAVideoWithItsOwnDetectionsWithAndWithoutAppearance) {
  if (!fs::exists(kVtest)) GTEST_SKIP() << "opencv-doc is not installed";
  const auto answer =
      run_shrike(fmt::format("eval track --mot {} --video {} --json", sequence().string(), video().string()), false);
  ASSERT_EQ(answer.code, 0) << answer.text;
  const auto scored = nlohmann::json::parse(answer.text);
  EXPECT_EQ(scored.at("people"), 2);
  std::vector<std::string> what;
  for (const auto& row : scored.at("results")) {
    what.push_back(row.at("what"));
    EXPECT_EQ(row.at("id_switches"), 0) << row;
    EXPECT_LE(row.at("misses").get<int>(), kFrames / 2) << row;  // of 2 * kFrames
    EXPECT_GE(row.at("ids").get<int>(), 2) << row;
    EXPECT_LE(row.at("ids").get<int>(), 5) << row;  // five people are in these frames
  }
  EXPECT_THAT(what, testing::ElementsAre("tracks, motion only", "tracks", "visits, motion only", "visits"));
}

TEST_F(EvalTrack, RefusesAVideoThatIsNotTheOneOfTheSequence) {
  if (!fs::exists(kVtest)) GTEST_SKIP() << "opencv-doc is not installed";
  const auto answer =
      run_shrike(fmt::format("eval track --mot {} --video {}", sequence(kFrames + 5).string(), video().string()));
  EXPECT_EQ(answer.code, 2);
  EXPECT_THAT(answer.text, HasSubstr("found 20 frames, expected the 25"));
}

}  // namespace
}  // namespace shrike
