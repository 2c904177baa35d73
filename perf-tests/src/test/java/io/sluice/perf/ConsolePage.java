package io.sluice.perf;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// The page that `up` serves, in a real Chromium. For one thread, as Playwright is.
final class ConsolePage implements AutoCloseable {
  private static final int LIMIT_MS = 20_000;

  private final Playwright playwright;
  private final Page page;
  private final List<String> errors = new CopyOnWriteArrayList<>();

  private ConsolePage(Playwright playwright, URI address) {
    this.playwright = playwright;
    Browser browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(chromium())
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync")));
    this.page = browser.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    page.onPageError(errors::add);
    page.onConsoleMessage(message -> {
      if (message.type().equals("error")) {
        errors.add(message.text());
      }
    });
    page.navigate(address.toString());
  }

  /// Opens it and waits until it is connected.
  static ConsolePage open(URI address) {
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    try {
      ConsolePage console = new ConsolePage(playwright, address);
      console.awaitState("connected");
      return console;
    } catch (RuntimeException | Error e) {
      playwright.close();
      throw e;
    }
  }

  /// The first of the names under which systems have it; `CHROMIUM` may name another.
  private static Path chromium() {
    String named = Objects.requireNonNullElse(System.getenv("CHROMIUM"), "");
    return Stream.of(named, "chromium", "chromium-browser", "google-chrome")
        .filter(name -> !name.isEmpty())
        .flatMap(name -> Arrays.stream(path()).map(folder -> Path.of(folder).resolve(name)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () -> new AssertionError("no Chromium on the PATH: " + Arrays.toString(path())));
  }

  private static String[] path() {
    return System.getenv("PATH").split(File.pathSeparator, -1);
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
    return List.copyOf(errors);
  }

  /// @param name of the file below `target/e2e`
  void screenshot(String name) throws IOException {
    page.screenshot(new Page.ScreenshotOptions().setPath(RunningCommand.output(name)));
  }

  @Override
  public void close() {
    playwright.close();
  }
}
