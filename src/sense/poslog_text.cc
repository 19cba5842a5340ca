#include "sense/poslog_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <fmt/format.h>
#include <iconv.h>

namespace shrike {
namespace {

constexpr size_t kBlockBytes = 1 << 18;
constexpr size_t kHeadBytes = 512;

std::string upper(std::string_view word) {
  std::string out(word);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

/// encoding="…" of the declaration that `head` starts with; empty where there is none.
std::string declared_encoding(std::string_view head) {
  if (!head.starts_with("<?xml")) return {};
  head = head.substr(0, head.find("?>"));
  const size_t at = head.find("encoding");
  const size_t open = at == std::string_view::npos ? at : head.find_first_of("\"'", at);
  if (open == std::string_view::npos) return {};
  const size_t close = head.find(head[open], open + 1);
  return close == std::string_view::npos ? std::string()
                                         : upper(head.substr(open + 1, std::min<size_t>(close - open - 1, 40)));
}

}  // namespace

struct PoslogText::Converter {
  explicit Converter(const std::string& from) : handle(::iconv_open("UTF-8", from.c_str())) {}
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() {
    if (works()) ::iconv_close(handle);
  }
  [[nodiscard]] bool works() const { return reinterpret_cast<intptr_t>(handle) != -1; }
  iconv_t handle;
};

std::string xml_encoding(std::string_view head) {
  using namespace std::string_view_literals;
  if (head.starts_with("\xEF\xBB\xBF"sv)) return "UTF-8";
  if (head.starts_with("\xFF\xFE"sv) || head.starts_with("<\0"sv)) return "UTF-16LE";
  if (head.starts_with("\xFE\xFF"sv) || head.starts_with("\0<"sv)) return "UTF-16BE";
  auto declared = declared_encoding(head);
  // What was found byte by byte cannot be UTF-16, whatever it says.
  if (declared.empty() || declared.starts_with("UTF-16") || declared == "UTF8" || declared == "US-ASCII")
    return "UTF-8";
  return declared;
}

PoslogText::PoslogText(std::filesystem::path file) : file_(std::move(file)) {}
PoslogText::PoslogText(PoslogText&&) noexcept = default;
PoslogText::~PoslogText() = default;

Result<PoslogText> PoslogText::open(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error))
    return bad_input(fmt::format("{}: is a folder, not a file", file.string()));
  PoslogText text(file);
  text.in_.open(file, std::ios::binary);
  if (!text.in_) return bad_input(fmt::format("{}: cannot be opened", file.string()));
  std::array<char, kHeadBytes> head{};
  text.in_.read(head.data(), head.size());
  const std::string_view seen(head.data(), static_cast<size_t>(text.in_.gcount()));
  text.encoding_ = xml_encoding(seen);
  text.in_.clear();
  text.in_.seekg(0);
  if (text.encoding_ != "UTF-8") {
    text.converter_ = std::make_unique<Converter>(text.encoding_);
    if (!text.converter_->works())
      return bad_input(fmt::format("{}: found the encoding '{}', expected one that iconv knows, such as UTF-8",
                                   file.string(), text.encoding_));
  }
  return Result<PoslogText>(std::move(text));
}

void PoslogText::convert(std::string_view bytes, bool last, std::string& text) {
  rest_ += bytes;
  char* in = rest_.data();
  size_t left = rest_.size();
  std::array<char, 4096> block{};
  while (left > 0) {
    char* out = block.data();
    size_t room = block.size();
    const size_t done = ::iconv(converter_->handle, &in, &left, &out, &room);
    const int why = errno;
    text.append(block.data(), block.size() - room);
    if (done != static_cast<size_t>(-1) || why == E2BIG) continue;
    if (why == EINVAL && !last) break;  // a letter that the block's end cuts in two
    text += "\xEF\xBF\xBD";
    ++wrong_bytes_;
    ++in;
    --left;
  }
  rest_.erase(0, rest_.size() - left);
}

Result<bool> PoslogText::read(std::string& text) {
  std::string block(kBlockBytes, '\0');
  in_.read(block.data(), static_cast<std::streamsize>(block.size()));
  block.resize(static_cast<size_t>(in_.gcount()));
  if (in_.bad()) return bad_input(fmt::format("{}: cannot be read further than byte {}", file_.string(), bytes_read_));
  const bool first = bytes_read_ == 0, last = block.size() < kBlockBytes;
  bytes_read_ += block.size();
  if (converter_ == nullptr) {
    text += first && block.starts_with("\xEF\xBB\xBF") ? block.substr(3) : block;
  } else {
    convert(block, last, text);
  }
  return !last;
}

}  // namespace shrike
