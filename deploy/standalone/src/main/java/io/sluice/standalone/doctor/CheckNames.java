package io.sluice.standalone.doctor;

/// The second column, and what scripts look for.
final class CheckNames {
  static final String CONFIGURATION = "configuration";
  static final String CERTIFICATE = "certificate";
  static final String MEMORY = "memory";
  static final String DESCRIPTORS = "descriptors";
  static final String PORTS = "ports";
  static final String KAFKA = "kafka";
  static final String TOPICS = "kafka topics";
  static final String RIGHTS = "kafka rights";
  static final String KEYS = "kafka keys";
  static final String LOGS = "kafka logs";
  static final String REDIS = "redis";
  static final String CLOCK = "clock";

  private CheckNames() {}
}
