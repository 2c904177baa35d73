-- Makes a connection the holder of the session in KEYS[1].
-- ARGV: version, user, session, node, client, connected in ms, time to live in ms
-- Returns: generation, 1 if the session was known, node and client that held it or two empty texts,
--   the subscriptions and positions left there or two empty texts
local stored = redis.call('HMGET', KEYS[1], 'generation', 'node', 'client', 'closed', 'subs', 'pos')
local time = redis.call('TIME')
-- Microseconds stay exact in Lua's doubles until the year 2255.
local generation = time[1] * 1000000 + time[2]
local known = stored[1] and 1 or 0
if stored[1] then
  generation = math.max(generation, tonumber(stored[1]) + 1)
end
local text = string.format('%.0f', generation)
redis.call('HDEL', KEYS[1], 'closed', 'swept')
redis.call('HSET', KEYS[1],
  'v', ARGV[1], 'user', ARGV[2], 'session', ARGV[3], 'node', ARGV[4], 'client', ARGV[5],
  'generation', text, 'connected', ARGV[6], 'seen', ARGV[6])
redis.call('PEXPIRE', KEYS[1], ARGV[7])
local held = known == 1 and not stored[4]
return { text, known, held and stored[2] or '', held and stored[3] or '',
  stored[5] or '', stored[6] or '' }
