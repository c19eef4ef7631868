--[[
A page of a user's list, without a look at the sessions, which are on other nodes.

KEYS[1] the user's list
ARGV[1] how many      ARGV[2] start or end: where to begin between the next two places
ARGV[3] after: milliseconds, ''      ARGV[4] after: id      ARGV[5] before: milliseconds, ''      ARGV[6] before: id
ARGV[7...] members that do not count

Returns {milliseconds of the clock, the member before the page, the one after it, id, time, id, time, ...}; each of the two
{id, time}, or {} when there is none.
]]
local list = KEYS[1]
local ignored = {}
for i = 7, #ARGV do ignored[ARGV[i]] = true end

local function member_at(rank)
  local row = redis.call('ZREVRANGE', list, rank, rank, 'WITHSCORES')
  return not ignored[row[1]] and { rank = rank, row = row } or nil
end

local members, previous, following = page_of(list, 1, member_at)
local reply = { string.format('%.0f', (server_time())), previous and previous.row or {}, following and following.row or {} }
for _, member in ipairs(members) do
  reply[#reply + 1] = member.row[1]
  reply[#reply + 1] = member.row[2]
end
return reply
