--[[
Removes items from the log's end, then runs steps that add items and change the current agent, and ends a draft.

ARGV[6] '' for most; else seven lines:
  the entry after which no item may have come or gone, ''
  the agent that must be current as JSON, null for none, '' for any
  the entries to remove, newest first, each followed by a space
  a note to remember, without tabs and line breaks
  the number of the step that finishes the draft, from 1; '' for none
  the UTF-16 units that its text and its reasoning must have, separated by a space; '' for any
  the draft to end, ''
ARGV[7...] the steps, each of
  '' · an agent as JSON, which becomes the current one
  header · agent as JSON ('': the current one) · metadata · raw
  header and + · the same three · id of the call · its tool as JSON ('': no call) · id of the call that this is the result
    of · 1 to remember the item

Returns what `done` gives, {'gone'}, {'conflict'}, {'idle'}, {'closed'} when the draft is not open, {'moved'} when it
has other lengths, {'end', last entry} or {'agent', current agent as JSON}.
answer: a line per added entry of entry, kind, agent, and tool or the agent before; then, where there is one, the draft
that it finishes; then header, metadata and raw of an item that is remembered. The first line is the entry before them
and the note.
]]
local s, reply = open_for_write()
if not s then return reply end

local if_end, if_agent, removed, note, finishing, if_lengths, ending = '', '', '', '', '', '', ''
if ARGV[6] ~= '' then
  if_end, if_agent, removed, note, finishing, if_lengths, ending =
    string.match(ARGV[6], '^([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)\n(.*)$')
end

if ending ~= '' then
  local draft = find_draft(ending)
  if not draft then return { 'closed' } end
  local units = draft.units.text .. ' ' .. draft.units.reasoning
  if if_lengths ~= '' and if_lengths ~= units then return { 'moved' } end
end

if if_end ~= '' and if_end ~= s.change then
  local place = place_of(if_end)
  local here = place and precedes(s.change, if_end) and redis.call('XRANGE', KEYS[2], place, place)[1]
  if not here or entry_id(here) ~= if_end then return { 'end', s.last } end
end
if if_agent ~= '' and if_agent ~= (s.agent == '' and 'null' or s.agent) then return { 'agent', s.agent } end

-- What goes must be the newest items without a gap: readers count on it that no item stands between a tombstone and
-- the place that it names.
local doomed = {}
if removed ~= '' then
  local named = {}
  for entry in string.gmatch(removed, '%S+') do named[#named + 1] = entry end
  each_item_back(function(item)
    if entry_id(item) ~= named[#doomed + 1] then return true end
    doomed[#doomed + 1] = item
    return #doomed == #named
  end)
  if #doomed < #named then return { 'end', s.last } end
end

for _, item in ipairs(doomed) do bury(s, item) end

local answer = { s.last .. '\t' .. note }

-- Returns the line of the answer, and how many values the step has.
local function add_step(i, draft)
  local header, agent, metadata, raw = unpack(ARGV, i, i + 3)
  local call, call_tool, result_of, remembered, size = '', '', '', '', 4
  if #header > 4 then
    header, size = string.sub(header, 1, 4), 8
    call, call_tool, result_of, remembered = unpack(ARGV, i + 4, i + 7)
  end
  local tool = result_of ~= '' and tool_of(result_of) or ''
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
  if remembered ~= '' then return table.concat({ line, draft, header, metadata, raw }, '\t'), size end
  return draft == '' and line or line .. '\t' .. draft, size
end

local finished = tonumber(finishing)
local i, step = 7, 1
while i <= #ARGV do
  local line, size
  if ARGV[i] == '' then
    line, size = hand_over(s, ARGV[i + 1]), 2
  else
    line, size = add_step(i, step == finished and ending or '')
  end
  answer[#answer + 1] = line
  i, step = i + size, step + 1
end

if ending ~= '' then
  end_draft(s, ending)
  touch_drafts(s)
  if finishing == '' then add_line('ended\t' .. ending) end
end

local text = table.concat(answer, '\n')
commit(s)
remember(s, text)
return done(s, text)
