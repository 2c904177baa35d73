-- A connection holds the session in KEYS[1], and this is all that is known of it.
-- ARGV: version, user, session, node, client, generation, connected in ms, seen in ms,
--   subscriptions, positions, time to live in ms, 1 if that is all that was left, 0 if the store
--   was not heard of it: then what is stored is let be
-- Returns: 0 if refused, 1 if it was known, 2 if the session was lost, older, or taken for dead
local stored = redis.call('HMGET', KEYS[1], 'generation', 'closed', 'swept', 'node', 'client')
if stored[1] then
  -- A later one of this very connection is that of an opening whose answer came too late.
  local own = stored[4] == ARGV[4] and stored[5] == ARGV[5]
  if tonumber(stored[1]) > tonumber(ARGV[6]) and not own then
    return 0
  end
  if stored[1] == ARGV[6] and stored[2] and not stored[3] then
    return 0
  end
end
local anew = stored[1] ~= ARGV[6] or stored[2]
if anew then
  redis.call('HDEL', KEYS[1], 'closed', 'swept')
  redis.call('HSET', KEYS[1],
    'v', ARGV[1], 'user', ARGV[2], 'session', ARGV[3], 'node', ARGV[4], 'client', ARGV[5],
    'generation', ARGV[6], 'connected', ARGV[7])
end
redis.call('HSET', KEYS[1], 'seen', ARGV[8])
local let_be = stored[1] and ARGV[12] == '0'
if let_be then ARGV[9] = redis.call('HMGET', KEYS[1], 'subs')[1] or '' end
if let_be and ARGV[10] == '' then ARGV[10] = redis.call('HMGET', KEYS[1], 'pos')[1] or '' end
if ARGV[9] == '' then redis.call('HDEL', KEYS[1], 'subs') else redis.call('HSET', KEYS[1], 'subs', ARGV[9]) end
if ARGV[10] == '' then redis.call('HDEL', KEYS[1], 'pos') else redis.call('HSET', KEYS[1], 'pos', ARGV[10]) end
redis.call('PEXPIRE', KEYS[1], ARGV[11])
return anew and 2 or 1
