--[[
Makes a session of what was copied to staging keys, unless the id is taken.

KEYS[9..16] the staging keys, in the order of KEYS[1..8]
ARGV[6] title as JSON      ARGV[7] metadata as JSON text     ARGV[8] seconds of expiry, ''
ARGV[9] idempotency key with its owner, ''
ARGV[10] the first entry of the session that the key has made before, ''
ARGV[11] the last entry that was copied; '' only asks whether there is anything to copy
ARGV[12] how many items to keep, '' for all

Returns {'ok', session, 1 when it was made just now}, {'exists'}, {'gone'} when the key's session has been deleted since, or {'copy'} when all that is
missing is the copy.
]]
local existing = load_session(KEYS[1])
if existing then
  for i = 9, 16 do redis.call('UNLINK', KEYS[i]) end
  if ARGV[10] ~= '' then
    if existing.born ~= ARGV[10] then return { 'gone' } end
    rewrite_session(existing)
    return { 'ok', snapshot(existing) }
  end
  if ARGV[9] ~= '' and existing.made == ARGV[9] then
    rewrite_session(existing)
    return { 'ok', snapshot(existing) }
  end
  return { 'exists' }
end
if ARGV[10] ~= '' then return { 'gone' } end
local copy = load_session(KEYS[9])
if not copy or copy.last ~= ARGV[11] then return { 'copy' } end

-- Before all else, because Redis may refuse it.
redis.call('HSET', KEYS[9], 'title', ARGV[6], 'metadata', ARGV[7], 'expires', ARGV[8], 'made', ARGV[9], 'max', ARGV[12])
drop_draft_keys()
for i = 1, 8 do
  if redis.call('EXISTS', KEYS[i + 8]) == 1 then
    redis.call('RENAME', KEYS[i + 8], KEYS[i])
    redis.call('PERSIST', KEYS[i])
  else
    redis.call('UNLINK', KEYS[i])
  end
end
local s = load_session(KEYS[1])
list_session(s)
slide_expiry(s)
ring(KEYS[1], 'look')
return { 'ok', snapshot(s), 1 }
