-- The sorted set in KEYS[1] knows of these for a while, and forgets what is worth nothing any more.
-- ARGV: for how long in ms, the most entries there may be or 0, the entries
-- Returns: 1
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local until_ms = string.format('%.0f', now + ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
for i = 3, #ARGV do
  redis.call('ZADD', KEYS[1], until_ms, ARGV[i])
end
if ARGV[2] ~= '0' then
  redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -ARGV[2] - 1)
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
