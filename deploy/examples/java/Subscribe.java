import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.centrifugal.centrifuge.Client;
import io.github.centrifugal.centrifuge.DisconnectedEvent;
import io.github.centrifugal.centrifuge.EventListener;
import io.github.centrifugal.centrifuge.Options;
import io.github.centrifugal.centrifuge.PublicationEvent;
import io.github.centrifugal.centrifuge.SubscribedEvent;
import io.github.centrifugal.centrifuge.Subscription;
import io.github.centrifugal.centrifuge.SubscriptionEventListener;
import java.util.concurrent.CountDownLatch;

/**
 * Subscribes to a channel with the Java SDK of the Centrifuge family, unchanged; on Android it is the same code. It
 * runs until it is ended. Each publication is a line of stdout. The SDK reconnects by itself and recovers by position.
 *
 * <pre>
 * mvn -q dependency:copy-dependencies
 * java -cp 'target/lib/*' Subscribe.java URL TOKEN CHANNEL
 * </pre>
 */
final class Subscribe {
  public static void main(String[] args) throws Exception {
    if (args.length != 3) {
      System.err.println("usage: Subscribe URL TOKEN CHANNEL");
      System.exit(2);
    }
    Options options = new Options();
    options.setToken(args[1]); // a program that outlives its token sets a tokenGetter instead
    CountDownLatch ended = new CountDownLatch(1);
    Client client = new Client(args[0], options, new EventListener() {
      @Override
      public void onDisconnected(Client it, DisconnectedEvent event) { // for good; a cut is onConnecting
        System.err.println("disconnected code=" + event.getCode() + " reason=" + event.getReason());
        ended.countDown();
      }
    });
    Subscription subscription = client.newSubscription(args[2], new SubscriptionEventListener() {
      @Override
      public void onSubscribed(Subscription it, SubscribedEvent event) {
        System.err.println("subscribed recovered=" + event.getRecovered());
      }

      @Override
      public void onPublication(Subscription it, PublicationEvent event) {
        System.out.println(new String(event.getData(), UTF_8));
      }
    });
    subscription.subscribe();
    client.connect();
    ended.await();
    System.exit(1);
  }
}
