package io.sluice.standalone.run;

/// One gateway node of a running `up`.
///
/// @param id its id, as in heartbeats and logs
/// @param pid its process id
/// @param edgePort where clients connect, on 127.0.0.1
/// @param apiPort where operators connect, on 127.0.0.1
public record RunNode(String id, long pid, int edgePort, int apiPort) {
  /// `ws://127.0.0.1:8000/connection/websocket`.
  public String edgeUrl() {
    return "ws://127.0.0.1:" + edgePort + "/connection/websocket";
  }

  /// `http://127.0.0.1:9000`.
  public String apiUrl() {
    return "http://127.0.0.1:" + apiPort;
  }
}
