#include "hub/router.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

Response nothing(const Request&, const PathParameters&) { return {}; }

Router example() {
  Router router;
  router.add(Method::get, "/", nothing);
  router.add(Method::get, "/cameras/{name}/frame.jpg", nothing);
  router.add(Method::post, "/incidents/{id}/verdict", nothing);
  return router;
}

TEST(Router, FindsByPathAndMethod) {
  const auto router = example();
  EXPECT_EQ(router.match({.path = "/"}).route, router.routes().data());
  EXPECT_EQ(router.match({.method = Method::head, .path = "/"}).route, router.routes().data());
  const auto camera = router.match({.path = "/cameras/aisle%203%2Fleft/frame.jpg"});
  ASSERT_NE(camera.route, nullptr);
  EXPECT_EQ(camera.parameters.at("name"), "aisle 3/left");
}

TEST(Router, SaysWhenOnlyTheMethodIsWrong) {
  const auto router = example();
  const auto match = router.match({.path = "/incidents/1/verdict"});
  EXPECT_EQ(match.route, nullptr);
  EXPECT_TRUE(match.other_method);
}

TEST(Router, FindsNothingElse) {
  const auto router = example();
  for (const char* path : {"/cameras", "/cameras/", "/cameras/a/frame.jpg/", "/cameras/a/b/frame.jpg",
                           "/cameras/%zz/frame.jpg", "//", "/incidents/1/verdict/"}) {
    const auto match = router.match({.path = path});
    EXPECT_EQ(match.route, nullptr) << path;
    EXPECT_FALSE(match.other_method) << path;
  }
}

}  // namespace
}  // namespace shrike
