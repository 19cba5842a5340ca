#include "vision/runtime.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <mutex>

#define ORT_API_MANUAL_INIT  // the library is found at run time, so nothing may call into it before open()
#include <onnxruntime_cxx_api.h>

#include "base/log.h"

namespace shrike {

namespace {

// The API of ONNX Runtime 1.29: newer libraries still give it, so any of them can be opened.
constexpr uint32_t kApiVersion = 29;
static_assert(ORT_API_VERSION >= kApiVersion, "the headers are older than the API that is asked for");

// ONNX Runtime logs what it also returns as an error; its words are for debugging only.
void ORT_API_CALL log_from_runtime(void*, OrtLoggingLevel, const char*, const char*, const char* where,
                                   const char* message) noexcept {
  spdlog::debug("onnxruntime: {} ({})", message, where);
}

const char* type_name(ONNXTensorElementDataType type) {
  switch (type) {
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT:
      return "float";
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16:
      return "float16";
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE:
      return "double";
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8:
      return "uint8";
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8:
      return "int8";
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32:
      return "int32";
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64:
      return "int64";
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL:
      return "bool";
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING:
      return "string";
    default:
      return "another type";
  }
}

TensorInfo tensor_info(std::string name, const Ort::TypeInfo& type) {
  TensorInfo info{std::move(name), "not a tensor", {}};
  if (type.GetONNXType() != ONNX_TYPE_TENSOR) return info;
  const auto tensor = type.GetTensorTypeAndShapeInfo();
  info.type = type_name(tensor.GetElementType());
  info.shape = tensor.GetShape();
  return info;
}

}  // namespace

// --- the library -----------------------------------------------------------------------------------------------

struct Runtime::Library {
  std::filesystem::path file;
  void* handle = nullptr;  // never closed: ONNX Runtime's own threads and singletons do not outlive an unload
  std::string version;
  std::vector<std::string> providers;
  Ort::Env env{nullptr};
};

namespace {

struct Place {
  std::filesystem::path file;
  const char* origin;
};

// Where to look. A place that was named by hand is the only one: falling back would hide the mistake.
std::vector<Place> places(const std::filesystem::path& library) {
  if (!library.empty()) return {{library, "the setting"}};
  if (const char* named = std::getenv("SHRIKE_ONNXRUNTIME"); named && *named) return {{named, "SHRIKE_ONNXRUNTIME"}};
  std::vector<Place> found = {{SHRIKE_ORT_LIBRARY, "the build's npm package"}};
  std::error_code ignored;
  const auto executable = std::filesystem::read_symlink("/proc/self/exe", ignored);
  if (!executable.empty()) found.push_back({executable.parent_path() / "libonnxruntime.so", "beside the executable"});
  return found;
}

struct Opened {
  std::filesystem::path file;
  void* handle = nullptr;
  std::string version;
  const OrtApi* api = nullptr;
};

/// The first place that can be opened. A library there that is not ours to use ends the search.
Result<Opened> open_first(const std::vector<Place>& where) {
  std::string tried;
  for (const Place& place : where) {
    Opened opened{place.file, dlopen(place.file.c_str(), RTLD_NOW | RTLD_LOCAL), {}, nullptr};
    if (!opened.handle) {
      tried += fmt::format("{}{} ({})", tried.empty() ? "" : "; ", dlerror(), place.origin);
      continue;
    }
    using GetApiBase = const OrtApiBase* (*)();
    const auto get_base = reinterpret_cast<GetApiBase>(dlsym(opened.handle, "OrtGetApiBase"));
    if (!get_base) {
      return bad_input(
          fmt::format("{} is a library but not ONNX Runtime: it has no OrtGetApiBase", place.file.string()));
    }
    opened.version = get_base()->GetVersionString();
    opened.api = get_base()->GetApi(kApiVersion);
    if (opened.api) return opened;
    return bad_input(fmt::format("{} is ONNX Runtime {}, too old: version 1.{} or newer is needed", place.file.string(),
                                 opened.version, kApiVersion));
  }
  return unavailable(
      fmt::format("cannot open ONNX Runtime: {}; name its library in `detector.runtime` or in the "
                  "environment variable SHRIKE_ONNXRUNTIME",
                  tried));
}

}  // namespace

Result<Runtime> Runtime::open(const std::filesystem::path& library) {
  // The C++ wrapper keeps the API in a variable of the whole process: this pair guards it.
  static std::mutex mutex;
  static std::weak_ptr<Library> in_use;
  const std::scoped_lock lock(mutex);
  TRY(Opened opened, open_first(places(library)));
  if (auto already = in_use.lock()) {
    if (opened.handle == already->handle) return Runtime(std::move(already));
    return fail(fmt::format("cannot use a second ONNX Runtime, {}, in one process: {} is in use", opened.file.string(),
                            already->file.string()));
  }
  try {
    Ort::InitApi(opened.api);
    Ort::Env env(ORT_LOGGING_LEVEL_ERROR, "shrike", log_from_runtime, nullptr);
    auto made = std::make_shared<Library>(Library{std::move(opened.file), opened.handle, std::move(opened.version),
                                                  Ort::GetAvailableProviders(), std::move(env)});
    in_use = made;
    return Runtime(std::move(made));
  } catch (const Ort::Exception& e) {
    return fail(fmt::format("cannot start ONNX Runtime {}: {}", opened.file.string(), e.what()));
  }
}

const std::filesystem::path& Runtime::library() const { return library_->file; }
const std::string& Runtime::version() const { return library_->version; }
const std::vector<std::string>& Runtime::providers() const { return library_->providers; }

// --- sessions --------------------------------------------------------------------------------------------------

struct Session::Network {
  std::shared_ptr<Runtime::Library> library;
  mutable Ort::Session session{nullptr};  // Run() may be called by several threads at once
  std::vector<TensorInfo> inputs, outputs;
  std::vector<const char*> output_names;  // point into `outputs`
  std::map<std::string, std::string> metadata;
};

namespace {

Result<void> append_provider(Ort::SessionOptions& ort, const Runtime& runtime, const std::string& provider) {
  if (provider == "cpu") return {};
  const bool tensorrt = provider == "tensorrt";
  if (!tensorrt && provider != "cuda") {
    return bad_input(fmt::format("unknown provider '{}': expected cpu, cuda or tensorrt", provider));
  }
  const std::string wanted = tensorrt ? "TensorrtExecutionProvider" : "CUDAExecutionProvider";
  if (std::ranges::find(runtime.providers(), wanted) == runtime.providers().end()) {
    return bad_input(fmt::format(
        "provider '{}': ONNX Runtime {} at {} has only {}; set `detector.runtime` to a build "
        "that has {}",
        provider, runtime.version(), runtime.library().string(), fmt::join(runtime.providers(), ", "), wanted));
  }
  try {
    if (tensorrt) ort.AppendExecutionProvider_TensorRT_V2(*Ort::TensorRTProviderOptions());
    ort.AppendExecutionProvider_CUDA_V2(*Ort::CUDAProviderOptions());  // also takes what TensorRT leaves over
  } catch (const Ort::Exception& e) {
    return fail(fmt::format("provider '{}' does not start: {}", provider, e.what()));
  }
  return {};
}

Result<Ort::SessionOptions> ort_options(const Runtime& runtime, const SessionOptions& options) {
  if (options.threads < 1 || options.threads > 256) {
    return bad_input(fmt::format("threads: found {}, expected 1 to 256", options.threads));
  }
  Ort::SessionOptions ort;
  ort.SetIntraOpNumThreads(options.threads);
  ort.SetInterOpNumThreads(1);
  // Below ORT_ENABLE_ALL the blocked NCHWc layout is off and nanodet takes a third longer. A network that is saved for
  // another engine must stay plain ONNX.
  ort.SetGraphOptimizationLevel(options.save_as.empty() ? ORT_ENABLE_ALL : ORT_DISABLE_ALL);
  if (!options.save_as.empty()) ort.SetOptimizedModelFilePath(options.save_as.c_str());
  TRY_VOID(append_provider(ort, runtime, options.provider));
  return ort;
}

Session finish(std::shared_ptr<Session::Network> network) {
  Ort::Session& session = network->session;
  Ort::AllocatorWithDefaultOptions allocator;
  for (size_t i = 0; i < session.GetInputCount(); ++i) {
    network->inputs.push_back(
        tensor_info(session.GetInputNameAllocated(i, allocator).get(), session.GetInputTypeInfo(i)));
  }
  for (size_t i = 0; i < session.GetOutputCount(); ++i) {
    network->outputs.push_back(
        tensor_info(session.GetOutputNameAllocated(i, allocator).get(), session.GetOutputTypeInfo(i)));
  }
  for (const TensorInfo& output : network->outputs) network->output_names.push_back(output.name.c_str());
  const auto metadata = session.GetModelMetadata();
  for (const auto& key : metadata.GetCustomMetadataMapKeysAllocated(allocator)) {
    network->metadata[key.get()] = metadata.LookupCustomMetadataMapAllocated(key.get(), allocator).get();
  }
  return Session(std::move(network));
}

Ort::OpAttr make_attribute(const OnnxAttribute& a) {
  const char* name = a.name.c_str();
  if (const auto* i = std::get_if<int64_t>(&a.value)) return {name, i, 1, ORT_OP_ATTR_INT};
  if (const auto* f = std::get_if<float>(&a.value)) return {name, f, 1, ORT_OP_ATTR_FLOAT};
  if (const auto* s = std::get_if<std::string>(&a.value)) {
    return {name, s->data(), static_cast<int>(s->size()), ORT_OP_ATTR_STRING};
  }
  const auto& ints = std::get<std::vector<int64_t>>(a.value);
  return {name, ints.data(), static_cast<int>(ints.size()), ORT_OP_ATTR_INTS};
}

template <class T>
Ort::Value make_tensor(const Shape& shape, const std::vector<T>& values) {
  Ort::AllocatorWithDefaultOptions allocator;
  auto tensor = Ort::Value::CreateTensor<T>(allocator, shape.data(), shape.size());
  std::ranges::copy(values, tensor.template GetTensorMutableData<T>());
  return tensor;
}

std::vector<Ort::ValueInfo> value_infos(const std::vector<OnnxValue>& values) {
  std::vector<Ort::ValueInfo> infos;
  for (const OnnxValue& value : values) {
    const Ort::TensorTypeAndShapeInfo tensor(ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, value.shape);
    infos.emplace_back(value.name, Ort::TypeInfo::CreateTensorInfo(tensor.GetConst()).GetConst());
  }
  return infos;
}

Ort::Model make_model(const OnnxGraph& graph) {
  Ort::Graph ort;
  auto inputs = value_infos(graph.inputs);
  auto outputs = value_infos(graph.outputs);
  ort.SetInputs(inputs);
  ort.SetOutputs(outputs);
  for (const auto& [name, constant] : graph.constants) {
    const Shape& shape = constant.shape;
    auto value = std::visit([&](const auto& values) { return make_tensor(shape, values); }, constant.values);
    ort.AddInitializer(name, value, false);
  }
  for (const OnnxNode& node : graph.nodes) {
    std::vector<Ort::OpAttr> attributes;
    for (const OnnxAttribute& a : node.attributes) attributes.push_back(make_attribute(a));
    Ort::Node made(node.op, "", node.name, node.inputs, node.outputs, attributes);
    ort.AddNode(made);
  }
  Ort::Model model(std::vector<Ort::Model::DomainOpsetPair>{{"", OnnxGraph::kOpset}});
  model.AddGraph(ort);
  return model;
}

}  // namespace

Result<Session> Runtime::load(const std::filesystem::path& file, const SessionOptions& options) const {
  try {
    TRY(const auto ort, ort_options(*this, options));
    auto network = std::make_shared<Session::Network>();
    network->library = library_;
    network->session = Ort::Session(library_->env, file.c_str(), ort);
    return finish(std::move(network));
  } catch (const Ort::Exception& e) {
    return bad_input(fmt::format("{}: ONNX Runtime cannot load it: {}", file.string(), e.what()));
  }
}

Result<Session> Runtime::build(const OnnxGraph& graph, const SessionOptions& options) const {
  try {
    TRY(const auto ort, ort_options(*this, options));
    auto network = std::make_shared<Session::Network>();
    network->library = library_;
    network->session = Ort::Session(library_->env, make_model(graph), ort);
    return finish(std::move(network));
  } catch (const Ort::Exception& e) {
    return bad_input(fmt::format("ONNX Runtime refuses the network: {}", e.what()));
  }
}

const std::vector<TensorInfo>& Session::inputs() const { return network_->inputs; }
const std::vector<TensorInfo>& Session::outputs() const { return network_->outputs; }
const std::map<std::string, std::string>& Session::metadata() const { return network_->metadata; }

// --- one caller's buffers --------------------------------------------------------------------------------------

struct Inference::Buffers {
  std::shared_ptr<const Session::Network> network;
  std::vector<float> input;
  Ort::Value input_value{nullptr};  // a view of `input`
  std::vector<Ort::Value> output_values;
  std::vector<Shape> output_shapes;
};

Inference::Inference(std::unique_ptr<Buffers> buffers) : buffers_(std::move(buffers)) {}
Inference::Inference(Inference&&) noexcept = default;
Inference& Inference::operator=(Inference&&) noexcept = default;
Inference::~Inference() = default;

Result<Inference> Session::prepare(const Shape& shape) const {
  const auto& inputs = network_->inputs;
  if (inputs.size() != 1) return bad_input(fmt::format("it has {} inputs; expected one picture", inputs.size()));
  const TensorInfo& input = inputs.front();
  if (input.type != "float") {
    return bad_input(
        fmt::format("its input '{}' is {}; expected float (export without half precision)", input.name, input.type));
  }
  bool fits = input.shape.size() == shape.size();
  for (size_t i = 0; fits && i < shape.size(); ++i) fits = input.shape[i] == -1 || input.shape[i] == shape[i];
  if (!fits) {
    return bad_input(fmt::format("its input '{}' is {}; it cannot take {}", input.name, fmt::join(input.shape, "x"),
                                 fmt::join(shape, "x")));
  }
  for (const TensorInfo& output : network_->outputs) {
    if (output.type == "float") continue;
    return bad_input(fmt::format("its output '{}' is {}; expected float", output.name, output.type));
  }
  try {
    auto buffers = std::make_unique<Inference::Buffers>();
    buffers->network = network_;
    buffers->input.resize(static_cast<size_t>(elements(shape)));
    const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
    buffers->input_value = Ort::Value::CreateTensor<float>(memory, buffers->input.data(), buffers->input.size(),
                                                           shape.data(), shape.size());
    for (size_t i = 0; i < network_->outputs.size(); ++i) buffers->output_values.emplace_back(nullptr);
    return Inference(std::move(buffers));
  } catch (const Ort::Exception& e) {
    return fail(fmt::format("ONNX Runtime cannot make the buffers: {}", e.what()));
  }
}

std::span<float> Inference::input() { return buffers_->input; }
size_t Inference::outputs() const { return buffers_->output_values.size(); }

Result<void> Inference::run() {
  Buffers& b = *buffers_;
  try {
    const char* input_name = b.network->inputs.front().name.c_str();
    b.network->session.Run(Ort::RunOptions{nullptr}, &input_name, &b.input_value, 1, b.network->output_names.data(),
                           b.output_values.data(), b.output_values.size());
    if (b.output_shapes.empty()) {
      for (const Ort::Value& value : b.output_values) {
        b.output_shapes.push_back(value.GetTensorTypeAndShapeInfo().GetShape());
      }
    }
    return {};
  } catch (const Ort::Exception& e) {
    return fail(fmt::format("ONNX Runtime cannot run the model: {}", e.what()));
  }
}

std::span<const float> Inference::output(size_t i) const {
  assert(i < buffers_->output_values.size());
  if (buffers_->output_shapes.empty()) return {};
  return {buffers_->output_values[i].GetTensorData<float>(), static_cast<size_t>(elements(buffers_->output_shapes[i]))};
}

const Shape& Inference::output_shape(size_t i) const {
  assert(i < buffers_->output_shapes.size());
  return buffers_->output_shapes[i];
}

}  // namespace shrike
