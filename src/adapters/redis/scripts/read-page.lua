--[[
A page of items.

ARGV[1] how many      ARGV[2] start or end: where to begin between the next two
ARGV[3] after         ARGV[4] before          '' for none
ARGV[5] the newest entry that counts          ARGV[6] letters of the roles to take, '' for every item
ARGV[7] bytes: the item with which the page passes them is its last

Returns nothing when there is no session, {'expired'} when a place is not known,
or {'ok', 1 when there are more after, 1 when there are more before, entries}, entries as XRANGE gives them.
]]
local s = load_session(KEYS[1])
if not s then return false end
local count, backward, after, before, up_to, roles = tonumber(ARGV[1]), ARGV[2] == 'end', ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local max_bytes = tonumber(ARGV[7])
if after ~= '' and standing(s, after) ~= 'ok' then return { 'expired' } end
if before ~= '' and standing(s, before) ~= 'ok' then return { 'expired' } end
local newest = place_of(up_to)
if not newest then return { 'expired' } end

-- The places of up to n items, the nearest first: as many from each stream, merged.
local function places(lower, upper, reverse, n)
  local found = {}
  local function take(stream)
    local range
    if reverse then
      range = redis.call('XREVRANGE', stream, upper, lower, 'COUNT', n)
    else
      range = redis.call('XRANGE', stream, lower, upper, 'COUNT', n)
    end
    for _, indexed in ipairs(range) do
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

-- The items in places, the nearest first, until they pass the bytes. They mostly stand side by side, so one read takes many;
-- where others stand between, it takes few, because what it takes of those is for nothing.
local function items_at(wanted, reverse)
  local items, bytes = {}, 0
  local size = roles == '' and FIRST_BATCH or 1
  while #items < #wanted do
    local before = #items
    local command = reverse and 'XREVRANGE' or 'XRANGE'
    local chunk = redis.call(command, KEYS[2], wanted[before + 1][1], wanted[#wanted][1], 'COUNT', size)
    for _, entry in ipairs(chunk) do
      if entry[1] == wanted[#items + 1][1] then
        items[#items + 1] = entry
        for _, value in ipairs(entry[2]) do bytes = bytes + #value end
        if bytes > max_bytes then return items end
      end
    end
    -- Only a Redis that throws keys away loses the log and not its index; a loop would hold it up for ever.
    if #items == before then return items end
    -- As many as there is room for if they are like those before.
    local fitting = math.ceil((max_bytes - bytes) / (bytes / #items)) + 1
    size = #items - before == size and math.min(size * 8, fitting, MOST_AT_ONCE) or 1
  end
  return items
end

-- Whether there is anything between two bounds, which may be the wrong way round.
local function any(lower, upper, reverse)
  return places(lower, upper, reverse, 1)[1] ~= nil
end

local lower = after == '' and '-' or '(' .. place_of(after)
local upper = newest
if before ~= '' and not precedes(up_to, before) then upper = '(' .. place_of(before) end
local entries = items_at(places(lower, upper, backward, count), backward)
if backward then
  for i = 1, math.floor(#entries / 2) do
    entries[i], entries[#entries + 1 - i] = entries[#entries + 1 - i], entries[i]
  end
end

local has_next, has_previous
if entries[1] then
  -- A page that was begun at an open end holds the item that is nearest to it.
  has_next = (not backward or before ~= '') and any('(' .. entries[#entries][1], newest, false)
  has_previous = (backward or after ~= '') and any('-', '(' .. entries[1][1], true)
else
  has_next = before ~= '' and any(place_of(before), newest, false)
  has_previous = after ~= '' and any('-', place_of(after), true)
end
return { 'ok', has_next and 1 or 0, has_previous and 1 or 0, entries }
