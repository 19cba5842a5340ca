# shrike_embed(FOLDER HEADER STRUCT TABLE): the .yml files of FOLDER, built into the program as a table of {name, text}, so that one
# file is all that a shop needs.
function(shrike_embed folder header struct table)
  file(GLOB files CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/*.yml")
  set(entries "")
  foreach(file ${files})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    get_filename_component(name ${file} NAME)
    file(READ ${file} text)
    string(APPEND entries "    ${struct}{\"${name}\", R\"yml(${text})yml\"},\n")
  endforeach()
  list(LENGTH files count)
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/generated/${header}" @ONLY CONTENT
"#pragma once
#include <array>
#include <string_view>
namespace shrike {
struct @struct@ { std::string_view name, text; };
inline constexpr std::array<@struct@, @count@> @table@{
@entries@};
}  // namespace shrike
")
endfunction()

shrike_embed(config/mappings ledger/mappings_embedded.h EmbeddedMapping kEmbeddedMappings)
shrike_embed(config/mappings/sensors sense/event_mappings_embedded.h EmbeddedEventMapping kEmbeddedEventMappings)
