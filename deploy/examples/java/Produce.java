import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Produces one record with Kafka's own client, as any Java service would; Sluice is not involved. Its partitioner is
 * the one that namespaces expect unless they say otherwise, so there is nothing to set.
 *
 * <pre>
 * mvn -q dependency:copy-dependencies
 * java -cp 'target/lib/*' Produce.java 127.0.0.1:9092 news '{"n":3}'
 * </pre>
 *
 * The first argument is the address that {@code sluice up} prints ("Kafka is at ..."), the second the key part of the
 * channel. An optional fourth one is the topic.
 */
final class Produce {
  private static final int TEN_SECONDS = 10_000; // enough for an answer, and a wrong address is noticed

  public static void main(String[] args) throws InterruptedException {
    if (args.length < 3 || args.length > 4) {
      System.err.println("usage: Produce KAFKA KEY JSON [TOPIC]");
      System.exit(2);
    }
    String topic = args.length == 4 ? args[3] : "sluice.default";
    Map<String, Object> settings =
        Map.of("bootstrap.servers", args[0], "max.block.ms", TEN_SECONDS, "delivery.timeout.ms", TEN_SECONDS,
            "request.timeout.ms", TEN_SECONDS / 2);
    try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      RecordMetadata stored = producer.send(new ProducerRecord<>(topic, args[1], args[2])).get();
      System.out.println(
          "produced topic=" + topic + " partition=" + stored.partition() + " offset=" + stored.offset());
    } catch (ExecutionException e) {
      System.err.println("not produced: " + e.getCause().getMessage() + " (is Kafka at " + args[0] + "?)");
      System.exit(1);
    }
  }
}
