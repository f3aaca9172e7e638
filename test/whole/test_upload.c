/* SPDX-License-Identifier: Apache-2.0 */
/* The way in without a script: a form with a file that was sealed by Debian's age. */
#include "instance.h"
#include "raw.h"
#include "support.h"

#include "base/buf.h"
#include "base/file.h"
#include "crypto/hash.h"
#include "crypto/note.h"
#include "format/json.h"
#include "report/receipt.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MEMORY = 200 << 20, BIG = 30 << 20, WAIT_MS = 60000 };
static struct instance in;
static struct arena arena;
static char work[64];

/* A command in the folder work; true when it ends well. */
static bool
does(const char *command)
{
	char text[600];

	(void)snprintf(text, sizeof text, "cd %s && { %s; } >/dev/null 2>&1", work, command);
	return system(text) == 0;
}

static str
file_of(const char *name)
{
	char path[200];
	struct err e;
	str out;

	(void)snprintf(path, sizeof path, "%s/%s", work, name);
	if (!file_read(path, MEMORY / 4, &arena, &out, &e))
		fail_msg("%s", err_text(&e, LANG_EN).s);
	return out;
}

/* What to leave out of, or to add to, the form that a browser would send. */
struct form { const char *keys, *id, *lang, *file_field; bool no_file, twice, cut; };

static void
post_form(str sealed, const struct form *f, struct raw_answer *an)
{
	struct buf body = { .arena = &arena }, all = { .arena = &arena };
	const char *field = f->file_field ? f->file_field : "sealed";
	struct err e;
	str request;

	buf_fmt(&body, "--BoUnD\r\nContent-Disposition: form-data; name=\"keys\"\r\n\r\n%s\r\n", f->keys ? f->keys : in.digest);
	if (f->id != NULL)
		buf_fmt(&body, "--BoUnD\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n%s\r\n", f->id);
	for (int i = 0; i < (f->no_file ? 0 : f->twice ? 2 : 1); i++) {
		buf_fmt(&body, "--BoUnD\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"report.age\"\r\n"
		    "Content-Type: application/octet-stream\r\n\r\n", field);
		buf_str(&body, sealed);
		buf_str(&body, S("\r\n"));
	}
	if (!f->cut)
		buf_str(&body, S("--BoUnD--\r\n"));
	buf_fmt(&all, "POST %s/report/acme HTTP/1.1\r\nHost: localhost:%d\r\nOrigin: http://localhost:%d\r\n"
	    "Sec-Fetch-Site: same-origin\r\nContent-Type: multipart/form-data; boundary=BoUnD\r\nContent-Length: %zu\r\n\r\n",
	    f->lang ? f->lang : "", in.port, in.port, body.n);
	buf_add(&all, body.p, body.n);
	assert_true(buf_take(&all, &request, &e));
	raw_ask(in.port, request, false, WAIT_MS, &arena, an);
	assert_null(raw_header(an, "Set-Cookie").p);
}

/* The id of the report: 26 characters after /receipts/ in the page. */
static void
id_in(const struct raw_answer *an, char id[27])
{
	const char *at = memmem(an->body.p, an->body.n, "/receipts/", 10);

	if (at == NULL)
		at = memmem(an->body.p, an->body.n, "\nreport ", 8), at = at ? at - 2 : NULL;
	if (at == NULL)
		fail_msg("no receipt: %.*s", STR_ARG(an->body));
	(void)snprintf(id, 27, "%.26s", at + 10);
}

static str
get(const char *path, int status)
{
	str answer;
	int got = instance_ask(&in, "GET", path, NULL, S(""), &arena, &answer);

	if (got != status)
		fail_msg("GET %s: %d", path, got);
	return answer;
}

/* The receipt says what was sent, and the instance's key has signed it. */
static void
receipt_check(const char *id, str sealed)
{
	char path[100];
	uint8_t sha256[HASH_SIZE];
	struct note_key key;
	struct receipt r;
	struct json doc;
	struct err e;
	str first, text;

	(void)snprintf(path, sizeof path, "/receipts/%s", id);
	first = get(path, 200);
	assert_true(str_eq(first, get(path, 200)));
	assert_true(json_parse(get("/api/v1/instance", 200), &arena, &doc, &e));
	assert_true(note_key_parse(json_str(json_get(doc, S("key"))), &key, &e));
	if (!note_check(first, &key, &text, &e) || !receipt_parse(text, &r, &e))
		fail_msg("%s: %.*s", err_text(&e, LANG_EN).s, STR_ARG(first));
	assert_true(hash_sha256(sealed, sha256, &e));
	assert_memory_equal(r.sha256, sha256, sizeof sha256);
	assert_true(str_eq(r.report, str_of(id)) && str_eq(r.owner, S("acme")) && r.version == 1 && r.size == sealed.n);
	((char *)(uintptr_t)first.p)[text.n - 2] ^= 1;  /* so the check can fail */
	assert_false(note_check(first, &key, &text, &e));
}

/* It comes back as it was sent, and its owner can open it. */
static void
sealed_check(const char *id, str sealed, str plain)
{
	char path[100];
	str back, opened;

	(void)snprintf(path, sizeof path, "/api/v1/reports/%s/sealed", id);
	back = get(path, 200);
	assert_true(str_eq(back, sealed));
	if (plain.n > 0) {
		assert_true(instance_open(&in, back, &arena, &opened));
		assert_true(str_eq(opened, plain));
	}
}

static void
what_age_sealed_is_taken(void **state)
{
	static const struct { const char *what, *make, *file; bool is_binary; } rows[] = {
		{ "a text", "printf 'what was found' > plain && age -R recipients.txt -o a.age plain", "a.age", true },
		{ "in armor", "printf 'what was found' > plain && age -a -R recipients.txt -o b.age plain", "b.age", false },
		{ "2 MiB", "head -c 2097152 /dev/urandom > plain && age -R recipients.txt -o c.age plain", "c.age", true },
		{ "2 MiB in armor", "head -c 2097152 /dev/urandom > plain && age -a -R recipients.txt -o d.age plain", "d.age", false },
		{ "30 MiB", "head -c 31457280 /dev/urandom > plain && age -R recipients.txt -o e.age plain", "e.age", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct raw_answer an;
		char id[27], again[27];
		int64_t reports;
		str sealed;

		if (!does(rows[i].make))
			fail_msg("%s: age did not make it", rows[i].what);
		sealed = file_of(rows[i].file);
		post_form(sealed, &(struct form){ 0 }, &an);
		if (an.status != 201)
			fail_msg("%s: %d: %.*s", rows[i].what, an.status, STR_ARG(an.body));
		id_in(&an, id);
		receipt_check(id, sealed);
		sealed_check(id, sealed, rows[i].is_binary ? file_of("plain") : S(""));
		reports = folder_query_store(in.folder, "SELECT count(*) FROM report");
		post_form(sealed, &(struct form){ 0 }, &an);
		assert_int_equal(an.status, 200);
		id_in(&an, again);
		assert_string_equal(id, again);
		assert_int_equal(folder_query_store(in.folder, "SELECT count(*) FROM report"), reports);
	}
	/* The large ones lie under their digest, and nothing else does. */
	assert_int_equal(folder_query_store(in.folder, "SELECT count(*) FROM report WHERE pack IS NULL"), 3);
}

/* A form with a wrong file comes back, says why in words, and in the reader's language. */
static void
what_is_wrong_is_told(void **state)
{
	static const struct { const char *what, *make; struct form form; int status; const char *told; } rows[] = {
		{ "with a passphrase", "cp passphrase.age x", { 0 }, 400, "sealed with a passphrase" },
		{ "the same in French", "cp passphrase.age x", { .lang = "/fr" }, 400, "phrase" },
		{ "to one key", "age -r $(sed -n '/^age1/{p;q}' recipients.txt) -o x plain", { 0 }, 400, "sealed to 1 keys" },
		{ "to three keys", "age -R recipients.txt -r $(age-keygen -y extra) -o x plain", { 0 }, 400, "others could read it" },
		{ "under other keys", "age -R recipients.txt -o x plain",
		  { .keys = "0000000000000000000000000000000000000000000000000000000000000000" }, 409, "have changed since" },
		{ "a digest that is none", "age -R recipients.txt -o x plain", { .keys = "nonsense" }, 400, "64 hex digits" },
		{ "no age file", "printf 'PK not sealed at all' > x", { 0 }, 400, "" },
		{ "plain text of 2 MiB", "head -c 2097152 /dev/zero | tr '\\0' 'a' > x", { 0 }, 400, "" },
		{ "empty", ": > x", { 0 }, 400, "the sealed file is empty" },
		{ "cut in its header", "age -R recipients.txt plain | head -c 60 > x", { 0 }, 400, "cut off" },
		{ "armor cut in its header", "age -a -R recipients.txt plain | head -c 100 > x", { 0 }, 400, "cut off" },
		{ "no file chosen", ": > x", { .no_file = true }, 400, "no file was chosen" },
		{ "two files", "age -R recipients.txt -o x plain", { .twice = true }, 400, "stands there twice" },
		{ "another field", "age -R recipients.txt -o x plain", { .file_field = "report" }, 400, "" },
		{ "a form that was cut", "age -R recipients.txt -o x plain", { .cut = true }, 400, "cut off" },
		{ "an id that is none", "age -R recipients.txt -o x plain", { .id = "../../etc/passwd" }, 400, "26 of a-z and 2-7" },
	};
	int64_t before = folder_query_store(in.folder, "SELECT count(*) FROM act");

	(void)state;
	assert_true(does("printf 'what was found' > plain; age-keygen -o extra"));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct raw_answer an;
		char make[300];

		(void)snprintf(make, sizeof make, "rm -f x; %s", rows[i].make);
		if (!does(make))
			fail_msg("%s: it was not made", rows[i].what);
		post_form(file_of("x"), &rows[i].form, &an);
		if (an.status != rows[i].status || !raw_has(an.body, rows[i].told))
			fail_msg("%s: %d: %.*s", rows[i].what, an.status, STR_ARG(an.body));
		assert_true(raw_has(an.body, "enctype=\"multipart/form-data\""));  /* to try again at once */
	}
	assert_int_equal(folder_query_store(in.folder, "SELECT count(*) FROM act"), before);
}

static void
nothing_is_left_of_what_was_refused(void **state)
{
	char command[200];

	(void)state;
	(void)snprintf(command, sizeof command, "test $(find %s/store/blobs -type f | wc -l) = 3", in.folder);
	assert_int_equal(system(command), 0);
}

/* age locks with a passphrase only at a terminal: so ours makes that file. */
static bool
passphrase_file(void)
{
	char text[600];

	(void)snprintf(text, sizeof text, "cd %s && printf x > plain && printf 'a long passphrase\\na long passphrase\\n' > pw && "
	    "script -qec 'age -p -o passphrase.age plain' /dev/null < pw >/dev/null 2>&1 && test -s passphrase.age", work);
	return system(text) == 0;
}

static int
begin(void **state)
{
	char command[300];

	(void)state;
	if (system("command -v age >/dev/null 2>&1 && command -v curl >/dev/null 2>&1") != 0) {
		printf("skipped: no age or curl\n");
		exit(77);
	}
	arena_init(&arena, (size_t)1 << 30);
	(void)snprintf(work, sizeof work, "/tmp/leman-upload.XXXXXX");
	assert_non_null(mkdtemp(work));
	instance_start(&in);
	instance_set_up(&in);
	(void)snprintf(command, sizeof command, "curl -fsS -o recipients.txt http://localhost:%d/owners/acme/recipients.txt", in.port);
	assert_true(does(command));
	assert_true(passphrase_file());
	return 0;
}

static int
end(void **state)
{
	char command[100];

	(void)state;
	instance_end(&in);
	(void)snprintf(command, sizeof command, "rm -rf %s", work);
	(void)!system(command);
	arena_free(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_age_sealed_is_taken), cmocka_unit_test(what_is_wrong_is_told),
		cmocka_unit_test(nothing_is_left_of_what_was_refused),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
