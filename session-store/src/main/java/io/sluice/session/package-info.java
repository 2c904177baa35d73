/// Sessions: which node and client hold an identity that survives connections, fenced by a
/// generation. Knows Redis and an in-memory stand-in, and nothing of Kafka, gateways or HTTP.
///
/// Redis is a cache here. When it is away, wiped or rolled back, [SessionStore] goes on answering
/// from a bounded store in this process, and says so by [StoreHealth]. Open one with
/// [SessionStores#open].
///
/// What is stored in Redis, key by key and field by field, is written down in `Keys` and nowhere
/// else.
@org.jspecify.annotations.NullMarked
package io.sluice.session;
