#include "watch/camera_view.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

Track track_of(int64_t id, int missed = 0) {
  Track track;
  track.id = id;
  track.box = {50, 20, 100, 60};
  track.missed = missed;
  return track;
}

TEST(CameraView, TellsOfThoseWhoAreSeenWithTheirOwnLooks) {
  const PictureAt picture{Timestamp{1'000'000}, 200, 100};
  const std::vector<Track> tracks{track_of(3), track_of(5)};
  const std::vector<VisitTrack> present{{.visit_id = "a", .track = track_of(5), .continuity = 0.75},
                                        {.visit_id = "b", .track = track_of(3, 2), .continuity = 1},
                                        {.visit_id = "c", .track = track_of(9), .continuity = 1}};
  const std::vector<float> looks{1, 2, 3, 4};
  const CameraConfig camera{.name = "c"};
  const auto people = people_seen(picture, present, tracks, looks, {camera, make_rule_book({}).value(), {}});
  ASSERT_EQ(people.size(), 2U) << "b's box is only a guess";
  EXPECT_EQ(people[0].camera_visit_id, "a");
  EXPECT_EQ(people[0].track_id, 5);
  EXPECT_EQ(people[0].continuity, 0.75);
  EXPECT_EQ(people[0].appearance, (std::vector<float>{3, 4}));
  EXPECT_FLOAT_EQ(people[0].box.x1, 0.25F);
  EXPECT_FLOAT_EQ(people[0].box.y2, 0.6F);
  EXPECT_EQ(people[1].camera_visit_id, "c");
  EXPECT_TRUE(people[1].appearance.empty()) << "no track of this picture is c's";
}

TEST(CameraView, AVisitThatIsOverIsItsNewestTracks) {
  Visit visit;
  visit.id = "a";
  visit.begun = Timestamp{1};
  visit.seen = Timestamp{2};
  visit.tracks = {4, 7};
  const VisitRecord record = ended_record(visit, "door");
  EXPECT_EQ(record.visit_id, "a");
  EXPECT_EQ(record.camera, "door");
  EXPECT_EQ(record.track_id, 7);
  EXPECT_EQ(record.from.us, 1);
  EXPECT_EQ(record.to.us, 2);
  visit.tracks.clear();
  EXPECT_EQ(ended_record(visit, "door").track_id, 0);
}

}  // namespace
}  // namespace shrike
