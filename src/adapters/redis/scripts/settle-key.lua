--[[
Ends the reservation of an owner's key, unless another call has ended it: then that one's end holds.

KEYS[1] the reservation
ARGV[1] the reservation as it was made      ARGV[2] what to remember for a day, '' to leave the key free
]]
local found = redis.call('GET', KEYS[1])
if found and found ~= ARGV[1] then return end
if ARGV[2] == '' then redis.call('UNLINK', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2], 'PX', DAY) end
