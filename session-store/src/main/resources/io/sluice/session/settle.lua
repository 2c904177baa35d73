-- A publish with the idempotency key in KEYS[1] was made.
-- ARGV: version, owner, answer, how long it is kept in ms
-- Returns: 1 if this is the key's answer from now on, 0 if somebody else has the key
local owner = redis.call('HMGET', KEYS[1], 'owner')[1]
if owner and owner ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], 'v', ARGV[1], 'owner', ARGV[2], 'answer', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
