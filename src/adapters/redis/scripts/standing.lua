--[[
Whether a reader who stands at an entry has seen what the log holds up to there: 'ok' when the log has the entry, or a
tombstone for it; 'expired' when it is older than this session, or was trimmed; 'diverged' when the log lost or never had
it.
]]
local function standing(s, entry)
  local place, mark = place_of(entry)
  if not place then return 'diverged' end
  local here = redis.call('XRANGE', KEYS[2], place, place)[1]
  if here then return entry_id(here) == entry and 'ok' or 'diverged' end
  if precedes(entry, s.born) then return 'expired' end
  if not precedes(entry, s.last) then return 'diverged' end
  if s.floor == '' then
    -- The log begins with its creation, or with the clear that took all before it.
    local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
    if precedes(entry, entry_id(first)) then
      return (precedes(s.born, entry) or entry == s.born) and 'ok' or 'diverged'
    end
  end
  local unnamed = s.floor ~= '' and (precedes(entry, s.floor) or entry == s.floor) and 'expired' or 'diverged'
  -- What is removed is the newest item, so no item stands between it and its tombstone.
  local from = '(' .. place
  while true do
    local chunk = redis.call('XRANGE', KEYS[2], from, '+', 'COUNT', 32)
    for _, later in ipairs(chunk) do
      if is_item(later) then return unnamed end
      if field(later, 'x') == entry then return 'ok' end
    end
    if #chunk < 32 then return unnamed end
    from = '(' .. chunk[#chunk][1]
  end
end
