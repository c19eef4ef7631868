--[[
The entries after a place.

ARGV[1] the entry to read after, '' for the log's beginning      ARGV[2] how many at most

Returns nothing when there is no session; else {state, born, last entry, entries}, entries as XRANGE gives them.
]]
local s = load_session(KEYS[1])
if not s then return false end
local state = ARGV[1] == '' and 'ok' or standing(s, ARGV[1])
local entries = {}
-- Most readers stand at the end already.
if state == 'ok' and ARGV[1] ~= s.last then
  local from = ARGV[1] == '' and '-' or '(' .. place_of(ARGV[1])
  entries = redis.call('XRANGE', KEYS[2], from, '+', 'COUNT', ARGV[2])
end
return { state, s.born, s.last, entries }
