--[[
Removes a session and all its keys, except the record of this very deletion.

Returns {'ok'}, {'none'} when there was nothing to delete, or {'conflict'}.
]]
local record = ARGV[4] ~= '' and redis.call('GET', KEYS[9])
local born, operation, owner
if record then born, operation, owner = string.match(record, '^([^\n]*)\n([^\n]*)\n(.*)$') end
-- The record of a deletion outlives its session: a repeat must not touch a new session under the id.
if record and string.sub(operation, 1, 7) == 'delete ' and (ARGV[2] == '' or ARGV[2] == owner) then
  return { operation == ARGV[4] and 'ok' or 'conflict' }
end
local s = load_session(KEYS[1])
if not s or (ARGV[2] ~= '' and ARGV[2] ~= s.owner) then return { 'none' } end
-- Records of other writes count only while their session is there.
if record and born == s.born then return { 'conflict' } end

local records = redis.call('ZRANGE', KEYS[8], 0, -1)
for i = 1, #records, 1000 do
  redis.call('UNLINK', unpack(records, i, math.min(i + 999, #records)))
end
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8])
if ARGV[4] ~= '' then
  redis.call('SET', KEYS[9], s.born .. '\n' .. ARGV[4] .. '\n' .. s.owner, 'PX', DAY)
end
if ARGV[5] ~= '' then redis.call('ZREM', ARGV[5] .. s.owner, ARGV[1]) end
redis.call('PUBLISH', KEYS[1], 'look')
return { 'ok' }
