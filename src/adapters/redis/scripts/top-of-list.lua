--[[
How many sessions a user's list has, and those that were written to last.

KEYS[1] the user's list

Returns {how many, time of the first, id, id, ...}, ids being all of that time.
]]
local reply = { redis.call('ZCARD', KEYS[1]), '' }
local top = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if top[1] then
  reply[2] = top[2]
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], top[2], top[2], 'LIMIT', 0, 100)) do reply[#reply + 1] = id end
end
return reply
