package io.sluice.gateway.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.gateway.filter.BadFilterException;
import io.sluice.gateway.filter.FilterLimits;
import io.sluice.gateway.filter.FilterReader;
import io.sluice.gateway.filter.FilterText;
import io.sluice.gateway.filter.TagFilter;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The reader of filters alone. What it takes can be applied and named.
final class FiltersFuzzTest {
  private static final long SEED = Long.getLong("fuzz.seed", 20_261_126);
  private static final int CASES = Integer.getInteger("fuzz.cases", 10_000);
  private static final FilterLimits LIMITS = new FilterLimits(4_096, 8, 64);
  private static final Map<String, String> TAGS = Map.of("a", "10.5", "b", "trade", "c", "");

  private static final byte[][] JSON = {
    "{\"key\":\"a\",\"cmp\":\"gt\",\"val\":\"-10.50\"}".getBytes(UTF_8),
    "{\"op\":\"not\",\"nodes\":[{\"key\":\"b\",\"cmp\":\"in\",\"vals\":[\"x\",\"\"]}]}"
        .getBytes(UTF_8),
    "{\"op\":\"or\",\"nodes\":[{\"key\":\"é€😀\",\"cmp\":\"ex\"},{\"key\":\"c\",\"cmp\":\"ct\",\"val\":\"t\"}]}"
        .getBytes(UTF_8)
  };

  private static final byte[][] PROTOBUF = {
    bytes("120161 1a026774 22062d31302e3530"),
    bytes("0a036e6f74 320c 120162 1a02696e 2a0178 2a00"),
    bytes("0a026f72 3207 120161 1a026578 320a 120163 1a026374 220174")
  };

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private interface Reader {
    TagFilter read(byte[] written, FilterLimits limits) throws BadFilterException;
  }

  private static void fuzz(byte[][] valid, Reader reader) throws BadFilterException {
    for (byte[] each : valid) {
      var _ = reader.read(each, LIMITS); // else nothing would be shown
    }
    for (int unit = 0; unit < CASES; unit++) {
      Chance chance = new Chance(SEED, Level.COMMANDS, unit);
      byte[] written = Mutations.of(chance.of(valid), chance.of(valid), chance);
      try {
        TagFilter filter = reader.read(written, LIMITS);
        var _ = filter.passes(TAGS);
        var _ = FilterText.of(filter);
      } catch (BadFilterException _) {
        // as it should be
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError(
            "seed=%d unit=%d bytes=%s".formatted(SEED, unit, HexFormat.of().formatHex(written)), e);
      }
    }
  }

  @Test
  void jsonIsAFilterOrRefused() throws Exception {
    fuzz(JSON, FilterReader::json);
  }

  @Test
  void protocolBuffersAreAFilterOrRefused() throws Exception {
    fuzz(PROTOBUF, FilterReader::protobuf);
  }
}
