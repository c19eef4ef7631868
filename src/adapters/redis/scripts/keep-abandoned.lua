--[[
Makes items of the drafts that were abandoned, and finds when the next may be.

ARGV[6] milliseconds without writing after which a draft is abandoned

Returns {session, 1 when it has new entries}, or nothing when there is none.
]]
local ESCAPES = { ['"'] = '\\"', ['\\'] = '\\\\', ['\b'] = '\\b', ['\f'] = '\\f', ['\n'] = '\\n', ['\r'] = '\\r',
  ['\t'] = '\\t' }
for code = 0, 31 do
  local char = string.char(code)
  ESCAPES[char] = ESCAPES[char] or string.format('\\u%04x', code)
end

-- What JSON.stringify makes of a text; %z is NUL.
local function json(text)
  return '"' .. string.gsub(text, '[%z\1-\31"\\]', ESCAPES) .. '"'
end

local s = load_session(KEYS[1])
if not s then return end

local function keep(draft)
  local role, agent, dialect, before, after, before_reasoning, after_reasoning = string.match(draft.rest,
    '^([^\t]*)\t([^\t]*)\t%d+\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)$')
  local says, thinks = draft.filled.text == '1', draft.filled.reasoning == '1'
  if role == 'A' and agent ~= '' and (says or thinks) then hand_over(s, agent) end
  if thinks then
    local raw = before_reasoning .. json(draft_text(draft, 'reasoning')) .. after_reasoning
    add_item(s, agent, dialect .. '-I0', '{}', '', raw)
  end
  if says then
    local raw = before .. json(draft_text(draft, 'text')) .. after
    add_item(s, agent, dialect .. role .. 'I0', '{}', '', raw, 'e', draft.id)
  else
    add_line('ended\t' .. draft.id)
  end
  end_draft(s, draft.id)
end

local now = server_time()
local next_idle = nil
for _, draft in ipairs(open_drafts()) do
  local at = draft.touched + tonumber(ARGV[6])
  if at <= now then keep(draft) else next_idle = math.min(next_idle or at, at) end
end
set_field(s, 'idle', next_idle and string.format('%.0f', next_idle) or '')
commit(s)
return { snapshot(s), s.last ~= s.before and 1 or 0 }
