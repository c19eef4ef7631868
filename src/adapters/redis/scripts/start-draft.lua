--[[
Begins a draft.

ARGV[6] its id      ARGV[7] how many may be open      ARGV[8] milliseconds after which it is abandoned
ARGV[9] role, tab, agent as JSON, ''
ARGV[10] what it becomes when it is abandoned: the last five values of the record, see scripts/drafts.lua

Returns what `done` gives, {'gone'}, {'conflict'}, {'idle'} or {'many', how many are open}.
answer: the draft, as info_of gives it.
]]
local s, reply = open_for_write()
if not s then return reply end
local open = redis.call('HLEN', DRAFTS)
if open >= tonumber(ARGV[7]) then return { 'many', open } end

local now, micros = server_time()
local draft = { id = ARGV[6], touched = now, units = { text = 0, reasoning = 0 },
  filled = { text = '0', reasoning = '0' }, rest = table.concat({ ARGV[9], micros, ARGV[10] }, '\t') }
save_draft(draft)
set_field(s, 'drafts', ARGV[3])
if s.idle == '' then set_field(s, 'idle', string.format('%.0f', now + tonumber(ARGV[8]))) end
touch_drafts(s)
local info = info_of(draft)
add_line('started\t' .. info)
commit(s)
remember(s, info)
return done(s, info)
