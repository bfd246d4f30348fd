-- What wrk sends: the requests of a file, one after the other, again and again.
--
-- wrk -s requests.lua URL -- FILE [COUNT]: FILE holds complete HTTP requests, each after a line with its
-- length in bytes. They are prepared in advance, so that wrk uses as little as possible of the processors
-- that it shares with the server. With COUNT it stops after that many answers. The last line it prints:
--   result ANSWERS MICROSECONDS BYTES SOCKET_ERRORS NOT_2XX TIMEOUTS P50_MICROSECONDS P99_MICROSECONDS

local requests, sent = {}, 0

local function read_requests(path)
  local file = assert(io.open(path, "rb"))
  local length = file:read("*n", 1)
  while length do
    requests[#requests + 1] = file:read(length)
    length = file:read("*n", 1)
  end
  file:close()
end

function init(arguments)
  read_requests(arguments[1])
  local count = tonumber(arguments[2] or 0)
  if count == 0 then return end
  local answers = 0
  -- wrk parses what it receives only if this function exists.
  function response()
    answers = answers + 1
    if answers == count then wrk.thread:stop() end
  end
end

function request()
  sent = sent + 1
  return requests[(sent - 1) % #requests + 1]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("result %d %d %d %d %d %d %d %d\n",
    summary.requests, summary.duration, summary.bytes,
    errors.connect + errors.read + errors.write, errors.status, errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
