-- The holder of the session in KEYS[1] lets go of it.
-- ARGV: generation, subscriptions, positions, grace period in ms, 1 or 0 as for a checkpoint
-- Returns: 1 if it was the holder, 0 otherwise
local stored = redis.call('HMGET', KEYS[1], 'generation', 'closed', 'swept')
if stored[1] ~= ARGV[1] or (stored[2] and not stored[3]) then
  return 0
end
local time = redis.call('TIME')
redis.call('HDEL', KEYS[1], 'swept')
redis.call('HSET', KEYS[1], 'closed', string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)))
local let_be = ARGV[5] == '0'
if let_be then ARGV[2] = redis.call('HMGET', KEYS[1], 'subs')[1] or '' end
if let_be and ARGV[3] == '' then ARGV[3] = redis.call('HMGET', KEYS[1], 'pos')[1] or '' end
if ARGV[2] == '' then redis.call('HDEL', KEYS[1], 'subs') else redis.call('HSET', KEYS[1], 'subs', ARGV[2]) end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], 'pos') else redis.call('HSET', KEYS[1], 'pos', ARGV[3]) end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
