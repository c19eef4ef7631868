--[[
Puts members of a user's list right, unless they have changed since they were looked at.

KEYS[1] the user's list
ARGV[1...] for each: session id · its time as it was seen · as it must be, '' when the session is gone

Returns nothing.
]]
for i = 1, #ARGV, 3 do
  local score = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if score and tonumber(score) == tonumber(ARGV[i + 1]) then
    if ARGV[i + 2] == '' then
      redis.call('ZREM', KEYS[1], ARGV[i])
    else
      redis.call('ZADD', KEYS[1], ARGV[i + 2], ARGV[i])
    end
  end
end
