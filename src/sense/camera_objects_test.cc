#include "sense/camera_objects.h"

#include <array>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vision/appearance.h"

namespace shrike {
namespace {

using testing::HasSubstr;

std::array<float, 4> sides(const Box& b) { return {b.x1, b.y1, b.x2, b.y2}; }

CameraObjects read(std::string_view payload) {
  const auto seen = read_camera_objects(payload);
  EXPECT_TRUE(seen) << (seen ? "" : seen.error().message);
  return seen.value_or(CameraObjects{});
}

std::string error_of(std::string_view payload) {
  const auto seen = read_camera_objects(payload);
  EXPECT_FALSE(seen) << payload;
  return seen ? "" : seen.error().message;
}

std::string with_object(const std::string& object) {
  return R"({"width":768,"height":576,"objects":[)" + object + "]}";
}

TEST(CameraObjects, ReadsThePlainForm) {
  const auto seen = read(R"({"time":"2026-03-01T09:00:00Z","width":768,"height":576,"objects":[
      {"label":"person","score":0.9,"box":[0.25,0.5,0.5,1.0]},{"label":"backpack","box":[0.9,0.9,1.4,1.2]}]})");
  EXPECT_EQ(seen.stated, (Timestamp{1'772'355'600'000'000}));
  EXPECT_EQ(seen.width, 768);
  EXPECT_EQ(seen.height, 576);
  ASSERT_EQ(seen.objects.size(), 2U);
  EXPECT_EQ(seen.objects[0].label, "person");
  EXPECT_FLOAT_EQ(seen.objects[0].score, 0.9F);
  EXPECT_EQ(sides(seen.objects[0].box), sides(Box{0.25F, 0.5F, 0.5F, 1.0F}));
  EXPECT_FLOAT_EQ(seen.objects[1].score, 1);
  EXPECT_EQ(sides(seen.objects[1].box), sides(Box{0.9F, 0.9F, 1.0F, 1.0F})) << "cut at the edge";
}

TEST(CameraObjects, ReadsWhatDlStreamerPublishes) {
  const auto seen = read(R"({"objects":[
      {"detection":{"bounding_box":{"x_max":0.67,"x_min":0.37,"y_max":0.98,"y_min":0.14},"confidence":0.99,
       "label":"person","label_id":1},"h":484,"roi_type":"person","w":230,"x":284,"y":81},
      {"h":10,"roi_type":"drawn","w":10,"x":0,"y":0}],
      "resolution":{"height":576,"width":768},"source":"rtsp://camera/1","timestamp":1400000000})");
  EXPECT_EQ(seen.stated, (Timestamp{1'400'000})) << "nanoseconds since the pipeline began";
  ASSERT_EQ(seen.objects.size(), 1U);
  EXPECT_EQ(seen.objects[0].label, "person");
  EXPECT_EQ(sides(seen.objects[0].box), sides(Box{0.37F, 0.14F, 0.67F, 0.98F}));
  EXPECT_EQ(seen.width, 768);
}

TEST(CameraObjects, APictureWithNobodyIsOneToo) {
  EXPECT_TRUE(read(R"({"width":768,"height":576})").objects.empty());
  EXPECT_TRUE(read(R"({"width":768,"height":576,"objects":[]})").objects.empty());
  EXPECT_TRUE(read(with_object(R"({"label":"person","box":[0.5,0.5,0.5,0.9]})")).objects.empty()) << "no width";
  EXPECT_TRUE(read(with_object(R"({"label":"person","box":[1.5,0.5,1.7,0.9]})")).objects.empty()) << "outside";
}

TEST(CameraObjects, WhatIsWrittenIsReadAgain) {
  CameraObjects seen{.stated = Timestamp{1'772'355'600'000'000}, .width = 768, .height = 576, .objects = {}};
  seen.objects.push_back({"person", 0.5F, {0.25F, 0.5F, 0.5F, 0.75F}, std::vector<float>(kAppearanceSize, 0.05F)});
  const auto again = read(to_camera_message(seen));
  EXPECT_EQ(again.stated, seen.stated);
  ASSERT_EQ(again.objects.size(), 1U);
  EXPECT_EQ(sides(again.objects[0].box), sides(seen.objects[0].box));
  EXPECT_EQ(again.objects[0].looks, seen.objects[0].looks);
}

TEST(CameraObjects, SaysWhatIsWrong) {
  EXPECT_THAT(error_of("hello"), HasSubstr("JSON"));
  EXPECT_THAT(error_of("[]"), HasSubstr("expected an object"));
  EXPECT_THAT(error_of(R"({"objects":[]})"), HasSubstr("width: found nothing"));
  EXPECT_THAT(error_of(R"({"width":768,"height":-1})"), HasSubstr("height: found -1"));
  EXPECT_THAT(error_of(R"({"width":768,"height":1e9})"), HasSubstr("height"));
  EXPECT_THAT(error_of(R"({"width":768,"height":576,"time":"noon"})"), HasSubstr("time: found \"noon\""));
  EXPECT_THAT(error_of(R"({"width":768,"height":576,"objects":7})"), HasSubstr("objects: found 7"));
  EXPECT_THAT(error_of(with_object("3")), HasSubstr("expected an object"));
  EXPECT_THAT(error_of(with_object(R"({"label":"person"})")), HasSubstr("box: found nothing"));
  EXPECT_THAT(error_of(with_object(R"({"label":"person","box":[1,2,3]})")), HasSubstr("box: found [1,2,3]"));
  EXPECT_THAT(error_of(with_object(R"({"box":[0,0,1,1],"score":7})")), HasSubstr("score: found 7"));
  EXPECT_THAT(error_of(with_object(R"({"box":[0,0,1,1],"looks":[1]})")), HasSubstr("looks: found 1 values"));
  EXPECT_THAT(error_of(R"({"resolution":{"width":768,"height":576},"objects":[{"detection":{"confidence":1}}]})"),
              HasSubstr("bounding_box"));
  std::string many;
  for (int i = 0; i <= 1000; ++i) many += R"({"box":[0,0,1,1]},)";
  many.pop_back();
  EXPECT_THAT(error_of(with_object(many)), HasSubstr("at most 1000"));
}

}  // namespace
}  // namespace shrike
