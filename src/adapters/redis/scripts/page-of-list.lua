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

-- Up to n members from one rank towards another, both included.
local function take(from, to, n)
  local taken = {}
  local step = from <= to and 1 or -1
  for rank = from, to, step do
    if #taken == n then break end
    local row = redis.call('ZREVRANGE', list, rank, rank, 'WITHSCORES')
    if not ignored[row[1]] then taken[#taken + 1] = { rank = rank, row = row } end
  end
  return taken
end

local size = redis.call('ZCARD', list)
local low = ARGV[3] == '' and 0 or rank_of(list, ARGV[3], ARGV[4], true)
local high = ARGV[5] == '' and size or rank_of(list, ARGV[5], ARGV[6], false)
local members = {}
if low < high then
  if ARGV[2] == 'start' then
    members = take(low, high - 1, tonumber(ARGV[1]))
  else
    local reversed = take(high - 1, low, tonumber(ARGV[1]))
    for i = #reversed, 1, -1 do members[#members + 1] = reversed[i] end
  end
end
local above, below = low - 1, high
if members[1] then
  above, below = members[1].rank - 1, members[#members].rank + 1
else
  -- An empty page lies at the place that bounds it: nothing is beyond an open end.
  if ARGV[3] == '' then above = -1 end
  if ARGV[5] == '' then below = size end
end

local function neighbour(from, to)
  local found = take(from, to, 1)[1]
  return found and found.row or {}
end

local reply = { string.format('%.0f', (server_time())), above >= 0 and neighbour(above, 0) or {},
  below < size and neighbour(below, size - 1) or {} }
for _, member in ipairs(members) do
  reply[#reply + 1] = member.row[1]
  reply[#reply + 1] = member.row[2]
end
return reply
