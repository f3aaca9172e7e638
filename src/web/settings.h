/* SPDX-License-Identifier: Apache-2.0 */
/* settings.h - what an operator may set, in leman.conf or on the command line. */
#pragma once
#include "base/url.h"
#include "store/store_report.h"

struct settings {
	str listen;            /* "127.0.0.1:8080", "[::1]:8080" */
	str origin;            /* "https://leman.example", no path; what links and checks are made of */
	str operator;          /* who runs it, for the footer */
	str tls_cert, tls_key; /* files in PEM; both or neither */
	str sandbox;           /* "on", "degraded", "off" */
	str log;               /* "errors", "events", "requests" */
	str core_dumps;        /* "off", "on" */
	struct quota quota;
	int64_t connections;   /* at once */
};

enum { REPORT_MAX = 112 << 20 };  /* bytes of a sealed file: 100 MiB, filled up and sealed */
