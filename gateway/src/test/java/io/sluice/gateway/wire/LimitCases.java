package io.sluice.gateway.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// Groups 9 and 10: large messages, many fragments, many messages.
final class LimitCases {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  private LimitCases() {}

  /// What every build runs.
  static List<WireCase> small() {
    List<WireCase> all = new ArrayList<>();
    sizes(all, 64 * KIB, 256 * KIB);
    fragmented(all, 256 * KIB, 256, KIB, 4 * KIB, 64 * KIB, 256 * KIB);
    chopped(all, 64 * KIB, 64, 256, 2 * KIB);
    many(all, 50);
    byte[] message = filled(64 * KIB);
    all.add(
        WireCase.clean(
            "10.1.1",
            Frame.fragments(Frame.TEXT, message, 1_300),
            List.of(Heard.of(Frame.TEXT, message))));
    byte[] beyond = Frame.slice(Frame.of(Frame.FIN | Frame.BINARY, filled(17 * MIB)), 0, 64 * KIB);
    all.add(WireCase.fails("9.x a frame over the limit", 1009, List.of(beyond)));
    List<byte[]> fragments = Frame.fragments(Frame.BINARY, filled(17 * MIB), MIB);
    all.add(WireCase.fails("9.x fragments over the limit", 1009, fragments));
    return all;
  }

  /// What the suite runs.
  static List<WireCase> full() {
    List<WireCase> all = new ArrayList<>();
    sizes(all, MIB, 4 * MIB, 8 * MIB, 16 * MIB);
    fragmented(all, 4 * MIB, 64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB);
    chopped(all, MIB, 64, 128, 256, 512, KIB, 2 * KIB);
    many(all, 1_000);
    return all;
  }

  private static byte[] filled(int size) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) '*');
    return bytes;
  }

  private static void sizes(List<WireCase> all, int... sizes) {
    for (int size : sizes) {
      byte[] message = filled(size);
      for (int opcode : new int[] {Frame.TEXT, Frame.BINARY}) {
        List<byte[]> frame = List.of(Frame.of(Frame.FIN | opcode, message));
        String id = "9.%d message of %d".formatted(opcode, size);
        all.add(WireCase.clean(id, frame, List.of(Heard.of(opcode, message))));
      }
    }
  }

  private static void fragmented(List<WireCase> all, int size, int... fragments) {
    byte[] message = filled(size);
    for (int fragment : fragments) {
      for (int opcode : new int[] {Frame.TEXT, Frame.BINARY}) {
        List<byte[]> frames = List.of(Frame.joined(Frame.fragments(opcode, message, fragment)));
        String id = "9.%d %d in fragments of %d".formatted(2 + opcode, size, fragment);
        all.add(WireCase.clean(id, frames, List.of(Heard.of(opcode, message))));
      }
    }
  }

  private static void chopped(List<WireCase> all, int size, int... pieces) {
    byte[] message = filled(size);
    for (int piece : pieces) {
      for (int opcode : new int[] {Frame.TEXT, Frame.BINARY}) {
        List<byte[]> frame = List.of(Frame.of(Frame.FIN | opcode, message));
        String id = "9.%d %d in pieces of %d".formatted(4 + opcode, size, piece);
        all.add(
            WireCase.clean(id, Frame.chopped(frame, piece), List.of(Heard.of(opcode, message))));
      }
    }
  }

  private static void many(List<WireCase> all, int count) {
    for (int size : new int[] {0, 16, 64, 256, KIB, 4 * KIB}) {
      byte[] message = filled(size);
      for (int opcode : new int[] {Frame.TEXT, Frame.BINARY}) {
        String id = "9.%d %d messages of %d".formatted(6 + opcode, count, size);
        all.add(
            WireCase.clean(
                id,
                Collections.nCopies(count, Frame.of(Frame.FIN | opcode, message)),
                Collections.nCopies(count, Heard.of(opcode, message))));
      }
    }
  }
}
