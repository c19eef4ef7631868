--[[
A page of items.

ARGV[1] how many      ARGV[2] start or end: where to begin between the next two
ARGV[3] after         ARGV[4] before          '' for none
ARGV[5] the newest entry that counts          ARGV[6] letters of the roles to take, '' for every item
ARGV[7] bytes: the item with which the page passes them is its last

Returns nothing when there is no session, {'expired'} when a place is not known,
or {'ok', 1 when there are more after, 1 when there are more before, entries}, a line for each: the entry before it, a tab and
what `line_of` gives.
]]
local s = load_session(KEYS[1])
if not s then return false end
local count, backward, after, before, up_to, roles = tonumber(ARGV[1]), ARGV[2] == 'end', ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local max_bytes = tonumber(ARGV[7])
if after ~= '' and standing(s, after) ~= 'ok' then return { 'expired' } end
if before ~= '' and standing(s, before) ~= 'ok' then return { 'expired' } end
local newest = place_of(up_to)
if not newest then return { 'expired' } end

local function range_of(reverse, stream, lower, upper, n)
  if reverse then return redis.call('XREVRANGE', stream, upper, lower, 'COUNT', n) end
  return redis.call('XRANGE', stream, lower, upper, 'COUNT', n)
end

-- The places of up to n items, the nearest first: as many from each stream, merged.
local function places(lower, upper, reverse, n)
  local found = {}
  local function take(stream)
    for _, indexed in ipairs(range_of(reverse, stream, lower, upper, n)) do
      local ms, seq = string.match(indexed[1], '^(%d+)%-(%d+)$')
      found[#found + 1] = { indexed[1], tonumber(ms), tonumber(seq) }
    end
  end
  if roles == '' then
    take(ITEM_STREAM)
    return found
  end
  for role in string.gmatch(roles, '.') do take(ROLE_STREAM[role]) end
  table.sort(found, function(a, b)
    if reverse then a, b = b, a end
    return a[2] < b[2] or (a[2] == b[2] and a[3] < b[3])
  end)
  for i = #found, n + 1, -1 do found[i] = nil end
  return found
end

-- Entries that are read first, and most at once later: what is read beyond the bytes is read in vain.
local FIRST_BATCH, MOST_AT_ONCE = 4, 64

-- What the page holds, the nearest first: the lines, and the places of the first and the last of them.
local lines, bytes, nearest, farthest = {}, 0

-- An item has 16 names and values, mark, kind and entry before first, unless there is more to be said of it. As one text
-- entries are read much faster than as lists.
local function keep(entry)
  local place, f, line = entry[1], entry[2]
  if #f == 16 then
    line = f[6] .. '\t' .. place .. '.' .. f[2] .. '\t' .. f[4] .. '\t' .. f[8] .. '\t' .. f[10] .. '\t' .. f[12] .. '\t' ..
      f[14] .. '\t' .. f[16]
  else
    line = f[6] .. '\t' .. line_of(place .. '.' .. f[2], f[4], f, 7)
  end
  lines[#lines + 1] = line
  nearest, farthest = nearest or place, place
  bytes = bytes + #line
  return bytes > max_bytes or #lines == count
end

-- How many to read after a batch: as many as there is room for if they are like those before.
local function next_batch(size, most)
  local fitting = math.ceil((max_bytes - bytes) / (bytes / #lines)) + 1
  return math.min(size * 8, fitting, MOST_AT_ONCE, most)
end

-- Whether an entry is an item of one of the roles.
local function is_wanted(entry)
  local f = entry[2]
  if f[4] ~= 'i' and f[4] ~= 'h' then return false end
  return roles == '' or string.find(roles, string.sub(f[10], 2, 2), 1, true) ~= nil
end

-- The items in places, the nearest first, after those that are there. They mostly stand side by side, so one read takes
-- many; where others stand between, it takes few, because what it takes of those is for nothing.
local function keep_at(wanted, reverse)
  local kept, size = 0, 1
  while kept < #wanted do
    local before, low, high = kept, wanted[kept + 1][1], wanted[#wanted][1]
    if reverse then low, high = high, low end
    for _, entry in ipairs(range_of(reverse, KEYS[2], low, high, size)) do
      if entry[1] == wanted[kept + 1][1] then
        kept = kept + 1
        if keep(entry) then return end
      end
    end
    -- Only a Redis that throws keys away loses the log and not its index; a loop would hold it up for ever.
    if kept == before then return end
    size = kept - before == size and next_batch(size, #wanted - kept) or 1
  end
end

-- The items between two bounds, the nearest first. As long as most of what the log holds there is wanted, the index is
-- not asked for their places.
local function keep_between(lower, upper, reverse)
  local size = math.min(FIRST_BATCH, count)
  while true do
    local before = #lines
    local chunk = range_of(reverse, KEYS[2], lower, upper, size)
    for _, entry in ipairs(chunk) do
      if is_wanted(entry) and keep(entry) then return end
    end
    if #chunk < size then return end
    local bound = '(' .. chunk[#chunk][1]
    if reverse then upper = bound else lower = bound end
    if (#lines - before) * 2 < size then return keep_at(places(lower, upper, reverse, count - #lines), reverse) end
    size = next_batch(size, count - #lines)
  end
end

-- Whether there is anything between two bounds, which may be the wrong way round.
local function any(lower, upper, reverse)
  return places(lower, upper, reverse, 1)[1] ~= nil
end

local lower = after == '' and '-' or '(' .. place_of(after)
local upper = newest
if before ~= '' and not precedes(up_to, before) then upper = '(' .. place_of(before) end
keep_between(lower, upper, backward)
local first, last = nearest, farthest
if backward then first, last = last, first end

local has_next, has_previous
if first then
  -- A page that was begun at an open end holds the item that is nearest to it.
  has_next = (not backward or before ~= '') and any('(' .. last, newest, false)
  has_previous = (backward or after ~= '') and any('-', '(' .. first, true)
else
  has_next = before ~= '' and any(place_of(before), newest, false)
  has_previous = after ~= '' and any('-', place_of(after), true)
end
if backward then
  local turned = {}
  for i = #lines, 1, -1 do turned[#turned + 1] = lines[i] end
  lines = turned
end
return { 'ok', has_next and 1 or 0, has_previous and 1 or 0, table.concat(lines, '\n') }
