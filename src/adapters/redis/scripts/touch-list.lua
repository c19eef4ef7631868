--[[
Moves a session in a user's list, and tells who watches it. For a Cluster: the list is on another node than the session.

KEYS[1] the user's list; its name is also the channel of its doorbells
ARGV[1] session id
ARGV[2] milliseconds of its last write, which only counts when it is later; 'soon' for one that is about to be made;
  '' when it is gone
ARGV[3] 1 when it was written to just now

Returns nothing.
]]
if ARGV[2] == 'soon' then
  redis.call('ZADD', KEYS[1], 'NX', string.format('%.0f', (server_time())), ARGV[1])
  return
end
local moved
if ARGV[2] == '' then
  moved = redis.call('ZREM', KEYS[1], ARGV[1])
else
  moved = redis.call('ZADD', KEYS[1], 'GT', 'CH', ARGV[2], ARGV[1])
end
if moved == 1 or ARGV[3] == '1' then ring(KEYS[1], ARGV[1]) end
