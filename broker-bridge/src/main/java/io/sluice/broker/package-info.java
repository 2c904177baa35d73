/// Everything Kafka: tailing topics into windows, publishing, dead letters, and what nodes tell
/// each other. Knows nothing of HTTP, WebSocket or Redis.
@org.jspecify.annotations.NullMarked
package io.sluice.broker;
