--[[
What tells of the ends of sessions: their hashes, as many as there are keys.

Returns for each {last, drafts, idle}, or nothing when it is no hash.
]]
local ends = {}
for i, key in ipairs(KEYS) do
  local found = redis.pcall('HMGET', key, 'last', 'drafts', 'idle')
  ends[i] = not found.err and found
end
return ends
