package io.sluice.perf;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// A real Chromium with a page, or several. For one thread, as Playwright is.
final class Chromium implements AutoCloseable {
  private static final int LIMIT_MS = 20_000;

  private final Playwright playwright;
  private final Page page;
  private final List<String> errors = new CopyOnWriteArrayList<>();

  private Chromium(Playwright playwright, URI address) {
    this.playwright = playwright;
    this.page =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(executable())
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync")))
            .newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true)) // of tests
            .newPage();
    go(page, address);
  }

  private void go(Page tab, URI address) {
    tab.setDefaultTimeout(LIMIT_MS);
    tab.onPageError(errors::add);
    tab.onConsoleMessage(message -> {
      if (message.type().equals("error")) {
        errors.add(message.text());
      }
    });
    tab.navigate(address.toString());
  }

  /// Opens a page and waits until it is loaded.
  static Chromium open(URI address) {
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    try {
      return new Chromium(playwright, address);
    } catch (RuntimeException | Error e) {
      playwright.close();
      throw e;
    }
  }

  /// The first of the names under which systems have it; `CHROMIUM` may name another.
  private static Path executable() {
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

  Page page() {
    return page;
  }

  /// Opens a further page beside it.
  Page another(URI address) {
    Page tab = page.context().newPage();
    go(tab, address);
    return tab;
  }

  /// What went wrong in the page's scripts.
  List<String> errors() {
    return List.copyOf(errors);
  }

  @Override
  public void close() {
    playwright.close();
  }
}
