-- SPDX-License-Identifier: Apache-2.0
-- wrk: posts the review in $BENCH_BODY; counts every answer that does not allow.
local file = assert(io.open(os.getenv("BENCH_BODY"), "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["Content-Type"] = "application/json"
file:close()

local threads = {}
function setup(thread) threads[#threads + 1] = thread end
function init() wrong = 0 end
function response(status, _, body)
  if status ~= 200 or not body:find('"allowed":true', 1, true) then wrong = wrong + 1 end
end
function done(summary, latency, _)
  local wrong = 0
  for _, thread in ipairs(threads) do wrong = wrong + thread:get("wrong") end
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), wrong + errors.connect + errors.read + errors.write + errors.timeout))
end
