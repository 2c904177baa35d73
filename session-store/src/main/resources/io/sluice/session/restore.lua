-- The session in KEYS[1] was closed, as a log says: it is in its grace period, unless more is known.
-- ARGV: version, user, session, node, client, generation, connected in ms, closed in ms,
--   grace period in ms
-- Returns: 0 if that or a later generation is there, 1 if it is there now, 2 if its time is over
local stored = redis.call('HMGET', KEYS[1], 'generation')[1]
if stored and tonumber(stored) >= tonumber(ARGV[6]) then
  return 0
end
local time = redis.call('TIME')
local left = ARGV[8] + ARGV[9] - (time[1] * 1000 + math.floor(time[2] / 1000))
if left <= 0 then
  return 2
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1],
  'v', ARGV[1], 'user', ARGV[2], 'session', ARGV[3], 'node', ARGV[4], 'client', ARGV[5],
  'generation', ARGV[6], 'connected', ARGV[7], 'seen', ARGV[8], 'closed', ARGV[8])
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.min(left, tonumber(ARGV[9]))))
return 1
