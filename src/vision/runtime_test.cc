#include "vision/runtime.h"

#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "video/testing/media.h"
#include "vision/model_file.h"
#include "vision/testing/fake_model.h"

namespace shrike {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

Runtime opened() {
  auto runtime = Runtime::open();
  EXPECT_TRUE(runtime) << runtime.error().message;
  return *runtime;
}

/// y = 2 x + 1 on a 1 x 3 x 4 x 4 input.
OnnxGraph line() {
  OnnxGraph graph;
  graph.inputs = {{"x", {1, 3, 4, 4}}};
  graph.outputs = {{"y", {1, 3, 4, 4}}};
  graph.constants = {{"two", {{}, std::vector<float>{2}}}, {"one", {{}, std::vector<float>{1}}}};
  graph.nodes = {{"Mul", "m", {"x", "two"}, {"m"}, {}}, {"Add", "a", {"m", "one"}, {"y"}, {}}};
  return graph;
}

TEST(Runtime, opens_what_the_build_installed) {
  const Runtime runtime = opened();
  EXPECT_TRUE(runtime.version().starts_with("1.")) << runtime.version();
  EXPECT_THAT(runtime.providers(), Contains("CPUExecutionProvider"));
  EXPECT_TRUE(std::filesystem::exists(runtime.library()));
}

TEST(Runtime, a_library_that_is_not_there_is_named_with_the_remedy) {
  const auto runtime = Runtime::open("/nowhere/libonnxruntime.so");
  ASSERT_FALSE(runtime);
  EXPECT_THAT(runtime.error().message, AllOf(HasSubstr("/nowhere/libonnxruntime.so"), HasSubstr("SHRIKE_ONNXRUNTIME")));
  EXPECT_EQ(runtime.error().kind, Error::Kind::unavailable);
}

TEST(Runtime, the_environment_names_the_library) {
  ASSERT_EQ(setenv("SHRIKE_ONNXRUNTIME", "/nowhere/from-environment.so", 1), 0);
  const auto runtime = Runtime::open();
  unsetenv("SHRIKE_ONNXRUNTIME");
  ASSERT_FALSE(runtime);
  EXPECT_THAT(runtime.error().message, HasSubstr("/nowhere/from-environment.so"));
}

TEST(Runtime, another_library_is_refused) {
  const auto runtime = Runtime::open("libm.so.6");
  ASSERT_FALSE(runtime);
  EXPECT_THAT(runtime.error().message, HasSubstr("libm.so.6 is a library but not ONNX Runtime"));
}

TEST(Runtime, a_provider_that_the_library_lacks_is_refused_with_those_it_has) {
  const Runtime runtime = opened();
  if (std::ranges::find(runtime.providers(), "CUDAExecutionProvider") != runtime.providers().end()) {
    GTEST_SKIP() << "this ONNX Runtime has CUDA";
  }
  for (const char* provider : {"cuda", "tensorrt"}) {
    const auto session = runtime.build(line(), {.provider = provider});
    ASSERT_FALSE(session);
    EXPECT_THAT(session.error().message,
                AllOf(HasSubstr(provider), HasSubstr("has only"), HasSubstr("CPUExecutionProvider")));
  }
  const auto session = runtime.build(line(), {.provider = "abacus"});
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().message, "unknown provider 'abacus': expected cpu, cuda or tensorrt");
}

TEST(Runtime, threads_out_of_range_are_refused) {
  EXPECT_FALSE(opened().build(line(), {.threads = 0}));
  EXPECT_FALSE(opened().build(line(), {.threads = 10'000}));
}

TEST(Session, runs_what_was_built) {
  const auto session = opened().build(line(), {});
  ASSERT_TRUE(session) << session.error().message;
  auto run = session->prepare({1, 3, 4, 4});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_TRUE(run->output(0).empty());
  for (int time = 1; time <= 3; ++time) {  // the outputs of the first run are used again
    std::ranges::fill(run->input(), static_cast<float>(time));
    ASSERT_TRUE(run->run());
    EXPECT_EQ(run->output_shape(0), (Shape{1, 3, 4, 4}));
    EXPECT_THAT(run->output(0), ::testing::Each(2.F * static_cast<float>(time) + 1));
  }
}

TEST(Session, runs_in_several_threads_at_a_time) {
  const auto session = opened().build(line(), {});
  ASSERT_TRUE(session) << session.error().message;
  std::vector<int> wrong(4, -1);
  {
    std::vector<std::jthread> threads;
    for (size_t t = 0; t < wrong.size(); ++t) {
      threads.emplace_back([&, t] {
        auto run = session->prepare({1, 3, 4, 4});
        wrong[t] = 0;
        for (int i = 0; i < 200; ++i) {
          std::ranges::fill(run->input(), static_cast<float>(t));
          if (!run->run() || run->output(0)[7] != 2.F * static_cast<float>(t) + 1) ++wrong[t];
        }
      });
    }
  }
  EXPECT_THAT(wrong, ::testing::Each(0));
}

TEST(Session, an_input_of_another_shape_is_refused) {
  const auto session = opened().build(line(), {});
  ASSERT_TRUE(session);
  const auto run = session->prepare({1, 3, 8, 8});
  ASSERT_FALSE(run);
  EXPECT_THAT(run.error().message, AllOf(HasSubstr("1x3x4x4"), HasSubstr("1x3x8x8")));
}

TEST(Session, a_network_that_makes_no_sense_is_refused) {
  OnnxGraph graph = line();
  graph.nodes[1].inputs[0] = "not there";
  const auto session = opened().build(graph, {});
  ASSERT_FALSE(session);
  EXPECT_THAT(session.error().message, HasSubstr("refuses the network"));
}

TEST(Session, a_saved_network_computes_the_same) {
  const testing::TempFolder folder;
  ASSERT_TRUE(opened().build(line(), {.save_as = folder / "line.onnx"}));
  const auto session = open_model(opened(), folder / "line.onnx");
  ASSERT_TRUE(session) << session.error().message;
  auto run = session->prepare({1, 3, 4, 4});
  std::ranges::fill(run->input(), 4.F);
  ASSERT_TRUE(run->run());
  EXPECT_THAT(run->output(0), ::testing::Each(9.F));
}

}  // namespace
}  // namespace shrike
