--[[
The drafts of a session. DRAFTS has a record for each, of values separated by tabs; what changes with each piece stands
before what stays:
  when it was last written to, in milliseconds · UTF-16 units of text · of reasoning · 1 when the text has more than white
  space · 1 when the reasoning has · role · agent as JSON, '' · when it was begun, in microseconds · dialect · for its
  message, JSON before and after the text · for its reasoning, the same
]]

local function decode_draft(id, record)
  local touched, text, reasoning, says, thinks, rest =
    string.match(record, '^(%d+)\t(%d+)\t(%d+)\t([01])\t([01])\t(.*)$')
  return { id = id, touched = tonumber(touched), units = { text = tonumber(text), reasoning = tonumber(reasoning) },
    filled = { text = says, reasoning = thinks }, rest = rest }
end

-- A draft that is open, or nil.
local function find_draft(id)
  local record = redis.call('HGET', DRAFTS, id)
  return record and decode_draft(id, record)
end

local function save_draft(draft)
  local units, filled = draft.units, draft.filled
  redis.call('HSET', DRAFTS, draft.id, table.concat({ string.format('%.0f', draft.touched), units.text, units.reasoning,
    filled.text, filled.reasoning, draft.rest }, '\t'))
end

-- The line that says of a draft what never changes: id, role, agent, and when it was begun.
local function info_of(draft)
  return draft.id .. '\t' .. string.match(draft.rest, '^[^\t]*\t[^\t]*\t%d+')
end

-- All drafts that are open, the oldest first.
local function open_drafts()
  local drafts = {}
  local fields = redis.call('HGETALL', DRAFTS)
  for i = 1, #fields, 2 do
    local draft = decode_draft(fields[i], fields[i + 1])
    draft.begun = tonumber(string.match(draft.rest, '^[^\t]*\t[^\t]*\t(%d+)'))
    drafts[#drafts + 1] = draft
  end
  table.sort(drafts, function(a, b) return a.begun < b.begun end)
  return drafts
end

local function draft_text(draft, channel)
  return draft.units[channel] > 0 and redis.call('GET', text_key(draft.id, channel)) or ''
end

-- The revision and, for each open draft, what never changes, text and reasoning; as the adapter reads it.
local function drafts_now(s)
  local reply = { s.drafts }
  if s.idle == '' then return reply end
  for _, draft in ipairs(open_drafts()) do
    reply[#reply + 1] = { info_of(draft), draft_text(draft, 'text'), draft_text(draft, 'reasoning') }
  end
  return reply
end
