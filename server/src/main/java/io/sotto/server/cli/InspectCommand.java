package io.sotto.server.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sotto.channel.Traffic;
import io.sotto.converter.linear.LinearSpec;
import io.sotto.converter.plan.InputSpec;
import io.sotto.converter.plan.Plan;
import io.sotto.converter.setup.Ciphertexts;
import io.sotto.converter.shares.ShareFormat;
import io.sotto.converter.step.StepSpec;
import io.sotto.data.TextTable;
import io.sotto.graph.Graph;
import io.sotto.graph.Node;
import io.sotto.graph.Weights;
import io.sotto.server.ConfigException;
import io.sotto.server.LoadedModel;
import io.sotto.server.Schemes;
import io.sotto.server.ServerConfig;
import io.sotto.server.Setting;
import io.sotto.server.model.LayerReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sotto inspect}: what was imported, and what serving it will take, step by step. */
@Command(
    name = "inspect",
    description = {
      "Shows a model as imported, and the plan made from it: formats, headroom, noise, and the"
          + " bytes",
      "and rounds that a batch costs. Nothing is served, and no weight is shown."
    },
    modelTransformer = SettingOptions.class,
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class InspectCommand implements Callable<Integer>, SettingOptions.Taker {
  private final Schemes schemes;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "The SavedModel; needed unless the configuration file names it.")
  private @Nullable Path model;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images of the batch whose costs are shown; as many as one batch holds.")
  private @Nullable Integer batch;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there as well.")
  private @Nullable Path json;

  @Spec private @Nullable CommandSpec spec;

  /** With Sotto's own scheme. */
  public InspectCommand() {
    this(Schemes.STOCK);
  }

  /** With these schemes to choose from. */
  public InspectCommand(Schemes schemes) {
    this.schemes = schemes;
  }

  @Override
  public Schemes schemes() {
    return schemes;
  }

  @Override
  public Set<Setting.Part> parts() {
    return EnumSet.of(Setting.Part.MODEL, Setting.Part.ARITHMETIC);
  }

  @Override
  public Integer call() throws IOException {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    ServerConfig.Builder given = SettingOptions.given(spec);
    ServerConfig config = (model == null ? given : given.model(model)).build();
    try (LoadedModel loaded = load(config, spec.commandLine().getErr())) {
      Plan plan = loaded.compiled().plan().plan();
      int images = batch == null ? plan.maxImages() : batch;
      if (images < 1 || images > plan.maxImages()) {
        throw new ConfigException(
            "--batch is %d; a batch of this model holds 1..%d images"
                .formatted(images, plan.maxImages()));
      }
      PrintWriter out = spec.commandLine().getOut();
      out.print(text(config, loaded, images));
      out.flush();
      if (json != null) {
        Files.write(
            json,
            new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsBytes(figures(config, loaded, images)));
      }
    }
    return 0;
  }

  private static LoadedModel load(ServerConfig config, PrintWriter err) {
    try (ProgressLines lines = ProgressLines.patient(err)) {
      lines.at("compiling the model", 0, 1);
      return LoadedModel.load(config);
    }
  }

  private static String text(ServerConfig config, LoadedModel loaded, int images) {
    StringBuilder text = new StringBuilder();
    text.append("Model ").append(config.model().directory()).append("\n\n");
    text.append(imported(loaded.graph())).append('\n');
    Plan plan = loaded.compiled().plan().plan();
    for (InputSpec input : plan.inputs()) {
      text.append(
          "Plan: inputs within -%s..%s with %d fraction bits; formats from %s\n"
              .formatted(
                  number(input.realLimit()),
                  number(input.realLimit()),
                  input.format().fraction(),
                  loaded.compiled().calibrated() ? "calibrated ranges" : "bounds"));
    }
    text.append(ciphertexts(plan)).append("\n\n");
    text.append(formats(loaded)).append('\n');
    text.append("Why these formats\n\n").append(reasons(loaded)).append('\n');
    text.append(MemoryTable.TITLE).append("\n\n");
    text.append(new MemoryTable(loaded.compiled().plan()).text()).append('\n');
    text.append("Costs of a batch of %d images, as the client sees them\n\n".formatted(images));
    text.append(costs(loaded, images));
    for (String warning : loaded.compiled().warnings()) {
      text.append("\nwarning: ").append(warning);
    }
    if (!loaded.compiled().warnings().isEmpty()) {
      text.append('\n');
    }
    return text.toString();
  }

  private static String ciphertexts(Plan plan) {
    List<Ciphertexts> all = plan.ciphertexts();
    return all.isEmpty()
        ? "No linear layer, and so no ciphertexts"
        : all.stream().map(Ciphertexts::description).collect(Collectors.joining("\n"));
  }

  private static TextTable imported(Graph graph) {
    TextTable table =
        new TextTable("  ", "   ").left("node", "kind", "shape", "details").right("parameters");
    for (Node node : graph.nodes()) {
      long parameters = parameters(node);
      table.row(
          node.name(),
          node.kind(),
          node.shape().toString(),
          node.details(),
          parameters == 0 ? "" : Long.toString(parameters));
    }
    return table;
  }

  private static long parameters(Node node) {
    return node.constants().stream().mapToLong(Weights::size).sum();
  }

  private static TextTable formats(LoadedModel loaded) {
    TextTable table =
        new TextTable("  ", "   ")
            .left("step", "name")
            .right("in", "out", "bits", "fraction", "weights")
            .right("largest", "headroom", "noise", "margin");
    List<LayerReport> reports = loaded.compiled().layers();
    for (int i = 0; i < reports.size(); i++) {
      StepSpec step = step(loaded, i);
      LayerReport report = reports.get(i);
      ShareFormat in = step.inputs().get(0);
      boolean linear = step instanceof LinearSpec;
      table.row(
          step.kind().name(),
          report.name(),
          Integer.toString(in.elements()),
          Integer.toString(step.output().elements()),
          in.bits() + " -> " + step.output().bits(),
          in.fraction() + " -> " + step.output().fraction(),
          linear ? "2^-" + report.weightFraction() : "",
          linear ? number(report.expected()) : "",
          linear ? bits(report.headroomBits()) : "",
          linear ? bits(report.noiseBits()) : "",
          linear ? bits(report.noiseMarginBits()) : "");
    }
    return table;
  }

  private static TextTable reasons(LoadedModel loaded) {
    TextTable table = new TextTable("  ", "   ").left("step", "name", "why");
    List<LayerReport> reports = loaded.compiled().layers();
    for (int i = 0; i < reports.size(); i++) {
      table.row(step(loaded, i).kind().name(), reports.get(i).name(), reports.get(i).explanation());
    }
    return table;
  }

  private static StepSpec step(LoadedModel loaded, int index) {
    return loaded.compiled().plan().plan().steps().get(index).spec();
  }

  private static TextTable costs(LoadedModel loaded, int images) {
    TextTable table =
        new TextTable("  ", "   ")
            .left("step", "name")
            .right("sent", "received", "rounds", "sent/image", "received/image")
            .left("layout");
    Traffic total = Traffic.NONE;
    List<LayerReport> reports = loaded.compiled().layers();
    for (int i = 0; i < reports.size(); i++) {
      Traffic traffic = loaded.compiled().plan().plan().clientTraffic(i, images);
      StepSpec step = step(loaded, i);
      cost(table, step.kind().name(), reports.get(i).name(), traffic, images, step.layout(images));
      total = total.plus(traffic);
    }
    cost(table, "total", "", total, images, "");
    return table;
  }

  private static void cost(
      TextTable table, String kind, String name, Traffic traffic, int images, String layout) {
    table.row(
        kind,
        name,
        bytes((double) traffic.bytesSent()),
        bytes((double) traffic.bytesReceived()),
        Long.toString(traffic.rounds()),
        bytes((double) traffic.bytesSent() / images),
        bytes((double) traffic.bytesReceived() / images),
        layout);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  private static String bits(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1f", value) : "-";
  }

  private static String bytes(double bytes) {
    if (bytes >= 1e6) {
      return String.format(Locale.ROOT, "%.2f MB", bytes / 1e6);
    }
    return bytes >= 1e3
        ? String.format(Locale.ROOT, "%.2f kB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.0f B ", bytes);
  }

  private static ObjectNode figures(ServerConfig config, LoadedModel loaded, int images) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("model", config.model().directory().toString()).put("images", images);
    root.put("calibrated", loaded.compiled().calibrated());
    List<InputSpec> inputs = loaded.compiled().plan().plan().inputs();
    root.put("input_limit", inputs.get(0).realLimit());
    ArrayNode limits = root.putArray("input_limits");
    inputs.forEach(input -> limits.add(input.realLimit()));
    ArrayNode nodes = root.putArray("nodes");
    for (Node node : loaded.graph().nodes()) {
      nodes
          .addObject()
          .put("name", node.name())
          .put("kind", node.kind())
          .put("shape", node.shape().toString())
          .put("parameters", parameters(node))
          .put("details", node.details());
    }
    ObjectNode ring = root.putObject("ring").put("security_bits", 128);
    Plan view = loaded.compiled().plan().plan();
    view.ciphertexts().stream()
        .findFirst()
        .ifPresent(
            used -> ring.put("degree", used.degree()).put("modulus_bits", used.modulusBits()));
    ArrayNode steps = root.putArray("steps");
    Traffic total = Traffic.NONE;
    for (int i = 0; i < loaded.compiled().layers().size(); i++) {
      StepSpec step = step(loaded, i);
      Traffic traffic = view.clientTraffic(i, images);
      ObjectNode object = steps.addObject();
      step(object, step, loaded.compiled().layers().get(i), traffic);
      if (!step.layout(images).isEmpty()) {
        object.put("layout", step.layout(images));
      }
      total = total.plus(traffic);
    }
    traffic(root.putObject("total"), total);
    new MemoryTable(loaded.compiled().plan()).write(root.putArray("memory"));
    loaded.compiled().warnings().forEach(root.putArray("warnings")::add);
    return root;
  }

  private static void step(ObjectNode json, StepSpec step, LayerReport report, Traffic traffic) {
    ShareFormat in = step.inputs().get(0);
    json.put("kind", step.kind().name())
        .put("name", report.name())
        .put("why", report.explanation());
    json.putObject("input")
        .put("elements", in.elements())
        .put("bits", in.bits())
        .put("fraction", in.fraction());
    json.putObject("output")
        .put("elements", step.output().elements())
        .put("bits", step.output().bits())
        .put("fraction", step.output().fraction());
    if (step instanceof LinearSpec linear) {
      json.put("weight_fraction", report.weightFraction()).put("parameters", report.parameters());
      json.put("response_bits", linear.responseBits());
      json.put("expected", report.expected()).put("capacity", report.capacity());
      finite(json, "headroom_bits", report.headroomBits());
      finite(json, "noise_bits", report.noiseBits());
      finite(json, "noise_margin_bits", report.noiseMarginBits());
    }
    traffic(json, traffic);
  }

  private static void finite(ObjectNode json, String key, double value) {
    if (Double.isFinite(value)) {
      json.put(key, value);
    }
  }

  private static void traffic(ObjectNode json, Traffic traffic) {
    json.put("bytes_sent", traffic.bytesSent())
        .put("bytes_received", traffic.bytesReceived())
        .put("rounds", traffic.rounds());
  }
}
