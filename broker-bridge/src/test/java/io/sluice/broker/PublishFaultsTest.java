package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class PublishFaultsTest {
  @Test
  void timeoutBeforeSendingIsRefusedAndAfterSendingUnknown() {
    TimeoutException e = new TimeoutException("4000 ms has passed");
    assertThat(PublishFaults.notSent(e, "t")).isInstanceOf(PublishOutcome.Refused.class);
    assertThat(PublishFaults.failed(e, "t"))
        .isEqualTo(new PublishOutcome.Unknown("no answer in time: 4000 ms has passed"));
  }

  @Test
  void whatBrokersSayOfTheRecordItselfIsRejected() {
    assertThat(PublishFaults.failed(new RecordTooLargeException("larger"), "orders"))
        .isEqualTo(
            new PublishOutcome.Rejected(
                "larger than topic 'orders' takes (max.message.bytes): larger"));
    assertThat(PublishFaults.failed(new InvalidRecordException("no key"), "orders"))
        .isInstanceOf(PublishOutcome.Rejected.class);
  }

  @Test
  void missingRightIsRejectedAndNamesTheAcl() {
    TopicAuthorizationException e = new TopicAuthorizationException(Set.of("orders"));
    PublishOutcome rejected =
        new PublishOutcome.Rejected(
            "this node may not write to topic 'orders': ACL Write is missing");
    assertThat(PublishFaults.notSent(e, "orders")).isEqualTo(rejected);
    assertThat(PublishFaults.failed(e, "orders")).isEqualTo(rejected);
  }

  @Test
  void onlyWhatKafkaDoesCountsAgainstIt() {
    assertThat(
            List.of(
                new TimeoutException(),
                new NotEnoughReplicasException(),
                new NotLeaderOrFollowerException()))
        .allSatisfy(e ->
            assertThat(PublishFaults.sign(new SendResult.Failed(e))).isEqualTo(KafkaSign.FAILED));
    assertThat(PublishFaults.sign(new SendResult.NotSent(new TimeoutException())))
        .isEqualTo(KafkaSign.SILENT);
    assertThat(PublishFaults.sign(new SendResult.Stored(7))).isEqualTo(KafkaSign.ANSWERED);
    assertThat(PublishFaults.sign(new SendResult.Failed(new RecordTooLargeException())))
        .isEqualTo(KafkaSign.ANSWERED);
    assertThat(
            PublishFaults.sign(
                new SendResult.Failed(new TopicAuthorizationException(Set.of("orders")))))
        .isEqualTo(KafkaSign.ANSWERED);
    assertThat(
            List.of(
                new RecordTooLargeException(),
                new BufferExhaustedException("full"),
                new IllegalStateException("closed")))
        .allSatisfy(e ->
            assertThat(PublishFaults.sign(new SendResult.NotSent(e))).isEqualTo(KafkaSign.NOTHING));
    assertThat(PublishFaults.sign(new SendResult.Failed(new InvalidProducerEpochException("old"))))
        .isEqualTo(KafkaSign.NOTHING);
  }

  @Test
  void refusedCredentialsAreRefused() {
    assertThat(PublishFaults.notSent(new SaslAuthenticationException("no"), "t"))
        .isInstanceOf(PublishOutcome.Refused.class);
  }

  @Test
  void anythingElseAfterSendingIsUnknown() {
    assertThat(PublishFaults.failed(new NotEnoughReplicasException("1 of 2"), "t"))
        .isInstanceOf(PublishOutcome.Unknown.class);
    assertThat(PublishFaults.failed(new InvalidProducerEpochException("old"), "t"))
        .isInstanceOf(PublishOutcome.Unknown.class);
    assertThat(PublishFaults.notSent(new IllegalStateException("closed"), "t"))
        .isInstanceOf(PublishOutcome.Refused.class);
  }
}
