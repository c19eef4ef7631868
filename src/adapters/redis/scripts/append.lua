--[[
Removes items from the log's end, then runs steps that add items and change the current agent, and ends a draft.

ARGV[6] entry after which no item may have come or gone, ''
ARGV[7] the agent that must be current as JSON, null for none, '' for any
ARGV[8] the entries to remove, newest first, each followed by a space
ARGV[9] a note to remember, without tabs and line breaks
ARGV[10] the draft to end, ''      ARGV[11] the number of the step that finishes it, from 1; '' for none
ARGV[12] the UTF-16 units that its text and its reasoning must have, separated by a space; '' for any
ARGV[13...] eight values a step:
  agent as JSON ('': the current one) · header · metadata · id of the call · its tool as JSON ('': no call)
  · id of the call that this is the result of · raw · 1 to remember the item. A step without a header makes its agent the
  current one.

Returns what `done` gives, {'gone'}, {'conflict'}, {'idle'}, {'closed'} when the draft is not open, {'moved'} when it
has other lengths, {'end', last entry} or {'agent', current agent as JSON}.
answer: a line per added entry of entry, kind, agent, and tool or the agent before; then, where there is one, the draft
that it finishes; then header, metadata and raw of an item that is remembered. The first line is the entry before them
and the note.
]]
local s, reply = open_for_write()
if not s then return reply end

local ending = ARGV[10]
if ending ~= '' then
  local draft = find_draft(ending)
  if not draft then return { 'closed' } end
  local units = draft.units.text .. ' ' .. draft.units.reasoning
  if ARGV[12] ~= '' and ARGV[12] ~= units then return { 'moved' } end
end

local if_end = ARGV[6]
if if_end ~= '' and if_end ~= s.change then
  local place = place_of(if_end)
  local here = place and precedes(s.change, if_end) and redis.call('XRANGE', KEYS[2], place, place)[1]
  if not here or entry_id(here) ~= if_end then return { 'end', s.last } end
end
if ARGV[7] ~= '' and ARGV[7] ~= (s.agent == '' and 'null' or s.agent) then return { 'agent', s.agent } end

-- What goes must be the newest items without a gap: readers count on it that no item stands between a tombstone and
-- the place that it names.
local doomed = {}
if ARGV[8] ~= '' then
  local named = {}
  for entry in string.gmatch(ARGV[8], '%S+') do named[#named + 1] = entry end
  each_item_back(function(item)
    if entry_id(item) ~= named[#doomed + 1] then return true end
    doomed[#doomed + 1] = item
    return #doomed == #named
  end)
  if #doomed < #named then return { 'end', s.last } end
end

for _, item in ipairs(doomed) do bury(s, item) end

local answer = { s.last .. '\t' .. ARGV[9] }

local function add_step(i, draft)
  local agent, header, metadata, call, call_tool, result_of, raw, remembered = unpack(ARGV, i, i + 7)
  local tool = result_of ~= '' and redis.call('HGET', KEYS[8], result_of) or ''
  local more = {}
  if call_tool ~= '' then
    -- The entry has the call too: a fork finds there the calls of the items that it copies.
    more = { 'c', call, 'n', call_tool }
  end
  if draft ~= '' then
    more[#more + 1] = 'e'
    more[#more + 1] = draft
  end
  local line = add_item(s, agent, header, metadata, tool, raw, unpack(more))
  if call_tool ~= '' then redis.call('HSET', KEYS[8], call, call_tool) end
  if remembered ~= '' then return table.concat({ line, draft, header, metadata, raw }, '\t') end
  return draft == '' and line or line .. '\t' .. draft
end

local FIRST, SIZE = 13, 8
local finishing = ARGV[11] == '' and 0 or FIRST + (ARGV[11] - 1) * SIZE
for i = FIRST, #ARGV, SIZE do
  if ARGV[i + 1] == '' then
    answer[#answer + 1] = hand_over(s, ARGV[i])
  else
    answer[#answer + 1] = add_step(i, i == finishing and ending or '')
  end
end

if ending ~= '' then
  end_draft(s, ending)
  touch_drafts(s)
  if ARGV[11] == '' then add_line('ended\t' .. ending) end
end

local text = table.concat(answer, '\n')
commit(s)
remember(s, text)
return done(s, text)
