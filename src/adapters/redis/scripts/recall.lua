--[[
What an idempotent write has left.

Returns {'ok', session, answer}, {'gone'}, {'conflict'}, or {'none'} when there was no write with this key.
]]
local _, reply = open_for_write()
return reply or { 'none' }
