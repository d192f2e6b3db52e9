package io.sotto.server.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.sotto.converter.plan.ServerPlan;
import io.sotto.converter.session.SessionMemory;
import io.sotto.data.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a session takes of memory at most, by the images of its batches. */
record MemoryTable(ServerPlan plan) {
  static final String TITLE = "Memory of a session, at most; the server's weights come on top";

  private static final int SOME_IMAGES = 16;

  /** One image, some, and as many as a batch may have. */
  private List<Integer> batches() {
    int most = plan.plan().maxImages();
    return IntStream.of(1, Math.min(SOME_IMAGES, most), most).distinct().boxed().toList();
  }

  TextTable text() {
    TextTable table = new TextTable("  ", "   ").right("images", "server", "client");
    for (int images : batches()) {
      table.row(
          Integer.toString(images),
          megabytes(SessionMemory.ofServer(plan, images)),
          megabytes(SessionMemory.ofClient(plan.plan(), images)));
    }
    return table;
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.0f MB", bytes / 1e6);
  }

  void write(ArrayNode json) {
    for (int images : batches()) {
      json.addObject()
          .put("images", images)
          .put("server_bytes", SessionMemory.ofServer(plan, images))
          .put("client_bytes", SessionMemory.ofClient(plan.plan(), images));
    }
  }
}
