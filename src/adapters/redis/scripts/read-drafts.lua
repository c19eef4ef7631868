--[[
The drafts that are open.

Returns nothing when there is no session; else {1 when some may have been abandoned, drafts as drafts_now gives them}.
]]
local s = load_session(KEYS[1])
if not s then return false end
return { is_idle(s) and 1 or 0, drafts_now(s) }
