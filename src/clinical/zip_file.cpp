#include "clinical/zip_file.h"

#include <zip.h>

#include "core/error.h"

namespace larc::clinical {

struct ZipFile::Archive {
  zip_t* handle = nullptr;
  ~Archive() {
    if (handle != nullptr) zip_discard(handle);
  }
};

ZipFile::ZipFile(std::string_view bytes, std::string name)
    : archive_(std::make_unique<Archive>()), name_(std::move(name)) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (source != nullptr) archive_->handle = zip_open_from_source(source, ZIP_RDONLY, &error);
  const std::string reason = zip_error_strerror(&error);
  zip_error_fini(&error);
  if (archive_->handle != nullptr) return;
  if (source != nullptr) zip_source_free(source);
  throw Error(ErrorCode::format, name_ + " is a damaged workbook (" + reason + "); copy it again from its source");
}

ZipFile::~ZipFile() = default;

bool ZipFile::has(const std::string& part) const {
  return zip_name_locate(archive_->handle, part.c_str(), 0) >= 0;
}

void ZipFile::read(const std::string& part, const std::function<void(std::string_view)>& piece) const {
  constexpr std::size_t kMaximumBytes = std::size_t{2} << 30;
  struct Part {
    zip_file_t* handle;
    ~Part() {
      if (handle != nullptr) zip_fclose(handle);
    }
  } file{zip_fopen(archive_->handle, part.c_str(), 0)};
  const auto damaged = [&](const std::string& reason) {
    return Error(ErrorCode::format,
                 name_ + " is a damaged workbook (" + part + ": " + reason + "); copy it again from its source");
  };
  if (file.handle == nullptr) throw damaged(zip_strerror(archive_->handle));
  std::string buffer(1 << 16, '\0');
  std::size_t total = 0;
  while (true) {
    const zip_int64_t count = zip_fread(file.handle, buffer.data(), buffer.size());
    if (count < 0) throw damaged(zip_file_strerror(file.handle));
    if (count == 0) return;
    total += static_cast<std::size_t>(count);
    if (total > kMaximumBytes)
      throw Error(ErrorCode::domain, name_ + ": " + part + " unpacks to more than 2 GiB; deliver it in parts");
    piece(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
  }
}

}  // namespace larc::clinical
