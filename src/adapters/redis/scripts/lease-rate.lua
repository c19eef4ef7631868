--[[
Takes from a caller's bucket, which fills by itself up to its brim.

KEYS[1] the bucket
ARGV[1] how many are wanted at least      ARGV[2] at most
ARGV[3] how many it fills by in a second  ARGV[4] how many it holds

Returns {how many were taken, milliseconds until the least will be there when none was}.
]]
local least, most, per_second, brim =
  tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local now = redis.call('TIME')
local micros = tonumber(now[1]) * 1000000 + tonumber(now[2])
local bucket = redis.call('HMGET', KEYS[1], 'filled', 'at')
local filled = tonumber(bucket[1]) or brim
local passed = math.max(0, micros - (tonumber(bucket[2]) or micros))
filled = math.min(brim, filled + passed / 1000000 * per_second)
local granted = filled < least and 0 or math.min(most, math.floor(filled))
redis.call('HSET', KEYS[1], 'filled', string.format('%.6f', filled - granted), 'at', string.format('%.0f', micros))
-- One that would be full again says no more than none.
redis.call('PEXPIRE', KEYS[1], math.ceil(brim / per_second * 1000) + 1000)
return { granted, granted > 0 and 0 or math.ceil((least - filled) / per_second * 1000) }
