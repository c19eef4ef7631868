--[[
How scripts write: entries, counts, index, expiry and doorbell.
]]

local BELL_BYTES = 64 * 1024

-- The doorbell so far, a line per change; or false once it is too large and only 'look' will be rung.
local bell = {}
local bell_bytes = 0

local function add_line(line)
  if not bell then return end
  bell_bytes = bell_bytes + #line + 1
  if bell_bytes > BELL_BYTES then bell = false else bell[#bell + 1] = line end
end

-- Adds an entry of names and values to the log, in `s.place` if that is given; returns its place.
local function add_entry(s, kind, ...)
  local place = redis.call('XADD', KEYS[2], s.place or '*', 'm', ARGV[3], 'k', kind, 'p', s.last, ...)
  s.first = s.first or place
  s.last = place .. '.' .. ARGV[3]
  if bell then add_line(line_of(s.last, kind, { ... })) end
  return place
end

local function index_item(stream, place, by, name, value)
  if by > 0 then redis.call('XADD', stream, place, name or '', value or '') else redis.call('XDEL', stream, place) end
end

-- Counts an item that has been added in that place, or (by -1) one that goes; messages have their roles' streams. A name
-- and a value stand beside its place for who trims.
local function count_item(s, place, header, by, name, value)
  s.items = s.items + by
  if by > 0 then s.added = (s.added or 0) + 1 end
  s.change = s.last
  index_item(ITEM_STREAM, place, by, name, value)
  local role = string.sub(header, 2, 2)
  if role == 'U' or role == 'A' then s.messages = s.messages + by end
  if ROLE_STREAM[role] then index_item(ROLE_STREAM[role], place, by) end
end

-- Counts an item that has been added; when the first field of its entry is the id of a call, the third is its tool, as
-- JSON, which results that come later find under that id.
local function keep_call(s, place, header, name, call, _, tool)
  local is_call = name == 'c' and call
  count_item(s, place, header, 1, is_call and 'c', is_call or nil)
  if is_call then redis.call('HSET', KEYS[8], call, tool .. '\t' .. place) end
end

-- The tool of the last call with that id, as JSON; '' for none.
local function tool_of(call)
  return string.match(redis.call('HGET', KEYS[8], call) or '', '^[^\t]*')
end

local function make_current(s, agent)
  s.agent = agent
  if not string.find(s.agents, '\n' .. agent .. '\n', 1, true) then s.agents = s.agents .. agent .. '\n' end
end

-- Calls `visit` with the items of the log, the newest first, until it returns true.
local function each_item_back(visit)
  local upper = '+'
  while upper do
    local chunk = redis.call('XREVRANGE', ITEM_STREAM, upper, '-', 'COUNT', 8)
    for _, indexed in ipairs(chunk) do
      if visit(redis.call('XRANGE', KEYS[2], indexed[1], indexed[1])[1]) then return end
    end
    upper = chunk[8] and ('(' .. chunk[8][1])
  end
end

-- Removes the newest item. The tombstone is added before the item goes: it is what Redis refuses when memory is full.
local function bury(s, item)
  add_entry(s, 'r', 'x', entry_id(item))
  redis.call('XDEL', KEYS[2], item[1])
  count_item(s, item[1], field(item, 'h'), -1)
  if field(item, 'k') == 'h' then s.agent = field(item, 'f') end
end

-- The keys of all open drafts.
local function draft_keys()
  local keys = {}
  for _, id in ipairs(redis.call('HKEYS', DRAFTS)) do
    keys[#keys + 1] = text_key(id, 'text')
    keys[#keys + 1] = text_key(id, 'reasoning')
  end
  if keys[1] then keys[#keys + 1] = DRAFTS end
  return keys
end

local function drop_draft_keys()
  local keys = draft_keys()
  if keys[1] then redis.call('UNLINK', unpack(keys)) end
end

-- Makes a session whose log holds one `created` entry; returns it. A title is JSON, `made` the key that made it, `max` how
-- many items it keeps, '' for all; `place` that of its first entry, absent: now.
local function begin_session(owner, title, metadata, expires, made, max, place)
  -- The counter of the first place is the microsecond: a session that is made, deleted and made again within one
  -- millisecond still has later places than the one before.
  local now = redis.call('TIME')
  local micros = tonumber(now[2])
  local first = place or string.format('%.0f-%.0f', tonumber(now[1]) * 1000 + math.floor(micros / 1000), micros % 1000 * 10000)
  local born = first .. '.' .. ARGV[3]
  redis.call('HSET', KEYS[1], 'owner', owner, 'title', title, 'metadata', metadata, 'agent', '', 'agents', '\n',
    'messages', 0, 'items', 0, 'expires', expires, 'born', born, 'last', born, 'revision', born, 'change', born,
    'made', made, 'max', max)
  redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8])
  drop_draft_keys()
  redis.call('XADD', KEYS[2], first, 'm', ARGV[3], 'k', 'n', 'p', '')
  return load_session(KEYS[1])
end

-- Fields of the hash to write with the next `save`, and their values.
local changed = {}

local function set_field(s, name, value)
  s[name] = value
  changed[#changed + 1] = name
  changed[#changed + 1] = value
end

-- How many items one write takes away beside as many as it adds: a limit that was lowered holds nobody up for long.
local TRIMMED_BESIDE = 1000

-- Takes the oldest items away that are too many, with all that stands before the oldest that stays, and never what this
-- write added. What is read and taken is what other writes added, so it costs the same in a log of any length.
local function trim(s)
  if s.max == '' then return end
  local added = s.added or 0
  local excess = math.min(s.items - math.max(tonumber(s.max), added), added + TRIMMED_BESIDE)
  if excess <= 0 then return end
  local oldest = redis.call('XRANGE', ITEM_STREAM, '-', '+', 'COUNT', excess + 1)
  local stays, floor, base = oldest[excess + 1], s.before, s.base
  -- Only a Redis that throws keys away loses some of a session's; the write is half done already.
  if not stays then return end
  stays = stays[1]
  if added == s.items - excess then
    stays = s.first
  else
    local here = redis.call('XRANGE', KEYS[2], stays, stays)[1]
    if not here then return end
    floor = field(here, 'p')
  end
  for i = 1, excess do
    local place, name, value = oldest[i][1], oldest[i][2][1], oldest[i][2][2]
    if name == 'h' then base = value end
    -- A later call may have the same id.
    if name == 'c' and string.match(redis.call('HGET', KEYS[8], value) or '', '[^\t]*$') == place then
      redis.call('HDEL', KEYS[8], value)
    end
  end
  local function take(stream) return redis.call('XTRIM', stream, 'MINID', '=', stays) end
  take(KEYS[2])
  s.items = s.items - take(ITEM_STREAM)
  s.messages = s.messages - take(ROLE_STREAM.U) - take(ROLE_STREAM.A)
  take(ROLE_STREAM.S)
  take(ROLE_STREAM.D)
  s.change = s.last
  set_field(s, 'floor', floor)
  set_field(s, 'base', base)
end

-- A draft was begun, written to or ended. Only for expiry is it remembered when: entries tell their time themselves.
local function touch_drafts(s)
  if s.expires ~= '' then set_field(s, 'touched', string.format('%.0f', (server_time()))) end
end

-- Ends a draft; when no entry finishes it, the caller adds a line that says so.
local function end_draft(s, id)
  redis.call('UNLINK', text_key(id, 'text'), text_key(id, 'reasoning'))
  redis.call('HDEL', DRAFTS, id)
  set_field(s, 'drafts', ARGV[3])
  if redis.call('EXISTS', DRAFTS) == 0 then set_field(s, 'idle', '') end
end

-- Expiry follows the last write to the millisecond, for all keys alike, so that they go together.
local function slide_expiry(s)
  if s.expires == '' then return end
  local written = math.max(time_of(s.last), tonumber(s.touched) or 0)
  local at = string.format('%.0f', written + tonumber(s.expires) * 1000)
  for i = 1, 8 do redis.call('PEXPIREAT', KEYS[i], at) end
  if s.idle == '' then return end
  for _, key in ipairs(draft_keys()) do redis.call('PEXPIREAT', key, at) end
end

-- Wakes who watches the list of the session's user.
local function ring_list(s)
  if ARGV[5] ~= '' then ring(ARGV[5] .. s.owner, ARGV[1]) end
end

-- The list of the user is written here as long as one node holds all keys: only the hash knows the owner.
local function list_session(s)
  if ARGV[5] == '' then return end
  redis.call('ZADD', ARGV[5] .. s.owner, time_of(s.last), ARGV[1])
  ring_list(s)
end

local function save(s)
  if s.last ~= s.before then
    redis.call('HSET', KEYS[1], 'agent', s.agent, 'agents', s.agents, 'messages', s.messages, 'items', s.items,
      'last', s.last, 'change', s.change, unpack(changed))
  elseif changed[1] then
    redis.call('HSET', KEYS[1], unpack(changed))
  end
end

-- Ends a write that added entries or changed drafts. Lists do not tell of drafts.
local function commit(s)
  local logged = s.last ~= s.before
  if not logged and not changed[1] then return end
  if logged then trim(s) end
  save(s)
  if logged then list_session(s) end
  slide_expiry(s)
  if not logged and s.drafts == s.drafts_before then return end
  local places = s.before .. '\t' .. s.drafts_before .. '\t' .. s.drafts
  ring(KEYS[1], bell and places .. '\n' .. table.concat(bell, '\n') or 'look')
end

-- What a write replies; the last value is 1 when it added entries, which its repeat did not.
local function done(s, answer)
  return { 'ok', snapshot(s), answer, s.last ~= s.before and 1 or 0 }
end
