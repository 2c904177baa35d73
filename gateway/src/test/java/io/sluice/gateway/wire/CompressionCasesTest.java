package io.sluice.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Groups 12 and 13: compressed messages of every size and cut, under every set of parameters the
/// suite offers.
final class CompressionCasesTest {
  private static final Outcomes OUTCOMES = new Outcomes("compression");

  private static final String DEFLATE = "permessage-deflate";
  private static final String ASKING = DEFLATE + "; client_max_window_bits";
  private static final String ANSWER =
      DEFLATE + "; server_no_context_takeover; client_no_context_takeover";

  /// @param id a group, a dot, and what tells the set from others
  /// @param offer what the client offers
  /// @param answer what it must be answered
  /// @param window how far back the server's messages may refer
  record Parameters(String id, Data data, String offer, String answer, int window) {}

  enum Data {
    TEXT(text()),
    NOISE(noise());

    @SuppressWarnings("ImmutableEnumChecker") // never written to
    private final byte[] bytes;

    Data(byte[] bytes) {
      this.bytes = bytes;
    }

    int opcode() {
      return this == TEXT ? Frame.TEXT : Frame.BINARY;
    }

    byte[] message(int number, int size) {
      int from = (int) ((long) number * 7_919 % (bytes.length - size));
      return Frame.slice(bytes, from, from + size);
    }

    private static byte[] text() {
      Random random = new Random(12);
      StringBuilder text = new StringBuilder();
      while (text.length() < 400_000) {
        text.append(
            "{\"id\":%d,\"state\":\"%s\",\"at\":%d}"
                .formatted(
                    random.nextInt(100_000),
                    List.of("packed", "shipped", "lost").get(random.nextInt(3)),
                    random.nextInt()));
      }
      return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] noise() {
      byte[] noise = new byte[400_000];
      new Random(13).nextBytes(noise);
      return noise;
    }
  }

  /// @param count how many messages
  /// @param fragment bytes of a fragment; 0: none
  record Run(Parameters parameters, int size, int count, int fragment) {
    @Override
    public String toString() {
      return "%s %d messages of %d, fragments of %d"
          .formatted(parameters.id, count, size, fragment);
    }
  }

  private static final List<Parameters> TWELVE =
      List.of(
          new Parameters("12.1 text", Data.TEXT, ASKING, ANSWER, 1 << 15),
          new Parameters("12.2 noise", Data.NOISE, ASKING, ANSWER, 1 << 15));

  private static final List<Parameters> THIRTEEN =
      List.of(
          thirteen("13.1", ASKING, 0),
          thirteen("13.2", ASKING + "; server_no_context_takeover", 0),
          thirteen("13.3", ASKING + "; server_max_window_bits=9", 9),
          thirteen("13.4", ASKING + "; server_max_window_bits=15", 15),
          thirteen("13.5", ASKING + "; server_no_context_takeover; server_max_window_bits=9", 9),
          thirteen("13.6", ASKING + "; server_no_context_takeover; server_max_window_bits=15", 15),
          thirteen(
              "13.7",
              "%s; server_no_context_takeover; server_max_window_bits=9, %s, %s"
                  .formatted(ASKING, ASKING, DEFLATE),
              9),
          thirteen("13.x 8 bits", DEFLATE + "; server_max_window_bits=8", 8));

  private static Parameters thirteen(String id, String offer, int bits) {
    return new Parameters(
        id,
        Data.TEXT,
        offer,
        bits == 0 ? ANSWER : ANSWER + "; server_max_window_bits=" + bits,
        bits == 0 ? 1 << 15 : 1 << bits);
  }

  private static final int[][] SIZES_AND_FRAGMENTS = {
    {16, 0},
    {64, 0},
    {256, 0},
    {1_024, 0},
    {4_096, 0},
    {8_192, 0},
    {16_384, 0},
    {32_768, 0},
    {65_536, 0},
    {131_072, 0},
    {8_192, 256},
    {16_384, 256},
    {32_768, 256},
    {65_536, 256},
    {131_072, 256},
    {131_072, 1_024},
    {131_072, 4_096},
    {131_072, 32_768}
  };

  private static List<Run> runs(List<Parameters> sets, int few, int many) {
    List<Run> runs = new ArrayList<>();
    for (Parameters set : sets) {
      for (int[] sizes : SIZES_AND_FRAGMENTS) {
        runs.add(new Run(set, sizes[0], sizes[0] > 8_192 ? few : many, sizes[1]));
      }
    }
    return runs;
  }

  static Stream<Run> small() {
    return Stream.concat(runs(TWELVE, 2, 5).stream(), runs(THIRTEEN, 1, 4).stream());
  }

  /// The suite's counts, but for the largest in group 13, which differ from group 12 by parameters
  /// only.
  static Stream<Run> full() {
    return Stream.concat(runs(TWELVE, 1_000, 1_000).stream(), runs(THIRTEEN, 100, 1_000).stream());
  }

  @AfterAll
  static void report() throws Exception {
    OUTCOMES.report();
  }

  @ParameterizedTest
  @MethodSource("small")
  void compressedMessagesComeBackCompressed(Run run) throws Exception {
    play(run);
  }

  @Tag("full")
  @ParameterizedTest
  @MethodSource("full")
  void manyCompressedMessagesComeBackCompressed(Run run) throws Exception {
    play(run);
  }

  private static void play(Run run) throws Exception {
    Parameters set = run.parameters;
    String group = set.id.substring(0, 2);
    OUTCOMES.note(group, run.toString(), "FAILED");
    try (WireClient client = WireNode.echo(set.offer)) {
      assertThat(client.agreed()).isEqualTo(set.answer);
      for (int i = 0; i < run.count; i++) {
        byte[] message = set.data.message(i, run.size);
        byte[] payload = Deflating.payload(message);
        int fragment = run.fragment == 0 ? payload.length : run.fragment;
        client.writeAll(
            List.of(
                Frame.joined(Frame.fragments(Frame.RSV1 | set.data.opcode(), payload, fragment))));
        assertThat(client.readMessage()).isEqualTo(Heard.of(set.data.opcode(), message));
      }
      assertThat(client.compressed()).isEqualTo(run.count);
      assertThat(client.farthest()).isLessThanOrEqualTo(set.window);
      client.write(Frame.close(1000));
      assertThat(client.readToEnd()).containsExactly(Heard.close(1000));
    }
    OUTCOMES.note(group, run.toString(), "OK");
  }
}
