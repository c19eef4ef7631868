--[[
Removes the newest item that is no hand-off, and the hand-offs after it.

Returns {'ok', session, answer}, {'gone'} or {'conflict'}.
answer: '' when there was nothing to remove; else the entry before the item, and below it the item's line.
]]
local s, reply = open_for_write()
if not s then return reply end

local handoffs = {}
local item = nil
local upper = '+'
while s.items > 0 and not item and upper do
  local chunk = redis.call('XREVRANGE', KEYS[2], upper, '-', 'COUNT', 8)
  upper = chunk[8] and ('(' .. chunk[8][1])
  for _, entry in ipairs(chunk) do
    local kind = field(entry, 'k')
    if kind == 'i' then
      item = entry
      break
    elseif kind == 'h' then
      handoffs[#handoffs + 1] = entry
    elseif kind == 'r' then
      -- No item stands between a tombstone and the place that it names.
      upper = '(' .. place_of(field(entry, 'x'))
      break
    end
  end
end
if not item then
  remember(s, '')
  return { 'ok', snapshot(s), '' }
end

-- The entry is added before the item goes: it is the one that Redis refuses when memory is full.
local function bury(entry)
  add_entry(s, 'r', 'x', entry_id(entry))
  redis.call('XDEL', KEYS[2], entry[1])
  s.items = s.items - 1
end

for _, handoff in ipairs(handoffs) do
  bury(handoff)
  s.agent = field(handoff, 'f')
end
bury(item)
local role = string.sub(field(item, 'h'), 2, 2)
if ROLE_STREAM[role] then redis.call('XDEL', ROLE_STREAM[role], item[1]) end
if role == 'U' or role == 'A' then s.messages = s.messages - 1 end
s.change = s.last
commit(s)

local answer = field(item, 'p') .. '\n' .. line_of(entry_id(item), 'i', {
  'a', field(item, 'a'), 'h', field(item, 'h'), 'd', field(item, 'd'), 't', field(item, 't'), 'r', field(item, 'r'),
})
remember(s, answer)
return { 'ok', snapshot(s), answer }
