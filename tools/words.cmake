# SPDX-License-Identifier: Apache-2.0
# The texts for people: po/*.po, and with LEMAN_PSEUDO the made-up language of
# tools/pseudo.sh, which is collected from all sources, become tables in C.
if(LEMAN_PSEUDO)
  find_program(XGETTEXT xgettext REQUIRED)
  file(GLOB_RECURSE worded CONFIGURE_DEPENDS src/*.c)
  add_custom_command(OUTPUT ${gen}/xb.po COMMAND tools/pseudo.sh ${CMAKE_BINARY_DIR} ${gen}/xb.po
    DEPENDS ${worded} ${view_sources} tools/pseudo.sh tools/words.sh WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} VERBATIM)
  list(APPEND po ${gen}/xb.po)
endif()
leman_generate(words.gen.c mkmsg FROM ${po})
