-- wrk's part: sends the prepared requests of a file one after another and reports as one line of JSON.
-- REQUESTS names the file; requests are separated by NUL. FIRST of them are left out at the start.
local requests, count, next_one = {}, 0, tonumber(os.getenv("FIRST") or "0")

function init()
  local file = assert(io.open(os.getenv("REQUESTS"), "rb"))
  for text in file:read("*a"):gmatch("[^%z]+") do
    count = count + 1
    requests[count] = text
  end
  file:close()
end

function request()
  next_one = next_one % count + 1
  return requests[next_one]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"perSecond":%f,"p50Ms":%f,"p99Ms":%f,"errors":%d}\n',
    summary.requests,
    summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000,
    latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
