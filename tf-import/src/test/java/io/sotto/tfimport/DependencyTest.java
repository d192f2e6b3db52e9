package io.sotto.tfimport;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "io.sotto.tfimport",
    importOptions = ImportOption.DoNotIncludeTests.class)
class DependencyTest {
  @ArchTest
  static final ArchRule IMPORTING_LOADS_NO_NATIVE_LIBRARY =
      noClasses()
          .that()
          .resideInAPackage("..internal..")
          .or()
          .haveSimpleName("SavedModelReader")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.tensorflow", "org.tensorflow.internal..", "org.tensorflow.types..");

  @ArchTest
  static final ArchRule OPERATIONS_KNOW_NO_FILES =
      noClasses()
          .that()
          .resideInAPackage("..internal.ops..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.nio.file..", "java.io..");
}
