package io.sluice.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which package of the gateway may know which other. The package `io.sluice.gateway` itself is the
/// wiring: it knows all, and nobody knows it.
final class ArchitectureTest {
  private static final String GATEWAY = "io.sluice.gateway";

  private static final JavaClasses CLASSES = importClasses();

  /// The names of foreign classes are enough; reading them all takes most of the test's time.
  private static JavaClasses importClasses() {
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages(GATEWAY);
  }

  @ParameterizedTest
  @CsvSource({
    "config, broker",
    "auth, gateway.config",
    "cluster, broker",
    "health, gateway.health",
    "logs, gateway.config",
    "api, gateway.logs gateway.health gateway.cluster gateway.config gateway.auth gateway.presence gateway.protocol gateway.telemetry broker session",
    "telemetry, gateway.edge gateway.hub gateway.config broker session",
    "protocol, broker",
    "delta, gateway.delta",
    "filter, gateway.filter",
    "hub, gateway.protocol gateway.config gateway.delta gateway.filter broker",
    "presence, gateway.protocol gateway.cluster gateway.config",
    "edge, gateway.logs gateway.hub gateway.filter gateway.presence gateway.protocol gateway.auth gateway.cluster gateway.config broker session",
  })
  void packagesDependInOneDirection(String name, String allowed) {
    String itself = GATEWAY + "." + name + "..";
    String[] known =
        Stream.concat(
                Stream.of(itself),
                Arrays.stream(allowed.split(" ", -1)).map(other -> "io.sluice." + other + ".."))
            .toArray(String[]::new);

    noClasses()
        .that()
        .resideInAPackage(itself)
        .should()
        .dependOnClassesThat(resideInAPackage("io.sluice..").and(not(resideInAnyPackage(known))))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void nobodyKnowsTheWiring() {
    noClasses()
        .that()
        .resideInAPackage(GATEWAY + ".*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(GATEWAY)
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(GATEWAY + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void helidonIsForThePrivateSide() {
    noClasses()
        .that()
        .resideOutsideOfPackages(GATEWAY + ".api..", GATEWAY + ".config..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.helidon..")
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void theSdkOfTracesIsForOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage(GATEWAY + ".telemetry..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.opentelemetry.sdk..", "io.opentelemetry.exporter..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackages(GATEWAY + ".telemetry..", GATEWAY + ".api..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.opentelemetry..")
        .check(CLASSES);
  }

  @Test
  void nettyIsForThePublicSide() {
    noClasses()
        .that()
        .resideOutsideOfPackages(GATEWAY, GATEWAY + ".edge..", GATEWAY + ".hub..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(CLASSES);
  }

  @Test
  void loggingIsSlf4j() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.logging..")
        .check(CLASSES);
  }
}
