package io.sluice.broker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.sluice.broker", importOptions = DoNotIncludeTests.class)
class BrokerBridgeArchitectureTest {
  @ArchTest
  static final ArchRule knowsNeitherTheGatewayNorSessionsNorAnyServer =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.sluice.gateway..",
              "io.sluice.session..",
              "io.sluice.embedded..",
              "io.netty..",
              "io.lettuce..",
              "io.helidon..");

  @ArchTest
  static final ArchRule isOneFlatPackage =
      noClasses()
          .that()
          .resideInAPackage("io.sluice.broker..")
          .should()
          .resideOutsideOfPackage("io.sluice.broker");
}
