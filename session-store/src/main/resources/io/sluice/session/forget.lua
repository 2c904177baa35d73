-- A publish with the idempotency key in KEYS[1] was not made.
-- ARGV: owner
-- Returns: 1 if the key is free again, 0 if it is not the owner's
local stored = redis.call('HMGET', KEYS[1], 'owner', 'answer')
if stored[1] ~= ARGV[1] or stored[2] then
  return 0
end
return redis.call('DEL', KEYS[1])
