#include "sotto/slot_shares.h"

#include <cmath>
#include <vector>

#include "aes_stream.h"
#include "embedding.h"
#include "modular.h"
#include "slot_chain.h"

namespace {

using namespace sotto;
using int128 = __int128;
using seal::util::MultiplyUIntModOperand;

constexpr std::size_t kLanes = Embedding::kLanes;
constexpr std::size_t kStride = Embedding::kStride;
constexpr int kLowBits = 50;
constexpr int kMinMaskBits = kLowBits + 1;
constexpr int kMaxMaskBits = 101;
constexpr int kMaxShareBits = 48;

// Wide integers are high * 2^kLowBits + low, with |high| below 2^52.
struct Wide {
  int64_t high;
  int64_t low;
};

void split(double* at, double a, double b) {
  const double sum = a + b;
  const double part = sum - a;
  at[0] = sum;
  at[kLanes] = (a - (sum - part)) + (b - part);
}

// The real or imaginary part of a number in a lane.
void put(double* at, const Wide& x) {
  split(at, std::ldexp(static_cast<double>(x.high), kLowBits), static_cast<double>(x.low));
}

// |x| below 2^62
void put(double* at, int64_t x) {
  const double high = static_cast<double>(x);
  at[0] = high;
  at[kLanes] = static_cast<double>(x - static_cast<int64_t>(high));
}

// high + low plus a number in [0, 1) rounded down.
Wide rounded(double high, double low, double dither) {
  const double whole = std::floor(high);
  const double rest = std::floor((high - whole) + low + dither);
  const double upper = std::floor(whole * 0x1p-50);
  const double lower = whole - upper * 0x1p50;
  return {static_cast<int64_t>(upper), static_cast<int64_t>(lower) + static_cast<int64_t>(rest)};
}

// (high + low) rounded to the nearest integer modulo 2^bits, for less than 2^100.
int64_t residue(double high, double low, int bits) {
  const double turns = std::ldexp(1.0, -bits);
  high *= turns;
  low *= turns;
  const double part = (high - std::rint(high)) + (low - std::rint(low));
  const auto value = static_cast<int64_t>(std::rint(std::ldexp(part, bits)));
  return value & static_cast<int64_t>(low_bits(bits));
}

// Signed integers modulo a prime.
class Residues {
 public:
  explicit Residues(const seal::Modulus& q) : q_(q) {
    // A multiple of q above 2^52, which is above the magnitude of all of them.
    shift_ = ((uint64_t{1} << 53) / q.value() + 1) * q.value();
    unit_.set(seal::util::barrett_reduce_64(uint64_t{1} << kLowBits, q), q);
  }

  uint64_t of(const Wide& x) const {
    const uint64_t high = small(x.high);
    return seal::util::add_uint_mod(seal::util::multiply_uint_mod(high, unit_, q_), small(x.low),
                                    q_);
  }

 private:
  uint64_t small(int64_t x) const {
    return seal::util::barrett_reduce_64(static_cast<uint64_t>(x) + shift_, q_);
  }

  const seal::Modulus& q_;
  uint64_t shift_;
  MultiplyUIntModOperand unit_;
};

// From residues of all primes to the integer next to zero.
class Composition {
 public:
  explicit Composition(const Chain& chain) : chain_(chain), product_(1) {
    for (std::size_t i = 0; i < chain.primes; i++) {
      const seal::Modulus& q = chain.modulus(i);
      int bits = 0;
      for (uint128 p = product_; p != 0; p >>= 1) bits++;
      require(bits + q.bit_count() <= 126, "primes of more than 126 bits in all");
      Digit digit;
      for (uint128 p : products_) {
        MultiplyUIntModOperand operand;
        operand.set(static_cast<uint64_t>(p % q.value()), q);
        digit.weights.push_back(operand);
      }
      uint64_t inverse = 1;
      if (i > 0) {
        require(seal::util::try_invert_uint_mod(static_cast<uint64_t>(product_ % q.value()), q,
                                                inverse),
                "primes of a chain differ");
      }
      digit.inverse.set(inverse, q);
      digits_.push_back(digit);
      products_.push_back(product_);
      product_ *= q.value();
    }
  }

  // Residues are stride apart. Garner's algorithm: digits of a mixed radix.
  Wide of(const uint64_t* residues, std::size_t stride) const {
    uint64_t digits[kMaxPrimes];
    uint128 value = residues[0];
    digits[0] = residues[0];
    for (std::size_t i = 1; i < chain_.primes; i++) {
      const seal::Modulus& q = chain_.modulus(i);
      uint64_t known = 0;
      for (std::size_t j = 0; j < i; j++) {
        const uint64_t digit = seal::util::barrett_reduce_64(digits[j], q);
        known = seal::util::add_uint_mod(
            known, seal::util::multiply_uint_mod(digit, digits_[i].weights[j], q), q);
      }
      digits[i] = seal::util::multiply_uint_mod(
          seal::util::sub_uint_mod(residues[i * stride], known, q), digits_[i].inverse, q);
      value += products_[i] * digits[i];
    }
    const uint128 above = (product_ >> 1) - value;
    const uint128 negative = uint128{0} - (above >> 127);
    const auto centred = static_cast<int128>(value - (product_ & negative));
    // What a peer sends may be anything; a high part that is too large is cut.
    const auto high = static_cast<uint64_t>(centred >> kLowBits) << 11;
    return {static_cast<int64_t>(high) >> 11,
            static_cast<int64_t>(static_cast<uint64_t>(centred) & low_bits(kLowBits))};
  }

 private:
  static constexpr std::size_t kMaxPrimes = 8;

  struct Digit {
    std::vector<MultiplyUIntModOperand> weights;
    MultiplyUIntModOperand inverse;
  };

  const Chain& chain_;
  std::vector<Digit> digits_;
  std::vector<uint128> products_;
  uint128 product_;
};

class Lanes {
 public:
  explicit Lanes(const Chain& chain)
      : embedding_(Embedding::of(log_degree(chain))), values_(embedding_.doubles()) {}

  const Embedding& embedding() const { return embedding_; }
  double* get() { return values_.get(); }
  void clear() { std::fill_n(values_.get(), embedding_.doubles(), 0.0); }

  // The coefficient's place: those from n on are the imaginary parts.
  double* coefficient(std::size_t i, std::size_t lane) {
    const std::size_t n = embedding_.slots();
    return values_.get() + (i % n) * kStride + i / n * 2 * kLanes + lane;
  }
  double* slot(std::size_t i, std::size_t lane) { return values_.get() + i * kStride + lane; }

 private:
  static int log_degree(const Chain& chain) {
    int log = 0;
    while (std::size_t{1} << log < chain.degree) log++;
    return log;
  }

  const Embedding& embedding_;
  SecretArray<double> values_;
};

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
