package io.sluice.embedded;

/// The loopback ports of one Kafka node, kept for as long as the cluster lives.
///
/// @param node the node's id, from 1
/// @param client where plain clients and the other brokers connect
/// @param controller where the controllers talk to one another
/// @param secured where clients with TLS and a password connect; unused without that listener
record NodePorts(int node, int client, int controller, int secured) {

  String clientAddress() {
    return FreePorts.LOOPBACK + ":" + client;
  }

  String controllerAddress() {
    return FreePorts.LOOPBACK + ":" + controller;
  }

  String securedAddress() {
    return FreePorts.LOOPBACK + ":" + secured;
  }

  /// @throws PortTakenException naming the one that is not free
  void requireFree() {
    FreePorts.require(client, "Kafka");
    FreePorts.require(controller, "Kafka's controller");
    FreePorts.require(secured, "Kafka's secured listener");
  }
}
