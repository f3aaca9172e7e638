/* SPDX-License-Identifier: Apache-2.0 */
/* settings.h - what an operator may set, in leman.conf or on the command line. */
#pragma once
#include "base/url.h"
#include "store/store_report.h"

enum settings_log { SETTINGS_LOG_ERRORS, SETTINGS_LOG_EVENTS, SETTINGS_LOG_REQUESTS };

#define QUOTA_MAX (UINT64_C(1) << 62)

struct settings {
	str data, config;      /* a folder; a file */
	str listen;            /* "127.0.0.1:8080", "[::1]:8080" */
	str origin;            /* "https://leman.example", no path; what links and checks are made of */
	str operator;          /* who runs it, for the footer */
	str tls_cert, tls_key; /* files in PEM; both or neither */
	int sandbox;           /* enum sandbox_mode */
	int log;               /* enum settings_log */
	bool core_dumps, check;
	struct quota quota;
	uint64_t connections;  /* at once */
};

enum { REPORT_MAX = 112 << 20 };  /* bytes of a sealed file: 100 MiB, filled up and sealed */
