/* SPDX-License-Identifier: Apache-2.0 */
/* views.h - what each view in views/ is given. */
#pragma once
#include "base/html.h"
#include "web/asset.h"

/* Moments are given twice: for machines, and as people read them, in UTC. */
struct moment { str rfc3339, text; };

/* The frame of every page. */
struct language { str tag, name; struct url here; };  /* this very page in that language */
struct page {
	str title, lang, dir;
	str nav;                /* which part is current: "report", "desk", "" */
	str account;            /* of who is signed in; empty: nobody */
	str csrf;
	str operator;           /* who runs this instance, as configured; may be empty */
	const struct language *languages;  /* the others */
	size_t n_languages;
	const struct asset *style, *script;  /* script may be NULL */
	struct safe_html main;  /* what the handler's view wrote */
};
void view_page(struct buf *b, const struct reader *r, const struct page *p);

struct error_page {
	str text, rule;     /* what happened; the clause, or empty */
	bool can_sign_in;   /* signing in may help */
	bool is_sent_form;  /* a form was sent: going back keeps what was typed */
};
void view_error(struct buf *b, const struct reader *r, const struct error_page *p);

struct owner_row { str id, name; struct moment since; };
struct home_page {
	const struct owner_row *owners;
	size_t n;
	bool is_set_up;  /* an account exists */
};
void view_home(struct buf *b, const struct reader *r, const struct home_page *p);

/* GET and POST /setup/TOKEN. problem: what was wrong with the last try; its field. */
struct setup_page { str token, name, problem, field; };
void view_setup(struct buf *b, const struct reader *r, const struct setup_page *p);

struct login_page { str name, next, problem; };
void view_login(struct buf *b, const struct reader *r, const struct login_page *p);

/* GET and POST /owners/new. Keys are made by the script owner.js, which fills the
 * hidden fields list and signature; without it the page tells of "leman owner new". */
struct owner_new_page { str id, name, csrf, origin, problem, field; bool can_seal; };
void view_owner_new(struct buf *b, const struct reader *r, const struct owner_new_page *p);

struct recipient_row { str label, age, shorted; };
struct key_list_row {
	uint64_t version;
	str digest, signing_key;
	struct moment from, until, received;
	const struct recipient_row *recipients;
	size_t n;
	str list, signature;  /* as signed, and base64: for the script and for doubters */
};
struct owner_keys_page {
	str id, name, origin;
	const struct key_list_row *lists;  /* newest first; at least one */
	size_t n;
	bool is_expired;                   /* the newest one */
};
void view_owner_keys(struct buf *b, const struct reader *r, const struct owner_keys_page *p);

struct report_choose_page { const struct owner_row *owners; size_t n; };
void view_report_choose(struct buf *b, const struct reader *r, const struct report_choose_page *p);

/* GET /report/OWNER. The script report.js seals; the form below it takes a file
 * that was sealed elsewhere, and works without script. */
struct report_form_page {
	str owner, name, origin;
	struct key_list_row keys;  /* the list it is sealed to */
	str id;                    /* a new report's id, for the form without script */
	bool can_seal;             /* this origin is https or localhost */
	bool is_open;              /* false: suspended, or the keys have expired */
	str problem;               /* why the last upload was refused, or empty */
};
void view_report_form(struct buf *b, const struct reader *r, const struct report_form_page *p);

/* After an upload without script. */
struct report_sent_page { str id, owner, name, receipt; bool is_new; };
void view_report_sent(struct buf *b, const struct reader *r, const struct report_sent_page *p);

struct desk_row { str id, owner, owner_name, size; struct moment received; bool is_opened; };
struct desk_page {
	const struct desk_row *rows;  /* newest first */
	size_t n;
	str next;                     /* the id to go on from, or empty */
	bool has_owner;               /* false: nobody can report yet */
};
void view_desk(struct buf *b, const struct reader *r, const struct desk_page *p);

/* GET /desk/ID. The script open.js fetches the sealed file and opens it. */
struct desk_show_page {
	struct desk_row row;
	uint64_t bytes, keys_version;
	str keys_digest, sha256, csrf, origin, receipt;
	bool can_seal;
};
void view_desk_show(struct buf *b, const struct reader *r, const struct desk_show_page *p);

struct about_page {
	str origin, instance_key, version;
	struct url licences;  /* of what the scripts are made of */
};
void view_about(struct buf *b, const struct reader *r, const struct about_page *p);
