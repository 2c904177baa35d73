package io.sluice.standalone;

import com.sun.net.httpserver.HttpServer;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/// What `up` needs of a node and no more: answers health checks on both ports, ends as a node does.
/// With it `up`'s care of its processes is tested in seconds.
public final class StandInNode {
  private StandInNode() {}

  public static void main(String[] arguments) throws IOException {
    NodeMain.endWithParent();
    GatewayConfig config = ConfigLoader.load(Path.of(arguments[0]));
    System.out.println("stand-in " + config.node().id());
    serve(config.edge().port(), "/health");
    serve(config.api().port(), "/health/ready");
  }

  private static void serve(int port, String path) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        path,
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }
}
