--[[
Places in a user's list: by time, the newest first, ties by id, descending. An id may be of a member that has gone.
]]

-- By bytes, as Redis orders members; Lua's own comparison goes by the server's locale.
local function greater(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x > y end
  end
  return #a > #b
end

-- How many members stand before a place, and at it when `inclusive`, whether or not it is taken.
local function rank_of(list, time, id, inclusive)
  local first = redis.call('ZCOUNT', list, '(' .. time, '+inf')
  local low, high = first, first + redis.call('ZCOUNT', list, time, time)
  while low < high do
    local middle = math.floor((low + high) / 2)
    local member = redis.call('ZREVRANGE', list, middle, middle)[1]
    if greater(member, id) or (inclusive and member == id) then low = middle + 1 else high = middle end
  end
  return low
end
