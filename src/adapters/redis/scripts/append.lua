--[[
Removes items from the log's end, then runs steps that add items and change the current agent.

ARGV[6] entry after which no item may have come or gone, ''
ARGV[7] the agent that must be current as JSON, null for none, '' for any
ARGV[8] the entries to remove, newest first, each followed by a space
ARGV[9] a note to remember, without tabs and line breaks
ARGV[10...] seven values a step:
  agent as JSON ('': the current one) · header · metadata · id of the call · its tool as JSON ('': no call)
  · id of the call that this is the result of · raw. A step without a header makes its agent the current one.

Returns {'ok', session, answer}, {'gone'}, {'conflict'}, {'end', last entry} or {'agent', current agent as JSON}.
answer: a line per added entry of entry, kind, agent, and tool or the agent before; the first line is the entry before
them and the note.
]]
local s, reply = open_for_write()
if not s then return reply end

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

local before = s.last
for _, item in ipairs(doomed) do bury(s, item) end

local answer = { s.last .. '\t' .. ARGV[9] }

local function hand_over(to)
  local from = s.agent
  if from == to then return end
  local raw = '{"type":"handoff","from":' .. (from == '' and 'null' or from) .. ',"to":' .. to .. '}'
  local place = add_entry(s, 'h', 'a', to, 'h', HANDOFF_HEADER, 'd', '{}', 't', '', 'r', raw, 'f', from)
  answer[#answer + 1] = table.concat({ s.last, 'h', to, from }, '\t')
  make_current(s, to)
  count_item(s, place, HANDOFF_HEADER, 1)
end

local function add_item(agent, header, metadata, call, call_tool, result_of, raw)
  local tool = ''
  if result_of ~= '' then tool = redis.call('HGET', KEYS[8], result_of) or '' end
  if agent == '' then agent = s.agent end
  local place
  if call_tool == '' then
    place = add_entry(s, 'i', 'a', agent, 'h', header, 'd', metadata, 't', tool, 'r', raw)
  else
    -- The entry has the call too: a fork finds there the calls of the items that it copies.
    place = add_entry(s, 'i', 'a', agent, 'h', header, 'd', metadata, 't', tool, 'r', raw, 'c', call, 'n', call_tool)
    redis.call('HSET', KEYS[8], call, call_tool)
  end
  answer[#answer + 1] = table.concat({ s.last, 'i', agent, tool }, '\t')
  count_item(s, place, header, 1)
end

for i = 10, #ARGV, 7 do
  if ARGV[i + 1] == '' then
    hand_over(ARGV[i])
  else
    add_item(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5], ARGV[i + 6])
  end
end

local text = table.concat(answer, '\n')
if s.last ~= before then commit(s) end
remember(s, text)
return { 'ok', snapshot(s), text }
