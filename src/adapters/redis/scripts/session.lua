--[[
The shared prelude of every script: names for the keys of one session and for what is done with them.

KEYS[1] the session's hash; its name is also the channel of its doorbells
KEYS[2] log                KEYS[3..6] the roles' streams: user, assistant, system, developer
KEYS[7] the stream of all items; like the roles' it holds their places alone, so that none walks past tombstones
KEYS[8] calls              KEYS[9] register of idempotency records      KEYS[10] the record of this write's key

ARGV of every write begins with:
ARGV[1] session id         ARGV[2] owner, '' for any                    ARGV[3] mark of the entries to come
ARGV[4] operation and digest of an idempotent write, '' for another     ARGV[5] prefix of the users' lists

Texts of users are opaque here: they are stored, compared and joined, never decoded. A script checks all, then writes,
because Redis rolls nothing back. Where it needs memory, its first write is one that Redis refuses when there is none:
after the first it would let all others through.
]]

local DAY = 24 * 60 * 60 * 1000
local BELL_BYTES = 64 * 1024
local ITEM_STREAM = KEYS[7]
local ROLE_STREAM = { U = KEYS[3], A = KEYS[4], S = KEYS[5], D = KEYS[6] }
-- Header of a hand-off: AGENTS_JS, no role, COMPLETED, not derived.
local HANDOFF_HEADER = 'A-C0'

-- Entry ids are `<ms>-<seq>.<mark>`. Ids of another form have no place: all four results are nil.
local function place_of(entry)
  local place, ms, seq, mark = string.match(entry, '^((%d+)%-(%d+))%.(%w+)$')
  if not place then return nil end
  return place, mark, tonumber(ms), tonumber(seq)
end

-- The milliseconds of an entry's place.
local function time_of(entry)
  return tonumber(string.match(entry, '^%d+'))
end

-- Whether entry `a` stands before entry `b`, by place alone.
local function precedes(a, b)
  local _, _, a_ms, a_seq = place_of(a)
  local _, _, b_ms, b_seq = place_of(b)
  return a_ms < b_ms or (a_ms == b_ms and a_seq < b_seq)
end

-- One field of an entry as XRANGE gives it.
local function field(entry, name)
  local fields = entry[2]
  for i = 1, #fields, 2 do
    if fields[i] == name then return fields[i + 1] end
  end
  return nil
end

local function entry_id(entry)
  return entry[1] .. '.' .. field(entry, 'm')
end

local function is_item(entry)
  local kind = field(entry, 'k')
  return kind == 'i' or kind == 'h'
end

-- The session as a table, or nil.
local function load_session(key)
  local v = redis.call('HMGET', key, 'owner', 'title', 'metadata', 'agent', 'agents', 'messages', 'items', 'expires',
    'born', 'last', 'revision', 'change', 'made')
  if not v[1] then return nil end
  return { owner = v[1], title = v[2], metadata = v[3], agent = v[4], agents = v[5], messages = tonumber(v[6]),
    items = tonumber(v[7]), expires = v[8], born = v[9], last = v[10], revision = v[11], change = v[12], made = v[13] }
end

-- What the adapter makes a Session of; the order is that of SESSION_FIELDS in codec.ts.
local function snapshot(s)
  return { s.owner, s.title, s.metadata, s.agent, s.agents, s.messages, s.items, s.expires, s.born, s.last, s.revision }
end

--[[
What this write's key was used for: `born` is the session's first entry, `operation` names it with its digest. A
`deletion` has born '' when there was nothing to delete, and as answer the owner, '' for any. nil when there is none.
]]
local function find_record()
  local text = ARGV[4] ~= '' and redis.call('GET', KEYS[10])
  if not text then return nil end
  local born, operation, answer = string.match(text, '^([^\n]*)\n([^\n]*)\n(.*)$')
  return { born = born, operation = operation, answer = answer, deletion = string.sub(operation, 1, 7) == 'delete ' }
end

--[[
The session that a write is about. Otherwise nil and the reply to give: {'gone'}, {'conflict'} when the key was used for
another input, or the first answer {'ok', session, answer}. Records of an earlier session under this id do not count,
except those of deletions: to overwrite one would let its repeat delete this session.
]]
local function open_for_write()
  local s = load_session(KEYS[1])
  if not s or (ARGV[2] ~= '' and ARGV[2] ~= s.owner) then return nil, { 'gone' } end
  local record = find_record()
  if not record then return s end
  if record.deletion then
    if record.answer ~= '' and record.answer ~= s.owner then return s end
    return nil, { 'conflict' }
  end
  if record.born ~= s.born then return s end
  if record.operation ~= ARGV[4] then return nil, { 'conflict' } end
  return nil, { 'ok', snapshot(s), record.answer }
end

local function server_time()
  local now = redis.call('TIME')
  return tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)
end

-- Keeps the answer of an idempotent write for a day, and registers it so that a deletion finds it.
local function remember(s, answer)
  if ARGV[4] == '' then return end
  local now = server_time()
  redis.call('SET', KEYS[10], s.born .. '\n' .. ARGV[4] .. '\n' .. answer, 'PX', DAY)
  redis.call('ZREMRANGEBYSCORE', KEYS[9], '-inf', now)
  redis.call('ZADD', KEYS[9], now + DAY, KEYS[10])
  redis.call('PEXPIRE', KEYS[9], DAY)
end

-- The doorbell so far: the entry before, then a line per entry; or false once it is too large and only 'look' will be rung.
local bell = {}
local bell_bytes = 0

-- The line of an entry: what the log holds of it up to the raw item, without the names. What follows the raw item is
-- for the scripts, and may hold tabs and line breaks.
local function line_of(entry, kind, fields)
  local parts = { entry, kind }
  for i = 2, #fields, 2 do
    parts[#parts + 1] = fields[i]
    if fields[i - 1] == 'r' then break end
  end
  return table.concat(parts, '\t')
end

-- Adds an entry of names and values to the log; returns its place.
local function add_entry(s, kind, ...)
  local place = redis.call('XADD', KEYS[2], '*', 'm', ARGV[3], 'k', kind, 'p', s.last, ...)
  if bell and not bell[1] then bell[1] = s.last end
  s.last = place .. '.' .. ARGV[3]
  if bell then
    local line = line_of(s.last, kind, { ... })
    bell_bytes = bell_bytes + #line + 1
    if bell_bytes > BELL_BYTES then bell = false else bell[#bell + 1] = line end
  end
  return place
end

local function index_item(stream, place, by)
  if by > 0 then redis.call('XADD', stream, place, '', '') else redis.call('XDEL', stream, place) end
end

-- Counts an item that has been added in that place, or (by -1) one that goes; messages have their roles' streams.
local function count_item(s, place, header, by)
  s.items = s.items + by
  s.change = s.last
  index_item(ITEM_STREAM, place, by)
  local role = string.sub(header, 2, 2)
  if role == 'U' or role == 'A' then s.messages = s.messages + by end
  if ROLE_STREAM[role] then index_item(ROLE_STREAM[role], place, by) end
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

-- Makes a session whose log holds one `created` entry; returns it. A title is JSON, `made` the key that made it.
local function begin_session(owner, title, metadata, expires, made)
  -- The counter of the first place is the microsecond: a session that is made, deleted and made again within one
  -- millisecond still has later places than the one before.
  local now = redis.call('TIME')
  local micros = tonumber(now[2])
  local first = string.format('%.0f-%.0f', tonumber(now[1]) * 1000 + math.floor(micros / 1000), micros % 1000 * 10000)
  local born = first .. '.' .. ARGV[3]
  redis.call('HSET', KEYS[1], 'owner', owner, 'title', title, 'metadata', metadata, 'agent', '', 'agents', '\n',
    'messages', 0, 'items', 0, 'expires', expires, 'born', born, 'last', born, 'revision', born, 'change', born,
    'made', made)
  redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8])
  redis.call('XADD', KEYS[2], first, 'm', ARGV[3], 'k', 'n', 'p', '')
  return load_session(KEYS[1])
end

-- Expiry follows the last write to the millisecond, for all keys alike, so that they go together.
local function slide_expiry(s)
  if s.expires == '' then return end
  local at = string.format('%.0f', time_of(s.last) + tonumber(s.expires) * 1000)
  for i = 1, 8 do redis.call('PEXPIREAT', KEYS[i], at) end
end

-- The list of the user is written here as long as one node holds all keys: only the hash knows the owner.
local function list_session(s)
  if ARGV[5] == '' then return end
  redis.call('ZADD', ARGV[5] .. s.owner, time_of(s.last), ARGV[1])
end

local function save(s)
  redis.call('HSET', KEYS[1], 'agent', s.agent, 'agents', s.agents, 'messages', s.messages, 'items', s.items,
    'last', s.last, 'change', s.change)
end

-- Ends a write that added entries.
local function commit(s)
  save(s)
  list_session(s)
  slide_expiry(s)
  redis.call('PUBLISH', KEYS[1], bell and table.concat(bell, '\n') or 'look')
end

--[[
Whether a reader who stands at an entry has seen what the log holds up to there: 'ok' when the log has the entry, or a
tombstone for it; 'expired' when it is older than this session; 'diverged' when the log lost or never had it.
]]
local function standing(s, entry)
  local place, mark = place_of(entry)
  if not place then return 'diverged' end
  local here = redis.call('XRANGE', KEYS[2], place, place)[1]
  if here then return entry_id(here) == entry and 'ok' or 'diverged' end
  if precedes(entry, s.born) then return 'expired' end
  if not precedes(entry, s.last) then return 'diverged' end
  -- The log begins with its creation, or with the clear that took all before it.
  local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
  if precedes(entry, entry_id(first)) then
    return (precedes(s.born, entry) or entry == s.born) and 'ok' or 'diverged'
  end
  -- What is removed is the newest item, so no item stands between it and its tombstone.
  local from = '(' .. place
  while true do
    local chunk = redis.call('XRANGE', KEYS[2], from, '+', 'COUNT', 32)
    for _, later in ipairs(chunk) do
      if is_item(later) then return 'diverged' end
      if field(later, 'x') == entry then return 'ok' end
    end
    if #chunk < 32 then return 'diverged' end
    from = '(' .. chunk[#chunk][1]
  end
end
