package io.sluice.standalone.doctor;

import io.sluice.broker.BridgeStartException;
import io.sluice.broker.KafkaLook;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;

/// One question to Kafka.
///
/// @param name the check's
/// @param kafka opened by whoever comes first
/// @param question asks it
record KafkaCheck(String name, OpenedKafka kafka, Function<KafkaLook, List<Finding>> question)
    implements Check {
  private static final String AWAY =
      "start it, or correct kafka.bootstrap-servers and kafka.properties: a node does not start without it";

  private static final String FAILED =
      "look whether a broker is starting or overloaded, and into its log; then ask once more";

  @Override
  public Set<Part> needs() {
    return Set.of(Part.KAFKA);
  }

  @Override
  public List<Finding> run() throws CheckException {
    try {
      return question.apply(kafka.look());
    } catch (BridgeStartException e) {
      throw CheckException.away(String.valueOf(e.getMessage()), AWAY);
    } catch (KafkaException e) {
      throw CheckException.failed(String.valueOf(e.getMessage()), FAILED);
    }
  }
}
