package io.sluice.gateway.config;

import java.util.regex.Pattern;

/// `api.*`: the private listener, with the HTTP API, health, metrics and the console.
///
/// @param host address to listen on
/// @param port 0 = any free one
/// @param address base URL told to other nodes; "" = worked out, see [#advertised]
/// @param key what callers of `/api/*` present; a secret, never empty
/// @param secondKey another one that is taken too, while the first is being changed; "" = none
/// @param console whether the console's pages are served
public record ApiConfig(
    String host, int port, String address, String key, String secondKey, boolean console) {
  /// What can stand in an HTTP header as one word.
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]*");

  private static final int LONGEST_KEY = 1024;

  public ApiConfig {
    new Checks()
        .that(!host.isBlank(), "api.host: '' is no address to listen on")
        .port("api.port", port)
        .that(
            Address.isBase(address, "http", "https"),
            "api.address: '" + address + "' is not of the form http://HOST:PORT")
        .that(!key.isEmpty(), "api.key: is not set, and the API is never open to everyone")
        .that(
            KEY.matcher(key).matches() && key.length() <= LONGEST_KEY,
            "api.key: its %d characters are not at most %d printable ASCII ones without spaces"
                .formatted(key.length(), LONGEST_KEY))
        .that(
            KEY.matcher(secondKey).matches() && secondKey.length() <= LONGEST_KEY,
            "api.second-key: its %d characters are not at most %d printable ASCII ones without spaces"
                .formatted(secondKey.length(), LONGEST_KEY))
        .done();
  }

  /// The base URL of this listener as others can reach it, like [EdgeConfig#advertised].
  ///
  /// @param boundPort the port really listened on
  public String advertised(int boundPort) {
    return address.isEmpty() ? local(boundPort) : address;
  }

  /// The base URL of this listener from the machine that it is on.
  ///
  /// @param boundPort the port really listened on
  public String local(int boundPort) {
    return Address.of("http", host, boundPort);
  }

  static ApiConfig read(Settings in) {
    return new ApiConfig(
        in.text("api.host", "127.0.0.1"),
        in.whole("api.port", 9000),
        in.text("api.address", ""),
        in.secret("api.key"),
        in.secret("api.second-key"),
        in.flag("api.console", false));
  }

  void write(Listing out) {
    out.add("api.host", host)
        .add("api.port", port)
        .add("api.address", address)
        .addSecret("api.key", key)
        .addSecret("api.second-key", secondKey)
        .add("api.console", console);
  }

  /// Without the key.
  @Override
  public String toString() {
    return "ApiConfig[" + host + ":" + port + "]";
  }
}
