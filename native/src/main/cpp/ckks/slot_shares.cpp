#include "sotto/slot_shares.h"

#include <cmath>

#include <seal/util/polyarithsmallmod.h>

#include "ckks/chain.h"
#include "ckks/fresh.h"
#include "ckks/lanes.h"
#include "ckks/residues.h"
#include "ckks/wide.h"
#include "random/aes_stream.h"

namespace {

using namespace sotto;

constexpr std::size_t kLanes = Embedding::kLanes;
constexpr int kMinMaskBits = kLowBits + 1;
constexpr int kMaxMaskBits = 101;
constexpr int kMaxShareBits = 48;

// How shares become coefficients, and the stream that rounds them.
struct Encoding {
  std::size_t images;
  int scale_bits;
  const AesStream& stream;
  Purpose purpose;
};

// Of some elements, at most kLanes, the rounded coefficients, whose residues are taken by a function.
// The first one takes that index of the stream.
template <class Take>
void encode(const Chain& chain, Lanes& lanes, const Encoding& encoding, const int64_t* shares, uint64_t first,
            std::size_t count, const Take& take) {
  lanes.clear();
  for (std::size_t lane = 0; lane < count; lane++) {
    for (std::size_t k = 0; k < encoding.images; k++) {
      put(lanes.slot(k, lane), shares[lane * encoding.images + k]);
    }
  }
  lanes.embedding().from_slots(lanes.get());
  const double scale =
      std::ldexp(1.0, encoding.scale_bits) / static_cast<double>(lanes.embedding().slots());
  SecretArray<uint64_t> dithers(chain.degree);
  SecretArray<Wide> coefficients(chain.degree);
  for (std::size_t lane = 0; lane < count; lane++) {
    encoding.stream.generate(number(encoding.purpose), first + lane, 0, chain.degree / 2, dithers.get());
    for (std::size_t i = 0; i < chain.degree; i++) {
      const double* at = lanes.coefficient(i, lane);
      const double dither = static_cast<double>(dithers.get()[i] >> 11) * 0x1p-53;
      coefficients.get()[i] = rounded(at[0] * scale, at[kLanes] * scale, dither);
    }
    take(lane, coefficients.get());
  }
}

// The polynomial modulo a prime, in NTT form, added to a row.
void add(const Chain& chain, std::size_t prime, const Wide* coefficients, uint64_t* scratch,
         uint64_t* row) {
  const seal::Modulus& q = chain.modulus(prime);
  const Residues residues(q);
  for (std::size_t i = 0; i < chain.degree; i++) scratch[i] = residues.of(coefficients[i]);
  chain.to_ntt(prime, scratch);
  seal::util::add_poly_coeffmod(row, scratch, chain.degree, q, row);
}

// The slots' real parts as shares, times a sign.
void take_shares(Lanes& lanes, double sign, const sotto_shares_decoding& decoding, std::size_t count,
                 int64_t* shares) {
  const auto images = static_cast<std::size_t>(decoding.images);
  const double factor = sign * std::ldexp(1.0, -decoding.scale_bits);
  lanes.embedding().to_slots(lanes.get());
  for (std::size_t lane = 0; lane < count; lane++) {
    for (std::size_t k = 0; k < images; k++) {
      const double* at = lanes.slot(k, lane);
      shares[lane * images + k] = residue(at[0] * factor, at[kLanes] * factor, decoding.share_bits);
    }
  }
}

std::size_t checked_encoding(const sotto_ckks* context, int32_t images, int32_t scale_bits) {
  require(scale_bits >= 0 && scale_bits <= 60, "a scale of more than 60 bits");
  return checked_images(context, images, 1.0);
}

// Returns the number of images.
std::size_t checked_decoding(const sotto_ckks* context, const sotto_shares_decoding& decoding) {
  require(decoding.share_bits >= 1 && decoding.share_bits <= kMaxShareBits, "shares of 1 to 48 bits");
  return checked_encoding(context, decoding.images, decoding.scale_bits);
}

}  // namespace

int sotto_shares_encrypt(const sotto_ckks* context, const sotto_ckks_secret_key* key,
                         const sotto_slots_upload* upload, const int64_t* shares, int32_t images,
                         int32_t scale_bits, uint64_t* c0) {
  return guarded([&] {
    const Chain chain(context, upload->level);
    const std::size_t used = checked_encoding(context, images, scale_bits);
    const std::size_t elements = checked_count(*upload);
    const AesStream stream(upload->secret_seed);
    const Encoding encoding = {used, scale_bits, stream, Purpose::upload_rounding};
    Lanes lanes(chain);
    SecretArray<uint64_t> scratch(chain.degree);
    for (std::size_t e = 0; e < elements; e += kLanes) {
      encode(chain, lanes, encoding, shares + e * used, static_cast<uint64_t>(upload->first_index) + e,
             std::min(kLanes, elements - e), [&](std::size_t lane, const Wide* polynomial) {
               for (std::size_t prime = 0; prime < chain.primes; prime++) {
                 uint64_t* out = c0 + (prime * elements + e + lane) * chain.degree;
                 fresh_zero(chain, key, prime, *upload, e + lane, out);
                 add(chain, prime, polynomial, scratch.get(), out);
               }
             });
    }
  });
}

int sotto_shares_add(const sotto_ckks* context, const sotto_slots_range* range, const int64_t* shares,
                     int32_t images, int32_t scale_bits, const uint8_t* secret_seed, uint64_t* rows) {
  return guarded([&] {
    const Chain chain(context, range->level);
    const Span span(*range);
    const std::size_t used = checked_encoding(context, images, scale_bits);
    const AesStream stream(secret_seed);
    const Encoding encoding = {used, scale_bits, stream, Purpose::share_rounding};
    Lanes lanes(chain);
    SecretArray<uint64_t> scratch(chain.degree);
    for (std::size_t e = span.from; e < span.to; e += kLanes) {
      encode(chain, lanes, encoding, shares + e * used, e, std::min(kLanes, span.to - e),
             [&](std::size_t lane, const Wide* polynomial) {
               for (std::size_t prime = 0; prime < chain.primes; prime++) {
                 add(chain, prime, polynomial, scratch.get(), rows + chain.row(prime, 0, span.count, e + lane));
               }
             });
    }
  });
}

int sotto_shares_mask(const sotto_ckks* context, const sotto_slots_range* range, const sotto_slots_encryptor* key,
                      const uint8_t* secret_seed, int32_t mask_bits, const sotto_shares_decoding* decoding,
                      uint64_t* rows, int64_t* shares) {
  return guarded([&] {
    const Chain chain(context, range->level);
    const Span span(*range);
    const std::size_t used = checked_decoding(context, *decoding);
    require(mask_bits >= kMinMaskBits && mask_bits <= kMaxMaskBits, "masks of 51 to 101 bits");
    const std::size_t n = chain.degree;
    const uint64_t high_mask = low_bits(mask_bits + 1 - kLowBits);
    const int64_t shift = int64_t{1} << (mask_bits - kLowBits);
    const AesStream stream(secret_seed);
    ZeroEncryption zero(chain, *key, secret_seed);
    Lanes lanes(chain);
    SecretArray<uint64_t> high(n);
    SecretArray<uint64_t> low(n);
    SecretArray<Wide> mask(n);
    for (std::size_t first = span.from; first < span.to; first += kLanes) {
      const std::size_t count = std::min(kLanes, span.to - first);
      for (std::size_t lane = 0; lane < count; lane++) {
        const std::size_t e = first + lane;
        stream.generate(number(Purpose::mask_high), e, 0, n / 2, high.get());
        stream.generate(number(Purpose::mask_low), e, 0, n / 2, low.get());
        for (std::size_t i = 0; i < n; i++) {
          mask.get()[i] = {static_cast<int64_t>(high.get()[i] & high_mask) - shift,
                           static_cast<int64_t>(low.get()[i] & low_bits(kLowBits))};
          put(lanes.coefficient(i, lane), mask.get()[i]);
        }
        for (std::size_t prime = 0; prime < chain.primes; prime++) {
          uint64_t* c0 = rows + chain.row(prime, 0, span.count, e);
          zero.add(prime, e, c0, rows + chain.row(prime, 1, span.count, e));
          add(chain, prime, mask.get(), high.get(), c0);
        }
      }
      take_shares(lanes, -1, *decoding, count, shares + first * used);
    }
  });
}

int sotto_shares_decrypt(const sotto_ckks* context, const sotto_ckks_secret_key* key, const sotto_slots_range* range,
                         const sotto_shares_decoding* decoding, const uint64_t* rows, int64_t* shares) {
  return guarded([&] {
    const Chain chain(context, range->level);
    const Span span(*range);
    const std::size_t used = checked_decoding(context, *decoding);
    const std::size_t n = chain.degree;
    const Composition composition(chain);
    Lanes lanes(chain);
    SecretArray<uint64_t> message(chain.primes * n);
    for (std::size_t first = span.from; first < span.to; first += kLanes) {
      const std::size_t count = std::min(kLanes, span.to - first);
      for (std::size_t lane = 0; lane < count; lane++) {
        for (std::size_t prime = 0; prime < chain.primes; prime++) {
          const seal::Modulus& q = chain.modulus(prime);
          uint64_t* out = message.get() + prime * n;
          const uint64_t* s = key->value.data().data() + prime * n;
          const uint64_t* c0 = rows + chain.row(prime, 0, span.count, first + lane);
          const uint64_t* c1 = rows + chain.row(prime, 1, span.count, first + lane);
          seal::util::dyadic_product_coeffmod(c1, s, n, q, out);
          seal::util::add_poly_coeffmod(out, c0, n, q, out);
          chain.from_ntt(prime, out);
        }
        for (std::size_t i = 0; i < n; i++) {
          put(lanes.coefficient(i, lane), composition.of(message.get() + i, n));
        }
      }
      take_shares(lanes, 1, *decoding, count, shares + first * used);
    }
  });
}
