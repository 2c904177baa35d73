package io.sluice.session;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

  @ArchTest
  static final ArchRule SESSIONS_KNOW_NEITHER_KAFKA_NOR_GATEWAYS_NOR_HTTP =
      noClasses()
          .that()
          .resideInAPackage("io.sluice.session..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.sluice.broker..",
              "io.sluice.gateway..",
              "io.sluice.standalone..",
              "io.sluice.embedded..",
              "org.apache.kafka..",
              "io.helidon..",
              "java.net.http..",
              "com.sun.net.httpserver..",
              "io.netty.handler.codec.http..");
}
