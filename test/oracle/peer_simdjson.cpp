/* SPDX-License-Identifier: Apache-2.0 */
#include "peer.h"

#include <simdjson.h>

using namespace simdjson;

static void
dump_value(struct dump *d, dom::element v)
{
	switch (v.type()) {
	case dom::element_type::ARRAY:
		dump_add(d, "[", 1);
		for (dom::element item : dom::array(v))
			dump_value(d, item);
		dump_add(d, "]", 1);
		break;
	case dom::element_type::OBJECT:
		dump_add(d, "{", 1);
		for (dom::key_value_pair pair : dom::object(v)) {
			dump_str(d, pair.key.data(), pair.key.size());
			dump_value(d, pair.value);
		}
		dump_add(d, "}", 1);
		break;
	case dom::element_type::STRING: {
		std::string_view s = std::string_view(v);
		dump_str(d, s.data(), s.size());
		break;
	}
	case dom::element_type::INT64:
		dump_i64(d, int64_t(v));
		break;
	case dom::element_type::UINT64:
		dump_f64(d, static_cast<double>(uint64_t(v)));
		break;
	case dom::element_type::DOUBLE:
		dump_f64(d, double(v));
		break;
	case dom::element_type::BOOL:
		dump_add(d, bool(v) ? "t" : "f", 1);
		break;
	case dom::element_type::NULL_VALUE:
		dump_add(d, "n", 1);
		break;
	}
}

bool
peer_simdjson(const char *p, size_t n, struct dump *d)
{
	static dom::parser parser;
	dom::element root;

	if (parser.parse(p, n).get(root) != SUCCESS)
		return false;
	dump_value(d, root);
	return true;
}
