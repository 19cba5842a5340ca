#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>

#include "base/file.h"
#include "base/progress.h"
#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/sense.h"
#include "sense/llrp.h"
#include "sense/llrp_print.h"

namespace shrike {
namespace {

constexpr size_t kCapture_bytes_max = size_t{256} << 20;

Result<void> sense_llrp(const std::string& file, bool json) {
  TRY(const auto bytes, read_file(file, kCapture_bytes_max));
  // On a terminal the messages themselves run by.
  std::optional<Progress> progress;
  if (::isatty(STDOUT_FILENO) == 0) progress.emplace("bytes", static_cast<int64_t>(bytes.size()));
  size_t at = 0, messages = 0;
  do {
    const auto message = decode_llrp(bytes, at);
    if (!message) {
      std::cout.flush();
      return fail(message.error(), fmt::format("{}: message {}", file, messages + 1));
    }
    std::cout << (json ? llrp_json(*message) + '\n' : llrp_text(*message, at));
    at += message->length_bytes;
    ++messages;
    if (progress) progress->at(static_cast<int64_t>(at));
  } while (at < bytes.size());
  return {};
}

}  // namespace

void add_sense_llrp(CLI::App& sense, int& exit_code) {
  auto file = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  CLI::App* command = sense.add_subcommand(
      "llrp",
      "Decode messages of RFID readers (LLRP 1.0.1 and 1.1): every field by its name in the standard, tags with their\n"
      "GTIN and serial number. Messages before a broken one are printed, then it is named.");
  command->add_option("FILE", *file, "Binary messages, one behind the other, as they go over TCP")->required();
  command->add_flag("--json", *json, "Print JSON, one object a line and message");
  command->footer("Example: shrike sense llrp reader.bin --json");
  command->callback([file, json, &exit_code] { exit_code = finish_command("sense llrp", sense_llrp(*file, *json)); });
}

}  // namespace shrike
