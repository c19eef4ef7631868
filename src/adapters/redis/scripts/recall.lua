--[[
What an idempotent write has left.

Returns {'ok', session, answer}, {'gone'}, {'conflict'}, or {'none', session} when there was no write with this key.
]]
local s, reply = open_for_write()
return reply or { 'none', snapshot(s) }
