package io.sotto.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The modules, the one direction in which they depend, and where foreign libraries end. */
@AnalyzeClasses(
    packages = "io.sotto",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
final class ArchitectureTest {
  /** Leaves out the test jars of modules, which the class path of tests has. */
  static final class NoTestJars implements ImportOption {
    @Override
    public boolean includes(com.tngtech.archunit.core.importer.Location location) {
      return !location.contains("-tests.jar");
    }
  }

  /** Of each module's package, the packages of other modules that it may use. */
  private static final Map<String, List<String>> MAY_USE =
      Map.ofEntries(
          entry("natives"),
          entry("channel"),
          entry("data"),
          entry("ckks", "natives.."),
          entry("gc", "channel..", "natives.."),
          entry("converter", "channel..", "ckks..", "gc..", "natives.."),
          entry("graph"),
          entry("tfimport", "graph.."),
          entry("transport", "channel.."),
          entry(
              "server",
              "converter..",
              "ckks..",
              "channel..",
              "data..",
              "graph..",
              "natives..",
              "tfimport..",
              "transport.."),
          entry("client", "converter..", "channel..", "data..", "transport.."),
          entry(
              "baselines",
              "server..",
              "converter..",
              "ckks..",
              "channel..",
              "gc..",
              "graph..",
              "natives.."),
          entry(
              "samples",
              "server..",
              "client..",
              "converter..",
              "ckks..",
              "gc..",
              "channel..",
              "data..",
              "graph..",
              "natives..",
              "tfimport.."),
          entry(
              "benchmarks",
              "baselines..",
              "client..",
              "samples..",
              "server..",
              "converter..",
              "transport..",
              "ckks..",
              "channel..",
              "data..",
              "gc..",
              "graph..",
              "natives.."),
          entry(
              "cli",
              "baselines..",
              "server..",
              "client..",
              "samples..",
              "benchmarks..",
              "converter..",
              "channel..",
              "data..",
              "tfimport..",
              "transport.."));

  /** Modules whose packages, the roots too, depend on one another without circles. */
  private static final String[] ORDERED_WITHIN = {
    "io.sotto.baselines..",
    "io.sotto.channel..",
    "io.sotto.ckks..",
    "io.sotto.client..",
    "io.sotto.converter..",
    "io.sotto.gc..",
    "io.sotto.graph..",
    "io.sotto.server..",
    "io.sotto.tfimport..",
    "io.sotto.transport.."
  };

  private static Map.Entry<String, List<String>> entry(String module, String... others) {
    return Map.entry(module, List.of(others));
  }

  /** Of each library, the modules that may use it. */
  private static final Map<String, List<String>> USED_BY =
      Map.of(
          "org.tensorflow..", List.of("tfimport"),
          "io.netty..", List.of("transport"),
          "org.bytedeco..", List.of("natives"),
          "org.bouncycastle..", List.of("transport"),
          "com.typesafe.config..", List.of("server"),
          "picocli..", List.of("server", "client", "samples", "benchmarks", "cli"),
          "org.openjdk.jmh..", List.of("benchmarks"),
          "org.jfree..", List.of("benchmarks"),
          "org.apache.batik..", List.of("benchmarks"),
          "ch.qos.logback..", List.of("cli"));

  @ArchTest
  static void dependOnOneAnotherInOneDirection(JavaClasses classes) {
    MAY_USE.forEach(
        (module, others) -> {
          assertThat(classes.that(resideInAPackage("io.sotto." + module + "..")))
              .as("classes of " + module)
              .isNotEmpty();
          String[] allowed =
              Stream.concat(Stream.of(module + ".."), others.stream())
                  .map(name -> "io.sotto." + name)
                  .toArray(String[]::new);
          noClasses()
              .that()
              .resideInAPackage("io.sotto." + module + "..")
              .should()
              .dependOnClassesThat(
                  resideInAPackage("io.sotto..").and(not(resideInAnyPackage(allowed))))
              .check(classes);
        });
  }

  @ArchTest
  static void isAllThereIs(JavaClasses classes) {
    assertThat(classes.stream().map(each -> each.getPackageName().split("\\.", 4)[2]).distinct())
        .containsExactlyInAnyOrderElementsOf(MAY_USE.keySet());
  }

  /** In each module the packages have an order, too. */
  @ArchTest
  static void havePackagesWithoutCircles(JavaClasses classes) {
    slices()
        .matching("io.sotto.(**)")
        .should()
        .beFreeOfCycles()
        .check(classes.that(resideInAnyPackage(ORDERED_WITHIN)));
  }

  /** Only what loads a model sees what models are read from. */
  @ArchTest
  static void compileWithoutTheReader(JavaClasses classes) {
    noClasses()
        .that()
        .resideInAPackage("io.sotto.server..")
        .and()
        .doNotHaveFullyQualifiedName("io.sotto.server.LoadedModel")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.sotto.tfimport..")
        .check(classes);
  }

  @ArchTest
  static void keepLibrariesWhereTheyBelong(JavaClasses classes) {
    USED_BY.forEach(
        (library, modules) -> {
          String[] users =
              modules.stream().map(module -> "io.sotto." + module + "..").toArray(String[]::new);
          ArchRule rule =
              noClasses()
                  .that()
                  .resideOutsideOfPackages(users)
                  .should()
                  .dependOnClassesThat()
                  .resideInAPackage(library);
          rule.check(classes);
        });
  }

  @ArchTest
  static void keepInternalsToThemselves(JavaClasses classes) {
    for (String module : MAY_USE.keySet()) {
      noClasses()
          .that()
          .resideOutsideOfPackage("io.sotto." + module + "..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.sotto." + module + "..internal..")
          .check(classes);
    }
  }

  /** They stand side by side on one ground. */
  @ArchTest
  static void lookupsCircuitsAndProductsDoNotKnowOneAnother(JavaClasses classes) {
    String[] forms = {"io.sotto.gc.garble..", "io.sotto.gc.lookup..", "io.sotto.gc.product.."};
    for (String form : forms) {
      noClasses()
          .that()
          .resideInAPackage(form)
          .should()
          .dependOnClassesThat(resideInAnyPackage(forms).and(not(resideInAPackage(form))))
          .check(classes);
    }
  }
}
