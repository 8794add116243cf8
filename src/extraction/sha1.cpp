#include "extraction/sha1.h"

#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace larc::extraction {

namespace {

using State = std::array<std::uint32_t, 5>;

std::uint32_t word_at(const char* bytes) {
  std::uint32_t word;
  std::memcpy(&word, bytes, 4);
  return __builtin_bswap32(word);
}

void compress_portable(State& state, const char* bytes, std::size_t blocks) {
  for (; blocks > 0; --blocks, bytes += 64) {
    std::array<std::uint32_t, 80> w;
    for (std::size_t t = 0; t < 16; ++t) w[t] = word_at(bytes + 4 * t);
    for (std::size_t t = 16; t < 80; ++t) w[t] = std::rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    auto [a, b, c, d, e] = state;
    for (std::size_t t = 0; t < 80; ++t) {
      std::uint32_t f, k;
      if (t < 20)
        f = (b & c) | (~b & d), k = 0x5A827999u;
      else if (t < 40)
        f = b ^ c ^ d, k = 0x6ED9EBA1u;
      else if (t < 60)
        f = (b & c) | (b & d) | (c & d), k = 0x8F1BBCDCu;
      else
        f = b ^ c ^ d, k = 0xCA62C1D6u;
      const std::uint32_t next = std::rotl(a, 5) + f + e + k + w[t];
      e = d, d = c, c = std::rotl(b, 30), b = a, a = next;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
  }
}

#if defined(__x86_64__)

// Four rounds a step; `w` holds the last sixteen words of the message schedule, four a register.
#define LARC_SHA1_STEP(group, function)                                                                \
  if ((group) >= 4)                                                                                    \
    w[(group) % 4] = _mm_sha1msg2_epu32(                                                               \
        _mm_xor_si128(_mm_sha1msg1_epu32(w[(group) % 4], w[((group) + 1) % 4]), w[((group) + 2) % 4]), \
        w[((group) + 3) % 4]);                                                                         \
  e = (group) == 0 ? _mm_add_epi32(e, w[0]) : _mm_sha1nexte_epu32(before, w[(group) % 4]);             \
  before = abcd;                                                                                       \
  abcd = _mm_sha1rnds4_epu32(abcd, e, function);

#define LARC_SHA1_FIVE(first, function) \
  LARC_SHA1_STEP(first, function)       \
  LARC_SHA1_STEP((first) + 1, function) \
  LARC_SHA1_STEP((first) + 2, function) \
  LARC_SHA1_STEP((first) + 3, function) \
  LARC_SHA1_STEP((first) + 4, function)

__attribute__((target("sha,sse4.1"))) void compress_with_instructions(State& state, const char* bytes,
                                                                      std::size_t blocks) {
  const __m128i reversed = _mm_set_epi64x(0x0001020304050607LL, 0x08090a0b0c0d0e0fLL);
  __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(state.data())), 0x1B);
  __m128i e = _mm_set_epi32(static_cast<int>(state[4]), 0, 0, 0);
  for (; blocks > 0; --blocks, bytes += 64) {
    const __m128i abcd_start = abcd, e_start = e;
    __m128i before = abcd, w[4];
    for (int i = 0; i < 4; ++i)
      w[i] = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes) + i), reversed);
    LARC_SHA1_FIVE(0, 0)
    LARC_SHA1_FIVE(5, 1)
    LARC_SHA1_FIVE(10, 2)
    LARC_SHA1_FIVE(15, 3)
    e = _mm_sha1nexte_epu32(before, e_start);
    abcd = _mm_add_epi32(abcd, abcd_start);
  }
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state.data()), _mm_shuffle_epi32(abcd, 0x1B));
  state[4] = static_cast<std::uint32_t>(_mm_extract_epi32(e, 3));
}

bool has_instructions() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b >> 29 & 1) != 0 && __builtin_cpu_supports("sse4.1") != 0;
}

void compress(State& state, const char* bytes, std::size_t blocks) {
  static const bool fast = has_instructions();
  fast ? compress_with_instructions(state, bytes, blocks) : compress_portable(state, bytes, blocks);
}

#else

void compress(State& state, const char* bytes, std::size_t blocks) {
  compress_portable(state, bytes, blocks);
}

#endif

}  // namespace

void Sha1::update(std::string_view bytes) {
  total_ += bytes.size();
  if (rest_size_ > 0) {
    const std::size_t taken = std::min(bytes.size(), rest_.size() - rest_size_);
    std::copy_n(bytes.data(), taken, rest_.data() + rest_size_);
    rest_size_ += taken;
    bytes.remove_prefix(taken);
    if (rest_size_ < rest_.size()) return;
    compress(state_, rest_.data(), 1);
    rest_size_ = 0;
  }
  const std::size_t blocks = bytes.size() / 64;
  compress(state_, bytes.data(), blocks);
  bytes.remove_prefix(blocks * 64);
  std::copy(bytes.begin(), bytes.end(), rest_.begin());
  rest_size_ = bytes.size();
}

std::string Sha1::finish() {
  const std::uint64_t bits = total_ * 8;
  std::string end(1, '\x80');
  end.append((119 - rest_size_) % 64, '\0');
  for (int shift = 56; shift >= 0; shift -= 8) end.push_back(static_cast<char>(bits >> shift & 0xFF));
  update(end);
  std::string digits;
  for (const std::uint32_t word : state_)
    for (int shift = 28; shift >= 0; shift -= 4) digits.push_back("0123456789abcdef"[word >> shift & 15]);
  return digits;
}

}  // namespace larc::extraction
