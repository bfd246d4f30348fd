-- The requests that wrk sends: -- nothing | fill | PutItem | GetItem | Query. The table's name is in BENCH_TABLE.
-- 200 partitions of 20 items each, about 400 bytes an item.

local table_name = os.getenv("BENCH_TABLE")
local partitions, items = 200, 20
local text = string.rep("x", 330)
local counter = 0
local operation

local headers = {
  ["Content-Type"] = "application/x-amz-json-1.0",
  ["X-Amz-Date"] = "20260101T000000Z",
  ["Authorization"] = "AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/dynamodb/aws4_request, "
    .. "SignedHeaders=host, Signature=0",
}

local function key(number)
  return string.format('"pk":{"S":"partition-%04d"},"sk":{"S":"item-%04d"}',
    math.floor(number / items) % partitions, number % items)
end

local bodies = {
  PutItem = function(number)
    return string.format('{"TableName":"%s","Item":{%s,"text":{"S":"%s"},"number":{"N":"%d"}}}',
      table_name, key(number), text, number)
  end,
  GetItem = function(number)
    return string.format('{"TableName":"%s","Key":{%s}}', table_name, key(number))
  end,
  Query = function(number)
    return string.format('{"TableName":"%s","KeyConditionExpression":"pk = :pk",'
      .. '"ExpressionAttributeValues":{":pk":{"S":"partition-%04d"}}}', table_name, number % partitions)
  end,
}

function init(arguments)
  operation = arguments[1]
  headers["X-Amz-Target"] = "DynamoDB_20120810." .. (operation == "fill" and "PutItem" or operation)
end

function request()
  if operation == "nothing" then return wrk.format("GET", "/", {}) end
  -- A step without common divisor visits every key, in an order that is none.
  local number = operation == "fill" and counter or counter * 7919
  counter = counter + 1
  return wrk.format("POST", "/", headers, bodies[operation == "fill" and "PutItem" or operation](number))
end
