#pragma once
// A PostgreSQL of a test's own: a cluster in a temporary folder, no TCP port, gone with the test. Spoken to by psql.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <pwd.h>
#include <string>
#include <unistd.h>

#include "base/result.h"

namespace shrike {

class TestPostgres {
 public:
  /// A folder for a server of the programs in `bin`; start() is what one wants.
  explicit TestPostgres(std::filesystem::path bin) : bin_(std::move(bin)) {
    std::string name = (std::filesystem::temp_directory_path() / "shrike_pg_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    // PostgreSQL refuses to run as root: the package's user owns the folder then.
    if (const auto* user = ::getpwnam("postgres"); ::geteuid() == 0 && user != nullptr)
      (void)!::chown(folder_.c_str(), user->pw_uid, user->pw_gid);
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all | std::filesystem::perms::group_all |
                                              std::filesystem::perms::others_all);
  }

  /// Nothing where no PostgreSQL is installed or it does not come up; its log is then on standard error.
  static std::unique_ptr<TestPostgres> start() {
    const auto bin = find_bin();
    if (!bin) return nullptr;
    auto server = std::make_unique<TestPostgres>(*bin);
    const auto made = server->shell(
        server->as_user(fmt("{b}/initdb -D {d}/data -A trust -U shrike -E UTF8 --locale=C --no-sync >{d}/log 2>&1 && "
                            "{b}/pg_ctl -D {d}/data -w -t 60 -l {d}/log -o \"-k {d} -c listen_addresses= -c "
                            "fsync=off\" start >>{d}/log 2>&1",
                            *bin, server->folder_)));
    if (made != 0) {
      server->shell("cat " + (server->folder_ / "log").string() + " >&2");
      return nullptr;
    }
    server->running_ = true;
    return server;
  }
  TestPostgres(const TestPostgres&) = delete;
  TestPostgres& operator=(const TestPostgres&) = delete;
  ~TestPostgres() {
    if (running_) shell(as_user(fmt("{b}/pg_ctl -D {d}/data -m immediate stop >/dev/null 2>&1", bin_, folder_)));
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }

  /// For files that the test hands over.
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  /// Runs a script with psql and gives what it prints, rows bare.
  Result<std::string> run(const std::string& script) const {
    const auto file = folder_ / "script.sql";
    std::ofstream(file) << script;
    const auto command =
        fmt("{b}/psql -h {d} -U shrike -d postgres -X -q -t -A -v ON_ERROR_STOP=1 -f {d}/script.sql </dev/null 2>&1",
            bin_, folder_);
    FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return fail("psql cannot be run");
    std::string out;
    char piece[4096];
    for (size_t n = 0; (n = std::fread(piece, 1, sizeof piece, pipe)) > 0;) out.append(piece, n);
    if (::pclose(pipe) != 0) return fail("psql: " + out);
    return out;
  }

 private:
  static std::optional<std::filesystem::path> find_bin() {
    std::error_code error;
    std::optional<std::filesystem::path> newest;
    for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", error)) {
      if (std::filesystem::exists(entry.path() / "bin/initdb") && (!newest || entry.path() / "bin" > *newest))
        newest = entry.path() / "bin";
    }
    return newest;
  }
  static std::string fmt(std::string text, const std::filesystem::path& bin, const std::filesystem::path& folder) {
    for (const auto& [hole, value] : {std::pair{"{b}", bin.string()}, {"{d}", folder.string()}}) {
      for (size_t at = 0; (at = text.find(hole, at)) != std::string::npos;) text.replace(at, 3, value);
    }
    return text;
  }
  [[nodiscard]] std::string as_user(const std::string& command) const {
    if (::geteuid() != 0) return command;
    std::ofstream(folder_ / "start.sh") << command << '\n';
    return "runuser -u postgres -- sh " + (folder_ / "start.sh").string() + " </dev/null";
  }
  static int shell(const std::string& command) { return std::system(command.c_str()); }

  std::filesystem::path bin_, folder_;
  bool running_ = false;
};

}  // namespace shrike
