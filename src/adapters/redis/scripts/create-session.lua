--[[
Makes a session, unless the id is taken.

ARGV[6] title as JSON      ARGV[7] metadata as JSON text     ARGV[8] seconds of expiry, ''
ARGV[9] RETURN or FAIL     ARGV[10] idempotency key with its owner, ''
ARGV[11] the first entry of the session that the key has made or found before, ''
ARGV[12] how many items to keep, '' for all

Returns {'ok', session, 1 when it was made just now}, {'exists'}, {'idle'}, or {'gone'} when the key's session has been deleted since.
]]
local existing = load_session(KEYS[1])
if ARGV[11] ~= '' then
  if existing and existing.born == ARGV[11] then
    rewrite_session(existing)
    return { 'ok', snapshot(existing) }
  end
  return { 'gone' }
end
if existing then
  if ARGV[10] ~= '' and existing.made == ARGV[10] then
    rewrite_session(existing)
    return { 'ok', snapshot(existing) }
  end
  if ARGV[9] ~= 'RETURN' or existing.owner ~= ARGV[2] then return { 'exists' } end
  if is_idle(existing) then return { 'idle' } end
  rewrite_session(existing)
  return { 'ok', snapshot(existing) }
end

local s = begin_session(ARGV[2], ARGV[6], ARGV[7], ARGV[8], ARGV[10], ARGV[12])
list_session(s)
slide_expiry(s)
ring(KEYS[1], 'look')
return { 'ok', snapshot(s), 1 }
