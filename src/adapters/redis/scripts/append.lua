--[[
Runs steps that add items and change the current agent.

ARGV[6] entry after which no item may have come or gone, ''
ARGV[7] the agent that must be current as JSON, null for none, '' for any
ARGV[8...] seven values a step:
  agent as JSON ('': the current one) · header · metadata · id of the call · its tool as JSON ('': no call)
  · id of the call that this is the result of · raw. A step without a header makes its agent the current one.

Returns {'ok', session, answer}, {'gone'}, {'conflict'}, {'end', last entry} or {'agent', current agent as JSON}.
answer: a line per entry of entry, kind, agent, and tool or the agent before; the first line is the entry before them.
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

local prev = s.last
local answer = { prev }

local function hand_over(to)
  local from = s.agent
  if from == to then return end
  local raw = '{"type":"handoff","from":' .. (from == '' and 'null' or from) .. ',"to":' .. to .. '}'
  add_entry(s, 'h', 'a', to, 'h', HANDOFF_HEADER, 'd', '{}', 't', '', 'r', raw, 'f', from)
  answer[#answer + 1] = table.concat({ s.last, 'h', to, from }, '\t')
  s.agent = to
  s.items = s.items + 1
  if not string.find(s.agents, '\n' .. to .. '\n', 1, true) then s.agents = s.agents .. to .. '\n' end
end

local function add_item(agent, header, metadata, call, call_tool, result_of, raw)
  local tool = ''
  if call_tool ~= '' then redis.call('HSET', KEYS[7], call, call_tool) end
  if result_of ~= '' then tool = redis.call('HGET', KEYS[7], result_of) or '' end
  if agent == '' then agent = s.agent end
  local place = add_entry(s, 'i', 'a', agent, 'h', header, 'd', metadata, 't', tool, 'r', raw)
  answer[#answer + 1] = table.concat({ s.last, 'i', agent, tool }, '\t')
  s.items = s.items + 1
  local role = string.sub(header, 2, 2)
  if ROLE_STREAM[role] then redis.call('XADD', ROLE_STREAM[role], place, '', '') end
  if role == 'U' or role == 'A' then s.messages = s.messages + 1 end
end

for i = 8, #ARGV, 7 do
  if ARGV[i + 1] == '' then
    hand_over(ARGV[i])
  else
    add_item(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5], ARGV[i + 6])
  end
end

local text = table.concat(answer, '\n')
if s.last ~= prev then
  s.change = s.last
  commit(s)
end
remember(s, text)
return { 'ok', snapshot(s), text }
