#pragma once

/// Before a plain loop function: compiled for AVX2 too, chosen when the program starts; the results are the same. Not
/// under sanitizers, whose hooks are not ready when the choice is made.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define LARC_SIMD __attribute__((target_clones("avx2", "default")))
#else
#define LARC_SIMD
#endif
