package io.sluice.gateway.filter;

/// A filter that cannot be used. Its message is for the client: it names what is wrong, and the
/// limit if there is one.
public final class BadFilterException extends Exception {
  private static final long serialVersionUID = 1;

  BadFilterException(String message) {
    super(message);
  }
}
