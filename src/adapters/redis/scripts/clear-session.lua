--[[
Empties the log down to one entry that says so.

Returns {'ok', session, ''}, {'gone'} or {'conflict'}.
]]
local s, reply = open_for_write()
if not s then return reply end

-- Added first, because Redis may refuse it, and kept as the newest by the trimming.
add_entry(s, 'c')
redis.call('XTRIM', KEYS[2], 'MAXLEN', '=', 1)
redis.call('UNLINK', KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8])
s.agent = ''
s.agents = '\n'
s.messages = 0
s.items = 0
s.change = s.last
commit(s)
remember(s, '')
return { 'ok', snapshot(s), '' }
