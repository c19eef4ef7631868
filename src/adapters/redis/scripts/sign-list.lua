--[[
A text that is another one after each change of a user's list. Each write moves a session to the millisecond at the
list's top, where its last entry tells it from the others of that millisecond; only what makes or deletes a session
changes how many there are. For one node that holds all keys: it finds the sessions by name.

KEYS[1] the user's list
ARGV[1] name of a session's key up to its id

Returns the text.
]]
local top = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local parts = { redis.call('ZCARD', KEYS[1]) }
if top[1] then
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], top[2], top[2], 'LIMIT', 0, 100)) do
    parts[#parts + 1] = id
    parts[#parts + 1] = redis.call('HGET', ARGV[1] .. id .. '}', 'last') or ''
  end
end
return table.concat(parts, ' ')
