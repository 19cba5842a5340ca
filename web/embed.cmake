# Writes OUT: hub/page.h's page_assets() with the bytes of ASSETS ("path=type=file;…").
set(rows "")
foreach(asset ${ASSETS})
  string(REPLACE "=" ";" parts "${asset}")
  list(GET parts 0 path)
  list(GET parts 1 type)
  list(GET parts 2 file)
  if(NOT type MATCHES "^image")
    string(APPEND type "; charset=utf-8")
  endif()
  file(READ "${file}" hex HEX)
  string(LENGTH "${hex}" length)
  math(EXPR bytes "${length} / 2")
  # Lines of 32 bytes, each a literal of its own: \x would otherwise eat hex digits that follow, and no line grows endless.
  string(REGEX REPLACE "(................................................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" hex "${hex}")
  string(REPLACE "\n" "\"\n    \"" hex "${hex}")
  string(APPEND rows "  {\"${path}\", \"${type}\", std::string_view(\n    \"${hex}\", ${bytes})},\n")
endforeach()
file(WRITE "${OUT}" "// Made from web/ by web/embed.cmake.
#include \"hub/page.h\"

namespace shrike {
namespace {
constexpr Asset kAssets[] = {
${rows}};
}  // namespace

std::span<const Asset> page_assets() { return kAssets; }
}  // namespace shrike
")
