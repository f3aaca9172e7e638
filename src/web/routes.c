/* SPDX-License-Identifier: Apache-2.0 */
/* routes.c - every page and every API call, a row each. The pages, the API's
 * description and the permission tests come from this table. */
#include "web/check.h"
#include "web/pages.h"

const struct route routes[] = {
	{
		.method = "GET", .pattern = "/reports/{}", .who = ROLE_GUEST,
		.run = page_report_show, .summary = N_("how far a report is"),
	}, {
		.method = "GET", .pattern = "/reports", .who = ROLE_MEMBER,
		.run = page_report_list_due, .summary = N_("reports whose embargo has ended"),
	}, {
		.method = "POST", .pattern = "/reports", .who = ROLE_GUEST, .body_max = 1 << 20,
		.input = { { "id", check_id }, { "owner", check_id }, { "sealed", check_sealed } },
		.run = page_report_add, .summary = N_("hand in a sealed report"),
	},
	{ 0 },
};
