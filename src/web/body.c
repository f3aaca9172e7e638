/* SPDX-License-Identifier: Apache-2.0 */
#include "web/body.h"

enum { FIELD_MAX = 4096 };  /* bytes of a field beside a file */

/* "text/html; charset=utf-8" -> "text/html" */
static str
media_type(str value)
{
	str rest = value, type = value;

	(void)str_cut(&rest, ';', &type);
	while (type.n > 0 && type.p[type.n - 1] == ' ')
		type.n--;
	return type;
}

static bool
kind_find(struct body *b, str type, struct err *e)
{
	static const struct { str type; enum body_kind kind; bool sealed; } kinds[] = {
		{ STR("application/x-www-form-urlencoded"), BODY_FORM, false },
		{ STR("application/json"), BODY_JSON, false },
		{ STR("application/octet-stream"), BODY_SEALED, true },
		{ STR("multipart/form-data"), BODY_PARTS, true },
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (str_eq(type, kinds[i].type) && kinds[i].sealed == b->q->route->takes_sealed) {
			b->kind = kinds[i].kind;
			return true;
		}
	return b->q->route->takes_sealed
	    ? fail(e, ERR_INPUT, "RFC 9110 8.3", "a sealed file comes as application/octet-stream, not as %.*s",
	    STR_ARG(type))
	    : fail(e, ERR_INPUT, "RFC 9110 8.3", "fields come as a form or as application/json, not as %.*s",
	    STR_ARG(type));
}

static void
part_take(void *to, const struct multipart_part *part, str piece, bool is_end)
{
	struct body *b = to;
	bool is_sealed = part->is_file && str_eq(part->name, S("sealed"));

	if (b->err.kind != ERR_NONE)
		return;
	if (is_sealed && !b->has_spool) {
		b->has_spool = true;
		if (!spool_begin(&b->spool, b->q->house->folder, b->expected, b->q->arena, &b->err))
			return;
	}
	if (is_sealed) {
		if (b->sealed_is_whole)
			fail(&b->err, ERR_INPUT, NULL, "the field %s stands there twice", "sealed");
		else
			spool_take(&b->spool, piece);
		b->sealed_is_whole = is_end;
		return;
	}
	if (piece.n > b->text_size - b->text_n) {
		fail(&b->err, ERR_TOO_BIG, NULL, "a field of more than %d bytes", FIELD_MAX);
		return;
	}
	memcpy(b->text + b->text_n, piece.p ? piece.p : "", piece.n);
	b->text_n += piece.n;
	if (is_end) {
		str name, value;

		if (arena_copy(b->q->arena, part->name, &name, &b->err)
		    && arena_copy(b->q->arena, (str){ b->text, b->text_n }, &value, &b->err)
		    && !route_input_add(b->q, name, value, &b->err))
			return;
		b->text_n = 0;
	}
}

static bool
room_make(struct body *b, const struct head *h, struct err *e)
{
	struct arena *a = b->q->arena;

	if (b->kind == BODY_SEALED) {
		b->has_spool = true;
		return spool_begin(&b->spool, b->q->house->folder, b->expected, a, e);
	}
	b->text_size = b->kind == BODY_PARTS ? FIELD_MAX : (size_t)b->expected;
	if ((b->text = arena_alloc(a, b->text_size)) == NULL
	    || (b->kind == BODY_PARTS && (b->parts = arena_alloc(a, sizeof *b->parts)) == NULL))
		return fail(e, ERR_MEMORY, NULL, "no room for %zu bytes", b->text_size);
	return b->kind != BODY_PARTS || multipart_begin(b->parts, h->content_type, part_take, b, e);
}

bool
body_expect(struct body *b, struct req *q, const struct head *h, str query, struct err *e)
{
	size_t max = q->route->body_max;
	uint64_t n = 0;

	*b = (struct body){ .q = q };
	if (h->transfer_encoding.p != NULL || (h->content_length.p != NULL && !str_to_u64(h->content_length, &n)))
		return fail(e, ERR_INPUT, "RFC 9112 6.2", "a body needs a Content-Length");
	if (n > max)
		return fail(e, ERR_TOO_BIG, NULL, "%llu bytes, at most %zu allowed", (unsigned long long)n, max);
	b->expected = n;
	if (n == 0)
		b->kind = max > 0 && !q->route->takes_sealed ? BODY_FORM : BODY_NONE;
	else if (!kind_find(b, media_type(h->content_type), e) || !room_make(b, h, e))
		return false;
	if (b->kind == BODY_NONE || b->kind == BODY_SEALED)
		return route_input(q, query, e);
	return query.n == 0 || fail(e, ERR_INPUT, NULL, "fields belong into the body here, not into the address");
}

bool
body_take(struct body *b, str bytes)
{
	if (bytes.n > b->expected - b->taken)
		return false;
	b->taken += bytes.n;
	if (b->kind == BODY_SEALED)
		spool_take(&b->spool, bytes);
	else if (b->kind == BODY_PARTS)
		multipart_take(b->parts, bytes);
	else {
		memcpy(b->text + b->text_n, bytes.p, bytes.n);
		b->text_n += bytes.n;
	}
	return true;
}

bool body_is_full(const struct body *b) { return b->has_spool && spool_is_full(&b->spool); }
void body_flush(struct body *b) { spool_flush(&b->spool); }

static bool
sealed_end(struct body *b, struct err *e)
{
	if (!b->has_spool)
		return fail(e, ERR_INPUT, NULL, "no file was chosen: choose the sealed file and send it again");
	b->q->spool = &b->spool;
	return spool_end(&b->spool, e);
}

bool
body_end(struct body *b, struct err *e)
{
	str text = { b->text, b->text_n };

	switch (b->kind) {
	case BODY_NONE:
		return !b->q->route->takes_sealed || sealed_end(b, e);
	case BODY_FORM:
		return route_input(b->q, text, e);
	case BODY_JSON:
		return route_input_json(b->q, text, e);
	case BODY_SEALED:
		return sealed_end(b, e);
	case BODY_PARTS:
		if (b->err.kind != ERR_NONE)
			*e = b->err;
		return b->err.kind == ERR_NONE && multipart_end(b->parts, e) && route_input_end(b->q, e)
		    && sealed_end(b, e);
	}
	return false;
}

void
body_drop(struct body *b)
{
	if (b->has_spool)
		spool_drop(&b->spool);
}
