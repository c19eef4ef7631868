--[[
Adds copies of items to a session in the making. The keys are its staging keys, in the order of a session's, which go by
themselves when no next batch comes within an hour.

ARGV[6] the last entry of the batch before; '' begins the session anew
ARGV[7] the agent that was current where the source begins, as JSON; '' for none
ARGV[8...] for each item: time · kind · how many values follow · names and values, as the log holds them, but for mark,
  kind, entry before and time

Returns the last entry, or nothing when the batch before is lost.
]]
local HOUR = 60 * 60 * 1000
-- Nobody listens yet.
bell = false

local s
if ARGV[6] == '' then
  s = begin_session(ARGV[2], 'null', '{}', '', '', '')
  if ARGV[7] ~= '' then make_current(s, ARGV[7]) end
else
  s = load_session(KEYS[1])
  if not s or s.last ~= ARGV[6] then return false end
end

local i = 8
while ARGV[i] do
  local at, kind, count = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  local values = { unpack(ARGV, i + 3, i + 2 + count) }
  i = i + 3 + count
  local item = { at, values }
  values[count + 1], values[count + 2] = 'w', at
  local place = add_entry(s, kind, unpack(values))
  if kind == 'h' then make_current(s, field(item, 'a')) end
  if kind == 'h' then
    count_item(s, place, field(item, 'h'), 1, 'h', field(item, 'a'))
  else
    keep_call(s, place, field(item, 'h'), 'c', field(item, 'c'), 'n', field(item, 'n'))
  end
end
if s.last == s.before then redis.call('HSET', KEYS[1], 'agent', s.agent, 'agents', s.agents) end
save(s)
for k = 1, 8 do redis.call('PEXPIRE', KEYS[k], HOUR) end
return s.last
