--[[
Removes the newest item that is no hand-off, and the hand-offs after it.

Returns what `done` gives, {'gone'}, {'conflict'} or {'idle'}.
answer: '' when there was nothing to remove; else the entry before the item, and below it the item's line.
]]
local s, reply = open_for_write()
if not s then return reply end

local doomed = {}
local item = nil
each_item_back(function(entry)
  doomed[#doomed + 1] = entry
  if field(entry, 'k') == 'i' then item = entry end
  return item
end)
if not item then
  remember(s, '')
  return done(s, '')
end

for _, entry in ipairs(doomed) do bury(s, entry) end
commit(s)

local answer = field(item, 'p') .. '\n' .. line_of(entry_id(item), 'i', {
  'a', field(item, 'a'), 'h', field(item, 'h'), 'd', field(item, 'd'), 't', field(item, 't'), 'r', field(item, 'r'),
  'w', field(item, 'w') or '', 'e', field(item, 'e') or '',
})
remember(s, answer)
return done(s, answer)
