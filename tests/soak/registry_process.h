// SPDX-License-Identifier: Apache-2.0
// Registries in a process of their own, so that what is measured in this one is Countersign.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <sys/types.h>

#include "soak/faulty_registry.h"

namespace countersign::soak {

class RegistryProcess {
 public:
  static constexpr std::size_t kHosts = 4;  // the same images at each; each fails for itself
  using Ports = std::array<std::uint16_t, kHosts>;

  // Forks: no other thread may run yet.
  explicit RegistryProcess(const Images&);
  ~RegistryProcess();
  RegistryProcess(const RegistryProcess&) = delete;
  RegistryProcess& operator=(const RegistryProcess&) = delete;

  Ports ports() const { return ports_; }
  Conduct& conduct() { return *conduct_; }

 private:
  struct Unmap {
    void operator()(Conduct*) const;
  };
  std::unique_ptr<Conduct, Unmap> conduct_;  // shared memory
  int leash_ = -1;                           // the child ends when it is closed
  pid_t child_ = -1;
  Ports ports_{};
};

}  // namespace countersign::soak
