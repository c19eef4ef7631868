--[[
A page of a user's sessions, most recently active first, ties by id, descending. Members of the list whose session is
gone are taken out, and those with an old time are put right, before the page is made; so many a call, because nobody else
is served meanwhile. For one node that holds all keys: it finds the sessions by name.

KEYS[1] the user's list
ARGV[1] user id      ARGV[2] name of a session's key up to its id      ARGV[3] how many
ARGV[4] start or end: where to begin between the next two places
ARGV[5] after: milliseconds, ''      ARGV[6] after: id      ARGV[7] before: milliseconds, ''      ARGV[8] before: id

Returns {1 when there are more after, 1 when there are more before, id, session, id, session, ...}; nothing when the list
was put right and the page is to be asked for again.
]]
local REPAIRS = 200
local list = KEYS[1]

local repairs = {}
-- The member at a rank when its session is there and in its place; else nil, and a repair is due.
local function member_at(rank)
  if #repairs == REPAIRS then return false end
  local row = redis.call('ZREVRANGE', list, rank, rank, 'WITHSCORES')
  local id, score = row[1], tonumber(row[2])
  local s = load_session(ARGV[2] .. id .. '}')
  if not s or s.owner ~= ARGV[1] then
    repairs[#repairs + 1] = { id }
    return nil
  end
  local ms = time_of(s.last)
  if ms ~= score then
    repairs[#repairs + 1] = { id, ms }
    return nil
  end
  return { id = id, rank = rank, session = s }
end

local members, previous, following = page_of(list, 3, member_at)
for _, repair in ipairs(repairs) do
  if repair[2] then redis.call('ZADD', list, repair[2], repair[1]) else redis.call('ZREM', list, repair[1]) end
end
if repairs[1] then return false end

local reply = { following and 1 or 0, previous and 1 or 0 }
for _, member in ipairs(members) do
  reply[#reply + 1] = member.id
  reply[#reply + 1] = snapshot(member.session)
end
return reply
