package io.sluice.broker;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Says whether a record can be put back, and where to. Pure.
final class RedriveJudge {
  private RedriveJudge() {}

  /// Decides about a record that is there and was not put back.
  ///
  /// @param maxChannelLength as the nodes have it
  static RedriveVerdict judge(
      StoredLetter letter, RedriveSource.Found there, TopicBinding binding, int maxChannelLength) {
    ConsumerRecord<byte[], byte[]> record = there.record();
    int count = there.topic().partitions();
    String namespace = "namespaces." + binding.namespace();
    if (binding.mode() == Mode.STATE) { // nobody knows what was written since
      return new RedriveVerdict.Stays(
          letter, namespace + ".mode is state: an old value could take the place of a newer one");
    }
    Route route = new RecordRouter(binding, maxChannelLength).route(record, count);
    return switch (route) {
      case Route.Dead(DeadLetterReason reason, String _)
          when reason != DeadLetterReason.MISPLACED || record.key() == null ->
          new RedriveVerdict.Stays(
              letter, "still " + reason.wireName() + ": " + reason.fix(binding));
      case Route.Dead _, Route.Deliver _, Route.Keyless _, Route.Tombstone _ ->
          record.value() != null
                  && !PayloadCheck.ok(binding.payload(), record.value(), 0, record.value().length)
              ? new RedriveVerdict.Stays(
                  letter,
                  "still "
                      + DeadLetterReason.BAD_PAYLOAD.wireName()
                      + ": "
                      + DeadLetterReason.BAD_PAYLOAD.fix(binding))
              : new RedriveVerdict.Again(
                  letter,
                  there,
                  record.key() == null
                      ? record.partition()
                      : binding.partitioner().partition(record.key(), count));
    };
  }
}
