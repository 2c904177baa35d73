package io.sluice.broker;

/// What the end of a publish says of Kafka.
enum KafkaSign {
  /// It is there: it stored the record, or found something wrong with it.
  ANSWERED,
  /// It failed: no answer in time, no leader, not enough replicas.
  FAILED,
  /// It said nothing of the topic for as long as the publisher's thread may wait.
  SILENT,
  /// Nothing: it was not asked, or the fault is this node's.
  NOTHING
}
