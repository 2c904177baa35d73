package io.sluice.standalone.doctor;

/// What several checks need.
enum Part {
  KAFKA("Kafka"),
  REDIS("Redis");

  private final String title;

  Part(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
