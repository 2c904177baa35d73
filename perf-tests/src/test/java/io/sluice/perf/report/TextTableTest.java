package io.sluice.perf.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TextTableTest {
  @Test
  void theSampleLooksLikeThis() {
    assertThat(TextTable.of(SampleRun.results()))
        .isEqualTo(
            """
            Sluice benchmark, 25 November 2026, 19:52 UTC, 3 rounds, took 41 min 3 s
            median ±(highest - lowest round) / median; ↓ lower is better, ↑ higher is better

            Idle connections

                                          memory per
                                          connection
                                                KB ↓
              --------------------------------------
              1,000 subscribers   Sluice    12.1 ±4%
              1,000 subscribers   floor     4.03 ±1%
              10,000 subscribers  Sluice    10.3 ±2%
              10,000 subscribers  floor     3.81 ±1%

            Fan-out, paced: 100 publications/s of 256 bytes

                                                                     server CPU per                   latency, 99th  latency, 99.9th  memory per
                                                            offered        delivery  latency, median     percentile       percentile  connection
                                                       deliveries/s            µs ↓             ms ↓           ms ↓             ms ↓        KB ↓
              ----------------------------------------------------------------------------------------------------------------------------------
              1,000 subscribers   Sluice                100,000 ±0%        6.12 ±5%         1.42 ±9%      5.10 ±25%        12.1 ±30%    13.3 ±6%
              1,000 subscribers   floor                 100,000 ±0%        4.75 ±2%        0.610 ±5%       2.25 ±9%        6.40 ±20%    5.05 ±2%
              1,000 subscribers   floor, ten a write              -       0.920 ±5%         4.61 ±1%              -                -           -
              1,000 subscribers   raw Kafka consumers   100,000 ±0%        39.4 ±9%        12.6 ±17%  74.5 ±36% [1]                -           -
              10,000 subscribers  Sluice                  1,000,000            5.82                -           48.2                -           -
              10,000 subscribers  floor                           -         not yet                -              -                -           -
              10,000 subscribers  raw Kafka consumers             -        none [2]                -              -                -           -
              [1] one round of three had no Kafka
              [2] OutOfMemoryError: unable to create native thread: possibly out of memory

            Fan-out, saturated

                                                   server CPU per
                                       throughput        delivery
                                   deliveries/s ↑            µs ↓
              ---------------------------------------------------
              Sluice                  182,000 ±6%        5.71 ±4%
              floor                   251,000 ±3%        4.31 ±3%
              floor, ten a write    1,840,000 ±4%       0.810 ±5%
              raw Kafka consumers     24,100 ±13%       41.9 ±13%

            Machine
              processor  2 cores of AMD EPYC 7B13
              memory     8 GB
              system     Linux 6.1, Debian 12
            Versions
              Sluice  0.1.0
              Java    Temurin 25.0.1+8
              Kafka   4.1.1
            Flags and settings
              Sluice               -Xmx1g -XX:+UseZGC -XX:+UseCompactObjectHeaders
              floor                -Xmx512m -XX:+UseSerialGC
              raw Kafka consumers  -Xmx2g
            Remarks
              Server, load and Kafka share the machine: figures say what two cores can do together.
              Latency is from the moment a publication should have been sent, so a stalled sender counts against the contender.
            Command
              ./sluice benchmark --rounds 3 --scenarios idle,paced,saturated,ladder,growth
            """);
  }
}
