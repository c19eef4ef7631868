--[[
The next items that a fork copies. Items go only from the log's end, from its beginning, or all at once; so as long as
the log holds the last item that was copied, what was copied is what the log held up to there when the copy was begun.

ARGV[1] owner, '' for any
ARGV[2] the last entry to copy, '' for the log's end
ARGV[3] the session's first entry, as the batch before told it; '' for the first batch
ARGV[4] the last item that was copied, ''      ARGV[5] the place after which to go on, '' for the beginning
ARGV[6] how many entries at most               ARGV[7] the bytes of items after which the batch ends

Returns {'gone'}, {'idle'}, {'changed'} when what was copied is not what the log begins with, {'expired', session} when the last
entry to copy is not known, or {'ok', session, last entry to copy, place after which to go on or '', items, agent that was current where
the log begins, as JSON, ''}, items as XRANGE gives them.
]]
local s = load_session(KEYS[1])
if not s or (ARGV[1] ~= '' and ARGV[1] ~= s.owner) then return { 'gone' } end
-- The first batch decides what the copy is of.
if ARGV[3] == '' and ARGV[6] ~= '0' and is_idle(s) then return { 'idle' } end
local up_to = ARGV[2] == '' and s.last or ARGV[2]
if ARGV[3] == '' then
  if standing(s, up_to) ~= 'ok' then return { 'expired', snapshot(s) } end
elseif ARGV[3] ~= s.born then
  return { 'changed' }
end
if ARGV[4] ~= '' then
  local place = place_of(ARGV[4])
  local here = redis.call('XRANGE', KEYS[2], place, place)[1]
  if not here or entry_id(here) ~= ARGV[4] then return { 'changed' } end
end

local newest = place_of(up_to)
local from = ARGV[5] == '' and '-' or '(' .. ARGV[5]
local entries_left, bytes_left = tonumber(ARGV[6]), tonumber(ARGV[7])
local items = {}
while entries_left > 0 do
  local chunk = redis.call('XRANGE', KEYS[2], from, newest, 'COUNT', 16)
  for _, entry in ipairs(chunk) do
    entries_left = entries_left - 1
    if is_item(entry) then
      items[#items + 1] = entry
      bytes_left = bytes_left - #field(entry, 'r') - #field(entry, 'd')
    end
    if entries_left == 0 or bytes_left <= 0 then return { 'ok', snapshot(s), up_to, entry[1], items, s.base } end
  end
  if #chunk < 16 then break end
  from = '(' .. chunk[16][1]
end
return { 'ok', snapshot(s), up_to, '', items, s.base }
