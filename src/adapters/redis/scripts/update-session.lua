--[[
Changes what a session says about itself; '' leaves a value as it is.

ARGV[6] title as JSON      ARGV[7] seconds of expiry, or null
ARGV[8] metadata as JSON text      ARGV[9] the revision of the metadata that ARGV[8] was made from

Returns what `done` gives, {'gone'}, {'conflict'}, {'idle'}, or {'stale', session} when the metadata has another revision.
]]
local s, reply = open_for_write()
if not s then return reply end
if ARGV[8] ~= '' and ARGV[9] ~= s.revision then return { 'stale', snapshot(s) } end

add_entry(s, 'u')
if ARGV[6] ~= '' then s.title = ARGV[6] end
if ARGV[8] ~= '' then
  s.metadata = ARGV[8]
  s.revision = s.last
end
if ARGV[7] == 'null' then
  s.expires = ''
  for i = 1, 8 do redis.call('PERSIST', KEYS[i]) end
  for _, key in ipairs(draft_keys()) do redis.call('PERSIST', key) end
elseif ARGV[7] ~= '' then
  s.expires = ARGV[7]
end
redis.call('HSET', KEYS[1], 'title', s.title, 'metadata', s.metadata, 'revision', s.revision, 'expires', s.expires)
commit(s)
remember(s, '')
return done(s, '')
