package io.sotto.samples.chapters;

import java.io.IOException;
import java.io.PrintWriter;

/**
 * A program that shows one thing, and prints what it shows. {@code samples/chapters/README.md} has
 * the text that each prints, which the build compares.
 */
interface Chapter {
  void tell(PrintWriter out) throws IOException, InterruptedException;
}
