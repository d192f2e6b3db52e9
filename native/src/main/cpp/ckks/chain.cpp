#include "ckks/chain.h"

#include <algorithm>
#include <cmath>

#include <seal/util/ntt.h>
#include <seal/util/polyarithsmallmod.h>

namespace sotto {

Chain::Chain(const sotto_ckks* context, int32_t level)
    : context_(context), key_(*context->context.key_context_data()) {
  auto data = context->context.first_context_data();
  while (data && data->chain_index() != static_cast<std::size_t>(level)) {
    data = data->next_context_data();
  }
  require(level >= 0 && data != nullptr, "there is no such level in the modulus chain");
  id = data->parms_id();
  primes = static_cast<std::size_t>(level) + 1;
  degree = key_.parms().poly_modulus_degree();
}

void Chain::to_ntt(std::size_t prime, uint64_t* poly) const {
  seal::util::ntt_negacyclic_harvey(poly, key_.small_ntt_tables()[prime]);
}

void Chain::from_ntt(std::size_t prime, uint64_t* poly) const {
  seal::util::inverse_ntt_negacyclic_harvey(poly, key_.small_ntt_tables()[prime]);
}

seal::Ciphertext Chain::load(const uint64_t* rows, std::size_t elements, std::size_t element,
                      double scale, std::size_t parts) const {
  seal::Ciphertext ciphertext;
  ciphertext.resize(context_->context, id, parts);
  ciphertext.is_ntt_form() = true;
  ciphertext.scale() = scale;
  for (std::size_t part = 0; part < parts; part++) {
    for (std::size_t prime = 0; prime < primes; prime++) {
      std::copy_n(rows + row(prime, part, elements, element, parts), degree,
                  ciphertext.data(part) + prime * degree);
    }
  }
  return ciphertext;
}

void Chain::store(const seal::Ciphertext& ciphertext, uint64_t* rows, std::size_t elements,
           std::size_t element) const {
  const std::size_t parts = ciphertext.size();
  require(ciphertext.parms_id() == id, "a result of another level");
  for (std::size_t part = 0; part < parts; part++) {
    for (std::size_t prime = 0; prime < primes; prime++) {
      std::copy_n(ciphertext.data(part) + prime * degree, degree,
                  rows + row(prime, part, elements, element, parts));
    }
  }
}

void Chain::add_constant(int64_t constant, std::size_t prime, uint64_t* poly) const {
  const auto q = static_cast<int64_t>(modulus(prime).value());
  const int64_t rest = constant % q;
  const auto residue = static_cast<uint64_t>(rest < 0 ? rest + q : rest);
  seal::util::add_poly_scalar_coeffmod(poly, degree, residue, modulus(prime), poly);
}

std::size_t checked_images(const sotto_ckks* context, int32_t images, double scale) {
  require(images >= 0 && static_cast<std::size_t>(images) <= context->encoder.slot_count(),
          "more values than slots");
  require(std::isfinite(scale) && scale > 0, "a scale is a positive number");
  return static_cast<std::size_t>(images);
}

}  // namespace sotto
