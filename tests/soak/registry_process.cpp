// SPDX-License-Identifier: Apache-2.0
#include "soak/registry_process.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace countersign::soak {
namespace {

void demand(bool good, const char* what) {
  if (!good) {
    std::perror(what);
    std::abort();
  }
}

Conduct* shared_conduct() {
  void* const memory =
      ::mmap(nullptr, sizeof(Conduct), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  demand(memory != MAP_FAILED, "mmap");
  return new (memory) Conduct();
}

// Until the other end of the leash is closed, however that comes about.
[[noreturn]] void run_registries(const Images& images, Conduct& conduct, int leash) {
  {
    FaultyRegistry registry(images, conduct);
    std::vector<std::unique_ptr<test::ScriptedServer>> servers;
    RegistryProcess::Ports ports{};
    for (auto& port : ports) {
      servers.push_back(std::make_unique<test::ScriptedServer>(
          [&registry](const test::SeenRequest& request) { return registry.answer(request); },
          std::nullopt, test::ScriptedServer::Memory::None));
      port = servers.back()->port();
    }
    demand(::write(leash, ports.data(), sizeof ports) == sizeof ports, "write");
    char nothing = 0;
    while (::read(leash, &nothing, 1) > 0) {
    }
  }
  std::_Exit(0);
}

}  // namespace

void RegistryProcess::Unmap::operator()(Conduct* conduct) const {
  ::munmap(conduct, sizeof *conduct);
}

RegistryProcess::RegistryProcess(const Images& images) : conduct_(shared_conduct()) {
  std::array<int, 2> ends{};
  demand(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0, "socketpair");
  child_ = ::fork();
  demand(child_ >= 0, "fork");
  if (child_ == 0) {
    ::close(ends[0]);
    run_registries(images, *conduct_, ends[1]);
  }
  ::close(ends[1]);
  leash_ = ends[0];
  demand(::read(leash_, ports_.data(), sizeof ports_) == sizeof ports_, "registries");
}

RegistryProcess::~RegistryProcess() {
  ::close(leash_);
  ::waitpid(child_, nullptr, 0);
}

}  // namespace countersign::soak
