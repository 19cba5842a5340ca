#pragma once
// ONNX Runtime behind our own face. The library is opened with dlopen, so that one binary runs on every build of it
// (CPU, CUDA, TensorRT) and nothing but this unit sees its headers.

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "vision/onnx_graph.h"

namespace shrike {

/// A session's input or output as the model declares it.
struct TensorInfo {
  std::string name;
  std::string type;  ///< ONNX element type: float, float16, uint8, int64, …
  Shape shape;       ///< -1 where the model leaves a dimension open
};

struct SessionOptions {
  std::string provider = "cpu";   ///< cpu, cuda, tensorrt
  int threads = 1;                ///< that one run spreads over; runs from several threads each use so many
  std::filesystem::path save_as;  ///< writes the network, as plain ONNX, here; empty: nowhere
};

/// One caller's buffers on a session. Not for two threads at a time: make one a thread. The outputs are allocated by
/// the first run and used again by each one after it.
class Inference {
 public:
  Inference(Inference&&) noexcept;
  Inference& operator=(Inference&&) noexcept;
  ~Inference();

  /// What to fill before run(), row-major in the shape given to Session::prepare; zero at first.
  [[nodiscard]] std::span<float> input();
  /// Runs the network on input(). Fails where the model cannot take the input's shape or the provider breaks.
  [[nodiscard]] Result<void> run();
  /// Valid until the next run(). Empty before the first.
  [[nodiscard]] std::span<const float> output(size_t i) const;
  [[nodiscard]] const Shape& output_shape(size_t i) const;
  [[nodiscard]] size_t outputs() const;

 private:
  friend class Session;
  struct Buffers;
  explicit Inference(std::unique_ptr<Buffers> buffers);
  std::unique_ptr<Buffers> buffers_;
};

/// A network ready to run. A handle: copies share the network.
class Session {
 public:
  [[nodiscard]] const std::vector<TensorInfo>& inputs() const;
  [[nodiscard]] const std::vector<TensorInfo>& outputs() const;
  /// Custom metadata of the .onnx file (key → value); Ultralytics writes names, imgsz, task and stride there.
  [[nodiscard]] const std::map<std::string, std::string>& metadata() const;
  /// Buffers for an input of `shape`. An error unless the model has exactly one input, float, that can take the
  /// shape, and only float outputs.
  [[nodiscard]] Result<Inference> prepare(const Shape& shape) const;

  /// What a Session is to its own room; only runtime.cc knows what is in it.
  struct Network;
  explicit Session(std::shared_ptr<const Network> network) : network_(std::move(network)) {}

 private:
  std::shared_ptr<const Network> network_;
};

/// An opened ONNX Runtime library. One process can hold one library at a time.
class Runtime {
 public:
  /// Opens `library`. Empty: the file that the environment variable SHRIKE_ONNXRUNTIME names, else the one that the
  /// build installed, else libonnxruntime.so beside the executable.
  [[nodiscard]] static Result<Runtime> open(const std::filesystem::path& library = {});

  [[nodiscard]] const std::filesystem::path& library() const;
  [[nodiscard]] const std::string& version() const;
  /// Execution providers in the library, by ONNX Runtime's names (CPUExecutionProvider, …).
  [[nodiscard]] const std::vector<std::string>& providers() const;

  /// A session on an .onnx file.
  [[nodiscard]] Result<Session> load(const std::filesystem::path& file, const SessionOptions& options) const;
  /// A session on a network made in memory (through the Model Editor API).
  [[nodiscard]] Result<Session> build(const OnnxGraph& graph, const SessionOptions& options) const;

  struct Library;

 private:
  explicit Runtime(std::shared_ptr<Library> opened) : library_(std::move(opened)) {}
  std::shared_ptr<Library> library_;
};

}  // namespace shrike
