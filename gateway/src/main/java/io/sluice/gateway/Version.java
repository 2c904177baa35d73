package io.sluice.gateway;

/// This software's version.
public final class Version {
  /// As in the parent's pom.xml; a test holds the two together.
  public static final String CURRENT = "0.2.0";

  private Version() {}
}
