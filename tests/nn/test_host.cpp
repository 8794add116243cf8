#include <gtest/gtest.h>

#include <cstdlib>

#include "core/file.h"
#include "nn/host.h"
#include "phantoms.h"
#include "support/test_data.h"

using namespace larc;
using namespace larc::nn;
using larc::nn::test::expect_error;

TEST(Host, VersionsAreKnownWithoutLoading) {
  EXPECT_EQ(std::string(compiled_torch_version()).find_first_not_of("0123456789."), std::string::npos);
  EXPECT_GE(std::string(compiled_torch_version()).size(), 5U);
}

TEST(Host, LoadedLibraryIsTheCompiledOne) {
  const Json versions = load().versions();
  EXPECT_EQ(versions["libtorch"], compiled_torch_version());
  EXPECT_TRUE(versions["cuda_usable"].is_boolean());
  EXPECT_TRUE(cuda_compiled() || versions["cuda_usable"] == false);
  EXPECT_EQ(&load(), &load());
}

TEST(Host, AbsentOrForeignLibraryIsAClearError) {
  const larc::test::TemporaryFolder folder;
  expect_error(ErrorCode::not_found, "build the target larc_nn", [&] { load_from(folder.path() / "liblarc_nn.so"); });
  write_file_atomic(folder.path() / "liblarc_nn.so", "not a library");
  expect_error(ErrorCode::not_found, "cannot be loaded", [&] { load_from(folder.path() / "liblarc_nn.so"); });
  expect_error(ErrorCode::unsupported, "interface none", [&] { load_from("/lib/x86_64-linux-gnu/libm.so.6"); });
}

TEST(Host, AnotherInterfaceIsRefused) {
  const Api& api = load();
  const Library same{kAbi, &api};
  const Library other{kAbi + 1, &api};
  const Library empty{kAbi, nullptr};
  EXPECT_EQ(&checked(&same, "x.so"), &api);
  expect_error(ErrorCode::unsupported, "x.so was built for interface " + std::to_string(kAbi + 1),
               [&] { checked(&other, "x.so"); });
  expect_error(ErrorCode::unsupported, "same build", [&] { checked(&empty, "x.so"); });
  expect_error(ErrorCode::unsupported, "interface none", [&] { checked(nullptr, "x.so"); });
}
