# SPDX-License-Identifier: Apache-2.0
# The files of assets/ and the scripts that tools/bundle.js makes of assets/*.ts
# become C: see src/web/asset.h.
file(GLOB asset_files RELATIVE ${CMAKE_SOURCE_DIR} CONFIGURE_DEPENDS
  assets/*.css assets/*.ico assets/*.png assets/*.svg)
file(GLOB scripts CONFIGURE_DEPENDS assets/*.ts)
file(GLOB_RECURSE script_parts CONFIGURE_DEPENDS assets/*.ts)
if(scripts)
  find_program(NODE node)
  if(NOT NODE OR NOT EXISTS ${CMAKE_SOURCE_DIR}/node_modules)
    message(FATAL_ERROR "Node.js and node_modules are needed for assets/*.ts: scripts/setup run installs both")
  endif()
  foreach(script ${scripts})
    cmake_path(GET script STEM name)
    list(APPEND bundles ${gen}/assets/${name}.js)
  endforeach()
  list(APPEND bundles ${gen}/assets/licences.txt)
  add_custom_command(OUTPUT ${bundles} COMMAND ${NODE} tools/bundle.js assets ${gen}/assets
    DEPENDS ${script_parts} tools/bundle.js package-lock.json WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} VERBATIM)
endif()
leman_generate(web/asset.gen.h mkasset WORDS enum FROM ${asset_files} ${bundles})
leman_generate(asset.gen.c mkasset WORDS text FROM ${asset_files} ${bundles})
