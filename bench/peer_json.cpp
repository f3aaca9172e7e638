/* SPDX-License-Identifier: Apache-2.0 */
#include "peer_json.h"

#include <jansson.h>
#include <simdjson.h>

using namespace simdjson;

static uint64_t
text_sum(const char *p, size_t n)
{
	return n * 3 + (n > 0 ? static_cast<unsigned char>(p[0]) : 0);
}

static uint64_t
sum_of(dom::element v)
{
	uint64_t sum = 1;

	switch (v.type()) {
	case dom::element_type::ARRAY:
		for (dom::element item : dom::array(v))
			sum += sum_of(item);
		break;
	case dom::element_type::OBJECT:
		for (dom::key_value_pair pair : dom::object(v))
			sum += text_sum(pair.key.data(), pair.key.size()) + sum_of(pair.value);
		break;
	case dom::element_type::STRING: {
		std::string_view s = std::string_view(v);
		sum += text_sum(s.data(), s.size());
		break;
	}
	case dom::element_type::INT64:
		sum += static_cast<uint64_t>(int64_t(v));
		break;
	case dom::element_type::BOOL:
		sum += bool(v) ? 2 : 1;
		break;
	default:
		break;
	}
	return sum;
}

uint64_t
peer_simdjson(const char *p, size_t n)
{
	static dom::parser parser;
	dom::element root;

	return parser.parse(p, n, false).get(root) != SUCCESS ? 0 : sum_of(root);
}

static uint64_t
sum_of(json_t *v)
{
	uint64_t sum = 1;
	const char *key;
	json_t *item;
	size_t i;

	switch (json_typeof(v)) {
	case JSON_ARRAY:
		json_array_foreach(v, i, item)
			sum += sum_of(item);
		break;
	case JSON_OBJECT:
		json_object_foreach(v, key, item)
			sum += text_sum(key, strlen(key)) + sum_of(item);
		break;
	case JSON_STRING:
		sum += text_sum(json_string_value(v), json_string_length(v));
		break;
	case JSON_INTEGER:
		sum += static_cast<uint64_t>(json_integer_value(v));
		break;
	case JSON_TRUE:
		sum += 2;
		break;
	case JSON_FALSE:
		sum += 1;
		break;
	default:
		break;
	}
	return sum;
}

uint64_t
peer_jansson(const char *p, size_t n)
{
	json_error_t e;
	json_t *root = json_loadb(p, n, JSON_REJECT_DUPLICATES, &e);
	uint64_t sum = root == nullptr ? 0 : sum_of(root);

	json_decref(root);
	return sum;
}
