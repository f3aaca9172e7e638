/* SPDX-License-Identifier: Apache-2.0 */
/* pages.h - the handlers that web/routes.c names. A page and the API call that
 * does the same are one handler: the row's face decides how it answers. */
#pragma once
#include "web/web.h"

handler page_home, page_about, page_health;

handler page_setup, page_setup_take;
handler page_login, page_login_take, page_logout;

handler page_owner_new, page_owner_add, api_owner_add_keys;
handler page_owner_keys, page_owner_recipients, api_owner_list, api_owner_keys, api_owner_keys_version;

handler page_report_choose, page_report_form, page_report_send, page_receipt;

handler page_desk, page_desk_csv, page_desk_show, page_desk_opened, page_desk_sealed;
handler api_report_list, api_report_show;

handler api_instance, api_openapi;
