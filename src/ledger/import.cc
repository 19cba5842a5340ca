#include "ledger/import.h"

#include <algorithm>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <set>
#include <sys/file.h>
#include <unistd.h>

#include "base/sha256.h"
#include "base/time.h"
#include "ledger/build.h"
#include "ledger/level.h"
#include "ledger/mapping.h"
#include "ledger/roll_forward.h"
#include "ledger/stage.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

/// One import at a time in a folder: an advisory lock that the kernel lets go of when the process ends, however it
/// ends.
class FolderLock {
 public:
  static Result<FolderLock> take(const fs::path& dir) {
    FolderLock lock;
    lock.fd_ = ::open((dir / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock.fd_ < 0) return fail(fmt::format("{}: cannot be written to", dir.string()));
    if (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0)
      return unavailable(fmt::format("{}: another import is writing there", dir.string()));
    return lock;
  }
  FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FolderLock& operator=(FolderLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock() {
    if (fd_ >= 0) ::close(fd_);
  }

 private:
  FolderLock() = default;
  int fd_ = -1;
};

/// Files to read: folders opened, in the order of their names; what is no export by its name is passed over in a
/// folder.
Result<std::vector<fs::path>> spread(const std::vector<fs::path>& given) {
  static const std::set<std::string> kEndings{".csv",     ".tsv",  ".txt",   ".xlsx",   ".xlsm",
                                              ".parquet", ".json", ".jsonl", ".ndjson", ".jsonld"};
  std::vector<fs::path> files;
  for (const auto& each : given) {
    if (!fs::is_directory(each)) {
      files.push_back(each);
      continue;
    }
    std::vector<fs::path> inside;
    for (const auto& entry : fs::recursive_directory_iterator(each)) {
      auto ending = entry.path().extension().string();
      std::transform(ending.begin(), ending.end(), ending.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      if (entry.is_regular_file() && kEndings.contains(ending)) inside.push_back(entry.path());
    }
    if (inside.empty())
      return bad_input(
          fmt::format("{}: holds no file of a kind that is read ({})", each.string(), fmt::join(kEndings, " ")));
    std::sort(inside.begin(), inside.end());
    files.insert(files.end(), inside.begin(), inside.end());
  }
  if (files.empty()) return bad_input("no file was given");
  return files;
}

class Importer {
 public:
  Importer(const ImportOptions& options, const std::function<void(const std::string&, double)>& progress)
      : options_(options), progress_(progress) {}

  Result<ImportReport> run() {
    TRY(const auto files, spread(options_.files));
    if (!options_.time_zone.empty() && !zone_exists(options_.time_zone)) {
      return bad_input(
          fmt::format("time zone '{}' does not exist; expected an IANA name such as Europe/Paris", options_.time_zone));
    }
    TRY(mappings_, load_mappings(options_.mappings));
    for (const auto& mapping : mappings_) version_ += mapping.version.substr(0, 4);
    std::error_code error;
    fs::create_directories(options_.into / "source", error);
    if (error) return bad_input(fmt::format("{}: cannot be made: {}", options_.into.string(), error.message()));
    TRY(auto lock, FolderLock::take(options_.into));
    TRY_VOID(open_ledger());
    for (size_t i = 0; i < files.size(); ++i) {
      TRY_VOID(import(files[i], static_cast<double>(i) / static_cast<double>(files.size()),
                      1.0 / static_cast<double>(files.size())));
    }
    TRY_VOID(build());
    report_.manifest = manifest_;
    return std::move(report_);
  }

 private:
  Result<void> open_ledger() {
    auto found = read_manifest(options_.into);
    if (!found && found.error().kind != Error::Kind::unavailable) return fail(std::move(found.error()), "");
    if (found) manifest_ = std::move(*found);
    if (!options_.time_zone.empty() && options_.time_zone != manifest_.time_zone) {
      manifest_.time_zone = options_.time_zone;
      report_.changed = true;
    }
    // What an interrupted import left half staged.
    std::set<std::string> known;
    for (const auto& source : manifest_.sources) known.insert(source.id);
    for (const auto& entry : fs::directory_iterator(options_.into / "source")) {
      if (!known.contains(entry.path().filename().string())) fs::remove_all(entry.path());
    }
    return {};
  }

  /// Stages one file. What is wrong with it goes into the report; an error is ours.
  Result<void> import(const fs::path& file, double from, double share) {
    auto& outcome = report_.files.emplace_back(ImportedFile{.file = file.string()});
    const auto refuse = [&](const Error& error) {
      outcome.outcome = ImportedFile::Outcome::refused;
      outcome.reason = error.message;
    };
    auto source = open_rows(file);
    if (!source) {
      refuse(source.error());
      return {};
    }
    TRY(const auto fingerprint, sha256_of_file(file));
    SourceEntry entry{.id = fingerprint.substr(0, 16),
                      .file = file.filename().string(),
                      .fingerprint = fingerprint,
                      .mappings = version_,
                      .bytes = static_cast<int64_t>(fs::file_size(file))};
    const auto known = std::find_if(manifest_.sources.begin(), manifest_.sources.end(),
                                    [&](const auto& each) { return each.fingerprint == fingerprint; });
    if (known != manifest_.sources.end() && known->mappings == version_) {
      outcome.outcome = ImportedFile::Outcome::already;
      return {};
    }
    const auto folder = options_.into / "source" / entry.id;
    const auto beside = options_.into / "source" / (entry.id + ".new");
    TRY(auto writer, StageWriter::open(beside, entry.id));
    auto sheets = normalise(**source, entry.file, mappings_, *writer,
                            [&](double done) { progress_(entry.file, kReadingShare * (from + share * done)); });
    if (!sheets) {
      std::error_code error;
      fs::remove_all(beside, error);
      if (sheets.error().kind != Error::Kind::bad_input) return fail(std::move(sheets.error()), entry.file);
      refuse(sheets.error());
      return {};
    }
    TRY_VOID(writer->finish());
    entry.sheets = std::move(*sheets);
    return keep(folder, beside, std::move(entry));
  }

  Result<void> keep(const fs::path& folder, const fs::path& beside, SourceEntry entry) {
    std::error_code error;
    fs::remove_all(folder, error);
    fs::rename(beside, folder, error);
    if (error) return fail(fmt::format("cannot put {} in place: {}", folder.string(), error.message()));
    std::erase_if(manifest_.sources, [&](const auto& each) { return each.id == entry.id; });
    manifest_.sources.push_back(std::move(entry));
    std::sort(manifest_.sources.begin(), manifest_.sources.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
    report_.changed = true;
    return {};
  }

  Result<void> build() {
    if (!report_.changed && manifest_.ready) return {};
    report_.changed = true;
    manifest_.ready = false;
    TRY_VOID(write_manifest(options_.into, manifest_));
    TRY_VOID(build_ledger(options_.into, manifest_, {.memory_mb = options_.memory_mb, .threads = options_.threads},
                          [&](double done) { progress_("normalising", kReadingShare + (1 - kReadingShare) * done); }));
    if (truth_of(manifest_).level >= TruthLevel::roll_forward) {
      TRY(manifest_.tables["interval"],
          write_intervals(options_.into, manifest_.buckets, {.threads = options_.threads}));
    }
    manifest_.ready = true;
    return write_manifest(options_.into, manifest_);
  }

  static constexpr double kReadingShare = 0.6;
  const ImportOptions& options_;
  const std::function<void(const std::string&, double)>& progress_;
  std::vector<Mapping> mappings_;
  std::string version_;
  LedgerManifest manifest_;
  ImportReport report_;
};

}  // namespace

Result<ImportReport> import_files(const ImportOptions& options,
                                  const std::function<void(const std::string&, double)>& progress) {
  return Importer(options, progress).run();
}

}  // namespace shrike
