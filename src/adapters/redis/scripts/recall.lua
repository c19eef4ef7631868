--[[
What an idempotent write has left.

Returns {'ok', session, answer}, {'gone'}, {'conflict'}, or {'none', session} when there was no write with this key.
]]
local s, reply = find_session()
return reply or { 'none', snapshot(s) }
