--[[
A page of the members of a user's list, most recently active first. Begins with ranks.
]]

--[[
ARGV[first] how many      ARGV[first + 1] start or end: where to begin between the next two places
ARGV[first + 2] after: milliseconds, ''      ARGV[first + 3] after: id
ARGV[first + 4] before: milliseconds, ''      ARGV[first + 5] before: id
`member_at` gives what is at a rank, with its `rank`; nil where that does not count, and false where no more is to be
looked at.

Returns the members of the page, the one before it and the one after it, or nil where there is none.
]]
local function page_of(list, first, member_at)
  -- Up to n members from one rank towards another, both included.
  local function take(from, to, n)
    local taken = {}
    for rank = from, to, from <= to and 1 or -1 do
      if #taken == n then break end
      local member = member_at(rank)
      if member == false then break end
      if member then taken[#taken + 1] = member end
    end
    return taken
  end

  local count, from = tonumber(ARGV[first]), ARGV[first + 1]
  local after, after_id, before, before_id = unpack(ARGV, first + 2, first + 5)
  local size = redis.call('ZCARD', list)
  local low = after == '' and 0 or rank_of(list, after, after_id, true)
  local high = before == '' and size or rank_of(list, before, before_id, false)
  local members = {}
  if low < high then
    if from == 'start' then
      members = take(low, high - 1, count)
    else
      local reversed = take(high - 1, low, count)
      for i = #reversed, 1, -1 do members[#members + 1] = reversed[i] end
    end
  end
  local above, below = low - 1, high
  if members[1] then
    above, below = members[1].rank - 1, members[#members].rank + 1
  else
    -- An empty page lies at the place that bounds it: nothing is beyond an open end.
    if after == '' then above = -1 end
    if before == '' then below = size end
  end
  return members, above >= 0 and take(above, 0, 1)[1] or nil, below < size and take(below, size - 1, 1)[1] or nil
end
