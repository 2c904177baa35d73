package io.sluice.gateway.edge;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The extension permessage-deflate as agreed with one client (RFC 7692 §7.1). Neither side ever
/// looks back into an earlier message: so an idle connection holds no compressor, and what is
/// compressed once serves everybody. Pure.
///
/// @param windowBits how far back our messages may refer, 8 to 15
/// @param told whether the answer names it, because the client did
record PerMessageDeflate(int windowBits, Told told) {
  /// Whether our window is a word of the answer.
  enum Told {
    YES,
    NO
  }

  /// The bounds of a window, §7.1.2.
  static final int NARROWEST = 8;

  static final int WIDEST = 15;

  /// The first offer that can be met; the others are alternatives, in the client's order (§5.1).
  ///
  /// @param narrowest the smallest window that our messages can keep to
  static Optional<PerMessageDeflate> of(List<ExtensionOffer> offers, int narrowest) {
    return offers.stream()
        .filter(offer -> offer.name().equals("permessage-deflate"))
        .flatMap(offer -> accept(offer, narrowest).stream())
        .findFirst();
  }

  /// An offer with a parameter that is unknown, there twice or has a wrong value is declined, §7.1.
  private static Optional<PerMessageDeflate> accept(ExtensionOffer offer, int narrowest) {
    int window = 0;
    Set<String> seen = new HashSet<>();
    for (ExtensionOffer.Parameter parameter : offer.parameters()) {
      Optional<String> value = parameter.value();
      boolean valid =
          switch (parameter.name()) {
            case "server_no_context_takeover", "client_no_context_takeover" -> value.isEmpty();
            case "client_max_window_bits" -> value.isEmpty() || bits(value.get()) > 0;
            case "server_max_window_bits" -> {
              window = value.map(PerMessageDeflate::bits).orElse(0);
              yield window >= narrowest;
            }
            default -> false;
          };
      if (!valid || !seen.add(parameter.name())) {
        return Optional.empty();
      }
    }
    return Optional.of(
        window == 0
            ? new PerMessageDeflate(WIDEST, Told.NO)
            : new PerMessageDeflate(window, Told.YES));
  }

  /// A decimal number without zeros before it, §7.1.2.1; 0 when it is none, or not in range.
  private static int bits(String value) {
    for (int bits = NARROWEST; bits <= WIDEST; bits++) {
      if (value.equals(Integer.toString(bits))) {
        return bits;
      }
    }
    return 0;
  }

  /// The header of the answer. The client keeps nothing either, asked or not (§7.1.1.2).
  String answer() {
    return "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        + (told == Told.YES ? "; server_max_window_bits=" + windowBits : "");
  }
}
