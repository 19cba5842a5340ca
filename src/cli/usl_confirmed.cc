#include "cli/usl_confirmed.h"

#include <filesystem>
#include <fmt/format.h>

#include "vault/confirmed_goods.h"

namespace shrike {

Result<Confirmed> confirmed_in(const std::vector<std::string>& folders) {
  Confirmed out;
  for (const std::string& folder : folders) {
    if (!std::filesystem::exists(std::filesystem::path(folder) / "shrike.db"))
      return bad_input(fmt::format("--explained {}: no shrike.db in it; expected the data_dir of a store", folder));
    TRY(auto store, IncidentStore::open(folder));
    TRY(const auto incidents, confirmed_incidents(store));
    out.incidents += incidents.size();
    for (const ConfirmedIncident& i : incidents) {
      for (const auto& [product, pieces] : i.goods)
        out.goods.push_back({i.event_id, i.store_id, product, i.time, pieces});
    }
  }
  return out;
}

}  // namespace shrike
