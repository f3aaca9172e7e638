/* SPDX-License-Identifier: Apache-2.0 */
/* pages.h - the handlers that web/routes.c names. */
#pragma once
#include "web/web.h"

handler page_report_add;
handler page_report_list_due;
handler page_report_show;
