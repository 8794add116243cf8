#pragma once
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/error.h"

namespace larc::nn::test {

/// A program beside the test, started with these arguments and additional variables of the environment.
class Program {
 public:
  Program(const std::string& name, const std::vector<std::string>& arguments,
          const std::map<std::string, std::string>& variables = {}, const std::filesystem::path& errors = "/dev/null") {
    const std::string path = (std::filesystem::read_symlink("/proc/self/exe").parent_path() / name).string();
    std::vector<std::string> words = {path};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> settings;
    for (char** variable = environ; *variable != nullptr; ++variable)
      if (!variables.contains(std::string(*variable).substr(0, std::string(*variable).find('='))))
        settings.emplace_back(*variable);
    for (const auto& [key, value] : variables) settings.push_back(key + "=" + value);
    const std::vector<char*> argv = pointers(words), envp = pointers(settings);
    process_ = ::fork();
    if (process_ != 0) return;
    const int file = ::open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);  // nothing but system calls here
    if (file >= 0) ::dup2(file, STDERR_FILENO);
    ::execve(path.c_str(), argv.data(), envp.data());
    ::_exit(127);
  }  /// The exit code, or minus the signal that ended it.
  int wait() const {
    int status = 0;
    if (process_ < 0 || ::waitpid(process_, &status, 0) != process_)
      throw Error(ErrorCode::internal, "a program of the tests cannot be started or waited for");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  void kill() const { ::kill(process_, SIGKILL); }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> list;
    for (auto& text : texts) list.push_back(text.data());
    list.push_back(nullptr);
    return list;
  }
  pid_t process_ = -1;
};

}  // namespace larc::nn::test
