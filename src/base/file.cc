#include "base/file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace shrike {
namespace {

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

std::string reason() { return std::strerror(errno); }

}  // namespace

Result<std::string> read_file(const std::filesystem::path& file, size_t bytes_max) {
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) return bad_input(fmt::format("{}: cannot be opened: {}", file.string(), reason()));
  struct stat about {};
  if (::fstat(in.get(), &about) == 0 && S_ISDIR(about.st_mode)) {
    return bad_input(fmt::format("{}: is a folder, not a file", file.string()));
  }
  std::string content;
  std::string block(1 << 16, '\0');
  for (;;) {
    const ssize_t got = ::read(in.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return bad_input(fmt::format("{}: cannot be read: {}", file.string(), reason()));
    if (got == 0) return content;
    content.append(block, 0, static_cast<size_t>(got));
    if (content.size() > bytes_max) {
      return bad_input(
          fmt::format("{}: is larger than {} bytes, which is the most that is read here", file.string(), bytes_max));
    }
  }
}

Result<void> write_file(const std::filesystem::path& file, std::string_view content) {
  const auto temporary = file.string() + ".part";
  const auto give_up = [&](const char* doing) {
    auto error = fail(fmt::format("{}: cannot {}: {}", file.string(), doing, reason()));
    ::unlink(temporary.c_str());
    return error;
  };
  const Descriptor out(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (out.get() < 0) return give_up("create");
  while (!content.empty()) {
    const ssize_t put = ::write(out.get(), content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return give_up("write");
    content.remove_prefix(static_cast<size_t>(put));
  }
  if (::fsync(out.get()) != 0) return give_up("sync");
  if (::rename(temporary.c_str(), file.c_str()) != 0) return give_up("rename");
  return {};
}

}  // namespace shrike
