# The mappings of config/mappings are built into the program, so that one file is all that a shop needs.
file(GLOB SHRIKE_MAPPINGS CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/config/mappings/*.yml")
set(SHRIKE_MAPPING_ENTRIES "")
foreach(file ${SHRIKE_MAPPINGS})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  get_filename_component(name ${file} NAME)
  file(READ ${file} text)
  string(APPEND SHRIKE_MAPPING_ENTRIES "    EmbeddedMapping{\"${name}\", R\"yml(${text})yml\"},\n")
endforeach()
list(LENGTH SHRIKE_MAPPINGS SHRIKE_MAPPING_COUNT)
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/generated/ledger/mappings_embedded.h" @ONLY CONTENT
"#pragma once
#include <array>
#include <string_view>
namespace shrike {
struct EmbeddedMapping { std::string_view name, text; };
inline constexpr std::array<EmbeddedMapping, @SHRIKE_MAPPING_COUNT@> kEmbeddedMappings{
@SHRIKE_MAPPING_ENTRIES@};
}  // namespace shrike
")

# Likewise those of other systems' events, for src/sense/event_mapping.cc.
file(GLOB SHRIKE_EVENT_MAPPINGS CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/config/mappings/sensors/*.yml")
set(SHRIKE_MAPPING_ENTRIES "")
foreach(file ${SHRIKE_EVENT_MAPPINGS})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  get_filename_component(name ${file} NAME)
  file(READ ${file} text)
  string(APPEND SHRIKE_MAPPING_ENTRIES "    EmbeddedEventMapping{\"${name}\", R\"yml(${text})yml\"},\n")
endforeach()
list(LENGTH SHRIKE_EVENT_MAPPINGS SHRIKE_MAPPING_COUNT)
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/generated/sense/event_mappings_embedded.h" @ONLY CONTENT
"#pragma once
#include <array>
#include <string_view>
namespace shrike {
struct EmbeddedEventMapping { std::string_view name, text; };
inline constexpr std::array<EmbeddedEventMapping, @SHRIKE_MAPPING_COUNT@> kEmbeddedEventMappings{
@SHRIKE_MAPPING_ENTRIES@};
}  // namespace shrike
")
