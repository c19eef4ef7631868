--[[
What every script begins with: names for the keys of one session, and how it is read. Some begin with more files of this
folder besides; scripts.ts says which.

KEYS[1] the session's hash; its name is also the channel of its doorbells. Where one node holds all keys, a write is
  given this one and KEYS[10] only, and makes the others of it (scripts.ts), which takes less time than to send them. In
  a Cluster it must be given all of them: while a slot moves, Redis refuses a script of which it lacks a key, before it
  has begun.
KEYS[2] log                KEYS[3..6] the roles' streams: user, assistant, system, developer
KEYS[7] the stream of all items; like the roles' it holds their places and not what they say, so that none walks past
  tombstones: only beside a call stands its id (c), and beside a hand-off the agent (h), for who trims
KEYS[8] calls by their ids: the tool as JSON, a tab, the call's place
                    KEYS[9] register of idempotency records      KEYS[10] the record of this write's key
DRAFTS and what text_key gives are not among them, because how many there are is known only here; made of KEYS[1], they
have its hash tag, and so are in the same slot.

ARGV of every write begins with:
ARGV[1] session id         ARGV[2] owner, '' for any                    ARGV[3] mark of the entries to come
ARGV[4] operation and digest of an idempotent write, '' for another
ARGV[5] prefix of the users' lists; '' in a Cluster, where lists are on other nodes: the adapter sees to them
Defined before all else: PUBLISH, the command that rings, SPUBLISH in a Cluster; DURABLE, whether writes are waited for.

Texts of users are opaque here: they are stored, compared and joined, never decoded. A script checks all, then writes,
because Redis rolls nothing back. Where it needs memory, its first write is one that Redis refuses when there is none:
after the first it would let all others through.
]]

local DAY = 24 * 60 * 60 * 1000
local DRAFTS = KEYS[1] .. ':drafts'
local ITEM_STREAM = KEYS[7]
local ROLE_STREAM = { U = KEYS[3], A = KEYS[4], S = KEYS[5], D = KEYS[6] }

-- Rings a doorbell. One that the user of Redis may not ring is lost, which readers bear; the write goes on, since it would
-- be left half done otherwise, without the record of its key.
local function ring(channel, message)
  redis.pcall(PUBLISH, channel, message)
end

-- Where a draft's text or reasoning is; what is empty has no key.
local function text_key(draft, channel)
  return KEYS[1] .. ':draft:' .. draft .. ':' .. channel
end

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

-- The line of an entry: what the log holds of it up to the raw item, without the names; then, only where there is one,
-- its own time and the draft that it finishes. What else follows the raw item is for the scripts, and may hold tabs and
-- line breaks. `from` is where among the fields they begin that come after the entry before; 1.
local function line_of(entry, kind, fields, from)
  local parts = { entry, kind }
  local time, draft, raw
  for i = from or 1, #fields, 2 do
    local name, value = fields[i], fields[i + 1]
    if name == 'w' then time = value elseif name == 'e' then draft = value end
    if not raw then parts[#parts + 1] = value end
    raw = raw or name == 'r'
  end
  if time or draft then parts[#parts + 1] = time or '' end
  parts[#parts + 1] = draft
  return table.concat(parts, '\t')
end

-- The session as a table, or nil. `before` and `drafts_before` stay what they are: a doorbell says where it begins.
local function load_session(key)
  local v = redis.call('HMGET', key, 'owner', 'title', 'metadata', 'agent', 'agents', 'messages', 'items', 'expires',
    'born', 'last', 'revision', 'change', 'made', 'touched', 'drafts', 'idle',
    'max', 'floor', 'base')
  if not v[1] then return nil end
  -- Three are there only once there was a draft; the last three when items are bounded, and once some were trimmed: the
  -- last entry that was, and the agent that was current there.
  local touched, drafts, idle = v[14] or '', v[15] or '', v[16] or ''
  return { owner = v[1], title = v[2], metadata = v[3], agent = v[4], agents = v[5], messages = tonumber(v[6]),
    items = tonumber(v[7]), expires = v[8], born = v[9], last = v[10], revision = v[11], change = v[12], made = v[13],
    touched = touched, drafts = drafts, idle = idle, max = v[17] or '', floor = v[18] or '', base = v[19] or '', before = v[10], drafts_before = drafts }
end

-- What decodeSession in codec.ts makes a Session of: one text, since each value of a reply costs its reader as much as
-- all of this. The owner comes last: any other is without tabs.
local function snapshot(s)
  return table.concat({ s.title, s.metadata, s.agent, s.agents, s.messages, s.items, s.expires, s.born, s.last, s.revision,
    s.touched, s.max, s.floor, s.owner }, '\t')
end

local time_now, micros_now
-- Milliseconds since 1970, and the same in microseconds as text; it stands still while a script runs.
local function server_time()
  if not time_now then
    local now = redis.call('TIME')
    time_now = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)
    micros_now = now[1] .. string.format('%06d', now[2])
  end
  return time_now, micros_now
end

-- Whether a draft may have been abandoned: `idle` is when the first of them may be, '' when none is open. It may be too
-- early, never too late; scripts/keep-abandoned.lua puts it right.
local function is_idle(s)
  return s.idle ~= '' and server_time() >= tonumber(s.idle)
end

--[[
What this write's key was used for: `born` is the session's first entry, `operation` names it with its digest. A
`deletion` has born '' when there was nothing to delete, and as answer the owner, '' for any. nil when there is none.
]]
local function find_record()
  local text = ARGV[4] ~= '' and redis.call('GET', KEYS[10])
  if not text then return nil end
  local born, operation, answer = string.match(text, '^([^\n]*)\n([^\n]*)\n(.*)$')
  return { text = text, born = born, operation = operation, answer = answer, deletion = string.sub(operation, 1, 7) == 'delete ' }
end

-- A repeat is about to be answered. Newer versions of Redis let WAIT pass over a connection that has written nothing, so
-- it writes what is there already; then what the first call wrote is waited for, too.
local function rewrite_record(record)
  if DURABLE then redis.call('SET', KEYS[10], record.text, 'KEEPTTL') end
end

-- The same for a session that is there already, though a key would make it.
local function rewrite_session(s)
  if DURABLE then redis.call('HSET', KEYS[1], 'made', s.made) end
end

--[[
The session that a write is about. Otherwise nil and the reply to give: {'gone'}, {'conflict'} when the key was used for
another input, or the first answer {'ok', session, answer}. Records of an earlier session under this id do not count,
except those of deletions: to overwrite one would let its repeat delete this session.
]]
local function find_session()
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
  rewrite_record(record)
  return nil, { 'ok', snapshot(s), record.answer }
end

-- The same, but that {'idle'} asks the adapter to keep what was abandoned first, and then to call again.
local function open_for_write()
  local s, reply = find_session()
  if s and is_idle(s) then return nil, { 'idle' } end
  return s, reply
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

