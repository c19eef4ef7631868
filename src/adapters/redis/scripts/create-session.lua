--[[
Makes a session, unless the id is taken.

ARGV[6] title as JSON      ARGV[7] metadata as JSON text     ARGV[8] seconds of expiry, ''
ARGV[9] RETURN or FAIL     ARGV[10] idempotency key with its owner, ''
ARGV[11] 'done' when that key's session had been made before

Returns {'ok', session}, {'exists'}, or {'gone'} when the key's session has been deleted since.
]]
local existing = load_session(KEYS[1])
if existing then
  local made_by_key = ARGV[10] ~= '' and existing.made == ARGV[10]
  local returned = ARGV[9] == 'RETURN' and existing.owner == ARGV[2]
  if made_by_key or returned then return { 'ok', snapshot(existing) } end
  return { 'exists' }
end
if ARGV[11] == 'done' then return { 'gone' } end

-- The counter of the first place is the microsecond: a session that is made, deleted and made again within one
-- millisecond still has later places than the one before.
local now = redis.call('TIME')
local micros = tonumber(now[2])
local first = string.format('%.0f-%.0f', tonumber(now[1]) * 1000 + math.floor(micros / 1000), micros % 1000 * 10000)
local born = first .. '.' .. ARGV[3]
redis.call('HSET', KEYS[1], 'owner', ARGV[2], 'title', ARGV[6], 'metadata', ARGV[7], 'agent', '', 'agents', '\n',
  'messages', 0, 'items', 0, 'expires', ARGV[8], 'born', born, 'last', born, 'revision', born, 'change', born,
  'made', ARGV[10])
redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7])
redis.call('XADD', KEYS[2], first, 'm', ARGV[3], 'k', 'n', 'p', '')
local s = load_session(KEYS[1])
list_session(s)
slide_expiry(s)
redis.call('PUBLISH', KEYS[1], 'look')
return { 'ok', snapshot(s) }
