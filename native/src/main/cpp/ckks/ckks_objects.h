#pragma once

#include <stdexcept>
#include <string>

#include <seal/seal.h>

#include "sotto/ckks.h"

// What the opaque handles of sotto/ckks.h are.

struct sotto_ckks {
  sotto_ckks(const seal::EncryptionParameters& parameters, seal::sec_level_type security)
      : context(checked(parameters, security)), encoder(context), evaluator(context) {}

  static seal::SEALContext checked(const seal::EncryptionParameters& parameters,
                                   seal::sec_level_type security) {
    seal::SEALContext context(parameters, true, security);
    if (!context.parameters_set()) {
      throw std::invalid_argument(std::string("SEAL refuses these parameters: ") +
                                  context.parameter_error_message());
    }
    return context;
  }

  seal::SEALContext context;
  seal::CKKSEncoder encoder;
  seal::Evaluator evaluator;
};

namespace sotto {

// Memory of this pool is wiped before it is given back.
inline seal::MemoryPoolHandle wiping_pool() {
  return seal::MemoryManager::GetPool(seal::mm_prof_opt::mm_force_new, true);
}

}  // namespace sotto

struct sotto_ckks_secret_key {
  seal::SecretKey value;
};

struct sotto_ckks_public_key {
  seal::PublicKey value;
};

struct sotto_ckks_relin_key {
  seal::RelinKeys value;
};

struct sotto_ckks_galois_key {
  seal::GaloisKeys value;
};

struct sotto_ckks_plaintext {
  seal::Plaintext value{sotto::wiping_pool()};
};

struct sotto_ckks_ciphertext {
  seal::Ciphertext value;
};
