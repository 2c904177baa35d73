-- The holder of the session in KEYS[1] lets go of it.
-- ARGV: generation, grace period in ms
-- Returns: 1 if it was the holder, 0 otherwise
local stored = redis.call('HMGET', KEYS[1], 'generation', 'closed')
if stored[1] ~= ARGV[1] or stored[2] then
  return 0
end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'closed', string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
