-- Somebody wants to publish with the idempotency key in KEYS[1].
-- ARGV: version, owner, how long the claim holds in ms
-- Returns: 'mine', 'pending', or 'answered', the answer, and for how long it is kept in ms
local stored = redis.call('HMGET', KEYS[1], 'owner', 'answer')
if stored[2] then
  return { 'answered', stored[2], redis.call('PTTL', KEYS[1]) }
end
if stored[1] and stored[1] ~= ARGV[2] then
  return { 'pending', '', 0 }
end
redis.call('HSET', KEYS[1], 'v', ARGV[1], 'owner', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return { 'mine', '', 0 }
