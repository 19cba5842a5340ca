#include "vault/floor_plan.h"

#include <cstdlib>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <soci/soci.h>

#include "base/file.h"

namespace shrike {
namespace {

using soci::into;
using soci::use;

constexpr size_t kBytesMax = size_t{4} << 20U;

/// By what the bytes begin with; the file's name may lie.
std::string kind_of(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG")) return "image/png";
  if (bytes.starts_with("\xff\xd8\xff")) return "image/jpeg";
  if (bytes.substr(0, 1000).find("<svg") != std::string_view::npos) return "image/svg+xml";
  return "";
}

std::string base64_of(const std::string& bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<size_t>(size));
  return out;
}

Result<std::string> uri_of(const std::filesystem::path& file) {
  TRY(const std::string bytes, read_file(file, kBytesMax));
  const std::string kind = kind_of(bytes);
  if (kind.empty())
    return bad_input(fmt::format("{}: expected a PNG, JPEG or SVG picture of the floor", file.string()));
  return fmt::format("data:{};base64,{}", kind, base64_of(bytes));
}

}  // namespace

Result<void> save_floor_plan(Database& database, const FloorConfig& floor) {
  std::string picture;
  if (!floor.picture.empty()) {
    TRY(picture, uri_of(floor.picture));
  }
  const std::string size = floor.known() ? fmt::format("{} {}", floor.width_m, floor.depth_m) : "";
  return database.write([&](soci::session& sql) -> Result<void> {
    for (const auto& [name, value] :
         {std::pair<std::string, std::string>("floor_size_m", size), {"floor_picture", picture}}) {
      sql << "INSERT INTO store_facts (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = "
             "excluded.value",
          use(name, "name"), use(value, "value");
    }
    return {};
  });
}

Result<std::optional<KeptFloorPlan>> load_floor_plan(Database& database) {
  std::string size;
  KeptFloorPlan plan;
  TRY_VOID(database.read([&](soci::session& sql) -> Result<void> {
    std::string name, value;
    soci::statement statement =
        (sql.prepare << "SELECT name, value FROM store_facts WHERE name IN ('floor_size_m', 'floor_picture')",
         into(name), into(value));
    statement.execute();
    while (statement.fetch()) (name == "floor_size_m" ? size : plan.picture) = value;
    return {};
  }));
  char* rest = nullptr;
  plan.width_m = std::strtod(size.c_str(), &rest);
  plan.depth_m = std::strtod(rest, nullptr);
  if (!(plan.width_m > 0 && plan.depth_m > 0)) return std::nullopt;
  return plan;
}

}  // namespace shrike
