package io.sluice.broker;

import org.apache.kafka.common.Uuid;

/// A bound topic as Kafka has it now.
///
/// @param id changes when the topic is deleted and created again
/// @param partitions at least 1
record TopicState(TopicBinding binding, Uuid id, int partitions) {}
