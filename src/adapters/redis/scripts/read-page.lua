--[[
A page of items.

ARGV[1] how many      ARGV[2] start or end: where to begin between the next two
ARGV[3] after         ARGV[4] before          '' for none
ARGV[5] the newest entry that counts          ARGV[6] letters of the roles to take, '' for every item

Returns nothing when there is no session, {'expired'} when a place is not known,
or {'ok', 1 when there are more after, 1 when there are more before, entries}, entries as XRANGE gives them.
]]
local s = load_session(KEYS[1])
if not s then return false end
local count, backward, after, before, up_to, roles = tonumber(ARGV[1]), ARGV[2] == 'end', ARGV[3], ARGV[4], ARGV[5], ARGV[6]
if after ~= '' and standing(s, after) ~= 'ok' then return { 'expired' } end
if before ~= '' and standing(s, before) ~= 'ok' then return { 'expired' } end
local newest = place_of(up_to)
if not newest then return { 'expired' } end

local function range(key, lower, upper, reverse, n)
  if reverse then return redis.call('XREVRANGE', key, upper, lower, 'COUNT', n) end
  return redis.call('XRANGE', key, lower, upper, 'COUNT', n)
end

-- Up to n items from the log itself, the nearest first.
local function take_any(lower, upper, reverse, n)
  local taken = {}
  if s.items == 0 then return taken end
  local size = n + 1
  -- Larger each time, so that a long run of tombstones costs few calls, and a page reads little that it does not need.
  while true do
    local chunk = range(KEYS[2], lower, upper, reverse, size)
    local jumped = false
    for _, entry in ipairs(chunk) do
      if is_item(entry) then
        taken[#taken + 1] = entry
        if #taken == n then return taken end
      elseif reverse and field(entry, 'x') then
        -- No item stands between a tombstone and the place that it names.
        upper = '(' .. place_of(field(entry, 'x'))
        jumped = true
        break
      end
    end
    if not jumped then
      if #chunk < size then return taken end
      local last = '(' .. chunk[#chunk][1]
      if reverse then upper = last else lower = last end
      size = math.min(size * 2, 256)
    end
  end
end

-- Up to n items by role, the nearest first: as many from each role's stream, merged, then looked up in the log.
local function take_by_role(lower, upper, reverse, n)
  local places = {}
  for role in string.gmatch(roles, '.') do
    for _, entry in ipairs(range(ROLE_STREAM[role], lower, upper, reverse, n)) do
      local ms, seq = string.match(entry[1], '^(%d+)%-(%d+)$')
      places[#places + 1] = { entry[1], tonumber(ms), tonumber(seq) }
    end
  end
  table.sort(places, function(a, b)
    if reverse then a, b = b, a end
    return a[2] < b[2] or (a[2] == b[2] and a[3] < b[3])
  end)
  local taken = {}
  for i = 1, math.min(n, #places) do
    taken[i] = redis.call('XRANGE', KEYS[2], places[i][1], places[i][1])[1]
  end
  return taken
end

local take = roles == '' and take_any or take_by_role
-- Whether there is anything between two bounds, which may be the wrong way round.
local function any(lower, upper, reverse)
  return take(lower, upper, reverse, 1)[1] ~= nil
end

local lower = after == '' and '-' or '(' .. place_of(after)
local upper = newest
if before ~= '' and not precedes(up_to, before) then upper = '(' .. place_of(before) end
local entries = take(lower, upper, backward, count)
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
