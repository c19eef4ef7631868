--[[
Takes away more of the items that are too many: what one write leaves of them when a limit was lowered.

Returns {'ok', session} or {'gone'}.
]]
local s = load_session(KEYS[1])
if not s then return { 'gone' } end
trim(s)
-- Only now, because taking away is what a full Redis lets through.
if changed[1] then redis.call('HSET', KEYS[1], 'messages', s.messages, 'items', s.items, 'change', s.change, unpack(changed)) end
return { 'ok', snapshot(s) }
