--[[
A session.

Returns nothing when there is none; else {1 when drafts may have been abandoned, session}.
]]
local s = load_session(KEYS[1])
if not s then return false end
return { is_idle(s) and 1 or 0, snapshot(s) }
