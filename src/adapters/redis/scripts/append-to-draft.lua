--[[
Adds text to a draft. Written for the many small pieces of a running model: it reads no more of the session than it
needs, and nothing of what was written.

ARGV[6] the draft      ARGV[7] text or reasoning      ARGV[8] UTF-16 units that stand before the piece
ARGV[9] the piece; '' writes nothing, and counts as writing      ARGV[10] its UTF-16 units
ARGV[11] 1 when it has more than white space      ARGV[12] the most bytes that all may have      ARGV[13] the piece as JSON

Returns {'ok', draft as info_of gives it}, {'gone'}, {'idle'}, {'closed'} when the draft is not open, {'large', bytes}, or
{'elsewhere', units, text} when the piece does not begin at the end: how long all is, and what it is, '' when the piece
would begin behind it.
]]
local v = redis.call('HMGET', KEYS[1], 'owner', 'expires', 'last', 'drafts', 'idle')
if not v[1] or (ARGV[2] ~= '' and ARGV[2] ~= v[1]) then return { 'gone' } end
local s = { owner = v[1], expires = v[2], last = v[3], drafts = v[4] or '', idle = v[5] or '', before = v[3],
  drafts_before = v[4] or '' }
if is_idle(s) then return { 'idle' } end
local draft = find_draft(ARGV[6])
if not draft then return { 'closed' } end

local channel, offset, piece, units = ARGV[7], tonumber(ARGV[8]), ARGV[9], tonumber(ARGV[10])
local key, length = text_key(draft.id, channel), draft.units[channel]

if piece ~= '' and offset ~= length then
  -- Whose reply was lost repeats the last piece: the end of the text tells, without the text.
  local repeated = offset + units == length and redis.call('GETRANGE', key, -#piece, -1) == piece
  if not repeated then return { 'elsewhere', length, offset < length and draft_text(draft, channel) or '' } end
  piece = ''
end
if piece ~= '' then
  local bytes = redis.call('STRLEN', key) + #piece
  if bytes > tonumber(ARGV[12]) then return { 'large', bytes } end
  redis.call('APPEND', key, piece)
  draft.units[channel] = length + units
  if ARGV[11] == '1' then draft.filled[channel] = '1' end
  set_field(s, 'drafts', ARGV[3])
  add_line(table.concat({ channel, draft.id, ARGV[8], ARGV[13] }, '\t'))
end

draft.touched = server_time()
save_draft(draft)
touch_drafts(s)
commit(s)
return { 'ok', info_of(draft) }
