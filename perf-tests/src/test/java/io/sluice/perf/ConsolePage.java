package io.sluice.perf;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/// The page that `up` serves, in a real Chromium. For one thread, as Playwright is.
final class ConsolePage implements AutoCloseable {
  private final Chromium browser;
  private final Page page;

  private ConsolePage(Chromium browser) {
    this.browser = browser;
    this.page = browser.page();
  }

  /// Opens it and waits until it is connected.
  static ConsolePage open(URI address) {
    Chromium browser = Chromium.open(address);
    try {
      ConsolePage console = new ConsolePage(browser);
      console.awaitState("connected");
      return console;
    } catch (RuntimeException | Error e) {
      browser.close();
      throw e;
    }
  }

  /// Watches a channel and waits until that is live.
  void watch(String channel) {
    page.locator("#channel").fill(channel);
    page.locator("#subscribe").click();
    page.locator("#channels li[data-channel='%s'][data-state=live]".formatted(channel)).waitFor();
  }

  void publish(String channel, String json) {
    page.locator("#publish-channel").fill(channel);
    page.locator("#publish-data").fill(json);
    page.locator("#publish").click();
  }

  /// Waits until Kafka has acknowledged the last publish.
  void awaitPublished() {
    page.locator("#publish-result[data-outcome=done]").waitFor();
  }

  /// Cuts the page's connection; it comes back by itself a little later.
  void cut() {
    page.locator("#cut").click();
    awaitState("reconnecting");
  }

  void awaitState(String state) {
    page.locator("#state[data-state=%s]".formatted(state)).waitFor();
  }

  /// Waits for a message and says what the screen shows of it.
  String dataOf(long offset) {
    Locator data = page.locator("#messages li[data-offset='%d'] code.data".formatted(offset));
    data.waitFor();
    return data.innerText();
  }

  /// Whether the screen says of a message that it was recovered.
  boolean isRecovered(long offset) {
    return page.locator("#messages li[data-offset='%d'][data-recovered]".formatted(offset))
        .isVisible();
  }

  /// Waits for a notice of this kind and says what it says.
  String notice(String kind) {
    Locator notice = page.locator("#messages li[data-notice=%s] .notice-text".formatted(kind));
    notice.waitFor();
    return notice.innerText();
  }

  /// The data of all messages on the screen, oldest first.
  List<String> messages() {
    return page.locator("#messages li.message code.data").allInnerTexts().reversed();
  }

  /// Where the page comes from, as browsers compare it.
  URI origin() {
    return URI.create(String.valueOf(page.evaluate("location.origin")));
  }

  /// Where the page's WebSocket goes, as it says itself.
  URI edge() {
    return URI.create(page.locator("#edge").innerText());
  }

  /// What went wrong in the page's scripts.
  List<String> errors() {
    return browser.errors();
  }

  /// @param name of the file below `target/e2e`
  void screenshot(String name) throws IOException {
    page.screenshot(new Page.ScreenshotOptions().setPath(RunningCommand.output(name)));
  }

  @Override
  public void close() {
    browser.close();
  }
}
