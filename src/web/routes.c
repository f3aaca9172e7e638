/* SPDX-License-Identifier: Apache-2.0 */
/* routes.c - every page and every API call, a row each. The pages, the API's
 * description and the permission tests come from this table. Of two rows that fit
 * an address the first is taken. */
#include "web/check.h"
#include "web/pages.h"

enum { FORM = 8 << 10, LIST_FORM = 64 << 10 };

#define SETUP_FIELDS { "name", check_account, NEEDED }, { "password", check_new_password, NEEDED }
#define OWNER_FIELDS { "id", check_owner_id, NEEDED }, { "name", check_name, NEEDED }, \
	{ "list", check_list, NEEDED }, { "signature", check_signature, NEEDED }

const struct route routes[] = {
	{
		.method = "GET", .pattern = "/", .is_cached = true,
		.run = page_home, .summary = N_("the front page"),
	}, {
		.method = "GET", .pattern = "/about", .is_cached = true,
		.run = page_about, .summary = N_("what is protected, and what is not"),
	}, {
		.method = "GET", .pattern = "/setup/{}",
		.run = page_setup, .summary = N_("the form for the first account"),
	}, {
		.method = "POST", .pattern = "/setup/{}", .body_max = FORM, .input = { SETUP_FIELDS },
		.run = page_setup_take, .again = page_setup, .summary = N_("make the first account"),
	}, {
		.method = "GET", .pattern = "/login", .input = { { "next", check_next, OPTIONAL } },
		.run = page_login, .summary = N_("the form to sign in"),
	}, {
		.method = "POST", .pattern = "/login", .body_max = FORM,
		.input = { { "name", check_account, NEEDED }, { "password", check_password, NEEDED },
			{ "next", check_next, OPTIONAL } },
		.run = page_login_take, .again = page_login, .summary = N_("sign in"),
	}, {
		.method = "POST", .pattern = "/logout", .who = ROLE_READER, .body_max = FORM,
		.run = page_logout, .summary = N_("sign out"),
	}, {
		.method = "GET", .pattern = "/report", .is_cached = true,
		.run = page_report_choose, .summary = N_("whom to report to"),
	}, {
		.method = "GET", .pattern = "/report/{}", .is_cached = true,
		.run = page_report_form, .summary = N_("the form for a report"),
	}, {
		.method = "POST", .pattern = "/report/{}", .takes_sealed = true, .body_max = REPORT_MAX,
		.input = { { "id", check_report_id, OPTIONAL }, { "keys", check_digest, NEEDED } },
		.run = page_report_send, .again = page_report_form, .summary = N_("hand in a sealed report"),
	}, {
		.method = "GET", .pattern = "/receipts/{}", .face = FACE_TEXT,
		.run = page_receipt, .summary = N_("the receipt of a report"),
	}, {
		.method = "GET", .pattern = "/owners/new", .who = ROLE_ADMINISTRATOR,
		.run = page_owner_new, .summary = N_("the form for a new code owner"),
	}, {
		.method = "POST", .pattern = "/owners/new", .who = ROLE_ADMINISTRATOR, .body_max = LIST_FORM,
		.input = { OWNER_FIELDS },
		.run = page_owner_add, .again = page_owner_new, .summary = N_("make a code owner"),
	}, {
		.method = "GET", .pattern = "/owners/{}/keys", .is_cached = true,
		.run = page_owner_keys, .summary = N_("the keys of a code owner"),
	}, {
		.method = "GET", .pattern = "/owners/{}/recipients.txt", .face = FACE_TEXT,
		.run = page_owner_recipients, .summary = N_("the keys of a code owner, as age takes them"),
	}, {
		.method = "GET", .pattern = "/desk", .who = ROLE_MEMBER,
		    .input = { { "before", check_report_id, OPTIONAL } },
		.run = page_desk, .summary = N_("the reports that have come"),
	}, {
		.method = "GET", .pattern = "/desk.csv", .who = ROLE_MEMBER, .face = FACE_TEXT,
		.input = { { "before", check_report_id, OPTIONAL } },
		.run = page_desk_csv, .summary = N_("the reports that have come, for a spreadsheet"),
	}, {
		.method = "GET", .pattern = "/desk/{}", .who = ROLE_MEMBER,
		.run = page_desk_show, .summary = N_("a sealed report, to be opened"),
	}, {
		.method = "POST", .pattern = "/desk/{}/opened", .who = ROLE_MEMBER, .body_max = FORM,
		.run = page_desk_opened, .summary = N_("say that a report has been opened"),
	}, {
		.method = "GET", .pattern = "/health", .face = FACE_TEXT,
		.run = page_health, .summary = N_("whether the server is well"),
	}, {
		.method = "GET", .pattern = "/api/v1/openapi.json", .face = FACE_API,
		.run = api_openapi, .summary = N_("this description"),
	}, {
		.method = "GET", .pattern = "/api/v1/instance", .face = FACE_API,
		.run = api_instance, .summary = N_("what this server is, and its key"),
	}, {
		.method = "POST", .pattern = "/api/v1/setup", .face = FACE_API, .body_max = FORM,
		.input = { SETUP_FIELDS, { "token", check_token, NEEDED } },
		.run = page_setup_take, .summary = N_("make the first account"),
	}, {
		.method = "POST", .pattern = "/api/v1/login", .face = FACE_API, .body_max = FORM,
		.input = { { "name", check_account, NEEDED }, { "password", check_password, NEEDED } },
		.run = page_login_take, .summary = N_("sign in"),
	}, {
		.method = "POST", .pattern = "/api/v1/logout", .face = FACE_API, .who = ROLE_READER, .body_max = FORM,
		.run = page_logout, .summary = N_("sign out"),
	}, {
		.method = "GET", .pattern = "/api/v1/owners", .face = FACE_API,
		.run = api_owner_list, .summary = N_("the code owners"),
	}, {
		.method = "POST", .pattern = "/api/v1/owners", .face = FACE_API, .who = ROLE_ADMINISTRATOR,
		.body_max = LIST_FORM, .input = { OWNER_FIELDS },
		.run = page_owner_add, .summary = N_("make a code owner"),
	}, {
		.method = "GET", .pattern = "/api/v1/owners/{}/keys", .face = FACE_API,
		.run = api_owner_keys, .summary = N_("the keys of a code owner"),
	}, {
		.method = "POST", .pattern = "/api/v1/owners/{}/keys", .face = FACE_API, .who = ROLE_ADMINISTRATOR,
		.body_max = LIST_FORM,
		.input = { { "list", check_list, NEEDED }, { "signature", check_signature, NEEDED } },
		.run = api_owner_add_keys, .summary = N_("a code owner's next keys"),
	}, {
		.method = "GET", .pattern = "/api/v1/owners/{}/keys/{}", .face = FACE_API,
		.run = api_owner_keys_version, .summary = N_("earlier keys of a code owner"),
	}, {
		.method = "POST", .pattern = "/api/v1/owners/{}/reports", .face = FACE_API, .takes_sealed = true,
		.body_max = REPORT_MAX, .input = { { "id", check_report_id, NEEDED },
		    { "keys", check_digest, NEEDED } },
		.run = page_report_send, .summary = N_("hand in a sealed report"),
	}, {
		.method = "GET", .pattern = "/api/v1/reports", .face = FACE_API, .who = ROLE_MEMBER,
		.input = { { "before", check_report_id, OPTIONAL } },
		.run = api_report_list, .summary = N_("the reports that have come"),
	}, {
		.method = "GET", .pattern = "/api/v1/reports/{}", .face = FACE_API, .who = ROLE_MEMBER,
		.run = api_report_show, .summary = N_("a report, as far as the server knows it"),
	}, {
		.method = "GET", .pattern = "/api/v1/reports/{}/sealed", .face = FACE_FILE, .who = ROLE_MEMBER,
		.run = page_desk_sealed, .summary = N_("a report's sealed file"),
	}, {
		.method = "POST", .pattern = "/api/v1/reports/{}/opened", .face = FACE_API, .who = ROLE_MEMBER,
		.body_max = FORM, .run = page_desk_opened, .summary = N_("say that a report has been opened"),
	},
	{ 0 },
};
