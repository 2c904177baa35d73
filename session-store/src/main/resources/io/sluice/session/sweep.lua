-- The node that held the session in KEYS[1] is dead: its grace period begins.
-- ARGV: node, grace period in ms, connections from when on are let be in ms
-- Returns: 1 if that node held it, 0 otherwise
local stored = redis.call('HMGET', KEYS[1], 'node', 'closed', 'connected')
if stored[1] ~= ARGV[1] or stored[2] or tonumber(stored[3]) >= tonumber(ARGV[3]) then
  return 0
end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'swept', '1',
  'closed', string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
