--[[
Adds items of another store to a session in the making. The keys are its staging keys, in the order of a session's, which
go by themselves when no next batch comes within an hour. Items stand in places of the time when they were written, so that
the session is as old, and as long ago active, as it was.

ARGV[6] the last entry of the batch before; '' begins the session anew
ARGV[7] when the session was made      ARGV[8] when it was last active, in milliseconds; '' when more items are to come
ARGV[9] the current agent as JSON      ARGV[10] all agents, as the hash has them
ARGV[11] the agent before the first item, as JSON
ARGV[12...] for each item: time · kind · how many values follow · names and values, as the log holds them, but for mark,
  kind, entry before and time

Returns the last entry, or nothing when the batch before is lost.
]]
local HOUR = 60 * 60 * 1000
-- Nobody listens yet.
bell = false
-- Clocks differ; but from a time that is far off, later entries would get theirs.
local latest = server_time() + HOUR

local s
if ARGV[6] == '' then
  local first = string.format('%.0f-0', math.min(tonumber(ARGV[7]), latest))
  s = begin_session(ARGV[2], 'null', '{}', '', '', '', first)
else
  s = load_session(KEYS[1])
  if not s or s.last ~= ARGV[6] then return false end
end

-- The first free place of that time or later; places go up, and none lies far in the future.
local function place_at(time)
  local _, _, ms, seq = place_of(s.last)
  local at = math.max(ms, math.min(time, latest))
  return string.format('%.0f-%.0f', at, at == ms and seq + 1 or 0), at
end

local i = 12
while ARGV[i] do
  local at, kind, count = tonumber(ARGV[i]), ARGV[i + 1], tonumber(ARGV[i + 2])
  local values = { unpack(ARGV, i + 3, i + 2 + count) }
  local item = { ARGV[i], values }
  i = i + 3 + count
  local placed
  s.place, placed = place_at(at)
  if placed ~= at then values[count + 1], values[count + 2] = 'w', string.format('%.0f', at) end
  local place = add_entry(s, kind, unpack(values))
  if kind == 'h' then
    count_item(s, place, field(item, 'h'), 1, 'h', field(item, 'a'))
  else
    keep_call(s, place, field(item, 'h'), 'c', field(item, 'c'), 'n', field(item, 'n'))
  end
end
if ARGV[8] ~= '' then
  if tonumber(ARGV[8]) > time_of(s.last) then
    s.place = place_at(tonumber(ARGV[8]))
    add_entry(s, 'u')
  end
  s.agent, s.agents = ARGV[9], ARGV[10]
  redis.call('HSET', KEYS[1], 'agent', s.agent, 'agents', s.agents, 'base', ARGV[11], 'touched', string.format('%.0f', (server_time())))
end
save(s)
for k = 1, 8 do redis.call('PEXPIRE', KEYS[k], HOUR) end
return s.last
