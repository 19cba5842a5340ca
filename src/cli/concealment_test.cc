// `shrike train concealment` and `shrike eval concealment`, as they are typed.
#include <cmath>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/folder_testing.h"
#include "cli/program_testing.h"

namespace shrike {
namespace {

using nlohmann::json;

/// Somebody who walks, and from `from` to `to` has both hands at a hip: PoseLift's form.
std::string walker(int frames, int from, int to, double phase) {
  json person = json::object();
  for (int f = 0; f < frames; ++f) {
    const bool hides = f >= from && f < to;
    const double swing = hides ? 0 : 20 * std::sin(phase + f * .4), x = 300 + (hides ? from : f) * 2;
    const auto joint = [&](double px, double py) { return std::array{py + 300, px + x, .9}; };
    json keypoints = json::array();
    const auto put = [&](const std::array<double, 3>& j) {
      for (const double value : j) keypoints.push_back(value);
    };
    put(joint(0, -130));
    for (const double side : {5., -5., 10., -10.}) put(joint(side, -133));
    for (const double side : {30., -30.}) put(joint(side, -100));
    for (const double side : {40., -40.}) put(joint(side, -50));
    for (const double side : {1., -1.}) put(hides ? joint(15 + 3 * side, -12) : joint(40 * side + swing, 0));
    for (const double side : {15., -15.}) put(joint(side, 0));
    for (const double side : {15., -15.}) put(joint(side, 80));
    for (const double side : {15., -15.}) put(joint(side, 160));
    person[std::to_string(f)] = {{"keypoints", keypoints}, {"scores", nullptr}};
  }
  return json{{"1", person}}.dump();
}

std::string labels(int frames, int from, int to) {
  std::string text;
  for (int f = 0; f < frames; ++f) text += f >= from && f < to ? "1\n" : "0\n";
  return text;
}

/// Six clips of walking to learn from; two to be tested on, one with a hiding.
void write_data(const TestFolder& folder) {
  for (int c = 0; c < 6; ++c)
    folder.write("train/0" + std::to_string(c % 2 + 1) + "_000" + std::to_string(c) + "_poses.json",
                 walker(400, 0, 0, c));
  folder.write("test/01_0100_poses.json", walker(120, 50, 80, .5));
  folder.write("gt/01_0100.csv", labels(120, 50, 80));
  folder.write("test/02_0101_poses.json", walker(90, 0, 0, .7));
  folder.write("gt/02_0101.csv", labels(90, 0, 0));
}

TEST(ConcealmentCommands, TrainANetworkAndSayWhatItIsWorth) {
  const TestFolder folder;
  write_data(folder);
  const std::string data = " --data " + folder.path().string(), model = (folder.path() / "model.onnx").string();
  const auto trained = run_shrike("train concealment" + data + " --out " + model);
  ASSERT_EQ(trained.code, 0) << trained.text;
  EXPECT_NE(trained.text.find("learnt from 6 clips"), std::string::npos) << trained.text;

  const auto evaluated = run_shrike(
      "eval concealment --json" + data + " --model " + model + " --scores " + (folder.path() / "scores").string(),
      false);
  ASSERT_EQ(evaluated.code, 0) << evaluated.text;
  const json out = json::parse(evaluated.text);
  EXPECT_EQ(out["methods"][0]["method"], "Shrike");
  EXPECT_EQ(out["methods"][0]["all_frames"]["frames"], 210);
  EXPECT_EQ(out["methods"][0]["mixed_clips"], 1);
  EXPECT_GT(out["methods"][0]["mixed"]["value"], 0.7);  // hands that meet at a hip, against hands that swing
  EXPECT_EQ(out["methods"][0]["caught"][1]["of"], 1);
  const std::string scores = *read_file(folder.path() / "scores" / "01_0100.csv", 1 << 20);
  EXPECT_EQ(std::ranges::count(scores, '\n'), 121);
  EXPECT_TRUE(scores.starts_with("frame,score\n0,")) << scores.substr(0, 40);

  const auto table = run_shrike("eval concealment" + data + " --model " + model);
  ASSERT_EQ(table.code, 0) << table.text;
  for (const char* row : {"Shrike", "its hand cue", "stands still"})
    EXPECT_NE(table.text.find(row), std::string::npos) << row << "\n" << table.text;
}

TEST(ConcealmentCommands, BadInputIsNamedWithExitCodeTwo) {
  const TestFolder folder;
  write_data(folder);
  folder.write("text.onnx", "this is a text");
  folder.write("broken/train/01_0001_poses.json", R"({"1": {"0": {"keypoints": [1, 2, 3]}}})");
  const auto in = [&](const char* name) { return (folder.path() / name).string(); };
  const std::tuple<std::string, std::vector<std::string>> cases[] = {
      {"train concealment --data " + in("nowhere") + " --out " + in("m.onnx"), {"nowhere/train"}},
      {"train concealment --data " + in("broken") + " --out " + in("m.onnx"),
       {"01_0001_poses.json", "person 1", "frame 0", "51 numbers"}},
      {"eval concealment --model " + in("text.onnx") + " --data " + folder.path().string(),
       {"text.onnx", "is a text file"}},
      {"eval concealment --model " + in("text.onnx"), {"--data"}},
  };
  for (const auto& [command, words] : cases) {
    const auto answer = run_shrike(command);
    EXPECT_EQ(answer.code, 2) << command << "\n" << answer.text;
    for (const std::string& word : words)
      EXPECT_NE(answer.text.find(word), std::string::npos) << command << "\n" << answer.text;
  }
}

}  // namespace
}  // namespace shrike
