--[[
The entries after a place.

ARGV[1] the entry to read after, '' for the log's beginning
ARGV[2] how many at most      ARGV[3] the bytes of items and their metadata after whose passing it ends

Returns nothing when there is no session; else {state, born, last entry, entries}, entries as XRANGE gives them; and last,
when the entries reach the log's end, the drafts as drafts_now gives them.
]]
local s = load_session(KEYS[1])
if not s then return false end
-- Who stands where the log begins since it was trimmed has missed nothing.
local state = (ARGV[1] == '' or ARGV[1] == s.floor) and 'ok' or standing(s, ARGV[1])
local entries = {}
local bytes_left = tonumber(ARGV[3])

-- Few at a time, because what is read beyond the bytes is read in vain.
local function read_from(from)
  while #entries < tonumber(ARGV[2]) do
    local size = math.min(16, ARGV[2] - #entries)
    local chunk = redis.call('XRANGE', KEYS[2], from, '+', 'COUNT', size)
    for _, entry in ipairs(chunk) do
      entries[#entries + 1] = entry
      if is_item(entry) then bytes_left = bytes_left - #field(entry, 'r') - #field(entry, 'd') end
      if bytes_left < 0 then return end
    end
    if #chunk < size then return end
    from = '(' .. chunk[size][1]
  end
end

-- Most readers stand at the end already.
if state == 'ok' and ARGV[1] ~= s.last then read_from(ARGV[1] == '' and '-' or '(' .. place_of(ARGV[1])) end
local newest = entries[#entries]
local reached = state == 'ok' and (ARGV[1] == s.last or (newest and entry_id(newest) == s.last))
return { state, s.born, s.last, entries, reached and drafts_now(s) or nil }
