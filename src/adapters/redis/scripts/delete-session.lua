--[[
Removes a session and all its keys, except the record of this very deletion.

Returns {'ok', owner}, {'ok'} for a repeat, {'none'} when there was nothing to delete, or {'conflict'}.
]]
local record = find_record()
-- The record of a deletion outlives its session: a repeat must not touch a new session under the id.
if record and record.deletion and (ARGV[2] == '' or record.answer == '' or ARGV[2] == record.answer) then
  if record.operation ~= ARGV[4] then return { 'conflict' } end
  rewrite_record(record)
  return { record.born == '' and 'none' or 'ok' }
end

local function remember_deletion(born, owner)
  if ARGV[4] ~= '' then redis.call('SET', KEYS[10], born .. '\n' .. ARGV[4] .. '\n' .. owner, 'PX', DAY) end
end

local s = load_session(KEYS[1])
if not s then
  if not (record and record.deletion) then remember_deletion('', ARGV[2]) end
  return { 'none' }
end
-- Nothing is remembered: the key may be the owner's.
if ARGV[2] ~= '' and ARGV[2] ~= s.owner then return { 'none' } end
-- Records of other writes count only while their session is there.
if record and record.born == s.born then return { 'conflict' } end

local records = redis.call('ZRANGE', KEYS[9], 0, -1)
for i = 1, #records, 1000 do
  redis.call('UNLINK', unpack(records, i, math.min(i + 999, #records)))
end
drop_draft_keys()
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9])
remember_deletion(s.born, s.owner)
if ARGV[5] ~= '' then redis.call('ZREM', ARGV[5] .. s.owner, ARGV[1]) end
ring_list(s)
ring(KEYS[1], 'look')
return { 'ok', s.owner }
