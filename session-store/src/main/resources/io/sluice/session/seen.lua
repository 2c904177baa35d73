-- The holder of the session in KEYS[1] is still there.
-- ARGV: generation, seen in ms, time to live in ms
-- Returns: 0 if refused, 1 otherwise
local stored = redis.call('HMGET', KEYS[1], 'generation', 'closed')
if not stored[1] or tonumber(stored[1]) < tonumber(ARGV[1]) then
  -- Wiped, expired, or an older copy restored: nobody later is known, so nobody is refused.
  return 1
end
if stored[1] ~= ARGV[1] or stored[2] then
  return 0
end
redis.call('HSET', KEYS[1], 'seen', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
