#include "sotto/half_gates.h"

#include "labels/paths.h"

using sotto::guarded;
using sotto::require;

namespace {

struct Gate {
  int32_t operation;
  int32_t first;
  int32_t second;
  int32_t target;
};

const Gate* gates_of(const sotto_circuit& circuit) { return reinterpret_cast<const Gate*>(circuit.gates); }

#define SOTTO_KERNELS "labels/half_gates_path.inc"
#include "labels/each_path.inc"

// Returns the number of AND gates.
int64_t check_gates(const sotto_circuit& circuit, int32_t n) {
  const int32_t slot_count = circuit.slot_count;
  require(circuit.gate_count >= 0 && slot_count >= 0 && n >= 0, "a negative count");
  int64_t ands = 0;
  for (int32_t g = 0; g < circuit.gate_count; g++) {
    const Gate& gate = gates_of(circuit)[g];
    require(gate.operation >= SOTTO_GATE_XOR && gate.operation <= SOTTO_GATE_NOT,
            "a gate of unknown operation");
    require(gate.first >= 0 && gate.first < slot_count && gate.second >= 0 &&
                gate.second < slot_count && gate.target >= 0 && gate.target < slot_count,
            "a gate's slot is out of range");
    ands += gate.operation == SOTTO_GATE_AND;
  }
  return ands;
}

void check_gates(const sotto_circuit& circuit, int32_t n, int64_t table_bytes) {
  require(check_gates(circuit, n) * 2 * n * kLabelBytes <= table_bytes, "the tables' buffer is too short");
}

}  // namespace

int sotto_half_gates_garble(const sotto_circuit* circuit, int32_t n, uint8_t* slots, const uint8_t* delta,
                            const uint8_t* session_key, int64_t first_gate_id, uint8_t* tables, int64_t table_bytes) {
  return guarded([&] {
    require_aes();
    check_gates(*circuit, n, table_bytes);
    const auto path = fastest(narrow::garble, wide::garble, widest::garble);
    path(*circuit, n, slots, delta, session_key, static_cast<uint64_t>(first_gate_id), tables);
  });
}

int sotto_half_gates_evaluate(const sotto_circuit* circuit, int32_t n, uint8_t* slots, const uint8_t* session_key,
                              int64_t first_gate_id, const uint8_t* tables, int64_t table_bytes) {
  return guarded([&] {
    require_aes();
    check_gates(*circuit, n, table_bytes);
    const auto path = fastest(narrow::evaluate, wide::evaluate, widest::evaluate);
    path(*circuit, n, slots, session_key, static_cast<uint64_t>(first_gate_id), tables);
  });
}

int sotto_half_gates_colours(const int32_t* outputs, int32_t output_count, int32_t slot_count, int32_t n,
                             const uint8_t* slots, uint8_t* bits) {
  return guarded([&] {
    int32_t lanes = lanes_of(n);
    for (int32_t k = 0; k < output_count; k++) {
      require(outputs[k] >= 0 && outputs[k] < slot_count, "an output's slot is out of range");
      const uint8_t* labels = slots + static_cast<int64_t>(outputs[k]) * lanes * kLabelBytes;
      for (int32_t i = 0; i < lanes; i += 8) {
        int packed = 0;
        for (int b = 0; b < 8; b++) packed |= (labels[(i + b) * kLabelBytes] & 1) << b;
        if (n - i < 8) packed &= (1 << (n - i)) - 1;
        *bits++ = static_cast<uint8_t>(packed);
      }
    }
  });
}
