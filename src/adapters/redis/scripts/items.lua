--[[
How items come into the log.
]]

-- Header of a hand-off: AGENTS_JS, no role, COMPLETED, not derived.
local HANDOFF_HEADER = 'A-C0'

-- Makes an agent, named as JSON, the current one. Returns the line that an answer has for the hand-off, or nil when the
-- agent was current.
local function hand_over(s, to)
  local from = s.agent
  if from == to then return nil end
  local raw = '{"type":"handoff","from":' .. (from == '' and 'null' or from) .. ',"to":' .. to .. '}'
  local place = add_entry(s, 'h', 'a', to, 'h', HANDOFF_HEADER, 'd', '{}', 't', '', 'r', raw, 'f', from)
  make_current(s, to)
  count_item(s, place, HANDOFF_HEADER, 1, 'h', to)
  return table.concat({ s.last, 'h', to, from }, '\t')
end

-- Adds an item of an agent, named as JSON ('': the current one), and of a tool; `...` are more fields of its entry, those
-- of a call first.
-- Returns the line that an answer has for it.
local function add_item(s, agent, header, metadata, tool, raw, ...)
  if agent == '' then agent = s.agent end
  local place = add_entry(s, 'i', 'a', agent, 'h', header, 'd', metadata, 't', tool, 'r', raw, ...)
  keep_call(s, place, header, ...)
  return table.concat({ s.last, 'i', agent, tool }, '\t')
end
