package io.sluice.gateway.fuzz;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails each test class of the module by whose end a buffer was found that nobody released. JUnit
/// finds it as a service.
public final class NoLeaks implements AfterAllCallback {
  @Override
  public void afterAll(ExtensionContext context) {
    if (!LeakReports.all().isEmpty()) {
      throw new AssertionError("buffers leaked, here or in a class before: " + LeakReports.all());
    }
  }
}
