// SPDX-License-Identifier: Apache-2.0
#include "integration/registry/scripted_names.h"

#include <arpa/inet.h>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <map>
#include <memory>
#include <mutex>
#include <netdb.h>
#include <utility>

#include "support/loopback_socket.h"

namespace countersign::test {
namespace {

struct Entry {
  NameAnswer answer;
  bool asked = false;
  bool released = false;
};

struct Script {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, std::shared_ptr<Entry>, std::less<>> names;
};

// Never destroyed: a resolver's thread may outlive main().
Script& script() {
  static auto* const the_one = new Script;
  return *the_one;
}

// One block a node, as the C library makes them, because its freeaddrinfo() gives them back.
addrinfo* node_of(const std::string& address, int type) {
  struct Node {
    addrinfo info;
    sockaddr_in6 storage;
  };
  auto* const node = static_cast<Node*>(std::calloc(1, sizeof(Node)));
  demand_success(node != nullptr, "calloc");
  node->info.ai_socktype = type;
  node->info.ai_addr = reinterpret_cast<sockaddr*>(&node->storage);
  in_addr ipv4{};
  if (inet_pton(AF_INET, address.c_str(), &ipv4) == 1) {
    auto& where = reinterpret_cast<sockaddr_in&>(node->storage);
    where.sin_family = AF_INET;
    where.sin_addr = ipv4;
    node->info.ai_family = AF_INET;
    node->info.ai_addrlen = sizeof where;
  } else {
    demand_success(inet_pton(AF_INET6, address.c_str(), &node->storage.sin6_addr) == 1, "address");
    node->storage.sin6_family = AF_INET6;
    node->info.ai_family = AF_INET6;
    node->info.ai_addrlen = sizeof node->storage;
  }
  return &node->info;
}

int reply(const NameAnswer& answer, int type, addrinfo** result) {
  if (answer.error != 0) {
    return answer.error;
  }
  for (auto** next = result; const auto& address : answer.addresses) {
    *next = node_of(address, type);
    next = &(*next)->ai_next;
  }
  return 0;
}

// nullptr for a name that is not scripted.
std::shared_ptr<Entry> ask(const char* name) {
  std::unique_lock lock(script().mutex);
  const auto found = script().names.find(name);
  if (found == script().names.end()) {
    return nullptr;
  }
  const auto entry = found->second;
  entry->asked = true;
  script().changed.notify_all();
  script().changed.wait(
      lock, [&] { return entry->answer.when == NameAnswer::When::AtOnce || entry->released; });
  return entry;
}

}  // namespace

ScriptedName::ScriptedName(std::string name, NameAnswer answer) : name_(std::move(name)) {
  auto entry = std::make_shared<Entry>();
  entry->answer = std::move(answer);
  const std::lock_guard lock(script().mutex);
  script().names[name_] = std::move(entry);
}

ScriptedName::~ScriptedName() {
  release();
  const std::lock_guard lock(script().mutex);
  script().names.erase(name_);
}

void ScriptedName::wait_until_asked() const {
  std::unique_lock lock(script().mutex);
  const auto entry = script().names.at(name_);
  script().changed.wait(lock, [&] { return entry->asked; });
}

void ScriptedName::release() {
  const std::lock_guard lock(script().mutex);
  script().names.at(name_)->released = true;
  script().changed.notify_all();
}

}  // namespace countersign::test

extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** result) {
  using countersign::test::ask;
  using countersign::test::reply;
  if (const auto entry = name != nullptr ? ask(name) : nullptr) {
    *result = nullptr;
    const int error = reply(entry->answer, hints != nullptr ? hints->ai_socktype : 0, result);
    if (error == 0 && *result != nullptr && service != nullptr) {
      const auto port = htons(static_cast<std::uint16_t>(std::strtoul(service, nullptr, 10)));
      for (auto* one = *result; one != nullptr; one = one->ai_next) {
        reinterpret_cast<sockaddr_in*>(one->ai_addr)->sin_port = port;  // where IPv6 has it, too
      }
    }
    return error;
  }
  static const auto original =
      reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return original(name, service, hints, result);
}
