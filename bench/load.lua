-- SPDX-License-Identifier: Apache-2.0
-- load.lua - what wrk asks, and its result on one line for bench/measure.c.
-- wrk ... -- HOST get | HOST post FOLDER KEYS ROUND
-- post: the sealed files FOLDER/0 to FOLDER/63 in turn, each request an id of its own.
local digits = "abcdefghijklmnopqrstuvwxyz234567"
local files, head, number, count = {}, nil, 0, 0
local threads = 0

function setup(thread)
	thread:set("thread_number", threads)
	threads = threads + 1
end

-- As instance_id() in test/instance.c.
local function five(n)
	local out = {}
	for i = 1, 7 do
		local d = bit.band(n, 31)
		out[i] = digits:sub(d + 1, d + 1)
		n = bit.rshift(n, 5)
	end
	return table.concat(out)
end

function init(args)
	bit = require("bit")
	wrk.headers["Host"] = args[1]
	if args[2] ~= "post" then
		return  -- wrk goes on to make the request out of its headers and the address
	end
	for i = 0, 63 do
		local f = assert(io.open(args[3] .. "/" .. i, "rb"))
		files[i] = f:read("*a")
		files[i] = " HTTP/1.1\r\nHost: " .. args[1] .. "\r\nContent-Type: application/octet-stream\r\n"
			.. "Content-Length: " .. #files[i] .. "\r\n\r\n" .. files[i]
		f:close()
	end
	number = five(tonumber(args[5]) * 8 + thread_number)
	head = "POST /api/v1/owners/acme/reports?keys=" .. args[4] .. "&id=" .. number .. "aaa"
	request = function()
		local i = count
		count = count + 1
		return head .. five(i) .. "aaaaaaaaa" .. files[i % 64]
	end
end

function done(summary, latency)
	local e = summary.errors
	io.write(string.format("\nload %d %d %d %.0f %.0f %.0f\n", summary.requests - e.status,
		e.status + e.connect + e.read + e.write + e.timeout, summary.duration,
		latency:percentile(50), latency:percentile(99), latency.max))
end
