#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/cli.h"
#include "cli/finish.h"
#include "cli/usl_print.h"
#include "ledger/manifest.h"

namespace shrike {
namespace {

Result<void> usl_status(const std::string& from, bool json) {
  const auto found = read_manifest(from);
  if (!found) return bad_input(found.error().message);
  const auto& manifest = *found;
  if (json) {
    std::cout << json_text(to_json(manifest));
  } else {
    print_ledger_state(manifest);
  }
  if (!manifest.ready) return bad_input(from + ": its last import was interrupted; run the import again");
  return {};
}

}  // namespace

void add_usl_status(CLI::App& usl, int& exit_code) {
  auto from = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  CLI::App* command = usl.add_subcommand(
      "status",
      "What is in a ledger, which of the three levels of truth it carries, and which table the next level needs.");
  command->add_option("--from", *from, "Folder of the ledger")->required();
  command->add_flag("--json", *json, "Print JSON");
  command->footer("Example: shrike usl status --from ledger");
  command->callback([from, json, &exit_code] { exit_code = finish_command("usl status", usl_status(*from, *json)); });
}

}  // namespace shrike
