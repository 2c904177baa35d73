package io.sluice.gateway.edge;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One extension that a client offers in `Sec-WebSocket-Extensions` (RFC 6455 §9.1).
///
/// @param name as it stands
/// @param parameters in order, duplicates and all
record ExtensionOffer(String name, List<Parameter> parameters) {
  /// @param value without its quotes
  record Parameter(String name, Optional<String> value) {}

  /// A header that is not of the form the standard gives.
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String header, int at) {
      super("Sec-WebSocket-Extensions is malformed at %d: %s".formatted(at, header));
    }
  }

  ExtensionOffer {
    parameters = List.copyOf(parameters);
  }

  /// All offers of all headers, which count as one list.
  static List<ExtensionOffer> parse(List<String> headers) throws MalformedException {
    List<ExtensionOffer> offers = new ArrayList<>();
    for (String header : headers) {
      new Parser(header).list(offers);
    }
    return offers;
  }

  private static final class Parser {
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    void list(List<ExtensionOffer> offers) throws MalformedException {
      while (at < text.length()) {
        if (!next(',')) { // an element may be empty, RFC 9110 §5.6.1.2
          offers.add(offer());
          if (at < text.length() && !next(',')) {
            throw new MalformedException(text, at);
          }
        }
      }
    }

    private ExtensionOffer offer() throws MalformedException {
      String name = token();
      List<Parameter> parameters = new ArrayList<>();
      while (next(';')) {
        String parameter = token();
        parameters.add(
            new Parameter(parameter, next('=') ? Optional.of(value()) : Optional.empty()));
      }
      return new ExtensionOffer(name, parameters);
    }

    /// What is quoted must be a token too; none needs a backslash.
    private String value() throws MalformedException {
      boolean quoted = next('"');
      String value = token();
      if (quoted && !next('"')) {
        throw new MalformedException(text, at);
      }
      return value;
    }

    private String token() throws MalformedException {
      int from = at;
      while (at < text.length() && isTokenChar(text.charAt(at))) {
        at++;
      }
      if (at == from) {
        throw new MalformedException(text, at);
      }
      String token = text.substring(from, at);
      skipBlanks();
      return token;
    }

    private static boolean isTokenChar(char c) {
      return (c >= '0' && c <= '9')
          || (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || TOKEN_MARKS.indexOf(c) >= 0;
    }

    /// Goes past this character and the blanks around it, if it comes next.
    private boolean next(char wanted) {
      skipBlanks();
      if (at < text.length() && text.charAt(at) == wanted) {
        at++;
        skipBlanks();
        return true;
      }
      return false;
    }

    private void skipBlanks() {
      while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
        at++;
      }
    }
  }
}
