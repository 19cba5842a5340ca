#include "vision/model_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "video/testing/media.h"
#include "vision/testing/fake_model.h"

namespace shrike {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string error_of(const std::filesystem::path& file) {
  const auto runtime = Runtime::open();
  EXPECT_TRUE(runtime) << runtime.error().message;
  const auto session = open_model(*runtime, file);
  EXPECT_FALSE(session) << "opened " << file;
  if (session) return {};
  EXPECT_EQ(session.error().kind, Error::Kind::bad_input);
  return session.error().message;
}

TEST(ModelFile, what_is_no_model_is_named_with_what_was_found) {
  const testing::TempFolder folder;
  testing::write_file(folder / "empty.onnx", "");
  testing::write_file(folder / "notes.onnx", "These are my notes.\nThere is no network in them.\n");
  testing::write_file(folder / "pointer.onnx",
                      "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n");
  testing::write_file(folder / "noise.onnx", std::string("\x00\xff\x13\x88\x01", 5) + std::string(3000, '\x9c'));
  std::filesystem::create_directory(folder / "folder.onnx");
  EXPECT_THAT(error_of(folder / "missing.onnx"), AllOf(HasSubstr("missing.onnx"), HasSubstr("no such file")));
  EXPECT_THAT(error_of(folder / "folder.onnx"), HasSubstr("no such file"));
  EXPECT_THAT(error_of(folder / "empty.onnx"), AllOf(HasSubstr("empty.onnx"), HasSubstr("0 bytes")));
  EXPECT_THAT(error_of(folder / "notes.onnx"), HasSubstr("is a text file; expected an ONNX model"));
  EXPECT_THAT(error_of(folder / "pointer.onnx"), HasSubstr("git lfs pull"));
  EXPECT_THAT(error_of(folder / "noise.onnx"), AllOf(HasSubstr("noise.onnx"), HasSubstr("cannot load it")));
  EXPECT_THAT(error_of(folder / "weights.pt"), HasSubstr("expected a model ending in .onnx, or the .json"));
}

TEST(ModelFile, a_truncated_onnx_model_is_refused) {
  const testing::TempFolder folder;
  testing::write_fake_model(folder / "whole.onnx", testing::kFakeInput, {testing::fake_yolov8(3)});
  const std::string bytes = testing::read_file(folder / "whole.onnx");
  ASSERT_GT(bytes.size(), 2000U);
  for (const size_t kept : {size_t{40}, bytes.size() / 2, bytes.size() - 1}) {
    testing::write_file(folder / "cut.onnx", bytes.substr(0, kept));
    EXPECT_THAT(error_of(folder / "cut.onnx"), HasSubstr("cut.onnx")) << kept;
  }
}

TEST(ModelFile, a_truncated_tensorflow_js_model_is_refused) {
  const testing::TempFolder folder;
  std::filesystem::copy(testing::kNpmModels / "nanodet.json", folder / "nanodet.json");
  EXPECT_THAT(error_of(folder / "nanodet.json"), AllOf(HasSubstr("nanodet.bin"), HasSubstr("cannot be opened")));
  const std::string weights = testing::read_file(testing::kNpmModels / "nanodet.bin");
  testing::write_file(folder / "nanodet.bin", weights.substr(0, weights.size() - 100));
  EXPECT_THAT(error_of(folder / "nanodet.json"), AllOf(HasSubstr("7574458 bytes are there"), HasSubstr("expected")));
  testing::write_file(folder / "nanodet.bin", weights + "x");
  EXPECT_THAT(error_of(folder / "nanodet.json"), HasSubstr("7574559 bytes; the manifest describes 7574558"));
  testing::write_file(folder / "nanodet.json",
                      testing::read_file(testing::kNpmModels / "nanodet.json").substr(0, 50000));
  EXPECT_THAT(error_of(folder / "nanodet.json"), HasSubstr("is not JSON"));
}

}  // namespace
}  // namespace shrike
